// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and sentences as a person reads them on a terminal.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/text.h"

enum {
	SIGNIFICANT_DIGITS = 3,
	/* 0.0001 ns a page is far below what a clock can tell. */
	MAX_DECIMALS = 4,
	/* Six digits are what a column of the tables is wide. */
	FIRST_POWER = 6,
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

void text_wrap(FILE *out, int indent, const char *text)
{
	size_t room = TEXT_COLUMNS;

	do {
		size_t length = line_length(text, room);

		if (room < TEXT_COLUMNS)
			fprintf(out, "%*s", indent, "");
		for (size_t i = 0; i < length; i++)
			fputc(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?',
			      out);
		fputc('\n', out);
		text += length;
		text += strspn(text, " ");
		room = TEXT_COLUMNS - indent;
	} while (*text);
}
