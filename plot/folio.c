// SPDX-License-Identifier: GPL-2.0-or-later
/* Stores and over-reporting against the size of folios. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "plot/curves.h"
#include "plot/kinds.h"

#define KIB 1024.0

static double folio_kib(const struct plot_cell *cell)
{
	return cell_bytes(cell, "folio") / KIB;
}

static double write_cost(const struct plot_cell *cell)
{
	return cell->cell->figures[FIGURE_WRITE].median;
}

/* A logarithmic axis has no zero: the written pages count as well. */
static double reported(const struct plot_cell *cell)
{
	return 1 + cell->cell->figures[FIGURE_OVERREPORT].median;
}

/* Two sizes are no curve yet. */
enum { LEAST_POINTS = 3 };

static const struct curve_rule rules[] = {
	{ .swept = "folio",
	  .least = LEAST_POINTS,
	  .x = folio_kib,
	  .y = write_cost },
	{ .swept = "folio",
	  .least = LEAST_POINTS,
	  .x = folio_kib,
	  .y = reported },
};

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct charts *charts, int index,
		      struct chart *lower)
{
	struct chart *upper = &charts->list[index];
	struct sheet *sheet =
		chart_sheet(sheets, charts, index, "folio", "folio.gp");

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "What a store costs and makes reported, by the size of "
		 "folios");
	if (lower && chart_merge(sheet, lower))
		return -ENOMEM;
	fprintf(sheet->head.file, "unit\t%s\n", plot_time_unit(plot));
	chart_put_pair(sheet, upper, 0, lower, 0);
	if (sheet_note_cells(sheet, plot, upper->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int folio_make(struct sheets *sheets, const struct plot *plot)
{
	return charts_make_pairs(sheets, plot, rules, make_sheet);
}
