// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: follows another process, and drops the first page written. */
#include <string.h>

#include "trackers/afar-tracker.h"

static int drop_first(int ret, struct region_array *out)
{
	if (!out->nr)
		return ret;
	out->v[0].start += page_bytes();
	if (out->v[0].start < out->v[0].end)
		return ret;
	out->nr--;
	memmove(out->v, out->v + 1, out->nr * sizeof(*out->v));
	return ret;
}

static int collect(struct tracking *t, struct region_array *out)
{
	return drop_first(tracker_scan_resident.collect(t, out), out);
}

static int collect_and_arm(struct tracking *t, struct region_array *out)
{
	return drop_first(tracker_scan_resident.collect_and_arm(t, out), out);
}

const struct tracker tracker_liar_afar = {
	.name = "liar-afar",
	.summary = "for tests: drops the first page, of another process too",
	AFAR_TRACKER(afar_arm, collect),
	.params = afar_params,
	.collect_and_arm = collect_and_arm,
};
