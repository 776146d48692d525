/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small memory of each page kind, for finding out what a kernel can do. */
#ifndef DIRTYBENCH_PROBE_H
#define DIRTYBENCH_PROBE_H

#include <stdint.h>

#include "harness/pagekind.h"
#include "harness/reason.h"

struct probe_memory {
	uint64_t start, end;
	uint64_t unit_bytes;
	void *mapping; /* what was mapped; start may lie inside, aligned */
	uint64_t mapping_bytes;
};

/*
 * Two mapping units of @kind, which nobody else maps. Base pages are
 * populated, as the kind says. Huge ones are not, because the pool may be
 * empty: what is tried on them is whether the kernel takes such a mapping at
 * all. -errno when there is no such memory.
 */
int probe_map(struct probe_memory *memory, enum page_kind kind,
	      struct reason *why);
void probe_unmap(struct probe_memory *memory);

#endif
