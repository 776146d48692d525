/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the epochs of a cell, in the way that its workload wants them. */
#ifndef DIRTYBENCH_RUNNER_H
#define DIRTYBENCH_RUNNER_H

#include <stdbool.h>

#include "harness/predump.h"
#include "harness/session.h"
#include "harness/watch.h"

enum runner_way {
	RUNNER_AT_REST, /* session.h: stores, then collecting */
	RUNNER_WATCH,	/* watch.h: threads store meanwhile */
	RUNNER_PREDUMP, /* predump.h: another process does */
};

struct runner {
	struct session session;
	enum runner_way way;
	struct watch watch;
	struct predump predump;
};

/* -errno with @why; runner_destroy() in any case. */
int runner_create(struct runner *runner, const struct cell *cell,
		  const struct placement *place, struct reason *why);

/*
 * As session_epoch(). The detail that comes with it, or NULL: the runner's,
 * until the next epoch. With @timeline it has one, where there are writers.
 */
const struct sample_detail *runner_epoch(struct runner *runner,
					 const struct epoch *epoch,
					 bool timeline,
					 struct epoch_result *result);

void runner_destroy(struct runner *runner);

#endif
