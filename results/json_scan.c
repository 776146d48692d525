// SPDX-License-Identifier: GPL-2.0-or-later
// Reads one JSON text from front to back without building a tree of it.
#include <errno.h>
#include <string.h>

#include "results/json_scan.h"

/* Far above the three levels of a sample, far below the stack. */
enum { MAX_DEPTH = 64 };

/* Longer than every key that a reader asks for. */
enum { KEY_BYTES = 64 };

struct output {
	char *buffer;
	size_t size, used;
};

void json_scan_init(struct json_scan *scan, const char *text, size_t length)
{
	*scan = (struct json_scan){
		.start = text,
		.at = text,
		.end = text + length,
	};
}

size_t json_scan_offset(const struct json_scan *scan)
{
	return scan->at - scan->start;
}

static void skip_space(struct json_scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' ||
					*scan->at == '\n' || *scan->at == '\r'))
		scan->at++;
}

/* The next character that is not white space; -ENODATA at the end. */
static int peek(struct json_scan *scan)
{
	skip_space(scan);
	return scan->at < scan->end ? (unsigned char)*scan->at : -ENODATA;
}

/* What the byte at the scan's place means where another was needed. */
static int unexpected(const struct json_scan *scan)
{
	return scan->at < scan->end ? -EBADMSG : -ENODATA;
}

static int literal(struct json_scan *scan, const char *word)
{
	for (; *word; word++, scan->at++)
		if (scan->at == scan->end || *scan->at != *word)
			return unexpected(scan);
	return 0;
}

bool json_scan_null(struct json_scan *scan)
{
	skip_space(scan);
	if (scan->end - scan->at < 4 || memcmp(scan->at, "null", 4) != 0)
		return false;
	scan->at += 4;
	return true;
}

