/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The measured epochs of one target, as Google Benchmark gets to see them. */
#ifndef DIRTYBENCH_EPOCHLIST_H
#define DIRTYBENCH_EPOCHLIST_H

#include "harness/libbench/bench.h"
#include "harness/target.h"
#include "results/figures.h"

/* More than --epochs takes. */
enum { EPOCHLIST_MAX = 1000 };

struct epochlist {
	double seconds[EPOCHLIST_MAX]; /* arm + write + collect */
	double figure[NR_FIGURES][EPOCHLIST_MAX];
	int nr;
	int64_t dirtied_before; /* pages, in the epoch before */
};

void epochlist_clear(struct epochlist *list);

/* Take in what a target reported; only measured epochs count. */
void epochlist_add(struct epochlist *list, const struct target_report *report);

/* Time and counters of a repetition: the medians. At least one epoch. */
void epochlist_report(const struct epochlist *list, struct bench_run *run);

#endif
