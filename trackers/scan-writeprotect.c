// SPDX-License-Identifier: GPL-2.0-or-later
/* As scan, but armed with UFFDIO_WRITEPROTECT: the older way of re-arming. */
#include "harness/asyncwp.h"
#include "harness/uapi.h"
#include "harness/uffd.h"
#include "trackers/tracker.h"

static const struct scan_query written = {
	.mask = PAGE_IS_WRITTEN,
	.returned = PAGE_IS_WRITTEN,
};

static const struct param params[] = {
	SCANNER_VEC_PARAM("512"),
	{ .name = NULL },
};

/* Holes get markers, of hugetlbfs as well. */
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

static int open_scan_writeprotect(struct tracking *t)
{
	return asyncwp_open(t, &written, &written);
}

static const char *misled_by(enum mapping_event event,
			     const struct params *values)
{
	if (event == EVENT_GUARDED)
		return "UFFDIO_WRITEPROTECT leaves guard pages out, and what "
		       "is not protected counts as written";
	return asyncwp_marked_misled_by(event, values);
}

/* Every page of the parts, protected already or not: the call is told a range
 * and asks nothing. */
static int arm(struct tracking *t)
{
	struct asyncwp *wp = t->state;

	return uffd_protect_parts(t, wp->uffd);
}

const struct tracker tracker_scan_writeprotect = {
	.name = "scan-writeprotect",
	.summary = "as scan, and armed again with UFFDIO_WRITEPROTECT",
	.claim = CLAIM_EXACT,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), KINDS_HUGETLB(GRANULE_UNIT),
		     [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE },
	.other_process = true,
	.params = params,
	.aside = true,
	.arms_holes = arms_holes,
	.misled_by = misled_by,
	.probe = probe,
	.open = open_scan_writeprotect,
	.arm = arm,
	.collect = asyncwp_collect,
	.disarm = asyncwp_disarm,
	.close = asyncwp_close,
};
