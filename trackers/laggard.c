// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: takes its time to collect. */
#include <time.h>

#include "trackers/test-tracker.h"

static int collect(struct tracking *t, struct region_array *out)
{
	const struct timespec time = { .tv_nsec = 30000000 };

	nanosleep(&time, NULL);
	return test_collect(t, out);
}

const struct tracker tracker_laggard = {
	.name = "laggard",
	.summary = "for tests: takes 30 ms to collect",
	TEST_TRACKER(test_arm, collect),
};
