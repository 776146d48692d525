// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: as racer, of another process too, and slowly. */
#include <time.h>

#include "trackers/afar-tracker.h"

/* Who stores at a rate does it some times a millisecond. */
static int arm_late(struct tracking *t)
{
	const struct timespec gap = { .tv_nsec = 2000000 };

	nanosleep(&gap, NULL);
	return afar_arm(t);
}

static int collect(struct tracking *t, struct region_array *out)
{
	return tracker_scan_resident.collect(t, out);
}

/* What is written between the two is lost. */
static int collect_and_arm(struct tracking *t, struct region_array *out)
{
	int ret = collect(t, out);

	return ret ? ret : arm_late(t);
}

const struct tracker tracker_racer_afar = {
	.name = "racer-afar",
	.summary = "for tests: loses what is written while it collects",
	AFAR_TRACKER(arm_late, collect),
	.params = afar_params,
	.collect_and_arm = collect_and_arm,
};