static bool is_digit(const struct json_scan *scan)
{
	return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

static int skip_digits(struct json_scan *scan)
{
	if (!is_digit(scan))
		return unexpected(scan);
	while (is_digit(scan))
		scan->at++;
	return 0;
}

/* The part before fraction and exponent; @overflow says it left int64_t. */
static int integer_part(struct json_scan *scan, int64_t *value, bool *overflow)
{
	bool negative = *scan->at == '-';
	bool zero;

	*value = 0;
	*overflow = false;
	scan->at += negative;
	if (!is_digit(scan))
		return unexpected(scan);
	zero = *scan->at == '0';
	for (; is_digit(scan); scan->at++) {
		int digit = *scan->at - '0';

		*overflow |= __builtin_mul_overflow(*value, 10, value);
		*overflow |= __builtin_add_overflow(
			*value, negative ? -digit : digit, value);
		if (zero)
			break;
	}
	scan->at += zero;
	return is_digit(scan) ? -EBADMSG : 0;
}

static bool number_goes_on(const struct json_scan *scan)
{
	return scan->at < scan->end &&
	       (*scan->at == '.' || *scan->at == 'e' || *scan->at == 'E');
}

int json_scan_integer(struct json_scan *scan, int64_t *value)
{
	const char *before;
	bool overflow;
	int next = peek(scan);
	int err;

	if (next < 0)
		return next;
	if (next != '-' && (next < '0' || next > '9'))
		return -EINVAL;
	before = scan->at;
	err = integer_part(scan, value, &overflow);
	if (err)
		return err;
	if (number_goes_on(scan)) {
		scan->at = before;
		return -EINVAL;
	}
	return overflow ? -ERANGE : 0;
}

static int skip_number(struct json_scan *scan)
{
	int64_t value;
	bool overflow;
	int err;

	err = integer_part(scan, &value, &overflow);
	if (err)
		return err;
	if (scan->at < scan->end && *scan->at == '.') {
		scan->at++;
		err = skip_digits(scan);
		if (err)
			return err;
	}
	if (number_goes_on(scan) && *scan->at != '.') {
		scan->at++;
		if (scan->at < scan->end &&
		    (*scan->at == '+' || *scan->at == '-'))
			scan->at++;
		err = skip_digits(scan);
	}
	return err;
}

static void put(struct output *output, const char *bytes, size_t length)
{
	size_t room = output->size - output->used;

	if (output->used < output->size)
		memcpy(output->buffer + output->used, bytes,
		       length < room ? length : room);
	output->used += length;
}

static void put_code_point(struct output *output, uint32_t code)
{
	char utf8[4];

	if (code < 0x80) {
		utf8[0] = (char)code;
		put(output, utf8, 1);
	} else if (code < 0x800) {
		utf8[0] = (char)(0xc0 | code >> 6);
		utf8[1] = (char)(0x80 | (code & 0x3f));
		put(output, utf8, 2);
	} else if (code < 0x10000) {
		utf8[0] = (char)(0xe0 | code >> 12);
		utf8[1] = (char)(0x80 | (code >> 6 & 0x3f));
		utf8[2] = (char)(0x80 | (code & 0x3f));
		put(output, utf8, 3);
	} else {
		utf8[0] = (char)(0xf0 | code >> 18);
		utf8[1] = (char)(0x80 | (code >> 12 & 0x3f));
		utf8[2] = (char)(0x80 | (code >> 6 & 0x3f));
		utf8[3] = (char)(0x80 | (code & 0x3f));
		put(output, utf8, 4);
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -EBADMSG;
}

static int hex4(struct json_scan *scan, uint32_t *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, scan->at++) {
		int digit;

		if (scan->at == scan->end)
			return -ENODATA;
		digit = hex_digit(*scan->at);
		if (digit < 0)
			return digit;
		*code = *code << 4 | digit;
	}
	return 0;
}

/* After `\u`: one code point, which may take a second escape. */
static int unicode_escape(struct json_scan *scan, struct output *output)
{
	uint32_t code, low;
	int err;

	err = hex4(scan, &code);
	if (err)
		return err;
	if (code == 0 || (code >= 0xdc00 && code <= 0xdfff))
		return -EBADMSG;
	if (code >= 0xd800 && code <= 0xdbff) {
		err = literal(scan, "\\u");
		if (!err)
			err = hex4(scan, &low);
		if (err)
			return err;
		if (low < 0xdc00 || low > 0xdfff)
			return -EBADMSG;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	put_code_point(output, code);
	return 0;
}

static int escape(struct json_scan *scan, struct output *output)
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	const char *name;

	scan->at++;
	if (scan->at == scan->end)
		return -ENODATA;
	if (*scan->at == 'u') {
		scan->at++;
		return unicode_escape(scan, output);
	}
	name = memchr(names, *scan->at, sizeof(names) - 1);
	if (!name)
		return -EBADMSG;
	scan->at++;
	put(output, values + (name - names), 1);
	return 0;
}

/* Bytes of the sequence that @lead begins, its lowest and highest successor. */
static int utf8_shape(unsigned char lead, unsigned char *low,
		      unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef) {
		if (lead == 0xe0)
			*low = 0xa0; /* shorter forms exist below */
		if (lead == 0xed)
			*high = 0x9f; /* surrogates above */
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		if (lead == 0xf0)
			*low = 0x90; /* shorter forms exist below */
		if (lead == 0xf4)
			*high = 0x8f; /* nothing beyond U+10FFFF */
		return 4;
	}
	return -EBADMSG;
}

static int utf8_sequence(struct json_scan *scan, struct output *output)
{
	const char *sequence = scan->at;
	unsigned char low, high;
	int length = utf8_shape((unsigned char)*scan->at, &low, &high);

	if (length < 0)
		return length;
	for (int i = 1; i < length; i++) {
		unsigned char byte;

		scan->at++;
		if (scan->at == scan->end)
			return -ENODATA;
		byte = (unsigned char)*scan->at;
		if (byte < low || byte > high)
			return -EBADMSG;
		low = 0x80;
		high = 0xbf;
	}
	scan->at++;
	put(output, sequence, length);
	return 0;
}

static void put_plain(struct json_scan *scan, struct output *output)
{
	const char *plain = scan->at;

	while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\\' &&
	       (unsigned char)*scan->at >= 0x20 &&
	       (unsigned char)*scan->at < 0x80)
		scan->at++;
	put(output, plain, scan->at - plain);
}

