// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: never clears, so that old writes are reported again. */
#include <stdbool.h>

#include "trackers/test-tracker.h"

/* Also over closing and opening again: what is new is then missed. */
static bool armed;

static int arm(struct tracking *t)
{
	if (armed)
		return 0;
	armed = true;
	return test_arm(t);
}

const struct tracker tracker_liar_stale = {
	.name = "liar-stale",
	.summary = "for tests: arms once and never clears",
	TEST_TRACKER(arm, test_collect),
};
