/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a figure differs between two kernels: estimate, interval, verdict. */
#ifndef DIRTYBENCH_CONTRAST_H
#define DIRTYBENCH_CONTRAST_H

#include <stdbool.h>
#include <stdint.h>

#include "results/statistics/replicates.h"

enum verdict {
	VERDICT_NONE, /* no claim */
	VERDICT_BETTER,
	VERDICT_WORSE,
};

/*
 * Replication is at the highest random level: boots, each standing with the
 * median of its processes, where each side has two or more. Else processes
 * replicate ("exploratory": true of these boots, not of the kernels); where
 * one side has several boots all the same, its processes are taken together.
 *
 * NAN where something cannot be told; nothing is claimed of such a row:
 *	ratio, low, high	a median is not above 0, as a figure with the
 *				baseline taken off may have it
 *	low, high		also where a side has one replicate, and where
 *				the base's resamples are often not above 0
 *	floor			the base has one replicate
 */
struct contrast {
	double base, fresh;    /* median of the replicates */
	double ratio;	       /* fresh / base */
	double low, high;      /* 95 % interval of the ratio */
	double p;	       /* Mann-Whitney, two-sided, before Holm; 1 where
				* all values are equal; NAN without a test */
	double holm;	       /* p after contrast_judge() */
	double floor;	       /* |log ratio| that a side shows against itself;
				* may be INFINITY */
	int nr_base, nr_fresh; /* replicates of each side */
	bool exploratory;
	bool exact;	      /* no test: instructions, see contrast_exact() */
	enum verdict verdict; /* after contrast_judge() */
};

/* Smaller changes are never claimed. */
#define CONTRAST_LEAST_CHANGE 0.01

/*
 * Times: the ratio of the medians of the replicates; its interval by a
 * hierarchical bootstrap (bootstrap.h); the Mann-Whitney test on the replicates
 * (mannwhitney.h); as the floor, the 95th percentile of |log ratio| over
 * half-splits of the base side's own replicates (halfsplit.h). The same @seed
 * (its low 32 bits) gives the same digits. 0 or -ENOMEM.
 */
int contrast_times(struct contrast *contrast, const struct replicates *base,
		   const struct replicates *fresh, uint64_t seed);

/*
 * Executed instructions: no test, p is NAN. The floor is the greater spread
 * ((highest - lowest) / median of the replicates) of the two sides, as the log
 * of 1 + spread; NAN where no side has two replicates. A change that exceeds it
 * is told, however small; without a floor, one that exceeds
 * CONTRAST_LEAST_CHANGE, as exploratory. low and high are NAN. 0 or -ENOMEM.
 */
int contrast_exact(struct contrast *contrast, const struct replicates *base,
		   const struct replicates *fresh);

/*
 * Holm's correction over all rows that have a p, and the verdict of each: a
 * change is claimed when Holm's p is below 0.05, the interval excludes 1 on the
 * ratio's side, and the change exceeds CONTRAST_LEAST_CHANGE and the floor.
 * Lower is better. 0 or -ENOMEM.
 */
int contrast_judge(struct contrast *const *rows, int nr);

/*
 * Whether the exact test can claim each of @rows rows with so many replicates,
 * where the change is large enough.
 */
bool contrast_can_claim(int nr_base, int nr_fresh, int rows);

/*
 * The least replicates a side with which the exact test can claim anything in
 * a table of @rows rows: 5 carry 6 rows, 7 carry 85. 0 without rows.
 */
int contrast_replicates_needed(int rows);

#endif
