// SPDX-License-Identifier: GPL-2.0-or-later
/* Soft-dirty bits: cleared through clear_refs, found with PAGEMAP_SCAN. */
#include "harness/clearrefs.h"
#include "harness/softscan.h"
#include "harness/uapi.h"
#include "trackers/tracker.h"

static const struct scan_query dirty = {
	.mask = PAGE_IS_SOFT_DIRTY,
	.returned = PAGE_IS_SOFT_DIRTY,
};

static const struct param params[] = {
	SCANNER_VEC_PARAM("512"),
	{ .name = NULL },
};

static int probe(enum page_kind kind, const struct params *values,
		 struct reason *why)
{
	(void)kind;
	(void)values;
	return softscan_probe(&dirty, why);
}

static int open_scan_softdirty(struct tracking *t)
{
	return softscan_open(t, &dirty);
}

const struct tracker tracker_scan_softdirty = {
	.name = "scan-softdirty",
	.summary = "4 to clear_refs; PAGEMAP_SCAN for PAGE_IS_SOFT_DIRTY",
	.claim = CLAIM_EXACT,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), [PAGE_KIND_THP] = GRANULE_UNIT,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_UNIT },
	.cannot = { KINDS_HUGETLB(SOFTSCAN_NO_HUGETLB) },
	.arms_more = CLEARREFS_ARMS_MORE,
	.params = params,
	.aside = true,
	.other_process = true,
	.misled_by = clearrefs_misled_by,
	.probe = probe,
	.open = open_scan_softdirty,
	.arm = softscan_arm,
	.collect = softscan_collect,
	.disarm = clearrefs_disarm,
	.close = softscan_close,
};
