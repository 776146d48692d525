// SPDX-License-Identifier: GPL-2.0-or-later
/* A patch series: a column for each commit, in each what that one changed. */
#include "results/tables/seriestable.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/summary/baseline.h"
#include "results/tables/cellname.h"
#include "results/tables/grid.h"
#include "results/tables/text.h"

/* Two boots of one image agree so well in 98 of 100 figures; two processes are
 * too few to show it. */
static const double least_change = 0.001;

/* As wide as it gets: a line is a row of numbers and must not be broken. */
enum { SCREEN = 1 << 14 };

/* Figure and unit stand below the cell. */
enum { LABEL_WIDTH = 26, VALUE_WIDTH = 8, TITLE_INDENT = 4 };

static const struct {
	enum figure_id id;
	const char *label;
} timed[] = {
	{ FIGURE_ARM_RESIDENT, "  arm insn/page" },
	{ FIGURE_CHANGE, "  change insn/call" },
	{ FIGURE_WRITE, "  write insn/page" },
	{ FIGURE_COLLECT_RESIDENT, "  collect insn/page" },
	{ FIGURE_COLLECT_ARM_RESIDENT, "  collect_arm insn/page" },
};

enum { NR_TIMED = sizeof(timed) / sizeof(timed[0]) };

struct series {
	const struct series_column *columns;
	int nr;
	bool all;
	struct libscols_table *grid;
	/* Of the row that is looked at; NAN: the column has none. */
	double *values;
	double spread;
	/* Where the lines of a cell begin, and which cell. */
	const struct summary_cell **cells;
	size_t *lines;
	int nr_cells;
};

/* --- what a row has --- */

static const struct summary_cell *cell_in(const struct series *series,
					  int column, const char *key)
{
	const struct summary *summary = series->columns[column].summary;

	return summary ? summary_find(summary, key) : NULL;
}

static bool is_spoilt(const struct summary_cell *cell)
{
	return cell->rows[STATUS_FAIL] || cell->rows[STATUS_LIED] ||
	       cell->rows[STATUS_INEXACT];
}

static void widen(struct series *series, double low, double high, double middle)
{
	if (middle > 0 && high - low > series->spread * middle)
		series->spread = (high - low) / middle;
}

static void take_figure(struct series *series, int column,
			const struct summary_cell *cell, enum figure_id id)
{
	double low = INFINITY, high = -INFINITY;

	series->values[column] = cell->figures[id].median;
	for (int i = 0; i < cell->nr_processes; i++) {
		low = fmin(low, cell->processes[i].figures[id]);
		high = fmax(high, cell->processes[i].figures[id]);
	}
	widen(series, low, high, cell->figures[id].median);
}

/* Of every epoch the mean over its processes; epochs differ in their pages. */
static void take_count(struct series *series, int column,
		       const struct summary_cell *cell, enum count_id id)
{
	double sum = 0, low = 0, high = 0;
	int nr = 0;

	for (int i = 0; i < cell->nr_epochs; i++) {
		const struct tally *tally = &cell->epochs[i].counts[id];

		if (!tally->nr)
			continue;
		sum += tally->sum / (double)tally->nr;
		low += (double)tally->lowest;
		high += (double)tally->highest;
		nr++;
	}
	if (!nr)
		return;
	series->values[column] = sum / nr;
	widen(series, low / nr, high / nr, sum / nr);
}

/* Without tracking the other phases are two readings of the clock. */
static bool says_something(int row)
{
	return row >= NR_TIMED || timed[row].id == FIGURE_WRITE;
}

/* Row @row: the timed figures, then the counts. */
static void fill(struct series *series, const char *key, int row)
{
	series->spread = 0;
	for (int i = 0; i < series->nr; i++) {
		const struct summary_cell *cell = cell_in(series, i, key);

		series->values[i] = NAN;
		if (!cell || is_spoilt(cell) ||
		    (baseline_is(cell) && !says_something(row)))
			continue;
		if (row < NR_TIMED)
			take_figure(series, i, cell, timed[row].id);
		else
			take_count(series, i, cell,
				   (enum count_id)(row - NR_TIMED));
	}
}

/* The last column before @column that has a value; -1. */
static int before(const struct series *series, int column)
{
	while (column-- > 0)
		if (!isnan(series->values[column]))
			return column;
	return -1;
}

static bool differs(const struct series *series, double base, double fresh)
{
	double least = fmax(series->spread, least_change);

	if (!(base > 0) || !(fresh > 0))
		return base != fresh;
	return fabs(log(fresh / base)) > log1p(least);
}

