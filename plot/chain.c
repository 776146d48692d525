// SPDX-License-Identifier: GPL-2.0-or-later
/* VMAs, calls and wrong pages against the number of small mappings. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/curves.h"
#include "plot/kinds.h"

static double pieces(const struct plot_cell *cell)
{
	const char *text = summary_cell_param(cell->cell, "pieces");

	return text ? strtod(text, NULL) : NAN;
}

static double vmas_peak(const struct plot_cell *cell)
{
	return cell->cell->figures[FIGURE_VMAS_PEAK].median;
}

static double change(const struct plot_cell *cell)
{
	return cell->cell->figures[FIGURE_CHANGE].median;
}

/* None is no point: the axis is logarithmic. */
static double some(double pages)
{
	return pages > 0 ? pages : NAN;
}

static double extra(const struct plot_cell *cell)
{
	return some(cell->cell->figures[FIGURE_EXTRA].median);
}

static double missed(const struct plot_cell *cell)
{
	return some(cell->cell->figures[FIGURE_MISSED].median);
}

enum { PANEL_VMAS, PANEL_CALLS, PANEL_EXTRA, PANEL_MISSED, NR_PANELS };

/* A line needs two points, and what lies between them a third. */
enum { LEAST_POINTS = 3 };

static const struct curve_rule rules[NR_PANELS] = {
	[PANEL_VMAS] = { .swept = "pieces",
			 .least = LEAST_POINTS,
			 .x = pieces,
			 .y = vmas_peak },
	[PANEL_CALLS] = { .swept = "pieces",
			  .least = LEAST_POINTS,
			  .x = pieces,
			  .y = change },
	[PANEL_EXTRA] = { .swept = "pieces",
			  .least = LEAST_POINTS,
			  .x = pieces,
			  .y = extra },
	[PANEL_MISSED] = { .swept = "pieces",
			   .least = LEAST_POINTS,
			   .x = pieces,
			   .y = missed },
};

/* All charts of one way to make a chain; NULL where there is no such page. */
static void put_panels(struct sheet *sheet, struct chart *charts[NR_PANELS])
{
	int legend = 0, panels = 0;

	for (int i = 0; i < NR_PANELS; i++) {
		if (!charts[i])
			continue;
		panels++;
		legend = chart_legend_px(charts[i]) > legend
				 ? chart_legend_px(charts[i])
				 : legend;
	}
	chart_set_size(sheet, legend, panels);
	for (int i = 0; i < NR_PANELS; i++)
		if (charts[i]) {
			fprintf(sheet->head.file, "panel\t%d\t%d\n", i + 1,
				charts[i]->nr);
			chart_put_span(sheet, charts[i], 0);
		}
	for (int i = 0; i < NR_PANELS; i++)
		if (charts[i])
			chart_put_curves(sheet, charts[i]);
}

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      struct charts all[NR_PANELS], int index)
{
	struct chart *charts[NR_PANELS] = { &all[0].list[index] };
	struct sheet *sheet =
		chart_sheet(sheets, &all[0], index, "chain", "chain.gp");

	if (!sheet)
		return -ENOMEM;
	for (int i = 1; i < NR_PANELS; i++)
		charts[i] = charts_find(&all[i], charts[0]->key);
	snprintf(sheet->title, sizeof(sheet->title),
		 "A chain of VMAs, by the number of small mappings");
	fprintf(sheet->head.file, "unit\t%s\n", plot_time_unit(plot));
	if (charts[PANEL_EXTRA])
		fputs("over-reported: reported and not written\n",
		      sheet->notes.file);
	if (charts[PANEL_MISSED])
		fputs("lost: written and not reported\n", sheet->notes.file);
	put_panels(sheet, charts);
	if (sheet_note_absent(sheet, plot, charts[0]->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int chain_make(struct sheets *sheets, const struct plot *plot)
{
	struct charts all[NR_PANELS] = { { NULL } };
	int err = 0;

	for (int i = 0; !err && i < NR_PANELS; i++)
		err = charts_make(&all[i], plot, &rules[i]);
	for (int i = 0; !err && i < all[0].nr; i++)
		err = make_sheet(sheets, plot, all, i);
	for (int i = 0; i < NR_PANELS; i++)
		charts_clear(&all[i]);
	return err;
}
