/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which size of folios MADV_HUGEPAGE memory gets, and how to choose it. */
#ifndef DIRTYBENCH_FOLIOMODE_H
#define DIRTYBENCH_FOLIOMODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/machine/setting.h"
#include "harness/machine/undo.h"
#include "harness/reason.h"

/* Powers of two between the smallest size and that of a PMD: 10 on x86-64,
 * 12 on arm64 with pages of 64 KiB. */
enum { FOLIO_SIZES = 16 };

/* The modes that the machine had, or was given, before a size was chosen. */
struct folio_modes {
	struct {
		uint64_t bytes;
		char mode[SETTING_BYTES];
	} size[FOLIO_SIZES];
	size_t nr;
	uint64_t chosen; /* 0 while all are as they were */
};

/* Whether the kernel has that size at all (Linux 6.8). */
bool foliomode_exists(uint64_t bytes);

/*
 * Whether it is what a fault in MADV_HUGEPAGE memory gets: of the sizes whose
 * own mode, or the global one that it inherits, is madvise or always, the
 * kernel takes the largest that fits.
 */
bool foliomode_works(uint64_t bytes);

/* Note the mode of every size, in @log as well. -ENODEV where there is none. */
int foliomode_save(struct folio_modes *modes, struct undo_log *log,
		   struct reason *why);

/* Make @bytes the only size, for MADV_HUGEPAGE memory; 0: all as noted. */
int foliomode_choose(struct folio_modes *modes, uint64_t bytes,
		     struct reason *why);

#endif
