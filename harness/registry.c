// SPDX-License-Identifier: GPL-2.0-or-later
/* Every tracker and workload of this build. */
#include "harness/registry.h"

#include <string.h>

/* More than anybody adds; only spelling hints depend on it. */
enum { MAX_NAMES = 128 };

static void explain(const char *kind, const char *name,
		    const char *const *names, size_t nr, struct reason *why)
{
	const char *near = nearest_name(name, names, nr);

	if (near)
		reason_set(why, 0, "no %s '%s': did you mean '%s'?", kind, name,
			   near);
	else
		reason_set(why, 0,
			   "no %s '%s': 'dirtybench list' shows what there is",
			   kind, name);
}

const struct tracker *tracker_find(const char *name, struct reason *why)
{
	const char *names[MAX_NAMES];
	size_t nr = 0;

	for (int i = 0; trackers[i]; i++) {
		if (!strcmp(trackers[i]->name, name))
			return trackers[i];
		if (!trackers[i]->hidden && nr < MAX_NAMES)
			names[nr++] = trackers[i]->name;
	}
	explain("tracker", name, names, nr, why);
	return NULL;
}

const struct workload *workload_find(const char *name, struct reason *why)
{
	const char *names[MAX_NAMES];
	size_t nr = 0;

	for (int i = 0; workloads[i]; i++) {
		if (!strcmp(workloads[i]->name, name))
			return workloads[i];
		if (nr < MAX_NAMES)
			names[nr++] = workloads[i]->name;
	}
	explain("workload", name, names, nr, why);
	return NULL;
}
