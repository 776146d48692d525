// SPDX-License-Identifier: GPL-2.0-or-later
// The closing tables of a run, for a terminal of 80 columns, in ASCII.
#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/table.h"
#include "results/text.h"

/* Room for what a column writes, "inexact " and an int64_t at the most. */
enum { VALUE_BYTES = 32 };

/*
 * The seven other columns of the wider table take 57 with their heads and six
 * digits a figure, seven spaces part the eight.
 */
enum { TRACKER_WIDTH = 16 };

/* Rows stand under their heading, parameters under their tracker. */
enum { ROW_INDENT = 2, PARAM_INDENT = 4 };

/* Stands behind the figure of one call that collects and arms. */
#define ATOMIC_MARK "*"

/* @width keeps the columns of all runs in the same places. */
struct column {
	const char *head;
	int width, flags;
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

static void write_arm(char value[VALUE_BYTES], const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_ARM_RESIDENT);
}

static void write_write(char value[VALUE_BYTES],
			const struct summary_cell *cell)
{
	write_figure(value, cell, FIGURE_WRITE);
}

static bool is_atomic(const struct summary_cell *cell)
{
	return cell->figures[FIGURE_COLLECT_ARM_RESIDENT].processes > 0;
}

/* A space stands where others have the mark, so that the digits line up. */
static void write_collect(char value[VALUE_BYTES],
			  const struct summary_cell *cell)
{
	char digits[TEXT_NUMBER_BYTES];
	bool atomic = is_atomic(cell);
	enum figure_id id =
		atomic ? FIGURE_COLLECT_ARM_RESIDENT : FIGURE_COLLECT_RESIDENT;

	text_figure(digits, cell->figures[id].median);
	snprintf(value, VALUE_BYTES, "%s%s", digits,
		 atomic ? ATOMIC_MARK : " ");
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

static const struct column epoch_columns[] = {
	{ "arm", 6, SCOLS_FL_RIGHT, write_arm },
	{ "write", 6, SCOLS_FL_RIGHT, write_write },
	{ "collect ", 8, SCOLS_FL_RIGHT, write_collect },
	{ "compaction", 10, SCOLS_FL_RIGHT, write_compaction },
	{ "VMAs", 6, SCOLS_FL_RIGHT, write_vmas },
	{ "page tables", 11, SCOLS_FL_RIGHT, write_pagetables },
	{ "proof", 5, 0, write_proof },
	{ .head = NULL },
};

static const struct column setup_columns[] = {
	{ "open", 6, SCOLS_FL_RIGHT, write_open },
	{ "first arm", 9, SCOLS_FL_RIGHT, write_first_arm },
	{ "close", 6, SCOLS_FL_RIGHT, write_close },
	{ .head = NULL },
};

struct layout {
	const struct column *columns;
	const char *legend[NR_TIMINGS];
	const char *more_legend; /* for both timings */
	bool marks_atomic;
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
		.marks_atomic = true,
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
};

static bool same_group(const struct summary_cell *a,
		       const struct summary_cell *b)
{
	return strcmp(a->workload, b->workload) == 0 &&
	       strcmp(a->workload_params, b->workload_params) == 0;
}

/* Whether parameter @param tells @cell from another row of its tracker. */
static bool distinguishes(const struct summary *summary,
			  const struct summary_cell *cell,
			  const struct sample_param *param)
{
	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *other = summary_cell(summary, i);
		const char *value;

		if (!summary_cell_ran(other) || !same_group(cell, other) ||
		    strcmp(cell->tracker, other->tracker) != 0)
			continue;
		value = summary_cell_param(other, param->name);
		if (!value || strcmp(value, param->value) != 0)
			return true;
	}
	return false;
}

/* Print below its row what tells it from others of its tracker. */
static int print_params(FILE *out, const struct summary *summary,
			const struct summary_cell *cell)
{
	char *text;
	size_t size;
	FILE *params = open_memstream(&text, &size);
	int err;

	if (!params)
		return -ENOMEM;
	fprintf(params, "%*s", PARAM_INDENT - 1, "");
	for (int i = 0; i < cell->nr_params; i++)
		if (distinguishes(summary, cell, &cell->params[i]))
			fprintf(params, " %s=%s", cell->params[i].name,
				cell->params[i].value);
	err = fclose(params) ? -ENOMEM : 0;
	if (!err && size >= PARAM_INDENT)
		text_wrap(out, PARAM_INDENT, text);
	free(text);
	return err;
}