static bool changes(const struct series *series)
{
	int last = before(series, series->nr), first = series->nr;

	for (int i = 0; i < series->nr; i++) {
		int other = before(series, i);

		if (isnan(series->values[i]))
			continue;
		if (other >= 0 &&
		    differs(series, series->values[other], series->values[i]))
			return true;
		if (first > i)
			first = i;
	}
	return last > first &&
	       differs(series, series->values[first], series->values[last]);
}

static bool has_values(const struct series *series)
{
	return before(series, series->nr) >= 0;
}

/* --- how it is written --- */

static void write_change(char text[TEXT_NUMBER_BYTES],
			 const struct series *series, double base, double fresh)
{
	if (!differs(series, base, fresh))
		snprintf(text, TEXT_NUMBER_BYTES, ".");
	else if (base > 0)
		text_percent(text, fresh / base - 1);
	else
		text_figure(text, fresh);
}

static void write_value(char text[TEXT_NUMBER_BYTES],
			const struct series *series, int column)
{
	int other = before(series, column);

	if (isnan(series->values[column]) || other < 0)
		text_figure(text, series->values[column]);
	else
		write_change(text, series, series->values[other],
			     series->values[column]);
}

static void write_total(char text[TEXT_NUMBER_BYTES],
			const struct series *series)
{
	int last = before(series, series->nr), first = 0;

	while (first < last && isnan(series->values[first]))
		first++;
	snprintf(text, TEXT_NUMBER_BYTES, "-");
	if (first < last)
		write_change(text, series, series->values[first],
			     series->values[last]);
}

static int add_row(struct series *series, int row)
{
	struct libscols_line *line = grid_add_line(series->grid);
	char text[TEXT_NUMBER_BYTES], label[64];
	int err = line ? 0 : -ENOMEM;

	if (row < NR_TIMED)
		snprintf(label, sizeof(label), "%s", timed[row].label);
	else
		snprintf(label, sizeof(label), "  %s",
			 count_get((enum count_id)(row - NR_TIMED))->name);
	if (!err)
		err = scols_line_set_data(line, 0, label);
	for (int i = 0; !err && i < series->nr; i++) {
		write_value(text, series, i);
		err = scols_line_set_data(line, (size_t)i + 1, text);
	}
	write_total(text, series);
	if (!err)
		err = scols_line_set_data(line, (size_t)series->nr + 1, text);
	return err;
}

static const char *proof_word(const struct summary_cell *cell)
{
	if (!cell)
		return "-";
	if (cell->rows[STATUS_LIED])
		return "LIED";
	if (cell->rows[STATUS_INEXACT])
		return "inexact";
	if (cell->rows[STATUS_FAIL])
		return "failed";
	if (!cell->rows[STATUS_OK])
		return "skipped";
	return cell->proved ? "ok" : "-";
}

/* Columns without anything have said so already. */
static bool proof_changes(const struct series *series, const char *key)
{
	const char *first = NULL;

	for (int i = 0; i < series->nr; i++) {
		const char *word = proof_word(cell_in(series, i, key));

		if (!series->columns[i].summary)
			continue;
		if (first && strcmp(first, word) != 0)
			return true;
		first = word;
	}
	return false;
}

static int add_proof(struct series *series, const char *key)
{
	struct libscols_line *line = grid_add_line(series->grid);
	int err = line ? scols_line_set_data(line, 0, "  proof") : -ENOMEM;

	for (int i = 0; !err && i < series->nr; i++)
		err = scols_line_set_data(line, (size_t)i + 1,
					  proof_word(cell_in(series, i, key)));
	return err;
}

/* --- all rows --- */

static int add_cell(struct series *series, const struct summary_cell *cell)
{
	size_t start = scols_table_get_nlines(series->grid);
	int err = 0;

	for (int row = 0; !err && row < NR_TIMED + NR_COUNTS; row++) {
		fill(series, cell->key, row);
		if (series->all ? has_values(series) : changes(series))
			err = add_row(series, row);
	}
	if (!err && (series->all || proof_changes(series, cell->key)))
		err = add_proof(series, cell->key);
	if (!err && scols_table_get_nlines(series->grid) > start) {
		series->cells[series->nr_cells] = cell;
		series->lines[series->nr_cells++] = start;
	}
	return err;
}

