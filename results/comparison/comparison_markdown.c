// SPDX-License-Identifier: GPL-2.0-or-later
// A comparison as Markdown with the tables of GitHub and GitLab.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_print.h"
#include "results/comparison/comparison_words.h"
#include "results/tables/cellname.h"
#include "results/tables/text.h"

/* Characters that mean something somewhere in a line or a table. */
static const char special[] = "\\`*_[]<>#|~&@$";

/* What is not printable ASCII becomes a question mark, as in the other text. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			fputc('\\', out);
		fputc(text_ascii(*text), out);
	}
}

static void print_heading(FILE *out, const char *text)
{
	fputs("\n**", out);
	put_escaped(out, text);
	fputs("**\n\n", out);
}

static void print_item(FILE *out, const char *text)
{
	fputs("- ", out);
	put_escaped(out, text);
	fputc('\n', out);
}

/* A paragraph of its own, from text that is freed here. */
static int print_owned(FILE *out, char *text)
{
	if (!text)
		return -ENOMEM;
	fputc('\n', out);
	put_escaped(out, text);
	fputc('\n', out);
	free(text);
	return 0;
}

static void put_cell(FILE *out, const char *text)
{
	fputs(" ", out);
	put_escaped(out, text);
	fputs(" |", out);
}

/* A heading and the heads of a table, where a workload begins. */
static void begin_group(FILE *out, const struct summary_cell *above,
			const struct summary_cell *cell, const char *heads)
{
	if (above && cellname_same_group(above, cell))
		return;
	fputs("\n**", out);
	put_escaped(out, cell->workload);
	fputs("**", out);
	if (*cell->workload_params)
		fputc(' ', out);
	put_escaped(out, cell->workload_params);
	fprintf(out, "\n\n%s", heads);
}

static int put_tracker(FILE *out, const struct comparison *comparison,
		       const struct summary_cell *cell)
{
	char *distinction =
		cellname_distinction(comparison->base->summary, cell);

	if (!distinction)
		return -ENOMEM;
	fputs("| ", out);
	put_escaped(out, cell->tracker);
	put_escaped(out, distinction);
	fputs(" |", out);
	free(distinction);
	return 0;
}

static void put_figure(FILE *out, double value)
{
	char text[TEXT_NUMBER_BYTES];

	text_figure(text, value);
	put_cell(out, text);
}

static void put_change(FILE *out, double change)
{
	char text[TEXT_NUMBER_BYTES];

	text_percent(text, change);
	put_cell(out, text);
}

static void put_interval(FILE *out, const struct contrast *contrast)
{
	char low[TEXT_NUMBER_BYTES], high[TEXT_NUMBER_BYTES];
	char text[2 * TEXT_NUMBER_BYTES + 4] = "-";

	text_percent(low, contrast->low - 1);
	text_percent(high, contrast->high - 1);
	if (!isnan(contrast->low) && !isnan(contrast->high))
		snprintf(text, sizeof(text), "%s to %s", low, high);
	put_cell(out, text);
}

static int print_rows(FILE *out, const struct comparison *comparison, bool all)
{
	static const char heads[] =
		"| tracker | figure | base | new | change | 95 % interval "
		"| verdict |\n"
		"|---|---|--:|--:|--:|--:|---|\n";
	const struct summary_cell *above = NULL;
	int err = 0;

	for (int i = 0; i < comparison->nr_rows && !err; i++) {
		const struct comparison_row *row = &comparison->rows[i];

		if (!all && !comparison_row_shows(row))
			continue;
		begin_group(out, above, row->base, heads);
		err = put_tracker(out, comparison, row->base);
		put_cell(out, comparison_figure_name(row->figure));
		put_figure(out, row->contrast.base);
		put_figure(out, row->contrast.fresh);
		put_change(out, row->contrast.ratio - 1);
		put_interval(out, &row->contrast);
		put_cell(out, comparison_verdict_mark(&row->contrast));
		fputc('\n', out);
		above = row->base;
	}
	return err;
}

static void put_count(FILE *out, double mean, int64_t lowest, int64_t highest)
{
	char text[2 * TEXT_NUMBER_BYTES];

	if (isnan(mean))
		snprintf(text, sizeof(text), "-");
	else if (lowest == highest)
		snprintf(text, sizeof(text), "%" PRId64, lowest);
	else
		snprintf(text, sizeof(text),
			 "%.2f (%" PRId64 " to %" PRId64 ")", mean, lowest,
			 highest);
	put_cell(out, text);
}

static int print_counts(FILE *out, const struct comparison *comparison,
			bool all)
{
	static const char heads[] =
		"| tracker | exact figure, an epoch | base | new | change "
		"| |\n"
		"|---|---|--:|--:|--:|---|\n";
	const struct summary_cell *above = NULL;
	int err = 0;

	for (int i = 0; i < comparison->nr_counts && !err; i++) {
		const struct comparison_count *count = &comparison->counts[i];

		if (!all && !comparison_count_shows(count))
			continue;
		begin_group(out, above, count->base_cell, heads);
		err = put_tracker(out, comparison, count->base_cell);
		put_cell(out, count_get(count->count)->name);
		put_count(out, count->base, count->base_lowest,
			  count->base_highest);
		put_count(out, count->fresh, count->fresh_lowest,
			  count->fresh_highest);
		put_change(out, comparison_change(count->base, count->fresh));
		put_cell(out, comparison_count_word(count));
		fputc('\n', out);
		above = count->base_cell;
	}
	return err;
}

static void print_means(FILE *out, const struct comparison *comparison)
{
	if (!comparison->nr_means)
		return;
	fputs("\n| geometric mean | figure | change | cells |\n"
	      "|---|---|--:|--:|\n",
	      out);
	for (int i = 0; i < comparison->nr_means; i++) {
		const struct comparison_mean *mean = &comparison->means[i];

		fputs("|", out);
		put_cell(out, *mean->name ? mean->name : "benchmarks");
		put_cell(out, comparison_figure_name(mean->figure));
		put_change(out, mean->ratio - 1);
		fprintf(out, " %d |\n", mean->cells);
	}
}

int comparison_print_markdown(FILE *out, const struct comparison *comparison,
			      bool all)
{
	struct comparison_sink sink = { print_item, print_heading, print_item,
					out };
	int err = comparison_tell_sides(comparison, &sink);

	if (!err)
		err = comparison_tell_caveats(comparison, &sink);
	if (!err)
		err = comparison_tell_differences(comparison, &sink);
	if (!err)
		err = print_rows(out, comparison, all);
	if (!err)
		err = print_owned(out, comparison_rows_told(comparison, all));
	if (!err && comparison->nr_rows)
		err = print_owned(out, comparison_legend(comparison));
	if (!err && comparison->nr_counts)
		err = print_counts(out, comparison, all);
	if (!err && comparison->nr_counts)
		err = print_owned(out, comparison_counts_told(comparison, all));
	if (!err)
		print_means(out, comparison);
	if (!err)
		err = comparison_tell_left_out(comparison, &sink);
	return err ? err : ferror(out) ? -EIO : 0;
}
