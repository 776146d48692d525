// SPDX-License-Identifier: GPL-2.0-or-later
/* What reading and writing cost once tracking has ended, against none. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/kinds.h"
#include "results/tables/cellname.h"

enum {
	/* On one sheet, if its first workload has no more. */
	MAX_ROWS = 60,
	/* Sizes in pixels. */
	LEAST_NAMES_PX = 250,
	LETTER_PX = 9,
	AXIS_PX = 350,
	LEFT_PX = 400, /* what is left behind, to the right of the axis */
	ROW_PX = 18,
	HEAD_PX = 84,
	FOOT_PX = 58,
	/* The plot in characters: names, two ratios, and where they lie. */
	NAME_COLUMNS = 16,
	RATIO_COLUMNS = 6,
	STRIP_COLUMNS = 24,
};

/* The axis reaches as far at least, or noise would look like a change. */
static const double least_reach = 2;

/* Between the outermost points and the edges. */
static const double room = 1.1;

/* Cells of one workload and its parameters: first to end - 1. */
struct group {
	const struct plot *plot;
	const struct plot_cell *none;
	int first, end;
	int rows; /* trackers that have points */
};

static double figure(const struct plot_cell *cell, enum figure_id id)
{
	return cell->cell->figures[id].median;
}

/* To what the same costs where there was no tracker. */
static double ratio(const struct group *group, const struct plot_cell *cell,
		    enum figure_id id)
{
	double value = figure(cell, id) / figure(group->none, id);

	return isfinite(value) && value > 0 ? value : NAN;
}

static bool has_row(const struct group *group, const struct plot_cell *cell)
{
	return cell != group->none &&
	       (isfinite(ratio(group, cell, FIGURE_AFTER_READ)) ||
		isfinite(ratio(group, cell, FIGURE_AFTER_WRITE)));
}

/* The span of all points, as a factor to both sides of 1. */
static double reach_of(const struct group *groups, int nr)
{
	static const enum figure_id ids[] = { FIGURE_AFTER_READ,
					      FIGURE_AFTER_WRITE };
	double reach = least_reach;

	for (int i = 0; i < nr; i++)
		for (int j = groups[i].first; j < groups[i].end; j++)
			for (int k = 0; k < 2; k++) {
				double value = ratio(&groups[i],
						     &groups[i].plot->cells[j],
						     ids[k]);

				if (isfinite(value))
					reach = fmax(reach,
						     fmax(value, 1 / value));
			}
	return reach * room;
}

/* What is not as it was, and is as it was without a tracker. */
static void put_left(FILE *out, const struct group *group,
		     const struct plot_cell *cell)
{
	static const struct {
		enum figure_id id;
		const char *words;
	} left[] = {
		{ FIGURE_AFTER_HUGE, "kB of huge pages lost" },
		{ FIGURE_AFTER_VMAS, "VMAs" },
		{ FIGURE_AFTER_PAGETABLES, "kB of page tables" },
	};
	const char *comma = "";

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		double more = figure(cell, left[i].id) -
			      figure(group->none, left[i].id);

		if (!isfinite(more) || fabs(more) < 0.5)
			continue;
		fprintf(out, "%s%+.0f %s", comma, more, left[i].words);
		comma = ", ";
	}
}

/* --- the sheet for gnuplot --- */

static void put_row(FILE *out, const struct group *group,
		    const struct plot_cell *cell, int row)
{
	sheet_put(out, cell->label);
	fprintf(out, "\t%d\t", row);
	sheet_put_number(out, ratio(group, cell, FIGURE_AFTER_READ));
	fputc('\t', out);
	sheet_put_number(out, ratio(group, cell, FIGURE_AFTER_WRITE));
	fprintf(out, "\t%d\t", cell->colour);
	put_left(out, group, cell);
	fputs(" \n", out);
}

static int put_rows(FILE *out, const struct group *groups, int nr)
{
	int row = 0;

	fputs("\n\n# tracker\trow\tread\twrite\tcolour\tleft\n", out);
	for (int i = 0; i < nr; i++) {
		const struct group *group = &groups[i];

		row++; /* of the heading */
		for (int j = group->first; j < group->end; j++)
			if (has_row(group, &group->plot->cells[j]))
				put_row(out, group, &group->plot->cells[j],
					row++);
	}
	return row;
}

static void put_headings(FILE *out, const struct group *groups, int nr)
{
	int row = 0;

	fputs("\n\n# workload\trow\n", out);
	for (int i = 0; i < nr; i++) {
		const struct summary_cell *cell = groups[i].none->cell;

		sheet_put(out, cell->workload);
		fputc(' ', out);
		sheet_put(out, cell->workload_params);
		fprintf(out, "\t%d\n", row);
		row += 1 + groups[i].rows;
	}
}

/* --- the plot in characters --- */

static void mark(char strip[STRIP_COLUMNS + 1], double value, double reach,
		 char letter)
{
	double place = log(value) / log(reach); /* -1 to 1 */
	long at = lround((1 + place) / 2 * (STRIP_COLUMNS - 1));

	if (isfinite(value) && at >= 0 && at < STRIP_COLUMNS)
		strip[at] = strip[at] == 'r' ? 'B' : letter;
}

static void draw_ratio(FILE *out, double value)
{
	if (isfinite(value))
		fprintf(out, " %*.2f", RATIO_COLUMNS, value);
	else
		fprintf(out, " %*s", RATIO_COLUMNS, "-");
}

