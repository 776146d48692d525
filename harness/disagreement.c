// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares what several trackers reported of the same epoch. */
#include "harness/disagreement.h"

#include "harness/page.h"

struct comparing {
	const struct testimony *testimonies;
	int nr;
	struct region_cursor said[TESTIMONIES_MAX];
	struct region_cursor written; /* by pages */
	struct region_cursor granule; /* by mapping units */
	const struct mapped_range *range;
	disagreement_fn found;
	void *arg;
	struct disagreement_counts *counts;
	struct disagreement last; /* not given out yet, if not empty */
};

/* Whether @start lies in a region; *end is where that may change. */
static bool is_in(struct region_cursor *cursor, uint64_t start, uint64_t *end)
{
	bool in = region_overlaps(cursor, start, start + page_bytes());
	const struct region *region = &cursor->regions->v[cursor->at];
	uint64_t change = *end;

	if (cursor->at < cursor->regions->nr)
		change = in ? region->end : region->start;
	if (change < *end)
		*end = change;
	return in;
}

static uint32_t everybody(const struct comparing *c)
{
	return (uint32_t)((1ULL << c->nr) - 1);
}

static unsigned int excuse(const struct testimony *testimony,
			   const struct mapped_range *range, bool in_granule,
			   bool written)
{
	if (testimony->unclaimed)
		return BECAUSE_UNCLAIMED;
	if (!written && in_granule &&
	    testimony->granule[range->kind] == GRANULE_UNIT)
		return BECAUSE_GRANULE;
	if (!written && testimony->superset)
		return BECAUSE_SUPERSET;
	return BECAUSE_NOTHING;
}

static unsigned int excuses(const struct comparing *c,
			    const struct disagreement *pages, bool in_granule)
{
	unsigned int because = 0;

	for (int i = 0; i < c->nr; i++)
		if (((pages->said >> i) & 1) != pages->written)
			because |= excuse(&c->testimonies[i], c->range,
					  in_granule, pages->written);
	return because;
}

static void give_out(struct comparing *c)
{
	if (c->last.start != c->last.end)
		c->found(c->arg, &c->last);
	c->last.end = c->last.start;
}

static void take(struct comparing *c, const struct disagreement *pages)
{
	uint64_t nr = (pages->end - pages->start) / page_bytes();
	bool differ = pages->said && pages->said != everybody(c);
	struct disagreement *last = &c->last;

	if (differ)
		c->counts->differ += nr;
	else if (!(pages->because & BECAUSE_NOTHING))
		return;
	if (last->end == pages->start && last->start != last->end &&
	    last->kind == pages->kind && last->said == pages->said &&
	    last->written == pages->written &&
	    last->because == pages->because) {
		last->end = pages->end;
		return;
	}
	give_out(c);
	*last = *pages;
}

/* All pages alike but for the units that they lie in. */
static void judge(struct comparing *c, struct disagreement *pages)
{
	uint64_t end = pages->end, unit = c->range->unit_bytes;
	bool in_granule;

	while (pages->start < end) {
		pages->end = pages->start / unit * unit + unit;
		in_granule = region_overlaps(&c->granule, pages->end - unit,
					     pages->end);
		if (pages->end > end)
			pages->end = end;
		pages->because = excuses(c, pages, in_granule);
		take(c, pages);
		pages->start = pages->end;
	}
}

static void compare_range(struct comparing *c)
{
	struct disagreement pages = { .kind = c->range->kind };

	for (uint64_t at = c->range->start; at < c->range->end;
	     at = pages.end) {
		pages.start = at;
		pages.end = c->range->end;
		pages.said = 0;
		pages.written = is_in(&c->written, at, &pages.end);
		for (int i = 0; i < c->nr; i++)
			if (is_in(&c->said[i], at, &pages.end))
				pages.said |= 1U << i;
		at = pages.end;
		if (pages.said != (pages.written ? everybody(c) : 0))
			judge(c, &pages);
		pages.end = at;
	}
	c->counts->compared += (c->range->end - c->range->start) / page_bytes();
}

void disagreement_find(const struct testimony *testimonies, int nr,
		       const struct region_array *expected,
		       const struct mapped_range *ranges, int nr_ranges,
		       disagreement_fn found, void *arg,
		       struct disagreement_counts *counts)
{
	struct comparing c = { .testimonies = testimonies,
			       .nr = nr,
			       .written = { .regions = expected },
			       .granule = { .regions = expected },
			       .found = found,
			       .arg = arg,
			       .counts = counts };

	*counts = (struct disagreement_counts){ 0 };
	for (int i = 0; i < nr; i++)
		c.said[i].regions = testimonies[i].reported;
	for (int i = 0; i < nr_ranges; i++) {
		c.range = &ranges[i];
		compare_range(&c);
	}
	give_out(&c);
}
