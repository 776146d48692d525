// SPDX-License-Identifier: GPL-2.0-or-later
/* No tracking: what a workload's stores cost by themselves. */
#include "trackers/tracker.h"

static int probe(enum page_kind kind, const struct params *params,
		 struct reason *why)
{
	(void)kind;
	(void)params;
	(void)why;
	return 0;
}

static int nothing(struct tracking *t)
{
	(void)t;
	return 0;
}

static int collect(struct tracking *t, struct region_array *out)
{
	(void)t;
	(void)out;
	return 0;
}

static void close_none(struct tracking *t)
{
	(void)t;
}

const struct tracker tracker_none = {
	.name = "none",
	.summary = "no tracking: the cost of the stores alone",
	.claim = CLAIM_NOTHING,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), KINDS_HUGETLB(GRANULE_PAGE),
		     [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE },
	.other_process = true,
	.probe = probe,
	.open = nothing,
	.arm = nothing,
	.collect = collect,
	.disarm = nothing,
	.close = close_none,
};
