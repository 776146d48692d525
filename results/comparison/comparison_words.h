/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that all formats of a comparison share. */
#ifndef DIRTYBENCH_COMPARISON_WORDS_H
#define DIRTYBENCH_COMPARISON_WORDS_H

#include <stdbool.h>
#include <stdio.h>

#include "results/comparison/comparison.h"

/* What a timed figure is called in a column: "arm"; NULL for other figures. */
const char *comparison_figure_name(enum figure_id id);

/* The full name, with its denominator. */
const char *comparison_row_figure(const struct comparison_row *row);
const char *comparison_row_unit(const struct comparison_row *row);

/*
 * The timed figure of that short name or of a full one; -ENOENT. Of figures
 * that are counted or derived from counts -EINVAL.
 */
int comparison_figure_find(const char *name, enum figure_id *id);

/* "better", "worse", "none". */
const char *comparison_verdict_name(const struct contrast *contrast);

/* "better *" claimed, "better ?" exploratory, "~" no claim. */
const char *comparison_verdict_mark(const struct contrast *contrast);

/* Rows that are shown by default: verdicts, and figures of one side only. */
bool comparison_row_shows(const struct comparison_row *row);
bool comparison_count_shows(const struct comparison_count *count);

/* fresh / base - 1; NAN unless base is above 0. */
double comparison_change(double base, double fresh);

/* "changed", "same", or "varies": between processes, in ranges that overlap. */
const char *comparison_count_word(const struct comparison_count *count);

/*
 * Hands over each cell of a side that is in no row, or was skipped in some of
 * its runs: @why is "only in base", "spoilt in new", "skipped in base",
 * "skipped in part in new" and so on, @reason what was said of it, or NULL.
 */
void comparison_cells_left_out(const struct comparison *comparison,
			       void (*take)(void *arg,
					    const struct summary_cell *cell,
					    const char *why,
					    const char *reason),
			       void *arg);

/* Where sentences go, one at a time, without newlines. */
struct comparison_sink {
	void (*line)(FILE *out, const char *text);
	void (*heading)(FILE *out, const char *text);
	void (*item)(FILE *out, const char *text); /* below a heading */
	FILE *out;
};

/* All of these: 0 or -ENOMEM. The sides, and the machine of both. */
int comparison_tell_sides(const struct comparison *comparison,
			  const struct comparison_sink *sink);

/* What lessens the worth of the figures; nothing where nothing does. */
int comparison_tell_caveats(const struct comparison *comparison,
			    const struct comparison_sink *sink);

/* Kernels and settings that differ, under a heading, where any do. */
int comparison_tell_differences(const struct comparison *comparison,
				const struct comparison_sink *sink);

/* Cells in no row and lines left out. 0 or -ENOMEM. */
int comparison_tell_left_out(const struct comparison *comparison,
			     const struct comparison_sink *sink);

/*
 * "arm, collect: ns per resident page; write: ns per dirtied page": what the
 * figures of the rows are. To be freed; NULL without memory.
 */
char *comparison_legend(const struct comparison *comparison);

/* "97 of 100 rows unchanged", and "all 40 counts are the same". The same. */
char *comparison_rows_told(const struct comparison *comparison, bool all);
char *comparison_counts_told(const struct comparison *comparison, bool all);

#endif
