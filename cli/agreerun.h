/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the targets in which trackers are compared. */
#ifndef DIRTYBENCH_AGREERUN_H
#define DIRTYBENCH_AGREERUN_H

#include <hwloc.h>

#include "cli/plan.h"
#include "cli/readiness.h"
#include "harness/placement.h"
#include "results/agreement/agreement.h"

struct agreerun {
	hwloc_topology_t topology;
	struct placement place;
	struct readiness readiness;
	int epochs; /* measured ones a target */
	double time_limit_s;
	int channel; /* of a guest; -1 */
};

/*
 * Compare the trackers of @cells, of @plan and of one workload: as many of them
 * at a time as can follow the same memory, until each was compared with those
 * that it can be compared with. Whatever goes wrong in a target is in
 * @agreement. -ENOMEM; -ECANCELED when asked to stop; -EDEADLK when the kernel
 * does not let a target die. agreement_free() in any case.
 */
int agreerun_compare(struct agreerun *run, const struct plan *plan,
		     const struct cell *cells, int nr_cells,
		     struct agreement *agreement);

#endif