/* A longer name has a line of its own above its row. */
static bool is_long(const struct summary_cell *cell)
{
	return strlen(cell->tracker) > TRACKER_WIDTH - ROW_INDENT;
}

static int make_columns(struct libscols_table *table,
			const struct column *columns)
{
	if (!scols_table_new_column(table, NULL, TRACKER_WIDTH, 0))
		return -ENOMEM;
	for (; columns->head; columns++)
		if (!scols_table_new_column(table, NULL, columns->width,
					    columns->flags))
			return -ENOMEM;
	return 0;
}

static int add_heads(struct libscols_table *table, const struct column *columns)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int err;

	if (!line)
		return -ENOMEM;
	err = scols_line_set_data(line, 0, "");
	for (int i = 0; columns[i].head && !err; i++)
		err = scols_line_set_data(line, i + 1, columns[i].head);
	return err;
}

static int add_row(struct libscols_table *table, const struct column *columns,
		   const struct summary_cell *cell)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char label[TRACKER_WIDTH + 1];
	char value[VALUE_BYTES];
	int err;

	if (!line)
		return -ENOMEM;
	snprintf(label, sizeof(label), "%*s%.*s", ROW_INDENT, "",
		 TRACKER_WIDTH - ROW_INDENT,
		 is_long(cell) ? "" : cell->tracker);
	err = scols_line_set_data(line, 0, label);
	for (int i = 0; columns[i].head && !err; i++) {
		columns[i].write(value, cell);
		err = scols_line_set_data(line, i + 1, value);
	}
	return err;
}

/* The column heads are line 0, so that headings can stand below them. */
static int make_table(struct libscols_table **table,
		      const struct column *columns,
		      const struct summary *summary)
{
	int err;

	*table = scols_new_table();
	if (!*table)
		return -ENOMEM;
	scols_table_enable_noheadings(*table, 1);
	scols_table_enable_noencoding(*table, 1);
	scols_table_set_termforce(*table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(*table, TEXT_COLUMNS);
	err = make_columns(*table, columns);
	if (!err)
		err = add_heads(*table, columns);
	for (int i = 0; i < summary_nr_cells(summary) && !err; i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (summary_cell_ran(cell))
			err = add_row(*table, columns, cell);
	}
	if (err)
		scols_unref_table(*table);
	return err;
}

static int print_line(FILE *out, struct libscols_table *table, size_t number)
{
	struct libscols_line *line = scols_table_get_line(table, number);
	char *text;
	int err;

	err = scols_table_print_range_to_string(table, line, line, &text);
	if (err)
		return err;
	/* The library ends every line but the last of a table. */
	fprintf(out, "%.*s\n", (int)strcspn(text, "\n"), text);
	free(text);
	return 0;
}

static int print_heading(FILE *out, const struct summary_cell *cell)
{
	char *heading;
	const char *params = cell->workload_params;

	if (asprintf(&heading, "%s%s%s", cell->workload, *params ? " " : "",
		     params) < 0)
		return -ENOMEM;
	fputc('\n', out);
	text_wrap(out, PARAM_INDENT, heading);
	free(heading);
	return 0;
}

static int print_rows(FILE *out, struct libscols_table *table,
		      const struct summary *summary)
{
	const struct summary_cell *above = NULL;
	size_t line = 1;
	int err = 0;

	for (int i = 0; i < summary_nr_cells(summary) && !err; i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (!summary_cell_ran(cell))
			continue;
		if (!above || !same_group(above, cell))
			err = print_heading(out, cell);
		if (!err && is_long(cell))
			fprintf(out, "%*s%s\n", ROW_INDENT, "", cell->tracker);
		if (!err)
			err = print_line(out, table, line++);
		if (!err)
			err = print_params(out, summary, cell);
		above = cell;
	}
	return err;
}

static void print_legend(FILE *out, const struct layout *layout,
			 const struct summary *summary)
{
	enum timing timing = TIMING_NS;
	bool atomic = false;

	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (cell->timing == TIMING_INSN)
			timing = TIMING_INSN;
		atomic |= is_atomic(cell);
	}
	fputc('\n', out);
	fprintf(out, "%s%s", layout->legend[timing], layout->more_legend);
	if (layout->marks_atomic && atomic)
		fprintf(out, ATOMIC_MARK
			" one call collects and arms again (collect=atomic)\n");
}

