/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts a target, hears its reports, and is there when it goes wrong. */
#ifndef DIRTYBENCH_SPAWN_H
#define DIRTYBENCH_SPAWN_H

#include <hwloc.h>

#include "harness/reason.h"
#include "harness/target.h"

struct spawn_request {
	struct target_order order;
	hwloc_topology_t topology; /* for binding; NULL: not bound */
	uint64_t data_limit;	   /* RLIMIT_DATA of the target; 0: none */
	int64_t time_limit_ns;
	/* The target's TARGET_RECORDS, a descriptor above that; 0: none. */
	int records;
};

typedef void (*report_fn)(const struct target_report *report, void *arg);

/*
 * Run a target and hand every report to @report as it comes. 0 when it ended
 * by itself, whatever its reports say. -ETIMEDOUT and -ECHILD (killed by a
 * signal, ran out of memory, ended without a report) with @why; -ECANCELED
 * when this process was asked to stop (interrupt.h); other -errno when no
 * target could be started. Nothing of the target is left running, unless the
 * kernel does not let it die: -EDEADLK.
 */
int spawn_target(const struct spawn_request *request, report_fn report,
		 void *arg, struct reason *why);

#endif
