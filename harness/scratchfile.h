/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that a run needs for a while, on a file system that has page cache. */
#ifndef DIRTYBENCH_SCRATCHFILE_H
#define DIRTYBENCH_SCRATCHFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"

/*
 * Where such files are made: /var/tmp, which outlives a boot and is therefore
 * hardly ever in memory, or the current folder where it is tmpfs all the same
 * or cannot be written to. NULL where both are. Files of tmpfs are shared
 * memory to the kernel, those of ramfs are not.
 */
const char *scratch_folder(void);

/*
 * An empty file of @bytes there, with no name from the start or, where the
 * file system has no O_TMPFILE, from the next moment on: it is gone with its
 * last descriptor and mapping, however the process ends. Returns the
 * descriptor; -ENOENT without a folder, -ENOSPC where the file system has less
 * room left than that and a reserve, or another -errno, each with @why.
 */
int scratch_file(uint64_t bytes, struct reason *why);

/* Give every block of it some content, on disk. -errno with @why. */
int scratch_fill(int fd, uint64_t bytes, struct reason *why);

/* Whether files there are never written to a disk, which ramfs has none of. */
bool scratch_is_memory(void);

/* The name of the file system that they are on ("ext4"), into @name; an empty
 * text where it cannot be told. */
void scratch_filesystem(char *name, size_t name_bytes);

#endif
