/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where fetched kernels are kept, and handling folders of files. */
#ifndef DIRTYBENCH_CACHEDIR_H
#define DIRTYBENCH_CACHEDIR_H

#include <stdint.h>

#include "harness/reason.h"

/*
 * The path of ${XDG_CACHE_HOME:-~/.cache}/dirtybench/@name, which need not
 * exist; the caller frees it. -ENOENT: neither variable is an absolute path.
 */
int cachedir_path(char **path, const char *name, struct reason *why);

/* Make the folder and those above it that are missing. */
int folder_make(const char *path, struct reason *why);

/* The bytes of all files in a folder; 0 where there is none. */
uint64_t folder_bytes(const char *path);

/* Remove a folder or file with all that is in it; nothing there is well. */
int folder_remove(const char *path, struct reason *why);

#endif
