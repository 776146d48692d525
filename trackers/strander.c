// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: arms, and leaves the faults to nobody. */
#include <signal.h>

#include "trackers/test-tracker.h"

/* Whoever stores next dies of it, and the process with it. */
static int arm(struct tracking *t)
{
	signal(SIGSEGV, SIG_DFL);
	return test_arm(t);
}

const struct tracker tracker_strander = {
	.name = "strander",
	.summary = "for tests: whoever stores once it has armed dies",
	TEST_TRACKER(arm, test_collect),
};
