/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Presets: which cells, with which parameters, how often. */
#ifndef DIRTYBENCH_PRESET_H
#define DIRTYBENCH_PRESET_H

#include <stddef.h>

#include "harness/reason.h"

/*
 * Cells of a preset: every named workload with every named tracker. Names are
 * separated by commas; "*" is all but what stands aside, "**" all. Parameters
 * are "key=value key=value,value" and apply to what has them: a cell for each
 * value. Of a number "cpus" is 1, 2, 4 and so on up to this machine's
 * processors, all of them, and twice as many.
 */
struct preset_row {
	const char *workloads, *trackers, *params;
};

struct preset {
	const char *name;
	const char *summary;
	int processes;		       /* a cell */
	int epochs;		       /* measured, a process */
	const struct preset_row *rows; /* ended by NULL names */
};

extern const struct preset presets[]; /* ended by a NULL name */

/* Small cells for every kind of pages, to prove and not to measure. It is none
 * of those that are chosen by name. */
extern const struct preset preset_matrix;

/* NULL when there is none of that name; @why names the nearest. */
const struct preset *preset_find(const char *name, struct reason *why);

#endif
