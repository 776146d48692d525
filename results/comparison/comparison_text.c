// SPDX-License-Identifier: GPL-2.0-or-later
// A comparison as a text that goes into a mail.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_print.h"
#include "results/comparison/comparison_words.h"
#include "results/tables/cellname.h"
#include "results/tables/grid.h"
#include "results/tables/text.h"

/* Rows stand under their heading, parameters under their tracker. */
enum { ROW_INDENT = 2, PARAM_INDENT = 4 };

/* Room for the longest of today's trackers, so that few need a line more. */
enum { TRACKER_WIDTH = 15 };

/* What a cover letter puts before a name that git would take for its own. */
enum { GIT_INDENT = 1 };

/* A figure of six characters is what fits beside the others. */
enum { FIGURE_WIDTH = 6 };

/* Two numbers with dots between them. */
enum { RANGE_BYTES = 2 * TEXT_NUMBER_BYTES + 2 };

static int end(FILE *out, int err)
{
	return err ? err : ferror(out) ? -EIO : 0;
}

/* --- sentences --- */

static void print_heading(FILE *out, const char *text)
{
	fputc('\n', out);
	text_wrap_at(out, TEXT_MAIL_COLUMNS, ROW_INDENT, text);
}

static void print_sentence(FILE *out, const char *text)
{
	text_wrap_at(out, TEXT_MAIL_COLUMNS, ROW_INDENT, text);
}

/* The first line is not indented by itself. */
static void print_item(FILE *out, const char *text)
{
	fprintf(out, "%*s", ROW_INDENT, "");
	text_wrap_at(out, TEXT_MAIL_COLUMNS - ROW_INDENT, PARAM_INDENT, text);
}

static int print_owned(FILE *out, char *text)
{
	if (!text)
		return -ENOMEM;
	text_wrap_at(out, TEXT_MAIL_COLUMNS, ROW_INDENT, text);
	free(text);
	return 0;
}

static struct comparison_sink sink_of(FILE *out)
{
	return (struct comparison_sink){ print_sentence, print_heading,
					 print_item, out };
}

int comparison_text_sides(FILE *out, const struct comparison *comparison)
{
	struct comparison_sink sink = sink_of(out);

	return end(out, comparison_tell_sides(comparison, &sink));
}

int comparison_text_caveats(FILE *out, const struct comparison *comparison)
{
	struct comparison_sink sink = sink_of(out);

	return end(out, comparison_tell_caveats(comparison, &sink));
}

int comparison_text_differences(FILE *out, const struct comparison *comparison)
{
	struct comparison_sink sink = sink_of(out);

	return end(out, comparison_tell_differences(comparison, &sink));
}

int comparison_text_left_out(FILE *out, const struct comparison *comparison)
{
	struct comparison_sink sink = sink_of(out);

	return end(out, comparison_tell_left_out(comparison, &sink));
}

/* --- lines below headings --- */

/* Lines of a grid, each belonging to a cell, printed from line 1 on. */
struct listing {
	FILE *out;
	const struct comparison *comparison;
	struct libscols_table *grid;
	const struct summary_cell *above; /* the cell of the line before */
	size_t line;
};

/* What tells the cell stands on a line of its own where it is long. */
static bool has_own_line(const char *distinction,
			 const struct summary_cell *cell)
{
	return *distinction ||
	       strlen(cell->tracker) > TRACKER_WIDTH - ROW_INDENT;
}

/* @label is what stands in the first column of a cell's first line. */
static int make_label(const struct comparison *comparison,
		      const struct summary_cell *cell, bool first,
		      char label[TRACKER_WIDTH + 1])
{
	char *distinction;

	label[0] = '\0';
	if (!first)
		return 0;
	distinction = cellname_distinction(comparison->base->summary, cell);
	if (!distinction)
		return -ENOMEM;
	if (!has_own_line(distinction, cell))
		snprintf(label, TRACKER_WIDTH + 1, "%*s%.*s", ROW_INDENT, "",
			 TRACKER_WIDTH - ROW_INDENT, cell->tracker);
	free(distinction);
	return 0;
}

