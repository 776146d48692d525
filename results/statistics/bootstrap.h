/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interval of a ratio of medians, by a hierarchical bootstrap. */
#ifndef DIRTYBENCH_BOOTSTRAP_H
#define DIRTYBENCH_BOOTSTRAP_H

#include <stdint.h>

#include "results/statistics/replicates.h"

/*
 * The 95 % percentile interval of (median of boot medians of @fresh) / (that
 * of @base): each resample draws boots with replacement, and processes within
 * each of them with replacement. The same @seed gives the same digits on every
 * machine.
 *
 * A median of 0 or less in @fresh counts as 0; in @base it leaves a resample
 * without a ratio, which then counts as beyond both ends. *@low and *@high are
 * NAN where there are too many of these, and where a side has one boot. 0 or
 * -ENOMEM.
 */
int bootstrap_ratio(const struct replicates *base,
		    const struct replicates *fresh, uint64_t seed, double *low,
		    double *high);

#endif
