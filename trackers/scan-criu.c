// SPDX-License-Identifier: GPL-2.0-or-later
/* What CRIU asks PAGEMAP_SCAN for a pre-dump: all that has content. */
#include "harness/clearrefs.h"
#include "harness/softscan.h"
#include "harness/uapi.h"
#include "trackers/tracker.h"

/*
 * criu/pagemap-cache.c. Every page with content is handed over, written or not,
 * with what CRIU then looks at: criu/mem.c takes those that are soft-dirty, and
 * leaves out guard regions.
 */
static const struct scan_query content = {
	.inverted = PAGE_IS_PFNZERO | PAGE_IS_FILE,
	.mask = PAGE_IS_PFNZERO | PAGE_IS_FILE,
	.anyof = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
	.returned = PAGE_IS_PRESENT | PAGE_IS_SWAPPED | PAGE_IS_SOFT_DIRTY,
	.kept = PAGE_IS_SOFT_DIRTY,
	.dropped = PAGE_IS_GUARD,
};

#define NO_FILES                                                       \
	"CRIU's query leaves out pages of files, as which the kernel " \
	"has shared memory: CRIU dumps both by other means"

/* Its array has an entry for every page of the largest mapping, up to this. */
static const struct param params[] = {
	SCANNER_VEC_PARAM("32768"),
	{ .name = NULL },
};

static int probe(enum page_kind kind, const struct params *values,
		 struct reason *why)
{
	(void)kind;
	(void)values;
	return softscan_probe(&content, why);
}

/* Guard regions are asked for where the kernel can tell (Linux 6.16). */
static int open_scan_criu(struct tracking *t)
{
	struct softscan *soft;
	int ret;

	ret = softscan_open(t, &content);
	if (ret)
		return ret;
	soft = t->state;
	t->counts.syscalls++;
	if (scanner_knows(soft->scanner.fd, PAGE_IS_GUARD) == 1)
		soft->query.returned |= PAGE_IS_GUARD;
	return 0;
}

const struct tracker tracker_scan_criu = {
	.name = "scan-criu",
	.summary = "CRIU's query: 4 to clear_refs; all content, with its bits",
	.claim = CLAIM_EXACT,
	/* A private page that was written to is no page of the file's. */
	.granule = { KINDS_ANON(GRANULE_PAGE), [PAGE_KIND_THP] = GRANULE_UNIT,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_UNIT,
		     [PAGE_KIND_SHMEM_PRIVATE] = GRANULE_PAGE,
		     [PAGE_KIND_FILE_PRIVATE] = GRANULE_PAGE },
	.cannot = { [PAGE_KIND_SHMEM] = NO_FILES,
		    [PAGE_KIND_FILE_SHARED] = NO_FILES,
		    [PAGE_KIND_HUGETLB_SHARED] = NO_FILES,
		    [PAGE_KIND_HUGETLB] = SOFTSCAN_NO_HUGETLB },
	.arms_more = CLEARREFS_ARMS_MORE,
	.params = params,
	.aside = true,
	.other_process = true,
	.misled_by = clearrefs_misled_by,
	.probe = probe,
	.open = open_scan_criu,
	.arm = softscan_arm,
	.collect = softscan_collect,
	.disarm = clearrefs_disarm,
	.close = softscan_close,
};
