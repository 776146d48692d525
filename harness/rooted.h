/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files of the kernel, read below a directory that stands in for /. */
#ifndef DIRTYBENCH_ROOTED_H
#define DIRTYBENCH_ROOTED_H

#include <glob.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * Readers of what the kernel tells in small files. @root is a directory that
 * stands in for /, so that a captured tree can be read; "" reads this machine.
 * Unless said otherwise they return 0 or -errno, -EINVAL for a text that is
 * not of the expected form.
 */

/* A descriptor for reading. */
int rooted_fd(const char *root, const char *path);

/* What @fd still has, zero-terminated, cut at @size; its length. */
ssize_t read_up_to(int fd, char *text, size_t size);

/* The whole file without trailing white space, cut at @size; its length. */
int rooted_read(const char *root, const char *path, char *text, size_t size);

int rooted_read_int(const char *root, const char *path, int64_t *value);

/* The word in brackets: "madvise" of "always [madvise] never". */
int rooted_read_choice(const char *root, const char *path, char *text,
		       size_t size);

/* How many numbers a list like "0-3,8" has. */
int rooted_read_list_count(const char *root, const char *path, int64_t *count);

/* One line of /proc/meminfo, in KiB. -ENOENT where it has no such line. */
int rooted_meminfo_kb(const char *root, const char *key, int64_t *value_kb);

/* A stream for reading; NULL with errno set. The caller closes it. */
FILE *rooted_open(const char *root, const char *path);

/*
 * Every path that matches, @root included, sorted: read them with root "".
 * -ENOENT where there is none. The caller frees with globfree().
 */
int rooted_glob(const char *root, const char *pattern, glob_t *found);

#endif
