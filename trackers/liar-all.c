// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: reports every page that it looks at. */
#include "trackers/test-tracker.h"

static int collect(struct tracking *t, struct region_array *out)
{
	for (int i = 0; i < t->nr_parts; i++)
		region_append(out, t->parts[i].start, t->parts[i].end);
	return 0;
}

const struct tracker tracker_liar_all = {
	.name = "liar-all",
	.summary = "for tests: reports everything",
	TEST_TRACKER(test_arm, collect),
};
