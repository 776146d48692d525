// SPDX-License-Identifier: GPL-2.0-or-later
// What tables leave out: cells that lied, failed or were skipped, and why.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "results/tables/cellname.h"
#include "results/tables/notes.h"
#include "results/tables/text.h"

/* Where a long note goes on. */
enum { NOTE_INDENT = 2 };

static bool is_wanted(const struct notes *notes,
		      const struct summary_cell *cell)
{
	return !notes->wanted || notes->wanted(notes->arg, cell);
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

static struct skip_group group_skips(const struct notes *notes,
				     const struct summary_cell *first)
{
	/* Cells of other programs have none. */
	struct skip_group group = { 0, *first->tracker != '\0', true };

	for (int i = 0; i < summary_nr_cells(notes->summary); i++) {
		const struct summary_cell *cell =
			summary_cell(notes->summary, i);

		if (!is_wanted(notes, cell) || !same_skip(first, cell))
			continue;
		group.nr_cells++;
		group.one_tracker &= strcmp(first->tracker, cell->tracker) == 0;
		group.one_workload &=
			strcmp(first->workload, cell->workload) == 0;
	}
	return group;
}

static int print_skips(FILE *out, const struct notes *notes,
		       const struct summary_cell *first)
{
	struct skip_group group = group_skips(notes, first);
	bool both = group.one_tracker && group.one_workload;
	bool any = group.one_tracker || group.one_workload;

	return text_wrap_format(out, notes->columns, NOTE_INDENT,
				"skipped %d cell%s: %s%s%s%s%s", group.nr_cells,
				group.nr_cells == 1 ? "" : "s",
				group.one_workload ? first->workload : "",
				both ? "/" : "",
				group.one_tracker ? first->tracker : "",
				any ? ": " : "", first->reason[STATUS_SKIP]);
}

int notes_print_skips(FILE *out, const struct notes *notes)
{
	const struct summary *summary = notes->summary;
	int err = 0;

	for (int i = 0; i < summary_nr_cells(summary) && !err; i++) {
		const struct summary_cell *cell = summary_cell(summary, i);
		bool told =
			!is_wanted(notes, cell) || !cell->reason[STATUS_SKIP];

		for (int j = 0; j < i && !told; j++)
			told = is_wanted(notes, summary_cell(summary, j)) &&
			       same_skip(cell, summary_cell(summary, j));
		if (!told)
			err = print_skips(out, notes, cell);
	}
	return err ? err : ferror(out) ? -EIO : 0;
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

static int print_problem(FILE *out, int columns,
			 const struct summary_cell *cell,
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
	fprintf(note, "%s %" PRId64 " %s: ", problem->word, rows,
		rows == 1 ? problem->one : problem->more);
	cellname_put(note, cell);
	if (reason)
		fprintf(note, ": %s", reason);
	err = fclose(note) ? -ENOMEM : 0;
	if (!err)
		text_wrap_at(out, columns, NOTE_INDENT, text);
	free(text);
	return err;
}

int notes_print_problems(FILE *out, const struct notes *notes)
{
	const struct summary *summary = notes->summary;
	int err = 0;

	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
		for (int j = 0; j < summary_nr_cells(summary) && !err; j++)
			if (is_wanted(notes, summary_cell(summary, j)))
				err = print_problem(out, notes->columns,
						    summary_cell(summary, j),
						    &problems[i]);
	return err ? err : ferror(out) ? -EIO : 0;
}
