// SPDX-License-Identifier: GPL-2.0-or-later
// The closing tables of a run, for a terminal of 80 columns, in ASCII.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/tables/cellname.h"
#include "results/tables/grid.h"
#include "results/tables/notes.h"
#include "results/tables/pursuitnotes.h"
#include "results/tables/table.h"
#include "results/tables/text.h"
#include "results/tables/watchnotes.h"

/* Room for what a column writes, "inexact " and an int64_t at the most. */
enum { VALUE_BYTES = 32 };

/*
 * The seven other columns of the wider table take 57 with their heads and six
 * digits a figure, seven spaces part the eight.
 */
enum { TRACKER_WIDTH = 16 };

/* Columns of the wider table, without its end. */
enum { MAX_COLUMNS = 10 };

/* Rows stand under their heading, parameters under their tracker. */
enum { ROW_INDENT = 2, PARAM_INDENT = 4 };

/* Stands behind the figure of one call that collects and arms. */
#define ATOMIC_MARK "*"

/* Stands behind a figure per page of the range. */
#define RANGE_MARK "r"

struct column {
	struct grid_column grid;
	void (*write)(char value[VALUE_BYTES], const struct summary_cell *cell);
};

static void write_figure(char value[VALUE_BYTES],
			 const struct summary_cell *cell, enum figure_id id)
{
	text_figure(value, cell->figures[id].median);
}

static void write_count(char value[VALUE_BYTES],
			const struct summary_cell *cell, enum figure_id id)
{
	text_count(value, cell->figures[id].median);
}

static bool has(const struct summary_cell *cell, enum figure_id id)
{
	return cell->figures[id].processes > 0;
}

static bool is_atomic(const struct summary_cell *cell)
{
	return has(cell, FIGURE_COLLECT_ARM_RANGE);
}

/* Where nothing is resident, the range is what was armed and collected. */
static bool is_empty(const struct summary_cell *cell)
{
	if (is_atomic(cell))
		return !has(cell, FIGURE_COLLECT_ARM_RESIDENT);
	return has(cell, FIGURE_COLLECT_RANGE) &&
	       !has(cell, FIGURE_COLLECT_RESIDENT);
}

static void write_arm(char value[VALUE_BYTES], const struct summary_cell *cell)
{
	char digits[TEXT_NUMBER_BYTES];

	text_figure(digits, cell->figures[is_empty(cell) ? FIGURE_ARM_RANGE
							 : FIGURE_ARM_RESIDENT]
				    .median);
	snprintf(value, VALUE_BYTES, "%s%s", digits,
		 is_empty(cell) && has(cell, FIGURE_ARM_RANGE) ? RANGE_MARK
							       : "");
}

static void write_write(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_WRITE);
}

/* A space stands where others have the mark, so that the digits line up. */
static void write_collect(char value[VALUE_BYTES],
			  const struct summary_cell *cell)
{
	char digits[TEXT_NUMBER_BYTES];
	bool atomic = is_atomic(cell);
	enum figure_id id =
		atomic ? FIGURE_COLLECT_ARM_RESIDENT : FIGURE_COLLECT_RESIDENT;

	if (is_empty(cell))
		id = atomic ? FIGURE_COLLECT_ARM_RANGE : FIGURE_COLLECT_RANGE;
	text_figure(digits, cell->figures[id].median);
	snprintf(value, VALUE_BYTES, "%s%s%s", digits,
		 atomic ? ATOMIC_MARK : "",
		 is_empty(cell) ? RANGE_MARK
		 : atomic	? ""
				: " ");
}

static void write_compaction(char value[VALUE_BYTES],
			     const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_REGION_COMPACTION);
}

static void write_vmas(char value[VALUE_BYTES], const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_VMA_GROWTH);
}

static void write_pagetables(char value[VALUE_BYTES],
			     const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_PAGETABLE_GROWTH);
}

static void write_proof(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	if (cell->rows[STATUS_LIED])
		snprintf(value, VALUE_BYTES, "LIED %" PRId64,
			 cell->rows[STATUS_LIED]);
	else if (cell->rows[STATUS_INEXACT])
		snprintf(value, VALUE_BYTES, "inexact %" PRId64,
			 cell->rows[STATUS_INEXACT]);
	else if (cell->proved)
		snprintf(value, VALUE_BYTES, "ok %" PRId64, cell->proved);
	else
		snprintf(value, VALUE_BYTES, "-");
}

static void write_open(char value[VALUE_BYTES], const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_OPEN);
}

