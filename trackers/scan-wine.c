// SPDX-License-Identifier: GPL-2.0-or-later
/* What Wine asks PAGEMAP_SCAN for GetWriteWatch() and ResetWriteWatch(). */
#include "harness/asyncwp.h"
#include "harness/uapi.h"
#include "harness/uffd.h"
#include "trackers/tracker.h"

/*
 * dlls/ntdll/unix/virtual.c. GetWriteWatch() fills an array with the addresses
 * of written pages, and its length is the kernel's max_pages; with the flag
 * that resets, the same call protects (collect=atomic). ResetWriteWatch() is
 * the scan without output.
 */
static const struct scan_query written = {
	.mask = PAGE_IS_WRITTEN,
	.returned = PAGE_IS_WRITTEN,
};

/* 256 regions on Wine's stack. The other array is the Windows program's. */
static const struct param params[] = {
	ASYNCWP_COLLECT_PARAM,
	{ .name = "max-pages",
	  .type = PARAM_COUNT,
	  .fallback = "1024",
	  .min = 1,
	  .max = 1 << 30,
	  .help = "pages that one call may report; of hugetlbfs, rounded up to "
		  "whole ones" },
	SCANNER_VEC_PARAM("256"),
	{ .name = NULL },
};

static bool arms_holes(const struct params *values)
{
	(void)values;
	return true;
}

static int probe(enum page_kind kind, const struct params *values,
		 struct reason *why)
{
	(void)values;
	return scanner_probe(kind, &written, why);
}

/* Wine protects what it registers with UFFDIO_WRITEPROTECT, which puts a
 * marker into every hole, of hugetlbfs as well, on any kernel: what a scan that
 * finds holes unprotected has to be told of misleads only those. */
static int open_scan_wine(struct tracking *t)
{
	struct asyncwp *wp;
	int ret;

	ret = asyncwp_open(t, &written, &written);
	if (ret)
		return ret;
	wp = t->state;
	ret = uffd_protect_ranges(t, wp->uffd);
	if (ret)
		asyncwp_close(t);
	return ret;
}

const struct tracker tracker_scan_wine = {
	.name = "scan-wine",
	.summary = "Wine's query: written pages, a limited number a call",
	.claim = CLAIM_EXACT,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), KINDS_HUGETLB(GRANULE_UNIT),
		     [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE },
	.other_process = true,
	.params = params,
	.aside = true,
	.arms_holes = arms_holes,
	.misled_by = asyncwp_marked_misled_by,
	.probe = probe,
	.open = open_scan_wine,
	.arm = asyncwp_arm,
	.collect = asyncwp_collect,
	.collect_and_arm = asyncwp_collect_and_arm,
	.disarm = asyncwp_disarm,
	.close = asyncwp_close,
};