static void draw_row(FILE *out, const struct group *group,
		     const struct plot_cell *cell, double reach)
{
	double read = ratio(group, cell, FIGURE_AFTER_READ);
	double write = ratio(group, cell, FIGURE_AFTER_WRITE);
	char strip[STRIP_COLUMNS + 1];

	memset(strip, ' ', STRIP_COLUMNS);
	strip[STRIP_COLUMNS] = '\0';
	mark(strip, 1, reach, '|');
	mark(strip, read, reach, 'r');
	mark(strip, write, reach, 'w');
	fprintf(out, "  %s", cell->label);
	/* A long name has a line of its own above its figures. */
	if ((int)strlen(cell->label) > NAME_COLUMNS)
		fprintf(out, "\n%*s", NAME_COLUMNS + 2, "");
	else
		fprintf(out, "%*s", NAME_COLUMNS - (int)strlen(cell->label),
			"");
	draw_ratio(out, read);
	draw_ratio(out, write);
	fprintf(out, "  %s\n", strip);
}

static int draw_left(FILE *out, const struct group *group,
		     const struct plot_cell *cell)
{
	struct stream left;

	left.file = open_memstream(&left.text, &left.size);
	if (!left.file)
		return -ENOMEM;
	put_left(left.file, group, cell);
	if (fclose(left.file)) {
		free(left.text);
		return -ENOMEM;
	}
	if (left.size)
		fprintf(out, "    %s\n", left.text);
	free(left.text);
	return 0;
}

static int draw_group(FILE *out, const struct group *group, double reach)
{
	int err;

	fputc('\n', out);
	err = cellname_print_heading(out, PLOT_TEXT_COLUMNS, group->none->cell);
	for (int i = group->first; !err && i < group->end; i++) {
		const struct plot_cell *cell = &group->plot->cells[i];

		if (!has_row(group, cell))
			continue;
		draw_row(out, group, cell, reach);
		err = draw_left(out, group, cell);
	}
	return err;
}

static int draw(FILE *out, const struct group *groups, int nr, double reach)
{
	int err = 0;

	fprintf(out, "%*s %*s %*s  %-*.2g1%*.2g\n", NAME_COLUMNS + 2, "",
		RATIO_COLUMNS, "read", RATIO_COLUMNS, "write",
		STRIP_COLUMNS / 2 - 1, 1 / reach, STRIP_COLUMNS / 2, reach);
	for (int i = 0; !err && i < nr; i++)
		err = draw_group(out, &groups[i], reach);
	return err;
}

/* --- both --- */

/* What the longest name takes to the left of the axis. */
static int names_px(const struct group *groups, int nr)
{
	int most = LEAST_NAMES_PX;

	for (int i = 0; i < nr; i++)
		for (int j = groups[i].first; j < groups[i].end; j++) {
			const struct plot_cell *cell =
				&groups[i].plot->cells[j];
			int px = (int)strlen(cell->label) * LETTER_PX;

			if (has_row(&groups[i], cell) && px > most)
				most = px;
		}
	return most;
}

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct group *groups, int nr)
{
	struct sheet *sheet = sheets_add(sheets, "aftermath.gp", "aftermath");
	double reach = reach_of(groups, nr);
	int names = names_px(groups, nr);
	int rows;
	int err;

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "What memory costs once tracking has ended, against none");
	rows = put_rows(sheet->body.file, groups, nr);
	put_headings(sheet->body.file, groups, nr);
	sheet->width = names + AXIS_PX + LEFT_PX;
	sheet->height = HEAD_PX + rows * ROW_PX + FOOT_PX;
	fprintf(sheet->head.file, "rows\t%d\nreach\t%.9g\nlabels\t%d\n", rows,
		reach, names);
	fputs("read (r): every resident page once; write (w): as many pages as "
	      "in an epoch; B: both in one place. Below: what else is not as "
	      "without a tracker\n",
	      sheet->notes.file);
	err = draw(sheet->drawn.file, groups, nr, reach);
	if (!err)
		err = sheet_note_cells(sheet, plot, NULL);
	return err ? err : sheets_end(sheets);
}

static void look_at_group(struct group *group)
{
	group->none = NULL;
	group->rows = 0;
	for (int i = group->first; i < group->end; i++)
		if (group->plot->cells[i].colour == PLOT_COLOUR_NONE)
			group->none = &group->plot->cells[i];
	for (int i = group->first; group->none && i < group->end; i++)
		group->rows += has_row(group, &group->plot->cells[i]);
}

static int find_groups(const struct plot *plot, struct group *groups)
{
	int nr = 0;

	for (int i = 0; i < plot->nr_cells;) {
		struct group *group = &groups[nr];

		*group = (struct group){ .plot = plot, .first = i };
		while (i < plot->nr_cells &&
		       cellname_same_group(plot->cells[group->first].cell,
					   plot->cells[i].cell))
			i++;
		group->end = i;
		look_at_group(group);
		nr += group->rows > 0;
	}
	return nr;
}

int aftermath_make(struct sheets *sheets, const struct plot *plot)
{
	struct group *groups =
		calloc((size_t)plot->nr_cells + 1, sizeof(*groups));
	int nr, first = 0, rows = 0;
	int err = 0;

	if (!groups)
		return -ENOMEM;
	nr = find_groups(plot, groups);
	for (int i = 0; !err && i < nr; i++) {
		rows += 1 + groups[i].rows;
		if (i + 1 < nr && rows + 1 + groups[i + 1].rows <= MAX_ROWS)
			continue;
		err = make_sheet(sheets, plot, &groups[first], i + 1 - first);
		first = i + 1;
		rows = 0;
	}
	free(groups);
	return err;
}