static void write_first_arm(char value[VALUE_BYTES],
			    const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_FIRST_ARM);
}

static void write_close(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_CLOSE);
}

static void write_after_read(char value[VALUE_BYTES],
			     const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_AFTER_READ);
}

static void write_after_write(char value[VALUE_BYTES],
			      const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_AFTER_WRITE);
}

static void write_after_huge(char value[VALUE_BYTES],
			     const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_AFTER_HUGE);
}

static void write_after_vmas(char value[VALUE_BYTES],
			     const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_AFTER_VMAS);
}

static void write_after_pagetables(char value[VALUE_BYTES],
				   const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_AFTER_PAGETABLES);
}

static void write_watch(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_WATCH_WRITE);
}

static void write_watch_99(char value[VALUE_BYTES],
			   const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_WATCH_WRITE_99);
}

static void write_watch_999(char value[VALUE_BYTES],
			    const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_WATCH_WRITE_999);
}

static void write_watch_tracked(char value[VALUE_BYTES],
				const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_WATCH_TRACKED);
}

/* Of tracker `none`, nothing was collected. */
static double collection_us(const struct summary_cell *cell, enum figure_id id)
{
	return has(cell, FIGURE_WATCH_PAGES) ? cell->figures[id].median / 1000
					     : NAN;
}

static void write_watch_collect(char value[VALUE_BYTES],
				const struct summary_cell *cell)
{
	bool atomic = has(cell, FIGURE_WATCH_COLLECT_ARM);
	enum figure_id id =
		atomic ? FIGURE_WATCH_COLLECT_ARM : FIGURE_WATCH_COLLECT;
	char digits[TEXT_NUMBER_BYTES];

	text_figure(digits, collection_us(cell, id));
	snprintf(value, VALUE_BYTES, "%s%s", digits,
		 atomic ? ATOMIC_MARK : " ");
}

static void write_watch_arm(char value[VALUE_BYTES],
			    const struct summary_cell *cell)
{
	text_figure(value, collection_us(cell, FIGURE_WATCH_ARM));
}

static void write_watch_pages(char value[VALUE_BYTES],
			      const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_WATCH_PAGES);
}

static void write_watch_lost(char value[VALUE_BYTES],
			     const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_WATCH_LOST);
}

static const struct column watch_columns[] = {
	{ { "write", 6, SCOLS_FL_RIGHT }, write_watch },
	{ { "99 %", 6, SCOLS_FL_RIGHT }, write_watch_99 },
	{ { "99.9 %", 6, SCOLS_FL_RIGHT }, write_watch_999 },
	{ { "tracked", 7, SCOLS_FL_RIGHT }, write_watch_tracked },
	{ { "collect", 7, SCOLS_FL_RIGHT }, write_watch_collect },
	{ { "arm", 6, SCOLS_FL_RIGHT }, write_watch_arm },
	{ { "pages", 6, SCOLS_FL_RIGHT }, write_watch_pages },
	{ { "lost", 6, SCOLS_FL_RIGHT }, write_watch_lost },
	{ { "proof", 5, 0 }, write_proof },
	{ .write = NULL },
};

static void write_pursuit_iterations(char value[VALUE_BYTES],
				     const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_PURSUIT_ITERATIONS);
}

static void write_pursuit_copied(char value[VALUE_BYTES],
				 const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_PURSUIT_COPIED);
}

static void write_pursuit_left(char value[VALUE_BYTES],
			       const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_PURSUIT_LEFT);
}

static void write_pursuit_stopped(char value[VALUE_BYTES],
				  const struct summary_cell *cell)
{
	text_figure(value, cell->figures[FIGURE_PURSUIT_STOPPED].median / 1000);
}

static void write_pursuit_pause(char value[VALUE_BYTES],
				const struct summary_cell *cell)
{
	text_figure(value, cell->figures[FIGURE_PURSUIT_PAUSE].median / 1000);
}

static void write_pursuit_lost(char value[VALUE_BYTES],
			       const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_PURSUIT_LOST);
}

static const struct column pursuit_columns[] = {
	{ { "copies", 6, SCOLS_FL_RIGHT }, write_pursuit_iterations },
	{ { "copied", 6, SCOLS_FL_RIGHT }, write_pursuit_copied },
	{ { "left", 6, SCOLS_FL_RIGHT }, write_pursuit_left },
	{ { "collect", 7, SCOLS_FL_RIGHT }, write_watch_collect },
	{ { "arm", 6, SCOLS_FL_RIGHT }, write_watch_arm },
	{ { "stopped", 7, SCOLS_FL_RIGHT }, write_pursuit_stopped },
	{ { "pause", 6, SCOLS_FL_RIGHT }, write_pursuit_pause },
	{ { "lost", 6, SCOLS_FL_RIGHT }, write_pursuit_lost },
	{ { "proof", 5, 0 }, write_proof },
	{ .write = NULL },
};

