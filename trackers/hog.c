// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: allocates and touches memory until there is no more. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "trackers/test-tracker.h"

/* Small enough that the last one before the limit is nearly there. */
enum { STEP_BYTES = 16 << 20 };

static int collect(struct tracking *t, struct region_array *out)
{
	void *at;

	(void)out;
	for (;;) {
		at = mmap(NULL, STEP_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (at == MAP_FAILED)
			return reason_errno(&t->why, -errno,
					    "allocating without end");
		memset(at, 1, STEP_BYTES);
	}
}

const struct tracker tracker_hog = {
	.name = "hog",
	.summary = "for tests: allocates without end",
	TEST_TRACKER(test_arm, collect),
};
