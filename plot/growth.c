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

/* The colour of a curve that all trackers share. */
enum { COLOUR_SHARED = -1 };

static bool same_points(const struct curve *a, const struct curve *b)
{
	if (a->nr != b->nr || a->split != b->split)
		return false;
	for (int i = 0; i < a->nr; i++)
		if (a->points[i].x != b->points[i].x ||
		    fabs(a->points[i].y - b->points[i].y) >
			    1e-9 * fabs(a->points[i].y))
			return false;
	return true;
}

static void drop_curve(struct chart *chart, int index)
{
	free(chart->curves[index].key);
	free(chart->curves[index].label);
	free(chart->curves[index].points);
	chart->nr--;
	memmove(&chart->curves[index], &chart->curves[index + 1],
		(size_t)(chart->nr - index) * sizeof(*chart->curves));
}

/* "scan" of "scan, random". */
static int name_length(const struct curve *curve)
{
	const char *comma = strrchr(curve->label, ',');

	return comma ? (int)(comma - curve->label) : (int)strlen(curve->label);
}

static int join_labels(struct curve *into, const struct curve *other)
{
	int name = name_length(into);
	char *label;

	if (asprintf(&label, "%.*s = %.*s%s", name, into->label,
		     name_length(other), other->label, into->label + name) < 0)
		return -ENOMEM;
	free(into->label);
	into->label = label;
	return 0;
}

/* Of a legend; the longest name of a tracker twice, and what is between. */
enum { MOST_LETTERS = 30 };

/*
 * Many or long names would leave no room for the plot: they become a note, and
 * a letter stands for them, the same for the same names.
 */
static int shorten_label(struct sheet *sheet, struct curve *curve, int joined)
{
	int name = name_length(curve);
	const char *at, *end;
	char letter = 'A';
	char *label;

	if (joined == 1 || (joined == 2 && name <= MOST_LETTERS))
		return 0;
	if (fflush(sheet->notes.file))
		return -ENOMEM;
	for (at = sheet->notes.text; *at; at = end + 1, letter++) {
		end = strchr(at, '\n');
		if (end - at == name + 3 &&
		    strncmp(at + 3, curve->label, (size_t)name) == 0)
			break;
	}
	if (!*at)
		fprintf(sheet->notes.file, "%c: %.*s\n", letter, name,
			curve->label);
	if (asprintf(&label, "%d trackers (%c)%s", joined, letter,
		     curve->label + name) < 0)
		return -ENOMEM;
	free(curve->label);
	curve->label = label;
	return 0;
}

static int count_split(const struct chart *chart, int split)
{
	int nr = 0;

	for (int i = 0; i < chart->nr; i++)
		nr += chart->curves[i].split == split;
	return nr;
}

/* Curves that lie on each other become one, with all of the names. */
static int merge(struct sheet *sheet, struct chart *chart)
{
	for (int i = 0; i < chart->nr; i++) {
		struct curve *curve = &chart->curves[i];
		int all = count_split(chart, curve->split);
		int joined = 1;

		for (int j = i + 1; j < chart->nr;) {
			if (!same_points(curve, &chart->curves[j])) {
				j++;
				continue;
			}
			if (join_labels(curve, &chart->curves[j]))
				return -ENOMEM;
			drop_curve(chart, j);
			joined++;
		}
		if (joined == all && all > 1)
			curve->colour = COLOUR_SHARED;
		if (shorten_label(sheet, curve, joined))
			return -ENOMEM;
	}
	return 0;
}

static struct chart *find_chart(struct charts *charts, const char *key)
{
	for (int i = 0; i < charts->nr; i++)
		if (strcmp(charts->list[i].key, key) == 0)
			return &charts->list[i];
	return NULL;
}

/* The legend of a sheet is as wide as the wider one of its charts. */
static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const struct charts *charts, int index,
		      struct chart *lower)
{
	struct chart *upper = &charts->list[index];
	struct sheet *sheet =
		chart_sheet(sheets, charts, index, "growth", "growth.gp");
	int legend;
	int err;

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "VMAs and regions, by the share of pages that are dirty");
	err = merge(sheet, upper);
	if (!err && lower)
		err = merge(sheet, lower);
	if (err)
		return err;
	legend = chart_legend_px(upper);
	if (lower && chart_legend_px(lower) > legend)
		legend = chart_legend_px(lower);
	chart_set_size(sheet, legend, lower ? 2 : 1);
	fprintf(sheet->head.file, "upper\t%d\n", upper->nr);
	chart_put_span(sheet, upper, 1);
	if (lower)
		chart_put_span(sheet, lower, 0);
	chart_put_curves(sheet, upper);
	if (lower)
		chart_put_curves(sheet, lower);
	if (sheet_note_cells(sheet, plot, upper->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int growth_make(struct sheets *sheets, const struct plot *plot)
{
	struct charts vmas = { NULL }, regions = { NULL };
	int err;

	err = charts_make(&vmas, plot, &rules[0]);
	if (!err)
		err = charts_make(&regions, plot, &rules[1]);
	for (int i = 0; !err && i < vmas.nr; i++)
		err = make_sheet(sheets, plot, &vmas, i,
				 find_chart(&regions, vmas.list[i].key));
	charts_clear(&vmas);
	charts_clear(&regions);
	return err;
}
