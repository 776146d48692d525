// SPDX-License-Identifier: GPL-2.0-or-later
/* PAGEMAP_SCAN for PAGE_IS_WRITTEN alone: the kernel's fast path. */
#include "harness/asyncwp.h"
#include "harness/uapi.h"
#include "trackers/tracker.h"

/* A hole counts as written until it is armed with a marker in its entry. */
static const struct scan_query written = {
	.mask = PAGE_IS_WRITTEN,
	.returned = PAGE_IS_WRITTEN,
};

static const struct param params[] = {
	ASYNCWP_COLLECT_PARAM,
	SCANNER_VEC_PARAM("512"),
	{ .name = NULL },
};

static bool arms_holes(const struct params *values)
{
	(void)values;
	return true;
}

static const char *misled_by(enum mapping_event event,
			     const struct params *values)
{
	if (event == EVENT_FILL || event == EVENT_READ_HOLES)
		return "some kernels (Linux 6.16 to 7.0) do not protect holes "
		       "without a page table, and all holes of one count as "
		       "written once a page there is touched";
	if (event == EVENT_MAP_BESIDE)
		return ASYNCWP_NEW_MISLEADS;
	return asyncwp_misled_by(event, values);
}

static int probe(enum page_kind kind, const struct params *values,
		 struct reason *why)
{
	(void)values;
	return scanner_probe(kind, &written, why);
}

static int open_scan(struct tracking *t)
{
	return asyncwp_open(t, &written, &written);
}

const struct tracker tracker_scan = {
	.name = "scan",
	.summary = "PAGEMAP_SCAN for PAGE_IS_WRITTEN on async uffd-wp memory",
	.claim = CLAIM_EXACT,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), KINDS_HUGETLB(GRANULE_UNIT),
		     [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE },
	.other_process = true,
	.params = params,
	.arms_holes = arms_holes,
	.misled_by = misled_by,
	.probe = probe,
	.open = open_scan,
	.arm = asyncwp_arm,
	.collect = asyncwp_collect,
	.collect_and_arm = asyncwp_collect_and_arm,
	.disarm = asyncwp_disarm,
	.close = asyncwp_close,
};
