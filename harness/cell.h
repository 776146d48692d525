/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A cell: one workload with its parameters under one tracker. */
#ifndef DIRTYBENCH_CELL_H
#define DIRTYBENCH_CELL_H

#include <stdbool.h>

#include "harness/params.h"
#include "harness/reason.h"
#include "results/sample.h"
#include "trackers/tracker.h"
#include "workloads/workload.h"

enum { CELL_KEY_BYTES = SAMPLE_CELL_BYTES };

struct cell {
	const struct workload *workload;
	const struct tracker *tracker;
	struct params params; /* the workload's and the tracker's */
	/* Run even where the tracker declares that it cannot follow such
	 * pages: to see what it then tells. Never set by cell_init(). */
	bool unclaimed;
	/* workload/tracker/key:value/..., keys sorted, defaults included but
	 * those of quiet parameters. */
	char key[CELL_KEY_BYTES];
};

/* With defaults everywhere. -errno when the two share a parameter's name. */
int cell_init(struct cell *cell, const struct workload *workload,
	      const struct tracker *tracker, struct reason *why);

/* Change one parameter, and the key with it; errors as params_set(). */
int cell_set(struct cell *cell, const char *name, const char *value,
	     struct reason *why);

/* From a key, as cell.key; parameters left out have their defaults. -EINVAL
 * with what is wrong. */
int cell_parse(struct cell *cell, const char *key, struct reason *why);

/* Fill what a sample says of its cell. */
void cell_describe(const struct cell *cell, struct sample *sample);

/* What the cell needs of memory, huge pages and swap. -errno when the
 * parameters do not go together. */
int cell_needs(const struct cell *cell, struct needs *needs,
	       struct reason *why);

/* Whether the tracker can follow such pages at all, on any kernel. 0, or -errno
 * with the sentence. */
int cell_check_kinds(const struct cell *cell, struct reason *why);

/*
 * Whether the cell can be run here and now: the tracker can follow such pages,
 * the kernel can do it (tried), the machine has what is needed. 0, or -errno
 * with the sentence that the skipped cell is reported with.
 */
int cell_check(const struct cell *cell, struct reason *why);

/* As cell_check(), but for memory, huge pages and swap: what could be run on
 * this kernel if the machine were prepared for it. */
int cell_check_kernel(const struct cell *cell, struct reason *why);

#endif
