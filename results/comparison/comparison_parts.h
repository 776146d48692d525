/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts that a comparison is made of; for comparison.c only. */
#ifndef DIRTYBENCH_COMPARISON_PARTS_H
#define DIRTYBENCH_COMPARISON_PARTS_H

#include "results/comparison/comparison.h"

/* Two cells of one key, neither of them spoilt, that both ran. */
struct comparison_pair {
	const struct summary_cell *base, *fresh;
};

/* Fills the counts of all pairs. 0 or -ENOMEM. */
int comparison_add_counts(struct comparison *comparison,
			  const struct comparison_pair *pairs, int nr_pairs);

/* Fills the means of the rows there are, each figure apart. 0 or -ENOMEM. */
int comparison_add_means(struct comparison *comparison,
			 const enum figure_id *figures, int nr_figures);

#endif
