/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two sides, row by row: what changed, by how much, and how sure that is. */
#ifndef DIRTYBENCH_COMPARISON_H
#define DIRTYBENCH_COMPARISON_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/reason.h"
#include "results/side/side.h"
#include "results/statistics/contrast.h"

/*
 * A timed figure of a cell that both sides have. Where only one side has the
 * figure, the other's value in @contrast is NAN and there is no verdict.
 */
struct comparison_row {
	const struct summary_cell *base, *fresh;
	enum figure_id figure;
	struct contrast contrast;
};

/* A count of a cell that both sides have, over the epochs that both have. */
struct comparison_count {
	const struct summary_cell *base_cell, *fresh_cell;
	enum count_id count;
	/* Means over epochs of means over processes; NAN: not counted. */
	double base, fresh;
	/*
	 * Not the same in all processes of a side: then changed is set only
	 * where the ranges of the two sides do not overlap in some epoch.
	 */
	bool varies;
	/* Over these epochs; SAMPLE_NULL: not counted. */
	int64_t base_lowest, base_highest, fresh_lowest, fresh_highest;
	/* Set too where only one side counted it. */
	bool changed;
};

/* Geometric mean of fresh / base over the cells of a tracker or workload. */
struct comparison_mean {
	const char *name; /* "": cells of no tracker, of other programs */
	bool of_tracker;
	enum figure_id figure;
	double ratio;
	int cells;
};

struct comparison {
	const struct side *base, *fresh;
	struct comparison_row *rows;
	int nr_rows;
	struct comparison_count *counts; /* all; see changed and varies */
	int nr_counts;
	struct comparison_mean *means; /* trackers first */
	int nr_means;
	/*
	 * Cells that ran on one side and not on the other, where they are
	 * absent or were skipped; see comparison_counterpart().
	 */
	const struct summary_cell **only_base, **only_fresh;
	int nr_only_base, nr_only_fresh;
	/*
	 * Cells that failed, lied or were inexact on this side; neither their
	 * times nor their counts are compared.
	 */
	const struct summary_cell **spoilt_base, **spoilt_fresh;
	int nr_spoilt_base, nr_spoilt_fresh;
	/* Between the first runs of the two sides. */
	struct setting_differences differences;
	/* A side has one boot only: verdicts are on these boots. */
	bool exploratory;
	/*
	 * Boots a side with which each row could be claimed; 0: there are
	 * enough.
	 */
	int replicates_needed;
	/* No row could get a verdict, however much it changed. */
	bool mute;
	uint64_t seed;
};

struct comparison_request {
	/* NULL: the phases, arm, change, write, collect and collect_arm; of
	 * files of Google Benchmark both of their times. */
	const enum figure_id *figures;
	int nr_figures;
	uint64_t seed;
};

/*
 * The sides have to outlive the comparison; side_check_pair() has passed. A
 * row's digits depend on the seed, the cell and the figure, not on which other
 * rows there are; its Holm's p does. 0 or -ENOMEM. comparison_free() ends
 * *@comparison.
 */
int comparison_make(struct comparison **comparison, const struct side *base,
		    const struct side *fresh,
		    const struct comparison_request *request,
		    struct reason *why);
void comparison_free(struct comparison *comparison);

/* Whether the cell failed, lied or was inexact in some row. */
bool comparison_is_spoilt(const struct summary_cell *cell);

/* What the other side has under the key of @cell; NULL where it has nothing. */
const struct summary_cell *
comparison_counterpart(const struct comparison *comparison,
		       const struct summary_cell *cell, bool of_base);

/* What --gate asks. */
struct comparison_gate {
	int claimed, exploratory;	    /* regressions beyond the limit */
	const struct comparison_row *worst; /* of the claimed, if any; NULL */
	/* Spoilt on the new side and not in the base; the first, or NULL. */
	int spoilt;
	const struct summary_cell *first_spoilt;
};

/* @limit is a fraction: 0.05 lets rows through that are up to 5 % worse. */
void comparison_check_gate(const struct comparison *comparison, double limit,
			   struct comparison_gate *gate);

#endif
