/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells that two sides measured with different parameters. */
#ifndef DIRTYBENCH_MISMATCH_H
#define DIRTYBENCH_MISMATCH_H

#include "harness/reason.h"
#include "results/summary/summary.h"

/*
 * Cells of one workload and tracker of which each side has some that the other
 * has not are taken for the same cell with other parameters. -EINVAL names
 * the parameters in which the closest two differ, and how many cells differ in
 * these; 0 when there are none; -ENOMEM.
 */
int mismatch_check(const struct summary *base, const struct summary *fresh,
		   struct reason *why);

#endif
