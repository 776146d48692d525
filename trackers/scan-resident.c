// SPDX-License-Identifier: GPL-2.0-or-later
/* PAGEMAP_SCAN for written pages with content: holes never match. */
#include "harness/asyncwp.h"
#include "harness/uapi.h"
#include "trackers/tracker.h"

/* Written, present or swapped, and not the zero page that a read mapped. */
static const struct scan_query written = {
	.inverted = PAGE_IS_PFNZERO,
	.mask = PAGE_IS_WRITTEN | PAGE_IS_PFNZERO,
	.anyof = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
	.returned = PAGE_IS_WRITTEN,
};

static const struct param params[] = {
	ASYNCWP_COLLECT_PARAM,
	SCANNER_VEC_PARAM("512"),
	{ .name = NULL },
};

static int probe(enum page_kind kind, const struct params *values,
		 struct reason *why)
{
	(void)values;
	return scanner_probe(kind, &written, why);
}

static int open_scan_resident(struct tracking *t)
{
	return asyncwp_open(t, &asyncwp_resident, &written);
}

const struct tracker tracker_scan_resident = {
	.name = "scan-resident",
	.summary = "PAGEMAP_SCAN for written pages that are present or swapped",
	.claim = CLAIM_EXACT,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), KINDS_HUGETLB(GRANULE_UNIT),
		     [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE },
	.other_process = true,
	.params = params,
	.misled_by = asyncwp_misled_by,
	.probe = probe,
	.open = open_scan_resident,
	.arm = asyncwp_arm,
	.collect = asyncwp_collect,
	.collect_and_arm = asyncwp_collect_and_arm,
	.disarm = asyncwp_disarm,
	.close = asyncwp_close,
};
