// SPDX-License-Identifier: GPL-2.0-or-later
/* VMAs and regions against the dirty fraction, by the pattern of stores. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/curves.h"
#include "plot/kinds.h"

/* Without a tracker there is nothing that would split a VMA. */
static double vma_growth(const struct plot_cell *cell)
{
	if (cell->colour == PLOT_COLOUR_NONE)
		return NAN;
	return cell->cell->figures[FIGURE_VMA_GROWTH].median;
}

static double compaction(const struct plot_cell *cell)
{
	return cell->cell->figures[FIGURE_REGION_COMPACTION].median;
}

/* Two, as in the default preset, are no curve yet. */
enum { LEAST_POINTS = 3 };

static const struct curve_rule rules[] = {
	{ .swept = "dirty",
	  .least = LEAST_POINTS,
	  .split = "pattern",
	  .x = dirty_fraction,
	  .y = vma_growth },
	{ .swept = "dirty",
	  .least = LEAST_POINTS,
	  .split = "pattern",
	  .x = dirty_fraction,
	  .y = compaction },
};

/* The legend of a sheet is as wide as the wider one of its charts. */
static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct charts *charts, int index,
		      struct chart *lower)
{
	struct chart *upper = &charts->list[index];
	struct sheet *sheet =
		chart_sheet(sheets, charts, index, "growth", "growth.gp");
	int err;

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "VMAs and regions, by the share of pages that are dirty");
	err = chart_merge(sheet, upper);
	if (!err && lower)
		err = chart_merge(sheet, lower);
	if (err)
		return err;
	chart_put_pair(sheet, upper, 1, lower, 0);
	if (sheet_note_cells(sheet, plot, upper->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int growth_make(struct sheets *sheets, const struct plot *plot)
{
	return charts_make_pairs(sheets, plot, rules, make_sheet);
}
