/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the trackers for tests share: they are mprotect, but for one hook. */
#ifndef DIRTYBENCH_TEST_TRACKER_H
#define DIRTYBENCH_TEST_TRACKER_H

#include "trackers/tracker.h"

/* Works on every kernel, for every page kind, without privileges. */
extern const struct tracker tracker_mprotect;

/* Its hooks; a test tracker puts its own in the place of one. */
int test_probe(enum page_kind kind, const struct params *params,
	       struct reason *why);
int test_open(struct tracking *t);
int test_arm(struct tracking *t);
int test_collect(struct tracking *t, struct region_array *out);
int test_disarm(struct tracking *t);
void test_close(struct tracking *t);

/* What they say of themselves. */
#define TEST_TRACKER_SEMANTICS                       \
	.claim = CLAIM_EXACT, .hidden = true,        \
	.granule = { KINDS_ANON(GRANULE_PAGE),       \
		     KINDS_SHMEM(GRANULE_PAGE),      \
		     KINDS_FILE(GRANULE_PAGE),       \
		     KINDS_HUGETLB(GRANULE_UNIT),    \
		     [PAGE_KIND_THP] = GRANULE_PAGE, \
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE }

/* And all hooks: test_arm and test_collect, one of them usually replaced. */
#define TEST_TRACKER(arm_hook, collect_hook)                                  \
	TEST_TRACKER_SEMANTICS, .probe = test_probe, .open = test_open,       \
				.arm = (arm_hook), .collect = (collect_hook), \
				.disarm = test_disarm, .close = test_close

#endif
