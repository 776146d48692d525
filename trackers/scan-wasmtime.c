// SPDX-License-Identifier: GPL-2.0-or-later
/* What wasmtime asks PAGEMAP_SCAN to reset an instance's memory. */
#include "harness/asyncwp.h"
#include "harness/uapi.h"
#include "trackers/tracker.h"

/*
 * crates/wasmtime/src/runtime/vm/sys/unix/pagemap.rs. There, the memory is not
 * registered: a private page that is present and neither of the file nor zero
 * is one that the guest wrote, and is then overwritten. Here, the same question
 * is asked of memory that was armed.
 */
static const struct scan_query changed = {
	.inverted = PAGE_IS_PFNZERO | PAGE_IS_FILE,
	.mask = PAGE_IS_WRITTEN | PAGE_IS_PRESENT | PAGE_IS_PFNZERO |
		PAGE_IS_FILE,
};

#define NO_FILES                                                           \
	"wasmtime's query leaves out pages of files, as which the kernel " \
	"has shared memory"

/* Its array. */
static const struct param params[] = {
	SCANNER_VEC_PARAM("32"),
	{ .name = NULL },
};

static const char *misled_by(enum mapping_event event,
			     const struct params *values)
{
	if (event == EVENT_PAGEOUT)
		return "wasmtime's query asks for pages that are present: one "
		       "that was written and swapped out is not found";
	/* A guard page loses its protection, and is not present. */
	return event == EVENT_GUARD ? NULL : asyncwp_misled_by(event, values);
}

static int probe(enum page_kind kind, const struct params *values,
		 struct reason *why)
{
	(void)values;
	return scanner_probe(kind, &changed, why);
}

static int open_scan_wasmtime(struct tracking *t)
{
	return asyncwp_open(t, &asyncwp_resident, &changed);
}

const struct tracker tracker_scan_wasmtime = {
	.name = "scan-wasmtime",
	.summary = "wasmtime's query: written, present, of no file, not zero",
	.claim = CLAIM_EXACT,
	/* A private page that was written to is no page of the file's. */
	.granule = { KINDS_ANON(GRANULE_PAGE), [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE,
		     [PAGE_KIND_SHMEM_PRIVATE] = GRANULE_PAGE,
		     [PAGE_KIND_FILE_PRIVATE] = GRANULE_PAGE,
		     [PAGE_KIND_HUGETLB] = GRANULE_UNIT },
	.cannot = { [PAGE_KIND_SHMEM] = NO_FILES,
		    [PAGE_KIND_FILE_SHARED] = NO_FILES,
		    [PAGE_KIND_HUGETLB_SHARED] = NO_FILES },
	.params = params,
	.other_process = true,
	.aside = true,
	.misled_by = misled_by,
	.probe = probe,
	.open = open_scan_wasmtime,
	.arm = asyncwp_arm,
	.collect = asyncwp_collect,
	.disarm = asyncwp_disarm,
	.close = asyncwp_close,
};
