// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: never comes back from collecting. */
#include <unistd.h>

#include "trackers/test-tracker.h"

static int collect(struct tracking *t, struct region_array *out)
{
	(void)t;
	(void)out;
	for (;;)
		pause();
	return 0;
}

const struct tracker tracker_sleeper = {
	.name = "sleeper",
	.summary = "for tests: never comes back from collecting",
	TEST_TRACKER(test_arm, collect),
};