static int print_own_line(FILE *out, const struct comparison *comparison,
			  const struct summary_cell *cell)
{
	char *distinction =
		cellname_distinction(comparison->base->summary, cell);
	int err = 0;

	if (!distinction)
		return -ENOMEM;
	if (has_own_line(distinction, cell))
		err = text_wrap_format(out, TEXT_MAIL_COLUMNS, PARAM_INDENT,
				       "%*s%s%s", ROW_INDENT, "", cell->tracker,
				       distinction);
	free(distinction);
	return err;
}

/* Print the next line, below what tells its cell from the one above. */
static int print_next(struct listing *listing, const struct summary_cell *cell)
{
	const struct summary_cell *above = listing->above;
	int err = 0;

	if (!above || !cellname_same_group(above, cell)) {
		/* Benchmarks of other programs are a group each. */
		if (!above || *cell->tracker)
			fputc('\n', listing->out);
		err = cellname_print_heading(
			listing->out, TEXT_MAIL_COLUMNS - GIT_INDENT, cell);
	}
	if (!err && (!above || above != cell))
		err = print_own_line(listing->out, listing->comparison, cell);
	if (!err)
		err = grid_print_line(listing->out, listing->grid,
				      ++listing->line);
	listing->above = cell;
	return err;
}

static int set_line(struct libscols_table *grid, const char *const *values,
		    int nr)
{
	struct libscols_line *line = grid_add_line(grid);
	int err = line ? 0 : -ENOMEM;

	for (int i = 0; i < nr && !err; i++)
		err = grid_set(line, (size_t)i, values[i]);
	return err;
}

/* --- the table --- */

static const struct grid_column row_columns[] = {
	{ "tracker", TRACKER_WIDTH, 0 },
	{ "figure", 11, 0 },
	{ "base", FIGURE_WIDTH, SCOLS_FL_RIGHT },
	{ "new", FIGURE_WIDTH, SCOLS_FL_RIGHT },
	{ "change", 6, SCOLS_FL_RIGHT },
	{ "95% interval", 12, SCOLS_FL_RIGHT },
	{ "verdict", 8, 0 },
	{ .head = NULL },
};

/* Three digits are two where the power of ten has two itself. */
static void write_figure(char buffer[TEXT_NUMBER_BYTES], double value)
{
	int power;
	double digits;

	text_figure(buffer, value);
	if (strlen(buffer) <= FIGURE_WIDTH)
		return;
	power = (int)floor(log10(fabs(value)));
	digits = value / pow(10, power);
	if (fabs(digits) >= 9.95) {
		digits /= 10;
		power++;
	}
	snprintf(buffer, TEXT_NUMBER_BYTES, "%.1fe%d", digits, power);
}

/* "-0.3..+4.5", in per cent. */
static void write_interval(char buffer[RANGE_BYTES],
			   const struct contrast *contrast)
{
	char low[TEXT_NUMBER_BYTES], high[TEXT_NUMBER_BYTES];

	if (isnan(contrast->low) || isnan(contrast->high)) {
		snprintf(buffer, RANGE_BYTES, "-");
		return;
	}
	text_percent(low, contrast->low - 1);
	text_percent(high, contrast->high - 1);
	snprintf(buffer, RANGE_BYTES, "%.*s..%.*s", (int)strcspn(low, "%"), low,
		 (int)strcspn(high, "%"), high);
}

static int add_row(const struct listing *listing,
		   const struct comparison_row *row, bool first)
{
	const struct contrast *contrast = &row->contrast;
	char label[TRACKER_WIDTH + 1], interval[RANGE_BYTES];
	char base[TEXT_NUMBER_BYTES], fresh[TEXT_NUMBER_BYTES];
	char change[TEXT_NUMBER_BYTES];
	const char *const values[] = {
		label,
		comparison_figure_name(row->figure),
		base,
		fresh,
		change,
		interval,
		comparison_verdict_mark(contrast),
	};
	int err = make_label(listing->comparison, row->base, first, label);

	if (err)
		return err;
	write_figure(base, contrast->base);
	write_figure(fresh, contrast->fresh);
	text_percent(change, contrast->ratio - 1);
	write_interval(interval, contrast);
	return set_line(listing->grid, values,
			sizeof(values) / sizeof(values[0]));
}

