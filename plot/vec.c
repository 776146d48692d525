// SPDX-License-Identifier: GPL-2.0-or-later
/* Collecting against the size of the array that a call fills. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "plot/curves.h"
#include "plot/kinds.h"

static double entries(const struct plot_cell *cell)
{
	const char *vec = summary_cell_param(cell->cell, "vec");

	return vec ? strtod(vec, NULL) : NAN;
}

/* Where one call does both, there is no collecting by itself. */
static double collect(const struct plot_cell *cell)
{
	return cell->cell->figures[FIGURE_COLLECT_RESIDENT].median;
}

static double spread(const struct plot_cell *cell)
{
	return fmax(0, estimate_spread(
			       &cell->cell->figures[FIGURE_COLLECT_RESIDENT]));
}

static double calls(const struct plot_cell *cell)
{
	return cell->syscalls;
}

/* A line needs two points, and what lies between them a third. */
enum { LEAST_POINTS = 3 };

static const struct curve_rule rules[] = {
	{ .swept = "vec",
	  .least = LEAST_POINTS,
	  .x = entries,
	  .y = collect,
	  .spread = spread },
	{ .swept = "vec", .least = LEAST_POINTS, .x = entries, .y = calls },
};

/* In the unit of the plot, of one collection. */
static double collecting(const struct point *point)
{
	return point->y * point->cell->part_resident;
}

/*
 * What one more call costs: the calls differ between the ends of a curve, the
 * pages and what was written to them do not.
 */
static void note_cost(struct sheet *sheet, const struct plot *plot,
		      const struct curve *curve)
{
	const struct point *small = &curve->points[0];
	const struct point *large = &curve->points[curve->nr - 1];
	double calls_more = small->cell->syscalls - large->cell->syscalls;
	double more = collecting(small) - collecting(large);
	FILE *notes = sheet->notes.file;

	if (!(calls_more > 0))
		return;
	fprintf(notes, "%s: one more call costs ", curve->label);
	if (fabs(more) > small->spread * collecting(small) +
				 large->spread * collecting(large))
		fprintf(notes, "%.0f %s", more / calls_more,
			plot_time_unit(plot));
	else
		fputs("less than shows among what processes differ by", notes);
	fprintf(notes,
		": collecting takes %.0f %s with vec=%.0f and %.0f with "
		"vec=%.0f, in %.1f calls less\n",
		collecting(small), plot_time_unit(plot), small->x,
		collecting(large), large->x, calls_more);
}

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct charts *charts, int index,
		      struct chart *lower)
{
	struct chart *upper = &charts->list[index];
	struct sheet *sheet;

	if (!lower)
		return 0;
	sheet = chart_sheet(sheets, charts, index, "vec", "vec.gp");
	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "Collecting, by the size of the array that a call fills");
	if (chart_merge(sheet, lower))
		return -ENOMEM;
	for (int i = 0; i < upper->nr; i++)
		note_cost(sheet, plot, &upper->curves[i]);
	fprintf(sheet->head.file, "unit\t%s\n", plot_time_unit(plot));
	chart_put_pair(sheet, upper, 0, lower, 0);
	if (sheet_note_cells(sheet, plot, upper->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int vec_make(struct sheets *sheets, const struct plot *plot)
{
	return charts_make_pairs(sheets, plot, rules, make_sheet);
}
