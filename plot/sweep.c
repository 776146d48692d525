// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking cost against the dirty fraction, and where trackers cross. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/crossing.h"
#include "plot/kinds.h"

/* No logarithm, no point: noise can make tracking cheaper than none. */
static double tracking(const struct plot_cell *cell)
{
	double cost = cell->cell->figures[FIGURE_TRACKING].median;

	return cost > 0 && strcmp(cell->cell->tracker, "none") != 0 ? cost
								    : NAN;
}

static double spread(const struct plot_cell *cell)
{
	return fmax(0, estimate_spread(&cell->cell->figures[FIGURE_TRACKING]));
}

static const struct curve_rule rule = {
	.swept = "dirty",
	.least = 3, /* two, as in the default preset, are no curve yet */
	.x = dirty_fraction,
	.y = tracking,
	.spread = spread,
};

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct charts *charts, int index)
{
	const struct chart *chart = &charts->list[index];
	struct sheet *sheet =
		chart_sheet(sheets, charts, index, "sweep", "sweep.gp");

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "What tracking one dirtied page costs, by the share of pages "
		 "that are dirty");
	fprintf(sheet->head.file, "unit\t%s\n", plot_time_unit(plot));
	chart_set_size(sheet, chart_legend_px(chart), 1);
	chart_put_span(sheet, chart, 0);
	chart_put_curves(sheet, chart);
	fputs("Tracking: arm + write + collect, less what the same stores "
	      "cost untracked\n",
	      sheet->notes.file);
	if (crossings_put(sheet, chart, "Equal cost") ||
	    sheet_note_cells(sheet, plot, chart->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int sweep_make(struct sheets *sheets, const struct plot *plot)
{
	struct charts charts = { NULL };
	int err;

	err = charts_make(&charts, plot, &rule);
	for (int i = 0; !err && i < charts.nr; i++)
		err = make_sheet(sheets, plot, &charts, i);
	charts_clear(&charts);
	return err;
}