static int print_rows(struct listing *listing, bool all)
{
	const struct comparison *comparison = listing->comparison;
	const struct comparison_row *rows = comparison->rows;
	int above = -1;
	int err = 0;

	for (int i = 0; i < comparison->nr_rows && !err; i++) {
		if (!all && !comparison_row_shows(&rows[i]))
			continue;
		err = add_row(listing, &rows[i],
			      above < 0 || rows[above].base != rows[i].base);
		above = i;
	}
	if (err || above < 0)
		return err;
	err = grid_print_line(listing->out, listing->grid, 0);
	for (int i = 0; i < comparison->nr_rows && !err; i++)
		if (all || comparison_row_shows(&rows[i]))
			err = print_next(listing, rows[i].base);
	fputc('\n', listing->out);
	return err;
}

/* What the marks of the rows that are there mean. */
static void print_marks(FILE *out, const struct comparison *comparison)
{
	bool claimed = false, exploratory = false;

	for (int i = 0; i < comparison->nr_rows; i++) {
		const struct contrast *contrast = &comparison->rows[i].contrast;

		if (contrast->verdict == VERDICT_NONE)
			continue;
		claimed |= !contrast->exploratory;
		exploratory |= contrast->exploratory;
	}
	if (claimed)
		fputs("* claimed of the kernels; ~ no claim\n", out);
	if (exploratory)
		fprintf(out, "? exploratory: of these %s; ~ no claim\n",
			comparison->base->google ? "files only"
						 : "boots, not of the kernels");
}

int comparison_text_rows(FILE *out, const struct comparison *comparison,
			 bool all)
{
	struct listing listing = { .out = out, .comparison = comparison };
	int err;

	err = grid_create(&listing.grid, row_columns, TEXT_MAIL_COLUMNS);
	if (err)
		return err;
	err = print_rows(&listing, all);
	scols_unref_table(listing.grid);
	if (!err)
		err = print_owned(out, comparison_rows_told(comparison, all));
	if (!err && comparison->nr_rows)
		err = print_owned(out, comparison_legend(comparison));
	if (!err)
		print_marks(out, comparison);
	return end(out, err);
}

/* --- the counts --- */

static const struct grid_column count_columns[] = {
	{ "exact figures", TRACKER_WIDTH, 0 }, { "an epoch", 19, 0 },
	{ "base", 9, SCOLS_FL_RIGHT },	       { "new", 9, SCOLS_FL_RIGHT },
	{ "change", 6, SCOLS_FL_RIGHT },       { .head = NULL },
};

/* All digits below a million, so that two numbers have room side by side. */
static void write_bound(char buffer[TEXT_NUMBER_BYTES], int64_t bound)
{
	if (bound < 1000000)
		text_count(buffer, (double)bound);
	else
		text_figure(buffer, (double)bound);
}

/* The mean, or the range where processes differ. */
static void write_count(char buffer[RANGE_BYTES], double mean, int64_t lowest,
			int64_t highest, bool varies)
{
	char low[TEXT_NUMBER_BYTES], high[TEXT_NUMBER_BYTES];

	write_bound(low, lowest);
	write_bound(high, highest);
	if (isnan(mean))
		snprintf(buffer, RANGE_BYTES, "-");
	else if (varies && lowest != highest)
		snprintf(buffer, RANGE_BYTES, "%s..%s", low, high);
	else if (mean == rint(mean))
		snprintf(buffer, RANGE_BYTES, "%.0f", mean);
	else
		snprintf(buffer, RANGE_BYTES, "%.2f", mean);
}

