// SPDX-License-Identifier: GPL-2.0-or-later
/* Collecting against the size of the range: whether a hole costs anything. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/curves.h"
#include "plot/kinds.h"

/* Populated pages may differ by what the ends of a range take. */
#define SAME_PAGES 0.02

#define GIB ((double)(1 << 30))

static double range_gib(const struct plot_cell *cell)
{
	const char *size = summary_cell_param(cell->cell, "size");
	static const char suffixes[] = "kmgt";
	const char *suffix;
	char *end;
	double bytes;

	if (!size)
		return NAN;
	bytes = strtod(size, &end);
	suffix = *end ? strchr(suffixes, *end) : NULL;
	if (end == size || (*end && !suffix))
		return NAN;
	if (suffix)
		bytes *= pow(1024, (double)(suffix - suffixes + 1));
	return bytes / GIB;
}

/* Where one call does both, there is no collecting by itself. */
static double collect_us(const struct plot_cell *cell)
{
	double per_page = cell->cell->figures[FIGURE_COLLECT_RANGE].median;
	double us = per_page * cell->range / 1000;

	return us > 0 && strcmp(cell->cell->tracker, "none") != 0 ? us : NAN;
}

static bool same_populated(const struct curve *curve)
{
	double least = INFINITY, most = 0;

	for (int i = 0; i < curve->nr; i++) {
		least = fmin(least, curve->points[i].cell->resident);
		most = fmax(most, curve->points[i].cell->resident);
	}
	return most <= least * (1 + SAME_PAGES);
}

static const struct curve_rule rule = {
	.swept = "size",
	.least = 2,
	.x = range_gib,
	.y = collect_us,
	.fits = same_populated,
};

/* The power of the size that the time grows with, over the whole curve. */
static double exponent(const struct curve *curve)
{
	const struct point *first = &curve->points[0];
	const struct point *last = &curve->points[curve->nr - 1];

	return log(last->y / first->y) / log(last->x / first->x);
}

static int label_exponents(struct chart *chart)
{
	for (int i = 0; i < chart->nr; i++) {
		struct curve *curve = &chart->curves[i];
		char *label;

		if (asprintf(&label, "%s: size^%.2f", curve->label,
			     exponent(curve)) < 0)
			return -ENOMEM;
		free(curve->label);
		curve->label = label;
	}
	return 0;
}

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct charts *charts, int index)
{
	const struct chart *chart = &charts->list[index];
	struct sheet *sheet =
		chart_sheet(sheets, charts, index, "range", "range.gp");

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "What collecting costs, by the size of the range: %.0f pages "
		 "are populated",
		 chart->curves[0].points[0].cell->resident);
	fprintf(sheet->head.file, "unit\t%s\n",
		strcmp(plot_time_unit(plot), "ns") == 0
			? "us"
			: "thousands of instructions");
	fputs("size^0: a hole costs nothing; size^1: the time grows "
	      "as the range does\n",
	      sheet->notes.file);
	chart_set_size(sheet, chart_legend_px(chart), 1);
	chart_put_span(sheet, chart, 0);
	chart_put_curves(sheet, chart);
	if (sheet_note_cells(sheet, plot, chart->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int range_make(struct sheets *sheets, const struct plot *plot)
{
	struct charts charts = { NULL };
	int err;

	err = charts_make(&charts, plot, &rule);
	for (int i = 0; !err && i < charts.nr; i++) {
		err = label_exponents(&charts.list[i]);
		if (!err)
			err = make_sheet(sheets, plot, &charts, i);
	}
	charts_clear(&charts);
	return err;
}
