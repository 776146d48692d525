/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A patch series: a column for each commit, in each what that one changed. */
#ifndef DIRTYBENCH_SERIESTABLE_H
#define DIRTYBENCH_SERIESTABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "results/summary/summary.h"

struct series_column {
	const char *name;  /* of the commit, short */
	const char *title; /* its subject */
	/* Finished; NULL where nothing was measured: then @state is two words,
	 * as "no build". */
	const struct summary *summary;
	const char *state;
	const char *trouble; /* one sentence, of what went wrong; NULL */
};

/*
 * The rows are figures, counts and proof of each cell. In the first column that
 * has it a figure stands itself, in the others its change from the column
 * before, "." where that is within the spread that the processes of one column
 * have, or within 0.1 %; the last column is the change from first to last.
 * Without @all, only rows that change anywhere. Below stand the titles, and the
 * troubles. 0, -ENOMEM, or -EIO when @out is in error afterwards.
 */
int seriestable_print(FILE *out, const struct series_column *columns, int nr,
		      bool all);

#endif
