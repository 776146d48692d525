/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads one JSON text from front to back without building a tree of it. */
#ifndef DIRTYBENCH_JSON_SCAN_H
#define DIRTYBENCH_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A tree (jansson) costs 20 us for a sample line, most of it allocations; a
 * million lines have to be read in a few seconds. What is accepted is RFC 8259
 * without the escape \u0000, with keys and values in UTF-8: what jansson
 * accepts.
 *
 * Every function consumes one value and returns 0 or
 *	-ENODATA	the text ends before the value does
 *	-EBADMSG	not JSON
 *	-EINVAL		JSON, but a value of another type; nothing is consumed
 *	-ERANGE		an integer outside int64_t; consumed
 *	-EOVERFLOW	a string longer than the buffer; consumed
 */
struct json_scan {
	const char *start, *at, *end;
};

void json_scan_init(struct json_scan *scan, const char *text, size_t length);

/* Consume `null` where it stands next; otherwise consume nothing. */
bool json_scan_null(struct json_scan *scan);

/* A number without fraction and exponent. */
int json_scan_integer(struct json_scan *scan, int64_t *value);

/* @buffer of @size bytes gets the unescaped string and a final zero. */
int json_scan_string(struct json_scan *scan, char *buffer, size_t size);

/*
 * Calls @member for each member; it has to consume the value. @key is valid
 * during the call and cut to 63 bytes. The first error of @member ends the
 * scan and is returned.
 */
typedef int (*json_scan_member)(struct json_scan *scan, const char *key,
				void *arg);
int json_scan_object(struct json_scan *scan, json_scan_member member,
		     void *arg);

/* Any value; nested at most 64 deep, -EBADMSG beyond. */
int json_scan_skip(struct json_scan *scan);

/* 0 when only white space is left, else -EBADMSG. */
int json_scan_finish(struct json_scan *scan);

/* Bytes consumed so far, for messages. */
size_t json_scan_offset(const struct json_scan *scan);

#endif
