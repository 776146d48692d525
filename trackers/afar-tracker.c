// SPDX-License-Identifier: GPL-2.0-or-later
/* What trackers for tests that follow another process share: they are
 * scan-resident, but for one hook. */
#include "trackers/afar-tracker.h"

#include "harness/asyncwp.h"

const struct param afar_params[] = {
	ASYNCWP_COLLECT_PARAM,
	{ .name = NULL },
};

int afar_probe(enum page_kind kind, const struct params *params,
	       struct reason *why)
{
	return tracker_scan_resident.probe(kind, params, why);
}

int afar_open(struct tracking *t)
{
	return tracker_scan_resident.open(t);
}

int afar_arm(struct tracking *t)
{
	return tracker_scan_resident.arm(t);
}

int afar_disarm(struct tracking *t)
{
	return tracker_scan_resident.disarm(t);
}

void afar_close(struct tracking *t)
{
	tracker_scan_resident.close(t);
}
