/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a swap file and removes it. */
#ifndef DIRTYBENCH_SWAPFILE_H
#define DIRTYBENCH_SWAPFILE_H

#include <stddef.h>
#include <stdint.h>

#include "harness/machine/undo.h"
#include "harness/reason.h"

/* The undo kind of a swap file: its name is the path, its value empty. */
#define SWAPFILE_UNDO_KIND "swap-file"

/*
 * Make a formatted file without holes in @folder, an absolute path, that can
 * take @bytes of pages, and put its path into @path (@path_bytes of it). It is
 * not switched on. What was made before a failure is in @log.
 */
int swapfile_make(struct undo_log *log, const char *folder, uint64_t bytes,
		  char *path, size_t path_bytes, struct reason *why);

/* swaparea_on() with the reason that a file system's EINVAL has. */
int swapfile_on(const char *path, struct reason *why);

/* As struct undo_kind.revert: switch off and delete. */
int swapfile_revert(const char *name, const char *value, struct reason *why);

#endif
