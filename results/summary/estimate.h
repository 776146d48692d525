/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typical of a cell's processes, or of its boots. */
#ifndef DIRTYBENCH_ESTIMATE_H
#define DIRTYBENCH_ESTIMATE_H

#include "results/summary/summary.h"

/*
 * The median of those of @nr processes that have the figure; NAN when none
 * has. @scratch has room for @nr values.
 */
double estimate_median(const struct summary_process *processes, int nr,
		       enum figure_id figure, double *scratch);

/* Fills @cell->figures from the cell's processes by boot. 0 or -ENOMEM. */
int estimate_figures(struct summary_cell *cell);

#endif
