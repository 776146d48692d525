/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What trackers for tests that follow another process share: they are
 * scan-resident, but for one hook. */
#ifndef DIRTYBENCH_AFAR_TRACKER_H
#define DIRTYBENCH_AFAR_TRACKER_H

#include "trackers/test-tracker.h"

extern const struct tracker tracker_scan_resident;

/* Its parameters and hooks. */
extern const struct param afar_params[];
int afar_probe(enum page_kind kind, const struct params *params,
	       struct reason *why);
int afar_open(struct tracking *t);
int afar_arm(struct tracking *t);
int afar_disarm(struct tracking *t);
void afar_close(struct tracking *t);

/* As TEST_TRACKER(). */
#define AFAR_TRACKER(arm_hook, collect_hook)                                \
	TEST_TRACKER_SEMANTICS, .other_process = true, .probe = afar_probe, \
				.open = afar_open, .arm = (arm_hook),       \
				.collect = (collect_hook),                  \
				.disarm = afar_disarm, .close = afar_close

#endif
