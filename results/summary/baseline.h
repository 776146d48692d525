/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells of one workload and its parameters, held against tracker `none`. */
#ifndef DIRTYBENCH_BASELINE_H
#define DIRTYBENCH_BASELINE_H

#include "results/summary/summary.h"

/* Whether the cell's tracker is `none`, whose writes cost what they cost
 * without tracking. */
bool baseline_is(const struct summary_cell *cell);

/* Fills workload_params of @nr cells and sorts them as summary_finish() says.
 * 0 or -ENOMEM. */
int baseline_sort(struct summary_cell **cells, int nr);

/*
 * Takes the write of tracker `none` off the tracking figure of each process of
 * the sorted cells, which becomes NAN where its run has none. 0 or -ENOMEM.
 */
int baseline_take_off(struct summary_cell *const *cells, int nr, int nr_runs);

#endif