static const struct column epoch_columns[] = {
	{ { "arm", 6, SCOLS_FL_RIGHT }, write_arm },
	{ { "write", 6, SCOLS_FL_RIGHT }, write_write },
	{ { "collect ", 8, SCOLS_FL_RIGHT }, write_collect },
	{ { "compaction", 10, SCOLS_FL_RIGHT }, write_compaction },
	{ { "VMAs", 6, SCOLS_FL_RIGHT }, write_vmas },
	{ { "page tables", 11, SCOLS_FL_RIGHT }, write_pagetables },
	{ { "proof", 5, 0 }, write_proof },
	{ .write = NULL },
};

static void write_change(char value[VALUE_BYTES],
			 const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_CHANGE);
}

static void write_calls(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_CHANGE_CALLS);
}

static void write_before(char value[VALUE_BYTES],
			 const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_VMAS_BEFORE);
}

static void write_armed(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_VMAS_ARMED);
}

static void write_peak(char value[VALUE_BYTES], const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_VMAS_PEAK);
}

static void write_after(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_VMAS_AFTER);
}

static void write_extra(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_EXTRA);
}

static void write_missed(char value[VALUE_BYTES],
			 const struct summary_cell *cell)
{
	write_count(value, cell, FIGURE_MISSED);
}

static const struct column change_columns[] = {
	{ { "change", 6, SCOLS_FL_RIGHT }, write_change },
	{ { "calls", 6, SCOLS_FL_RIGHT }, write_calls },
	{ { "before", 6, SCOLS_FL_RIGHT }, write_before },
	{ { "armed", 6, SCOLS_FL_RIGHT }, write_armed },
	{ { "peak", 6, SCOLS_FL_RIGHT }, write_peak },
	{ { "after", 6, SCOLS_FL_RIGHT }, write_after },
	{ { "extra", 7, SCOLS_FL_RIGHT }, write_extra },
	{ { "missed", 7, SCOLS_FL_RIGHT }, write_missed },
	{ .write = NULL },
};

static const struct column setup_columns[] = {
	{ { "open", 6, SCOLS_FL_RIGHT }, write_open },
	{ { "first arm", 9, SCOLS_FL_RIGHT }, write_first_arm },
	{ { "close", 6, SCOLS_FL_RIGHT }, write_close },
	{ .write = NULL },
};

static const struct column aftermath_columns[] = {
	{ { "read", 6, SCOLS_FL_RIGHT }, write_after_read },
	{ { "write", 6, SCOLS_FL_RIGHT }, write_after_write },
	{ { "huge lost", 9, SCOLS_FL_RIGHT }, write_after_huge },
	{ { "VMAs", 6, SCOLS_FL_RIGHT }, write_after_vmas },
	{ { "page tables", 11, SCOLS_FL_RIGHT }, write_after_pagetables },
	{ .write = NULL },
};

struct layout {
	const struct column *columns;
	const char *legend[NR_TIMINGS];
	const char *more_legend; /* for both timings */
	bool marks;
	/* Prints what else is to be said of a row below it; or NULL. */
	void (*below)(FILE *out, int indent, const struct summary_cell *cell);
	/* Of cells that have this one; 0, which no table needs, for all. */
	enum figure_id only;
	enum figure_id never[2]; /* and of none that have one of these */
};