static bool any_ran(const struct summary *summary)
{
	for (int i = 0; i < summary_nr_cells(summary); i++)
		if (summary_cell_ran(summary_cell(summary, i)))
			return true;
	return false;
}

int table_print(FILE *out, const struct summary *summary, enum table which)
{
	const struct layout *layout = &layouts[which];
	struct libscols_table *table;
	int err;

	if (!any_ran(summary))
		return 0;
	err = make_table(&table, layout->columns, summary);
	if (err)
		return err;
	err = print_line(out, table, 0);
	if (!err)
		err = print_rows(out, table, summary);
	if (!err)
		print_legend(out, layout, summary);
	scols_unref_table(table);
	return err ? err : ferror(out) ? -EIO : 0;
}

static bool same_skip(const struct summary_cell *a,
		      const struct summary_cell *b)
{
	return a->reason[STATUS_SKIP] && b->reason[STATUS_SKIP] &&
	       strcmp(a->reason[STATUS_SKIP], b->reason[STATUS_SKIP]) == 0;
}

/* Cells that were skipped for the reason of @first, which is one of them. */
struct skip_group {
	int nr_cells;
	bool one_tracker, one_workload;
};

static struct skip_group group_skips(const struct summary *summary,
				     const struct summary_cell *first)
{
	struct skip_group group = { 0, true, true };

	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (!same_skip(first, cell))
			continue;
		group.nr_cells++;
		group.one_tracker &= strcmp(first->tracker, cell->tracker) == 0;
		group.one_workload &=
			strcmp(first->workload, cell->workload) == 0;
	}
	return group;
}

static int print_skips(FILE *out, const struct summary *summary,
		       const struct summary_cell *first)
{
	struct skip_group group = group_skips(summary, first);
	bool both = group.one_tracker && group.one_workload;
	bool any = group.one_tracker || group.one_workload;
	char *text;

	if (asprintf(&text, "skipped %d cell%s: %s%s%s%s%s", group.nr_cells,
		     group.nr_cells == 1 ? "" : "s",
		     group.one_workload ? first->workload : "", both ? "/" : "",
		     group.one_tracker ? first->tracker : "", any ? ": " : "",
		     first->reason[STATUS_SKIP]) < 0)
		return -ENOMEM;
	text_wrap(out, ROW_INDENT, text);
	free(text);
	return 0;
}

static int print_all_skips(FILE *out, const struct summary *summary)
{
	int err = 0;

	for (int i = 0; i < summary_nr_cells(summary) && !err; i++) {
		const struct summary_cell *cell = summary_cell(summary, i);
		bool told = !cell->reason[STATUS_SKIP];

		for (int j = 0; j < i && !told; j++)
			told = same_skip(cell, summary_cell(summary, j));
		if (!told)
			err = print_skips(out, summary, cell);
	}
	return err;
}

/* What went wrong in some rows of a cell, with the words for one and more. */
struct problem {
	enum sample_status status;
	const char *word, *one, *more;
};

static const struct problem problems[] = {
	{ STATUS_LIED, "LIED", "epoch", "epochs" },
	{ STATUS_INEXACT, "inexact", "epoch", "epochs" },
	{ STATUS_FAIL, "failed", "process", "processes" },
};

static int print_problem(FILE *out, const struct summary_cell *cell,
			 const struct problem *problem)
{
	int64_t rows = cell->rows[problem->status];
	const char *reason = cell->reason[problem->status];
	char *text;
	size_t size;
	FILE *note;
	int err;

	if (!rows)
		return 0;
	note = open_memstream(&text, &size);
	if (!note)
		return -ENOMEM;
	fprintf(note, "%s %" PRId64 " %s: %s/%s", problem->word, rows,
		rows == 1 ? problem->one : problem->more, cell->workload,
		cell->tracker);
	for (int i = 0; i < cell->nr_params; i++)
		fprintf(note, " %s=%s", cell->params[i].name,
			cell->params[i].value);
	if (reason)
		fprintf(note, ": %s", reason);
	err = fclose(note) ? -ENOMEM : 0;
	if (!err)
		text_wrap(out, ROW_INDENT, text);
	free(text);
	return err;
}

int table_print_notes(FILE *out, const struct summary *summary)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
		for (int j = 0; j < summary_nr_cells(summary) && !err; j++)
			err = print_problem(out, summary_cell(summary, j),
					    &problems[i]);
	if (!err)
		err = print_all_skips(out, summary);
	return err ? err : ferror(out) ? -EIO : 0;
}
