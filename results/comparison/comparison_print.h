/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison as text for a mail, as Markdown, as CSV and as JSON. */
#ifndef DIRTYBENCH_COMPARISON_PRINT_H
#define DIRTYBENCH_COMPARISON_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "results/comparison/comparison.h"

/* All of these: 0, -ENOMEM, or -EIO when @out is in error afterwards. */

/*
 * Lines of TEXT_MAIL_COLUMNS of printable ASCII, none ending in a blank. Rows
 * without a verdict and counts that did not change are shown with @all only,
 * and counted otherwise. Each part may be printed by itself: what is compared;
 * what lessens the worth of the figures; which settings differ; the table; the
 * counts; the geometric means; what is on one side only, was spoilt, skipped or
 * left out.
 */
int comparison_print_text(FILE *out, const struct comparison *comparison,
			  bool all);
int comparison_text_sides(FILE *out, const struct comparison *comparison);
int comparison_text_caveats(FILE *out, const struct comparison *comparison);
int comparison_text_differences(FILE *out, const struct comparison *comparison);
int comparison_text_rows(FILE *out, const struct comparison *comparison,
			 bool all);
int comparison_text_counts(FILE *out, const struct comparison *comparison,
			   bool all);
int comparison_text_means(FILE *out, const struct comparison *comparison);
int comparison_text_left_out(FILE *out, const struct comparison *comparison);

/* The same parts, with tables as GitHub and GitLab understand them. */
int comparison_print_markdown(FILE *out, const struct comparison *comparison,
			      bool all);

/*
 * The two formats for programs have every row and every digit, and hold all
 * of several comparisons, which share their base. change, low and high are
 * fractions: 0.05 is 5 % more. p is before Holm's correction, holm behind it.
 *
 * CSV (RFC 4180): one line of names, then one line a row. side counts the new
 * sides from 1. kind is time, instructions, count or cell; what a kind does
 * not have is empty. verdict is better, worse or none; of counts changed,
 * same or varies; of cells why they are in no row, with the reason in note.
 */
int comparison_print_csv(FILE *out, const struct comparison *const *list,
			 int nr);

/*
 * One object: v, seed, sides[] (base first), differences[], rows[], counts[],
 * means[], cells[] (those in no row). side in these is the index in sides[]
 * of the new side. rows[] have cell, figure, unit, base, new, change, low,
 * high, p, verdict (better, worse, none) and exploratory, besides holm,
 * floor, base_replicates and new_replicates. What is no number is null.
 */
int comparison_print_json(FILE *out, const struct comparison *const *list,
			  int nr);

#endif
