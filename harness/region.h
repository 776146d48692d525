/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions: runs of adjacent pages, and the arrays that trackers fill. */
#ifndef DIRTYBENCH_REGION_H
#define DIRTYBENCH_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* [start, end) in bytes of the tracked process, multiples of a base page. */
struct region {
	uint64_t start, end;
};

/* Sorted, disjoint and not adjacent; @max entries belong to the caller. */
struct region_array {
	struct region *v;
	size_t nr, max;
};

/*
 * Append [start, end), which lies at or behind the last region's end, and grow
 * the last region where they touch. False, and nothing changed, when the array
 * is full.
 */
static inline bool region_append(struct region_array *regions, uint64_t start,
				 uint64_t end)
{
	struct region *last = regions->v + regions->nr;

	if (regions->nr && last[-1].end == start) {
		last[-1].end = end;
		return true;
	}
	if (regions->nr == regions->max)
		return false;
	last->start = start;
	last->end = end;
	regions->nr++;
	return true;
}

/* Walks a sorted array of regions, forwards only. */
struct region_cursor {
	const struct region_array *regions;
	size_t at; /* the first region that may not lie behind us */
};

/* Whether a region overlaps [start, end); starts never decrease. */
static inline bool region_overlaps(struct region_cursor *cursor, uint64_t start,
				   uint64_t end)
{
	const struct region_array *regions = cursor->regions;

	while (cursor->at < regions->nr && regions->v[cursor->at].end <= start)
		cursor->at++;
	return cursor->at < regions->nr && regions->v[cursor->at].start < end;
}

#endif