static int add_count(const struct listing *listing,
		     const struct comparison_count *count, bool first)
{
	char label[TRACKER_WIDTH + 1], change[TEXT_NUMBER_BYTES];
	char base[RANGE_BYTES], fresh[RANGE_BYTES];
	const char *const values[] = {
		label, count_get(count->count)->name, base, fresh, change,
	};
	int err =
		make_label(listing->comparison, count->base_cell, first, label);

	if (err)
		return err;
	write_count(base, count->base, count->base_lowest, count->base_highest,
		    count->varies);
	write_count(fresh, count->fresh, count->fresh_lowest,
		    count->fresh_highest, count->varies);
	text_percent(change, count->changed ? comparison_change(count->base,
								count->fresh)
					    : NAN);
	return set_line(listing->grid, values,
			sizeof(values) / sizeof(values[0]));
}

static int print_counts(struct listing *listing, bool all)
{
	const struct comparison *comparison = listing->comparison;
	const struct comparison_count *counts = comparison->counts;
	bool ranges = false;
	int above = -1;
	int err = 0;

	for (int i = 0; i < comparison->nr_counts && !err; i++) {
		if (!all && !comparison_count_shows(&counts[i]))
			continue;
		err = add_count(listing, &counts[i],
				above < 0 || counts[above].base_cell !=
						     counts[i].base_cell);
		above = i;
		ranges |= counts[i].varies;
	}
	if (err || above < 0)
		return err;
	err = grid_print_line(listing->out, listing->grid, 0);
	for (int i = 0; i < comparison->nr_counts && !err; i++)
		if (all || comparison_count_shows(&counts[i]))
			err = print_next(listing, counts[i].base_cell);
	fputc('\n', listing->out);
	if (ranges)
		print_sentence(listing->out,
			       "a..b: not the same in all processes; a change "
			       "is one of the mean, told where the ranges do "
			       "not overlap");
	return err;
}

int comparison_text_counts(FILE *out, const struct comparison *comparison,
			   bool all)
{
	struct listing listing = { .out = out, .comparison = comparison };
	int err;

	if (!comparison->nr_counts)
		return end(out, 0);
	err = grid_create(&listing.grid, count_columns, TEXT_MAIL_COLUMNS);
	if (err)
		return err;
	err = print_counts(&listing, all);
	scols_unref_table(listing.grid);
	if (!err)
		err = print_owned(out, comparison_counts_told(comparison, all));
	return end(out, err);
}

/* --- the means --- */

/* What "x1e+05 (123)" needs; four fit beside a name of usual length. */
enum { MEANS_A_LINE = 4, MEAN_WIDTH = 13 };

/* The figures that have means, in their order; the number of them. */
static int mean_figures(const struct comparison *comparison,
			enum figure_id figures[NR_FIGURES])
{
	int nr = 0;

	for (int i = 0; i < NR_FIGURES; i++)
		for (int j = 0; j < comparison->nr_means; j++)
			if ((int)comparison->means[j].figure == i) {
				figures[nr++] = i;
				break;
			}
	return nr;
}

static bool same_name(const struct comparison_mean *a,
		      const struct comparison_mean *b)
{
	return a->of_tracker == b->of_tracker && strcmp(a->name, b->name) == 0;
}

static const struct comparison_mean *
find_mean(const struct comparison *comparison,
	  const struct comparison_mean *like, enum figure_id figure)
{
	for (int i = 0; i < comparison->nr_means; i++)
		if (comparison->means[i].figure == figure &&
		    same_name(&comparison->means[i], like))
			return &comparison->means[i];
	return NULL;
}

static const char *mean_name(const struct comparison_mean *mean)
{
	return *mean->name ? mean->name : "benchmarks";
}

/* The column of names: as wide as the longest. */
static int name_width(const struct comparison *comparison)
{
	int width = TRACKER_WIDTH;

	for (int i = 0; i < comparison->nr_means; i++) {
		int length = (int)strlen(mean_name(&comparison->means[i]));

		if (width < length + ROW_INDENT)
			width = length + ROW_INDENT;
	}
	return width;
}

