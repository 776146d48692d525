/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a zram device of our own for swap and removes it. */
#ifndef DIRTYBENCH_ZRAM_H
#define DIRTYBENCH_ZRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/machine/undo.h"
#include "harness/reason.h"

/* The undo kind of a device: its name is the number, its value empty. */
#define ZRAM_UNDO_KIND "zram"

/* Whether zram_make() has something to try: zram is here or can be loaded. */
bool zram_exists(void);

/*
 * Add a device (devices that are there already stay untouched; Linux 4.2) and
 * format it so that it takes @bytes of pages; its node goes into @path. It is
 * not switched on. What was made before a failure is in @log.
 */
int zram_make(struct undo_log *log, uint64_t bytes, char *path,
	      size_t path_bytes, struct reason *why);

/*
 * As struct undo_kind.revert: switch off and remove. A device that does not
 * bear our header and is not empty either is somebody else's and stays.
 */
int zram_revert(const char *name, const char *value, struct reason *why);

#endif
