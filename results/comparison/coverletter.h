/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The section of a cover letter that shows what a change did to tracking. */
#ifndef DIRTYBENCH_COVERLETTER_H
#define DIRTYBENCH_COVERLETTER_H

#include <stdio.h>

#include "results/comparison/comparison.h"

struct coverletter {
	const struct comparison *comparison;
	/* Lines for a mail that stand below the table; NULL: no plot. */
	const char *plot;
	/* Likewise: which functions the instructions went to. */
	const char *profile;
	/*
	 * The key of the cell for which a program by hand is offered; NULL:
	 * none is.
	 */
	const char *by_hand;
};

/*
 * How it was measured, the table of changes, the plot, functions, exact
 * figures, geometric means, what was skipped, what to beware of, and how to
 * make it again. Lines of TEXT_MAIL_COLUMNS of printable ASCII, none ending in
 * a blank, no two empty ones in a row, none that git takes for the end of a
 * commit message, a patch or a comment: the text goes through git-commit(1),
 * git-format-patch(1) and git-am(1) unchanged. 0, -ENOMEM, or -EIO when @out is
 * in error afterwards.
 */
int coverletter_print(FILE *out, const struct coverletter *letter);

/*
 * The cells that a program by hand may be offered for, best first, ended by
 * NULL: those whose times changed most of what has a verdict, then the others.
 * To be freed, the cells not; NULL without memory.
 */
const struct summary_cell **
coverletter_candidates(const struct comparison *comparison);

#endif
