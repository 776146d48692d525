/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page frames: whether those that map a range are folios of a given size. */
#ifndef DIRTYBENCH_PAGEFRAMES_H
#define DIRTYBENCH_PAGEFRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "harness/pagekind.h"
#include "harness/reason.h"

/* Whether this process is shown page frames and their flags, by trying: 0, or
 * -EPERM with @why. Root with CAP_SYS_ADMIN is. */
int pageframes_probe(struct reason *why);

/* The folios that map a range, in address order. */
struct folios {
	uint64_t *first_frame; /* of each */
	size_t nr;
	uint64_t pages; /* of each */
	int flags;	/* /proc/kpageflags */
	uint64_t *word; /* of it: those of a folio and of the page behind */
};

/*
 * Whether each aligned @folio_bytes of @range are mapped by one folio of that
 * size, from its first page to its last: 1, with @folios made, to be destroyed;
 * 0 where they are not; -errno with @why.
 */
int folios_find(struct folios *folios, const struct mapped_range *range,
		uint64_t folio_bytes, struct reason *why);

/*
 * Whether every @step th of them is still one folio of that size, 1 or 0, by
 * the flags of its frames alone: page tables are not looked at, which would
 * leave them in the cache. -errno with @why.
 */
int folios_check(const struct folios *folios, size_t step, struct reason *why);

/* Nothing where it was never made. */
void folios_destroy(struct folios *folios);

#endif
