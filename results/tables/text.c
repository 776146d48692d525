// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and sentences as a person reads them on a terminal.
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "results/tables/text.h"

enum {
	SIGNIFICANT_DIGITS = 3,
	/* 0.0001 ns a page is far below what a clock can tell. */
	MAX_DECIMALS = 4,
	/* Six digits are what a column of the tables is wide. */
	FIRST_POWER = 6,
	/* A change beyond is easier to read as a factor. */
	MAX_PERCENT = 10000,
	/* A greater factor would be wider than six characters. */
	MAX_FACTOR = 99998,
};

/* The power of ten of @value once it is rounded to the digits shown. */
static int rounded_power(double value)
{
	char text[TEXT_NUMBER_BYTES];

	snprintf(text, sizeof(text), "%.*e", SIGNIFICANT_DIGITS - 1, value);
	return (int)strtol(strchr(text, 'e') + 1, NULL, 10);
}

void text_figure(char buffer[TEXT_NUMBER_BYTES], double value)
{
	int power, decimals;

	if (!isfinite(value)) {
		snprintf(buffer, TEXT_NUMBER_BYTES, "-");
		return;
	}
	if (value == 0) {
		snprintf(buffer, TEXT_NUMBER_BYTES, "0");
		return;
	}
	power = rounded_power(value);
	decimals = SIGNIFICANT_DIGITS - 1 - power;
	if (decimals < 0)
		decimals = 0;
	if (decimals > MAX_DECIMALS)
		decimals = MAX_DECIMALS;
	if (power >= FIRST_POWER)
		snprintf(buffer, TEXT_NUMBER_BYTES, "%.*fe%d",
			 SIGNIFICANT_DIGITS - 1, value / pow(10, power), power);
	else
		snprintf(buffer, TEXT_NUMBER_BYTES, "%.*f", decimals, value);
}

void text_count(char buffer[TEXT_NUMBER_BYTES], double value)
{
	if (!isfinite(value) || fabs(value) >= 1e15)
		text_figure(buffer, value);
	else
		snprintf(buffer, TEXT_NUMBER_BYTES, "%lld", llround(value));
}

void text_percent(char buffer[TEXT_NUMBER_BYTES], double change)
{
	double percent = 100 * change;

	if (!isfinite(change))
		snprintf(buffer, TEXT_NUMBER_BYTES, "-");
	else if (percent >= MAX_PERCENT)
		snprintf(buffer, TEXT_NUMBER_BYTES,
			 change < MAX_FACTOR ? "x%.0f" : "x%.0e", 1 + change);
	else if (percent >= 100)
		snprintf(buffer, TEXT_NUMBER_BYTES, "%+.0f%%", percent);
	else if (percent <= -99.95)
		snprintf(buffer, TEXT_NUMBER_BYTES, "%s",
			 change > -1 ? "-99.9%" : "-100%");
	else /* What rounds to 0 has no minus. */
		snprintf(buffer, TEXT_NUMBER_BYTES, "%+.1f%%",
			 fabs(percent) < 0.05 ? 0 : percent);
}

void text_trimmed(FILE *out, const char *line)
{
	int length = (int)strlen(line);

	while (length && line[length - 1] == ' ')
		length--;
	fprintf(out, "%.*s\n", length, line);
}

void text_csv(FILE *out, const char *field)
{
	if (!strpbrk(field, ",\"\r\n")) {
		fputs(field, out);
		return;
	}
	fputc('"', out);
	for (; *field; field++)
		fprintf(out, *field == '"' ? "\"\"" : "%c", *field);
	fputc('"', out);
}

char text_ascii(char c)
{
	return c >= ' ' && c <= '~' ? c : '?';
}

/* Bytes of @text that go on a line of @room: up to a space, or all of it. */
static size_t line_length(const char *text, size_t room)
{
	size_t length = strlen(text);

	if (length <= room)
		return length;
	for (length = room; length > 0; length--)
		if (text[length] == ' ')
			return length;
	return room;
}

void text_wrap_at(FILE *out, int columns, int indent, const char *text)
{
	size_t room = (size_t)columns;
	bool first = true;

	do {
		size_t length = line_length(text, room);

		if (!first)
			fprintf(out, "%*s", indent, "");
		for (size_t i = 0; i < length; i++)
			fputc(text_ascii(text[i]), out);
		fputc('\n', out);
		text += length;
		text += strspn(text, " ");
		room = (size_t)(columns - indent);
		first = false;
	} while (*text);
}

void text_wrap(FILE *out, int indent, const char *text)
{
	text_wrap_at(out, TEXT_COLUMNS, indent, text);
}

int text_wrap_format(FILE *out, int columns, int indent, const char *format,
		     ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		return -ENOMEM;
	text_wrap_at(out, columns, indent, text);
	free(text);
	return 0;
}
