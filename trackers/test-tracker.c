// SPDX-License-Identifier: GPL-2.0-or-later
/* What the trackers for tests share: they are mprotect, but for one hook. */
#include "trackers/test-tracker.h"

int test_probe(enum page_kind kind, const struct params *params,
	       struct reason *why)
{
	return tracker_mprotect.probe(kind, params, why);
}

int test_open(struct tracking *t)
{
	return tracker_mprotect.open(t);
}

int test_arm(struct tracking *t)
{
	return tracker_mprotect.arm(t);
}

int test_collect(struct tracking *t, struct region_array *out)
{
	return tracker_mprotect.collect(t, out);
}

int test_disarm(struct tracking *t)
{
	return tracker_mprotect.disarm(t);
}

void test_close(struct tracking *t)
{
	tracker_mprotect.close(t);
}