static const struct layout layouts[NR_TABLES] = {
	[TABLE_EPOCHS] = {
		.columns = epoch_columns,
		.legend = {
			[TIMING_NS] = "arm, collect: ns per resident page; "
				      "write: ns per dirtied page;\n",
			[TIMING_INSN] = "arm, collect: insn per resident page; "
					"write: insn per dirtied page;\n",
		},
		.more_legend =
			"compaction: reported pages per region; "
			"VMAs: growth at the peak;\n"
			"page tables: growth at the peak, kB; "
			"proof: epochs compared with the truth\n",
		.marks = true,
		.never = { FIGURE_WATCH_WRITE, FIGURE_PURSUIT_ITERATIONS },
	},
	[TABLE_WATCH] = {
		.columns = watch_columns,
		.legend = {
			[TIMING_NS] = "write: ns per write, median, 99 % and "
				      "99.9 %, of writers that do not stop;\n"
				      "tracked: the median of those that are "
				      "a page's first since it was armed;\n"
				      "collect, arm: us per collection, "
				      "medians; pages: reported by one;\n"
				      "lost: pages per collection, written "
				      "between its two calls and told of by "
				      "none;\n",
			[TIMING_INSN] = "",
		},
		.more_legend = "proof: epochs in which each page was looked "
			       "at\n",
		.marks = true,
		.only = FIGURE_WATCH_WRITE,
	},
	[TABLE_PURSUIT] = {
		.columns = pursuit_columns,
		.legend = {
			[TIMING_NS] = "copies: of a process that goes on, all "
				      "its pages first; copied: pages, as a\n"
				      "multiple of the resident ones; left: "
				      "pages for when it is stopped;\n"
				      "collect, arm: us per collection, "
				      "medians; stopped: us, for what is left,"
				      "\nuntil it is copied; pause: us, "
				      "collecting that as measured and copying "
				      "it at\nbandwidth=; lost: pages that "
				      "were written between the two calls;\n",
			[TIMING_INSN] = "",
		},
		.more_legend = "proof: epochs in which the copy was compared "
			       "with the process\n",
		.marks = true,
		.below = pursuitnotes_print,
		.only = FIGURE_PURSUIT_ITERATIONS,
	},
	[TABLE_CHANGE] = {
		.columns = change_columns,
		.legend = {
			[TIMING_NS] = "change: ns per system call on "
				      "mappings; calls: of an epoch;\n",
			[TIMING_INSN] = "change: insn per system call on "
					"mappings; calls: of an epoch;\n",
		},
		.more_legend =
			"before, armed, peak, after: VMAs; extra: pages "
			"reported and not written;\n"
			"missed: pages written and not reported\n",
		.only = FIGURE_CHANGE,
	},
	[TABLE_SETUP] = {
		.columns = setup_columns,
		.legend = {
			[TIMING_NS] = "set-up: open, first arm, close: "
				      "ns per resident page\n",
			[TIMING_INSN] = "set-up: open, first arm, close: "
					"insn per resident page\n",
		},
		.more_legend = "",
	},
	[TABLE_AFTERMATH] = {
		.columns = aftermath_columns,
		.legend = {
			[TIMING_NS] = "aftermath, untracked again: read: ns per "
				      "resident page; write: ns per dirtied\n"
				      "page; ",
			[TIMING_INSN] = "aftermath, untracked again: read: insn "
					"per resident page; write: insn per\n"
					"dirtied page; ",
		},
		.more_legend = "huge lost: huge pages that are none any more, "
			       "kB;\n"
			       "VMAs, page tables (kB): more than before "
			       "tracking\n",
	},
};

/* Print below its row what tells it from others of its tracker. */
static int print_params(FILE *out, const struct summary *summary,
			const struct summary_cell *cell)
{
	char *params = cellname_distinction(summary, cell);
	int err = 0;

	if (!params)
		return -ENOMEM;
	if (*params)
		err = text_wrap_format(out, TEXT_COLUMNS, PARAM_INDENT, "%*s%s",
				       PARAM_INDENT - 1, "", params);
	free(params);
	return err;
}

/* A longer name has a line of its own above its row. */
static bool is_long(const struct summary_cell *cell)
{
	return strlen(cell->tracker) > TRACKER_WIDTH - ROW_INDENT;
}

static bool has_any(const struct summary_cell *cell,
		    const enum figure_id figures[2])
{
	return (figures[0] && has(cell, figures[0])) ||
	       (figures[1] && has(cell, figures[1]));
}

static bool has_row(const struct layout *layout,
		    const struct summary_cell *cell)
{
	return summary_cell_ran(cell) &&
	       (!layout->only || has(cell, layout->only)) &&
	       !has_any(cell, layout->never);
}

static int add_row(struct libscols_table *table, const struct column *columns,
		   const struct summary_cell *cell)
{
	struct libscols_line *line = grid_add_line(table);
	char label[TRACKER_WIDTH + 1];
	char value[VALUE_BYTES];
	int err;

	if (!line)
		return -ENOMEM;
	snprintf(label, sizeof(label), "%*s%.*s", ROW_INDENT, "",
		 TRACKER_WIDTH - ROW_INDENT,
		 is_long(cell) ? "" : cell->tracker);
	err = grid_set(line, 0, label);
	for (int i = 0; columns[i].write && !err; i++) {
		columns[i].write(value, cell);
		err = grid_set(line, i + 1, value);
	}
	return err;
}

