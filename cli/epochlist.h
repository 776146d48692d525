/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The measured epochs of one target, as Google Benchmark gets to see them. */
#ifndef DIRTYBENCH_EPOCHLIST_H
#define DIRTYBENCH_EPOCHLIST_H

#include "harness/libbench/bench.h"
#include "harness/session.h"
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

/* Take in an epoch's figures; only measured ones count. */
void epochlist_add(struct epochlist *list, enum sample_kind kind,
		   const struct sample_figures *figures);

/* Time and counters of a repetition: the medians. At least one epoch. */
void epochlist_report(const struct epochlist *list, struct bench_run *run);

#endif