/* How many figures stand in one line beside names of that width. */
static int means_a_line(int width)
{
	int fit = (TEXT_MAIL_COLUMNS - width) / (MEAN_WIDTH + 1);

	if (fit < 1)
		return 1;
	return fit < MEANS_A_LINE ? fit : MEANS_A_LINE;
}

/* "+1.2% (6)" */
static void write_mean(char value[RANGE_BYTES],
		       const struct comparison_mean *mean)
{
	char change[TEXT_NUMBER_BYTES];

	if (!mean) {
		snprintf(value, RANGE_BYTES, "-    ");
		return;
	}
	text_percent(change, mean->ratio - 1);
	snprintf(value, RANGE_BYTES, "%s %*s(%d)", change, mean->cells < 10, "",
		 mean->cells);
}

static int add_mean(struct libscols_table *grid,
		    const struct comparison *comparison,
		    const struct comparison_mean *like,
		    const enum figure_id *figures, int nr)
{
	char name[TEXT_MAIL_COLUMNS];
	char changes[MEANS_A_LINE][RANGE_BYTES];
	const char *values[MEANS_A_LINE + 1] = { name };

	snprintf(name, sizeof(name), "%*s%s", ROW_INDENT, "", mean_name(like));
	for (int i = 0; i < nr; i++) {
		write_mean(changes[i], find_mean(comparison, like, figures[i]));
		values[i + 1] = changes[i];
	}
	return set_line(grid, values, nr + 1);
}

static int add_means(struct libscols_table *grid,
		     const struct comparison *comparison,
		     const enum figure_id *figures, int nr)
{
	int err = 0;

	for (int i = 0; i < comparison->nr_means && !err; i++) {
		const struct comparison_mean *mean = &comparison->means[i];

		if (!i || !same_name(mean, mean - 1))
			err = add_mean(grid, comparison, mean, figures, nr);
	}
	return err;
}

static int print_means(FILE *out, const struct comparison *comparison,
		       const enum figure_id *figures, int nr)
{
	struct grid_column columns[MEANS_A_LINE + 2] = {
		{ "geometric means", name_width(comparison), 0 },
	};
	struct libscols_table *grid;
	size_t lines;
	int err;

	for (int i = 0; i < nr; i++)
		columns[i + 1] = (struct grid_column){
			comparison_figure_name(figures[i]),
			MEAN_WIDTH,
			SCOLS_FL_RIGHT,
		};
	err = grid_create(&grid, columns, TEXT_MAIL_COLUMNS);
	if (err)
		return err;
	err = add_means(grid, comparison, figures, nr);
	lines = scols_table_get_nlines(grid);
	for (size_t i = 0; i < lines && !err; i++)
		err = grid_print_line(out, grid, i);
	scols_unref_table(grid);
	return err;
}

int comparison_text_means(FILE *out, const struct comparison *comparison)
{
	enum figure_id figures[NR_FIGURES];
	int nr = mean_figures(comparison, figures);
	int most = means_a_line(name_width(comparison));
	int err = 0;

	if (!nr)
		return end(out, 0);
	for (int i = 0; i < nr && !err; i += most)
		err = print_means(out, comparison, figures + i,
				  nr - i < most ? nr - i : most);
	if (!err)
		print_sentence(
			out,
			"changes over all cells that both sides have, "
			"their number in brackets; no test stands behind a mean");
	return end(out, err);
}

/* --- all of it --- */

int comparison_print_text(FILE *out, const struct comparison *comparison,
			  bool all)
{
	int err = comparison_text_sides(out, comparison);

	if (!err)
		err = comparison_text_caveats(out, comparison);
	if (!err)
		err = comparison_text_differences(out, comparison);
	fputc('\n', out);
	if (!err)
		err = comparison_text_rows(out, comparison, all);
	if (!err && comparison->nr_counts) {
		fputc('\n', out);
		err = comparison_text_counts(out, comparison, all);
	}
	if (!err && comparison->nr_means) {
		fputc('\n', out);
		err = comparison_text_means(out, comparison);
	}
	if (!err)
		err = comparison_text_left_out(out, comparison);
	return end(out, err);
}