static int make_table(struct libscols_table **table,
		      const struct layout *layout,
		      const struct summary *summary)
{
	const struct column *columns = layout->columns;
	struct grid_column grid[MAX_COLUMNS + 1] = {
		{ "", TRACKER_WIDTH, 0 },
	};
	int err;

	for (int i = 0; columns[i].write; i++)
		grid[i + 1] = columns[i].grid;
	err = grid_create(table, grid, TEXT_COLUMNS);
	if (err)
		return err;
	for (int i = 0; i < summary_nr_cells(summary) && !err; i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (has_row(layout, cell))
			err = add_row(*table, columns, cell);
	}
	if (err)
		scols_unref_table(*table);
	return err;
}

static int print_heading(FILE *out, const struct summary_cell *cell)
{
	fputc('\n', out);
	return cellname_print_heading(out, TEXT_COLUMNS, cell);
}

static int print_rows(FILE *out, struct libscols_table *table,
		      const struct layout *layout,
		      const struct summary *summary)
{
	const struct summary_cell *above = NULL;
	size_t line = 1;
	int err = 0;

	for (int i = 0; i < summary_nr_cells(summary) && !err; i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (!has_row(layout, cell))
			continue;
		if (!above || !cellname_same_group(above, cell))
			err = print_heading(out, cell);
		if (!err && is_long(cell))
			fprintf(out, "%*s%s\n", ROW_INDENT, "", cell->tracker);
		if (!err)
			err = grid_print_line(out, table, line++);
		if (!err)
			err = print_params(out, summary, cell);
		if (!err && layout->below)
			layout->below(out, PARAM_INDENT, cell);
		above = cell;
	}
	return err;
}

static void print_legend(FILE *out, const struct layout *layout,
			 const struct summary *summary)
{
	enum timing timing = TIMING_NS;
	bool atomic = false, empty = false;

	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (cell->timing == TIMING_INSN)
			timing = TIMING_INSN;
		if (!has_row(layout, cell))
			continue;
		atomic |=
			is_atomic(cell) || has(cell, FIGURE_WATCH_COLLECT_ARM);
		empty |= is_empty(cell);
	}
	fputc('\n', out);
	fprintf(out, "%s%s", layout->legend[timing], layout->more_legend);
	if (layout->marks && atomic)
		fprintf(out, ATOMIC_MARK
			" one call collects and arms again (collect=atomic)\n");
	if (layout->marks && empty)
		fprintf(out, RANGE_MARK
			" per page of the range: nothing is resident\n");
}

static bool has_rows(const struct layout *layout, const struct summary *summary)
{
	for (int i = 0; i < summary_nr_cells(summary); i++)
		if (has_row(layout, summary_cell(summary, i)))
			return true;
	return false;
}

int table_print(FILE *out, const struct summary *summary, enum table which)
{
	const struct layout *layout = &layouts[which];
	struct libscols_table *table;
	int err;

	if (!has_rows(layout, summary))
		return 0;
	err = make_table(&table, layout, summary);
	if (err)
		return err;
	err = grid_print_line(out, table, 0);
	if (!err)
		err = print_rows(out, table, layout, summary);
	if (!err)
		print_legend(out, layout, summary);
	scols_unref_table(table);
	return err ? err : ferror(out) ? -EIO : 0;
}

int table_print_watch(FILE *out, const struct summary *summary)
{
	bool above = has_rows(&layouts[TABLE_EPOCHS], summary);
	bool watch = has_rows(&layouts[TABLE_WATCH], summary);
	int err;

	if (above && watch)
		fputc('\n', out);
	err = table_print(out, summary, TABLE_WATCH);
	if (!err)
		err = watchnotes_print(out, summary);
	if (err)
		return err;
	if ((above || watch) && has_rows(&layouts[TABLE_PURSUIT], summary))
		fputc('\n', out);
	return table_print(out, summary, TABLE_PURSUIT);
}

int table_print_change(FILE *out, const struct summary *summary)
{
	if (!has_rows(&layouts[TABLE_CHANGE], summary))
		return 0;
	fputc('\n', out);
	return table_print(out, summary, TABLE_CHANGE);
}

int table_print_notes(FILE *out, const struct summary *summary)
{
	const struct notes notes = { .summary = summary,
				     .columns = TEXT_COLUMNS };
	int err = notes_print_problems(out, &notes);

	return err ? err : notes_print_skips(out, &notes);
}
