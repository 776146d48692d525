// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: says that one call collects and arms, and makes two. */
#include "trackers/test-tracker.h"

static const struct param params[] = {
	{ .name = "collect",
	  .type = PARAM_CHOICE,
	  .fallback = "separate",
	  .choices = "separate|atomic",
	  .help = "with separate, nothing is claimed that is not so" },
	{ .name = NULL },
};

/* What is written between the two is lost. */
static int collect_and_arm(struct tracking *t, struct region_array *out)
{
	int ret = test_collect(t, out);

	return ret ? ret : test_arm(t);
}

const struct tracker tracker_racer = {
	.name = "racer",
	.summary = "for tests: loses what is written while it collects",
	TEST_TRACKER(test_arm, test_collect),
	.params = params,
	.collect_and_arm = collect_and_arm,
};
