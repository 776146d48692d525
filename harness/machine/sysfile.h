/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes the small text files of /proc and /sys. */
#ifndef DIRTYBENCH_SYSFILE_H
#define DIRTYBENCH_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Everything here returns 0 or the -errno of open, read or write; in addition
 * -E2BIG where the text does not fit and -EINVAL where it is not what was
 * asked for.
 */

/* The whole text, zero-terminated, without the newlines at its end. */
int sysfile_read(const char *path, char *text, size_t text_bytes);

/*
 * The value of a setting: the word in brackets ("always [madvise] never"), or
 * the whole text where there are no brackets.
 */
int sysfile_read_choice(const char *path, char *text, size_t text_bytes);

int sysfile_read_u64(const char *path, uint64_t *value);

/* One write(2), as the kernel expects it. */
int sysfile_write(const char *path, const char *text);
int sysfile_write_u64(const char *path, uint64_t value);

bool sysfile_exists(const char *path);

/* What sysfile_read_choice() does with the text, in place. */
int sysfile_choice(char *text);

#endif
