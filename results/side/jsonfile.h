/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a whole file, and makes a tree of the JSON in it. */
#ifndef DIRTYBENCH_JSONFILE_H
#define DIRTYBENCH_JSONFILE_H

#include <jansson.h>
#include <stddef.h>

#include "harness/reason.h"

/*
 * *@text gets all of @path and a final zero, *@length its bytes without that;
 * the caller frees it. -errno and a sentence that names the file: what open()
 * and read() say, -ENOMEM, -EFBIG beyond 256 MiB.
 */
int jsonfile_read(const char *path, char **text, size_t *length,
		  struct reason *why);

/*
 * Makes *@value, which the caller drops, of what was read from @path. -ENOMEM,
 * or -EBADMSG where it is not JSON: then @right says what would be.
 */
int jsonfile_parse(const char *path, const char *text, size_t length,
		   const char *right, json_t **value, struct reason *why);

#endif
