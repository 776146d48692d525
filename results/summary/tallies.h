/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counts of a cell, epoch by epoch, over all of its processes. */
#ifndef DIRTYBENCH_TALLIES_H
#define DIRTYBENCH_TALLIES_H

#include "results/summary/summary.h"

/* Counts a measured epoch of a process in, or its row of KIND_AFTER. 0 or
 * -ENOMEM. */
int tallies_add(struct summary_cell *cell, const struct sample *sample);

#endif