static bool was_before(const struct series *series, int column, const char *key)
{
	for (int i = 0; i < column; i++)
		if (cell_in(series, i, key))
			return true;
	return false;
}

static int add_cells(struct series *series)
{
	int err = 0;

	for (int i = 0; i < series->nr; i++) {
		const struct summary *summary = series->columns[i].summary;
		int nr = summary ? summary_nr_cells(summary) : 0;

		for (int j = 0; !err && j < nr; j++) {
			const struct summary_cell *cell =
				summary_cell(summary, j);

			if (!was_before(series, i, cell->key))
				err = add_cell(series, cell);
		}
	}
	return err;
}

static int add_states(struct series *series)
{
	struct libscols_line *line;
	bool any = false;
	int err = 0;

	for (int i = 0; i < series->nr; i++)
		any |= !series->columns[i].summary;
	if (!any)
		return 0;
	line = grid_add_line(series->grid);
	if (!line)
		return -ENOMEM;
	for (int i = 0; !err && i < series->nr; i++)
		if (!series->columns[i].summary)
			err = scols_line_set_data(line, (size_t)i + 1,
						  series->columns[i].state);
	return err;
}

static int make_grid(struct series *series)
{
	struct grid_column *heads =
		calloc((size_t)series->nr + 3, sizeof(*heads));
	int err;

	if (!heads)
		return -ENOMEM;
	heads[0] = (struct grid_column){ "", LABEL_WIDTH, 0 };
	for (int i = 0; i < series->nr; i++)
		heads[i + 1] =
			(struct grid_column){ series->columns[i].name,
					      VALUE_WIDTH, SCOLS_FL_RIGHT };
	heads[series->nr + 1] =
		(struct grid_column){ "in all", VALUE_WIDTH, SCOLS_FL_RIGHT };
	err = grid_create(&series->grid, heads, SCREEN);
	free(heads);
	if (err)
		series->grid = NULL;
	return err;
}

static int make_room(struct series *series)
{
	size_t cells = 1;

	for (int i = 0; i < series->nr; i++)
		if (series->columns[i].summary)
			cells += (size_t)summary_nr_cells(
				series->columns[i].summary);
	series->values = calloc((size_t)series->nr + 1, sizeof(double));
	series->cells = calloc(cells, sizeof(struct summary_cell *));
	series->lines = calloc(cells, sizeof(*series->lines));
	return series->values && series->cells && series->lines ? 0 : -ENOMEM;
}

/* --- printing --- */

static int print_rows(FILE *out, const struct series *series)
{
	size_t nr = scols_table_get_nlines(series->grid);
	size_t head = series->nr_cells ? series->lines[0] : nr;
	int err = 0, next = 0;

	for (size_t i = 0; !err && i < nr; i++) {
		if (next < series->nr_cells && series->lines[next] == i) {
			fputc('\n', out);
			cellname_put(out, series->cells[next++]);
			fputc('\n', out);
		}
		if (i < head || series->nr_cells)
			err = grid_print_line(out, series->grid, i);
	}
	if (!series->nr_cells)
		fputs("\nNo row changes by more than the spread.\n", out);
	return err;
}

static int print_titles(FILE *out, const struct series *series)
{
	int err;

	fputc('\n', out);
	text_wrap(out, 0,
		  "First column: executed instructions for each resident page "
		  "(write: each dirtied page), and counts of an epoch. Others: "
		  "the change from the commit before; '.' is within 0.1 % or "
		  "the spread of one kernel.");
	fputc('\n', out);
	for (int i = 0; i < series->nr; i++) {
		const struct series_column *column = &series->columns[i];

		err = text_wrap_format(out, TEXT_COLUMNS, TITLE_INDENT,
				       "%s %s%s%s", column->name, column->title,
				       column->trouble ? ": " : "",
				       column->trouble ? column->trouble : "");
		if (err)
			return err;
	}
	return 0;
}

int seriestable_print(FILE *out, const struct series_column *columns, int nr,
		      bool all)
{
	struct series series = { .columns = columns, .nr = nr, .all = all };
	int err;

	err = make_room(&series);
	if (!err)
		err = make_grid(&series);
	if (!err)
		err = add_states(&series);
	if (!err)
		err = add_cells(&series);
	if (!err)
		err = print_rows(out, &series);
	if (!err)
		err = print_titles(out, &series);
	if (series.grid)
		scols_unref_table(series.grid);
	free(series.values);
	free(series.cells);
	free(series.lines);
	if (!err && ferror(out))
		err = -EIO;
	return err;
}
