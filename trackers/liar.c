// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: drops the first granule that holds a stored page. */
#include <string.h>

#include "trackers/test-tracker.h"

static uint64_t granule_at(const struct tracking *t, uint64_t address)
{
	for (int i = 0; i < t->nr_ranges; i++)
		if (address < t->ranges[i].end)
			return tracking_granule(t, &t->ranges[i]);
	return 0;
}

static int collect(struct tracking *t, struct region_array *out)
{
	int ret = test_collect(t, out);

	if (!out->nr)
		return ret;
	out->v[0].start += granule_at(t, out->v[0].start);
	if (out->v[0].start < out->v[0].end)
		return ret;
	out->nr--;
	memmove(out->v, out->v + 1, out->nr * sizeof(*out->v));
	return ret;
}

const struct tracker tracker_liar = {
	.name = "liar",
	.summary = "for tests: drops the first granule that was written",
	TEST_TRACKER(test_arm, collect),
};
