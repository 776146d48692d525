// SPDX-License-Identifier: GPL-2.0-or-later
/* What holes cost: collecting and page tables, by range and by holes. */
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
	return cell_bytes(cell, "size") / GIB;
}

static double holes(const struct plot_cell *cell)
{
	const char *text = summary_cell_param(cell->cell, "holes");

	return text ? strtod(text, NULL) : NAN;
}

/* Where one call does both, there is no collecting by itself. */
static double collect_us(const struct plot_cell *cell)
{
	double per_page = cell->cell->figures[FIGURE_COLLECT_RANGE].median;
	double us = per_page * cell->part_range / 1000;

	return us > 0 && strcmp(cell->cell->tracker, "none") != 0 ? us : NAN;
}

static double growth_kb(const struct plot_cell *cell)
{
	if (strcmp(cell->cell->tracker, "none") == 0)
		return NAN;
	return cell->cell->figures[FIGURE_PAGETABLE_GROWTH].median;
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

/* What is swept, and how that is told. */
struct axis {
	const char *kind, *script, *by;
	const char *note; /* of the powers in the legend */
	struct curve_rule time, growth;
};

#define AXIS_RULE(parameter, x_of, y_of)                                    \
	{                                                                   \
		.swept = (parameter), .least = 2, .x = (x_of), .y = (y_of), \
		.fits = same_populated                                      \
	}

static const struct axis by_range = {
	.kind = "range",
	.script = "range.gp",
	.by = "the size of the range",
	.note = "size^0: a hole costs nothing; size^1: the time grows as the "
		"range does\n",
	.time = AXIS_RULE("size", range_gib, collect_us),
	.growth = AXIS_RULE("size", range_gib, growth_kb),
};

static const struct axis by_holes = {
	.kind = "holes",
	.script = "holes.gp",
	.by = "the number of holes",
	.note = "holes^0: one more hole costs nothing; holes^1: the time grows "
		"as their number does\n",
	.time = AXIS_RULE("holes", holes, collect_us),
	.growth = AXIS_RULE("holes", holes, growth_kb),
};

/* The power of x that the time grows with, over the whole curve. */
static double exponent(const struct curve *curve)
{
	const struct point *first = &curve->points[0];
	const struct point *last = &curve->points[curve->nr - 1];

	return log(last->y / first->y) / log(last->x / first->x);
}

static int label_exponents(struct chart *chart, const char *swept)
{
	for (int i = 0; i < chart->nr; i++) {
		struct curve *curve = &chart->curves[i];
		char *label;

		if (asprintf(&label, "%s: %s^%.2f", curve->label, swept,
			     exponent(curve)) < 0)
			return -ENOMEM;
		free(curve->label);
		curve->label = label;
	}
	return 0;
}

static double most(const struct curve *curve)
{
	double most_kb = 0;

	for (int i = 0; i < curve->nr; i++)
		most_kb = fmax(most_kb, curve->points[i].y);
	return most_kb;
}

/* Of the curves but @except: the one that rises highest; NULL for none. */
static const struct curve *highest(const struct chart *chart,
				   const struct curve *except)
{
	const struct curve *found = NULL;

	for (int i = 0; i < chart->nr; i++)
		if (&chart->curves[i] != except &&
		    (!found || most(&chart->curves[i]) > most(found)))
			found = &chart->curves[i];
	return found;
}

static void put_kb(char text[24], double kb)
{
	if (kb >= 10 * 1024)
		snprintf(text, 24, "%.0f MiB", kb / 1024);
	else
		snprintf(text, 24, "%.0f kB", kb);
}

/* Before curves are merged: they are told by name. */
static void tell_growth(struct sheet *sheet, const struct chart *chart)
{
	const struct curve *first = highest(chart, NULL);
	const struct curve *next = highest(chart, first);
	size_t used = strlen(sheet->title);
	char text[24];

	if (!first || !(most(first) > 0)) {
		fputs("page tables grow under no tracker\n", sheet->notes.file);
		return;
	}
	put_kb(text, most(first));
	snprintf(sheet->title + used, sizeof(sheet->title) - used,
		 "; page tables: %s +%s", first->label, text);
	fprintf(sheet->notes.file,
		"page tables grow most under %s: by %s, which is %.0f times "
		"what maps the populated pages at 8 bytes each",
		first->label, text,
		most(first) * 1024 / (8 * first->points[0].cell->resident));
	if (next && most(next) > 0) {
		put_kb(text, most(next));
		fprintf(sheet->notes.file, "; next: %s, %s\n", next->label,
			text);
	} else {
		fputs("; under no other tracker\n", sheet->notes.file);
	}
}

/* What is less than a page of tables is none: where zero is drawn. */
#define ZERO_KB 2

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct axis *axis, const struct charts *charts,
		      int index, struct chart *lower)
{
	struct chart *chart = &charts->list[index];
	struct sheet *sheet =
		chart_sheet(sheets, charts, index, axis->kind, axis->script);

	if (!sheet || label_exponents(chart, axis->time.swept))
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "%.0f populated pages, by %s",
		 chart->curves[0].points[0].cell->resident, axis->by);
	fprintf(sheet->head.file, "unit\t%s\n",
		strcmp(plot_time_unit(plot), "ns") == 0 ? "us" : "1000 insn");
	fputs(axis->note, sheet->notes.file);
	if (lower)
		tell_growth(sheet, lower);
	if (lower && chart_merge(sheet, lower))
		return -ENOMEM;
	chart_put_pair(sheet, chart, 0, lower, ZERO_KB);
	if (sheet_note_cells(sheet, plot, chart->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

static int make(struct sheets *sheets, const struct plot *plot,
		const struct axis *axis)
{
	struct charts times = { NULL }, growths = { NULL };
	int err;

	err = charts_make(&times, plot, &axis->time);
	if (!err)
		err = charts_make(&growths, plot, &axis->growth);
	for (int i = 0; !err && i < times.nr; i++)
		err = make_sheet(sheets, plot, axis, &times, i,
				 charts_find(&growths, times.list[i].key));
	charts_clear(&times);
	charts_clear(&growths);
	return err;
}

int range_make(struct sheets *sheets, const struct plot *plot)
{
	return make(sheets, plot, &by_range);
}

int holes_make(struct sheets *sheets, const struct plot *plot)
{
	return make(sheets, plot, &by_holes);
}
