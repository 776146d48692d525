// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: crashes while it collects. */
#include <signal.h>

#include "trackers/test-tracker.h"

static int collect(struct tracking *t, struct region_array *out)
{
	(void)t;
	(void)out;
	/* The default action, whoever handles the signal now. */
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return 0;
}

const struct tracker tracker_crasher = {
	.name = "crasher",
	.summary = "for tests: crashes while it collects",
	TEST_TRACKER(test_arm, collect),
};