/* From the opening quotation mark to behind the closing one. */
static int string(struct json_scan *scan, struct output *output)
{
	int err = 0;

	scan->at++;
	while (!err) {
		put_plain(scan, output);
		if (scan->at == scan->end)
			return -ENODATA;
		if (*scan->at == '"')
			break;
		if (*scan->at == '\\')
			err = escape(scan, output);
		else if ((unsigned char)*scan->at >= 0x80)
			err = utf8_sequence(scan, output);
		else
			err = -EBADMSG;
	}
	if (!err)
		scan->at++;
	return err;
}

int json_scan_string(struct json_scan *scan, char *buffer, size_t size)
{
	struct output output = { .buffer = buffer, .size = size - 1 };
	int next = peek(scan);
	int err;

	if (next < 0)
		return next;
	if (next != '"')
		return -EINVAL;
	err = string(scan, &output);
	buffer[output.used < output.size ? output.used : output.size] = '\0';
	if (err)
		return err;
	return output.used > output.size ? -EOVERFLOW : 0;
}

static int key(struct json_scan *scan, char *buffer)
{
	int err = json_scan_string(scan, buffer, KEY_BYTES);
	int next;

	if (err == -EINVAL)
		return -EBADMSG;
	if (err && err != -EOVERFLOW)
		return err;
	next = peek(scan);
	if (next != ':')
		return next < 0 ? next : -EBADMSG;
	scan->at++;
	return 0;
}

/* After a member: 1 when another follows, 0 behind @close. */
static int another(struct json_scan *scan, char close)
{
	int next = peek(scan);

	if (next < 0)
		return next;
	if (next != ',' && next != close)
		return -EBADMSG;
	scan->at++;
	return next == ',';
}

/* At the opening bracket: 1 when something is inside, 0 behind @close. */
static int enter(struct json_scan *scan, char close)
{
	int next;

	scan->at++;
	next = peek(scan);
	if (next < 0)
		return next;
	if (next != close)
		return 1;
	scan->at++;
	return 0;
}

int json_scan_object(struct json_scan *scan, json_scan_member member, void *arg)
{
	char name[KEY_BYTES];
	int next = peek(scan);
	int more, err;

	if (next < 0)
		return next;
	if (next != '{')
		return -EINVAL;
	for (more = enter(scan, '}'); more > 0; more = another(scan, '}')) {
		err = key(scan, name);
		if (!err)
			err = member(scan, name, arg);
		if (err)
			return err;
	}
	return more;
}

static int skip(struct json_scan *scan, int depth);

/* NOLINTNEXTLINE(misc-no-recursion): MAX_DEPTH bounds it */
static int skip_nested(struct json_scan *scan, char close, int depth)
{
	char name[KEY_BYTES];
	int more, err;

	if (depth == MAX_DEPTH)
		return -EBADMSG;
	for (more = enter(scan, close); more > 0; more = another(scan, close)) {
		err = close == '}' ? key(scan, name) : 0;
		if (!err)
			err = skip(scan, depth + 1);
		if (err)
			return err;
	}
	return more;
}

/* NOLINTNEXTLINE(misc-no-recursion): MAX_DEPTH bounds it */
static int skip(struct json_scan *scan, int depth)
{
	struct output nowhere = { .buffer = NULL };

	switch (peek(scan)) {
	case -ENODATA:
		return -ENODATA;
	case '{':
		return skip_nested(scan, '}', depth);
	case '[':
		return skip_nested(scan, ']', depth);
	case '"':
		return string(scan, &nowhere);
	case 't':
		return literal(scan, "true");
	case 'f':
		return literal(scan, "false");
	case 'n':
		return literal(scan, "null");
	case '-':
	case '0' ... '9':
		return skip_number(scan);
	default:
		return -EBADMSG;
	}
}

int json_scan_skip(struct json_scan *scan)
{
	return skip(scan, 0);
}

int json_scan_finish(struct json_scan *scan)
{
	return peek(scan) == -ENODATA ? 0 : -EBADMSG;
}
