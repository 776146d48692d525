/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One side of a comparison: the runs of one kernel on one machine. */
#ifndef DIRTYBENCH_SIDE_H
#define DIRTYBENCH_SIDE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/reason.h"
#include "results/side/settings.h"
#include "results/summary/summary.h"

struct side_run {
	char *path;  /* as the user named it, or as a pattern gave it */
	char *run;   /* the run's name */
	char *label; /* of the run, or the kernel's release; never NULL */
	char *boot;
	json_t *environment; /* of a file of Google Benchmark its context */
	int64_t lines;	     /* samples taken */
	int64_t damaged;     /* lines left out, with SIDE_PARTIAL only */
	char *damage;	     /* what the first of them was; NULL */
};

struct side {
	char *name; /* label of the first run */
	struct side_run *runs;
	int nr_runs;
	struct summary *summary;
	/* Fields of SETTING_CONTROL and _TOOLS that differ among the runs. */
	struct setting_differences mixed;
	bool google; /* of files of Google Benchmark */
};

enum side_flags {
	SIDE_PARTIAL = 1, /* leave damaged lines out instead of refusing */
};

/*
 * @paths are folders of a run, folders of such folders, sample files with
 * env.json beside them, files that Google Benchmark wrote, or patterns
 * (glob(7)) of these. Each error has one sentence that names the file and what
 * would be right; everything but -ENOMEM is the user's input (exit code 2):
 *	a path that does not exist, a pattern that matches nothing, a folder
 *	without a run; a damaged line (its file and number), a line or file of
 *	another version; a line of another run or boot than env.json's, or out
 *	of order; a run given twice (same name and boot); runs of different
 *	machines or kernels; different versions of a workload; time and
 *	instructions in one cell; a run without samples; samples and a file of
 *	Google Benchmark.
 * side_free() ends *@side.
 */
int side_load(struct side **side, const char *const *paths, int nr_paths,
	      unsigned int flags, struct reason *why);
void side_free(struct side *side);

/*
 * Whether two sides can be compared at all. -EINVAL with one sentence that
 * names the field: another machine; another version of a workload; time
 * against instructions; the same workload and tracker on both sides, but with
 * other parameters ("dense/scan: dirty is 25% in base and 50% in new"); a run
 * that is on both sides; samples against a file of Google Benchmark; no cell
 * in common.
 */
int side_check_pair(const struct side *base, const struct side *fresh,
		    struct reason *why);

#endif
