// SPDX-License-Identifier: GPL-2.0-or-later
/* Arming and collecting against the part of the memory that it is about. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/curves.h"
#include "plot/kinds.h"

static double share(const struct plot_cell *cell)
{
	return summary_cell_param(cell->cell, "part")
		       ? cell->part_resident / cell->resident
		       : NAN;
}

/* All of it, in us: per page, what costs the same for all would fall. Without
 * a tracker there are two readings of the clock. */
static double whole_us(const struct plot_cell *cell, enum figure_id figure)
{
	double per_page = cell->cell->figures[figure].median;

	if (cell->colour == PLOT_COLOUR_NONE)
		return NAN;
	return per_page * cell->part_resident / 1000;
}

static double arm_us(const struct plot_cell *cell)
{
	return whole_us(cell, FIGURE_ARM_RESIDENT);
}

static double collect_us(const struct plot_cell *cell)
{
	return whole_us(cell, FIGURE_COLLECT_RESIDENT);
}

/* A line needs two points, and what lies between them a third. */
enum { LEAST_POINTS = 3 };

static const struct curve_rule rules[] = {
	{ .swept = "part", .least = LEAST_POINTS, .x = share, .y = arm_us },
	{ .swept = "part", .least = LEAST_POINTS, .x = share, .y = collect_us },
};

static double share_of_whole(const struct curve *curve)
{
	return curve->points[0].y / curve->points[curve->nr - 1].y;
}

/* "Of what 100 % takes, 1 % takes, to arm and to collect: scan 1.2 % and 2 %".
 * The other chart may lack a curve. */
static void note_shares(FILE *notes, const struct chart *arming,
			const struct chart *collecting)
{
	const struct curve *first = &arming->curves[0];

	fputs("Of what ", notes);
	put_percent(notes, first->points[first->nr - 1].x);
	fputs(" of the pages take, ", notes);
	put_percent(notes, first->points[0].x);
	fputs(" take, to arm and to collect:", notes);
	for (int i = 0; i < arming->nr; i++) {
		const struct curve *curve = &arming->curves[i];

		fprintf(notes, "%s %s ", i ? ";" : "", curve->label);
		put_percent(notes, share_of_whole(curve));
		for (int j = 0; j < collecting->nr; j++) {
			const struct curve *other = &collecting->curves[j];

			if (strcmp(other->label, curve->label) != 0)
				continue;
			fputs(" and ", notes);
			put_percent(notes, share_of_whole(other));
		}
	}
	fputc('\n', notes);
}

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct charts *charts, int index,
		      struct chart *lower)
{
	struct chart *upper = &charts->list[index];
	struct sheet *sheet;

	if (!lower)
		return 0;
	sheet = chart_sheet(sheets, charts, index, "part", "part.gp");
	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "What arming and collecting cost, by the part that they are "
		 "about");
	note_shares(sheet->notes.file, upper, lower);
	fprintf(sheet->head.file, "unit\t%s\n",
		strcmp(plot_time_unit(plot), "ns") == 0 ? "us" : "1000 insn");
	chart_put_pair(sheet, upper, 0, lower, 0);
	if (sheet_note_cells(sheet, plot, upper->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int part_make(struct sheets *sheets, const struct plot *plot)
{
	return charts_make_pairs(sheets, plot, rules, make_sheet);
}
