/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan of a run: its cells, made from a preset and the command line. */
#ifndef DIRTYBENCH_PLAN_H
#define DIRTYBENCH_PLAN_H

#include <stdbool.h>

#include "cli/preset.h"
#include "harness/cell.h"
#include "harness/prepare.h"
#include "harness/reason.h"

/* What the command line chooses. Lists are separated by commas. */
struct choice {
	const struct preset *preset;
	const char *workloads; /* NULL: all of the preset */
	const char *trackers;  /* NULL: all of the preset */
	const char **params;   /* "key=value" */
	int nr_params;
	const char **sweeps; /* "key=value,value": a cell for each value */
	int nr_sweeps;
};

struct plan {
	struct cell *cells;
	int nr;
};

/*
 * -EINVAL with one sentence when a name, parameter or value does not exist, or
 * nothing is left. plan_destroy() in any case.
 */
int plan_make(struct plan *plan, const struct choice *choice,
	      struct reason *why);

/* The cells with these keys, all of which there have to be: else -EINVAL. */
int plan_from_keys(struct plan *plan, char *const *keys, int nr,
		   struct reason *why);
void plan_destroy(struct plan *plan);

/* Run what trackers declare impossible, too; but not, outside of a guest, what
 * some kernels never come back from. */
void plan_unclaim(struct plan *plan, bool in_guest);

/* The largest need of each kind among the cells that this kernel can run;
 * false when there is none. */
bool plan_needs(const struct plan *plan, struct machine_needs *needs);

#endif
