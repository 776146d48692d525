// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares what a tracker reported with what was written. */
#include "harness/oracle.h"

#include <stdbool.h>

#include "harness/page.h"

static void count_missed(const struct region_array *expected,
			 const struct region_array *reported,
			 struct verdict *verdict)
{
	struct region_cursor cursor = { .regions = reported };
	uint64_t page = page_bytes();

	for (size_t i = 0; i < expected->nr; i++) {
		for (uint64_t at = expected->v[i].start;
		     at < expected->v[i].end; at += page) {
			if (region_overlaps(&cursor, at, at + page))
				continue;
			if (!verdict->missed++)
				verdict->first_missed = at;
		}
	}
}

static const struct mapped_range *range_of(const struct mapped_range *ranges,
					   int nr_ranges, uint64_t at)
{
	for (int i = 0; i < nr_ranges; i++)
		if (at >= ranges[i].start && at < ranges[i].end)
			return &ranges[i];
	return NULL;
}

static uint64_t granule_bytes(const struct mapped_range *range,
			      const enum granule granule[PAGE_KINDS])
{
	if (range && granule[range->kind] == GRANULE_UNIT)
		return range->unit_bytes;
	return page_bytes();
}

static void count_extra(struct verdict *verdict, uint64_t at, bool explained)
{
	verdict->extra++;
	if (explained)
		verdict->extra_in_granule++;
	else if (!verdict->first_unexplained)
		verdict->first_unexplained = at;
}

void oracle_judge(const struct region_array *expected,
		  const struct region_array *reported,
		  const struct mapped_range *ranges, int nr_ranges,
		  const enum granule granule[PAGE_KINDS],
		  struct verdict *verdict)
{
	struct region_cursor pages = { .regions = expected };
	struct region_cursor granules = { .regions = expected };
	const struct mapped_range *range;
	uint64_t page = page_bytes();
	uint64_t done = 0;
	uint64_t bytes, start;

	*verdict = (struct verdict){ 0 };
	count_missed(expected, reported, verdict);
	for (size_t i = 0; i < reported->nr; i++) {
		for (uint64_t at = reported->v[i].start;
		     at < reported->v[i].end; at += page) {
			verdict->reported++;
			if (at < done) {
				count_extra(verdict, at, false);
				continue;
			}
			done = at + page;
			if (region_overlaps(&pages, at, at + page))
				continue;
			range = range_of(ranges, nr_ranges, at);
			bytes = granule_bytes(range, granule);
			start = at / bytes * bytes;
			count_extra(verdict, at,
				    region_overlaps(&granules, start,
						    start + bytes));
		}
	}
}
