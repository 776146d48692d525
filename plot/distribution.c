// SPDX-License-Identifier: GPL-2.0-or-later
/* Single epochs of every cell, phase by phase, around the cell's median. */
#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/kinds.h"
#include "results/tables/cellname.h"
#include "results/tables/text.h"

enum {
	/* Sizes in pixels. */
	CELL_PX = 120,
	LEAST_PX = 760,
	AXIS_PX = 90,
	FACET_PX = 190,
	HEAD_PX = 70,
	FOOT_PX = 70,
	MAX_FACETS = NR_PLOT_PHASES,
	/* The plot in characters: names, medians, and bins of epochs. */
	NAME_COLUMNS = 19,
	MEDIAN_COLUMNS = 7,
	HALF_BINS = 20,
	BINS = 2 * HALF_BINS + 1,
};

/*
 * The axis reaches as far as nineteen of twenty epochs of the widest cell, but
 * at least and at most this far from the median: what is beyond stands on the
 * edge. A tenth tells modes apart that matter; where a cell has epochs twice
 * as long, the others' shape would be lost.
 */
#define LEAST_REACH 0.1
#define MOST_REACH  1.0

/* Part of a cell's width that its processes lie side by side in. */
#define SPREAD 0.7

struct facet {
	enum plot_phase phase;
	double reach; /* of the axis, as a share of the median */
};

/* What has to fit beside a facet. */
static const char *const titles[NR_PLOT_PHASES] = {
	[PHASE_ARM] = "arm",
	[PHASE_WRITE] = "write",
	[PHASE_COLLECT] = "collect",
	[PHASE_COLLECT_ARM] = "collect + arm",
};

/* The cells of one workload and its parameters. */
struct group {
	const struct plot *plot;
	int first, end;
};

struct values {
	double *list; /* sorted */
	int nr;
	double median;
};

/*
 * Without a tracker only the stores take time; the rest is what calling nothing
 * takes.
 */
static bool has_phase(const struct plot_cell *cell, enum plot_phase phase)
{
	return cell->colour != PLOT_COLOUR_NONE || phase == PHASE_WRITE;
}

static int get_values(struct values *values, const struct plot_cell *cell,
		      enum plot_phase phase)
{
	values->nr = 0;
	values->list = calloc((size_t)cell->nr_epochs + 1, sizeof(double));
	if (!values->list)
		return -ENOMEM;
	for (int i = 0; i < cell->nr_epochs; i++)
		if (has_phase(cell, phase) &&
		    isfinite(cell->epochs[i].phases[phase]))
			values->list[values->nr++] =
				cell->epochs[i].phases[phase];
	gsl_sort(values->list, 1, (size_t)values->nr);
	values->median = values->nr
				 ? gsl_stats_median_from_sorted_data(
					   values->list, 1, (size_t)values->nr)
				 : NAN;
	return 0;
}

static double quantile(const struct values *values, double share)
{
	return gsl_stats_quantile_from_sorted_data(values->list, 1,
						   (size_t)values->nr, share);
}

static double deviation(double value, double median)
{
	return value / median - 1;
}

/* Whether any of the cells has the phase; its reach is made on the way. */
static int look_at_phase(const struct group *group, struct facet *facet,
			 bool *any)
{
	*any = false;
	facet->reach = LEAST_REACH;
	for (int i = group->first; i < group->end; i++) {
		struct values values;
		double reach;
		int err;

		err = get_values(&values, &group->plot->cells[i], facet->phase);
		if (err)
			return err;
		if (values.nr && values.median > 0) {
			*any = true;
			reach = fmax(deviation(quantile(&values, 0.95),
					       values.median),
				     -deviation(quantile(&values, 0.05),
						values.median));
			facet->reach = fmax(facet->reach, 1.2 * reach);
		}
		free(values.list);
	}
	facet->reach = fmin(facet->reach, MOST_REACH);
	return 0;
}

/* In per cent of the cell's median; what is beyond the axis is on its edge. */
static double place(const struct facet *facet, double value, double median)
{
	return 100 * fmax(-facet->reach,
			  fmin(facet->reach, deviation(value, median)));
}

static int put_box(FILE *out, const struct facet *facet,
		   const struct plot_cell *cell, int column)
{
	char number[TEXT_NUMBER_BYTES];
	struct values values;
	int err;

	err = get_values(&values, cell, facet->phase);
	if (err)
		return err;
	if (values.nr && values.median > 0) {
		static const double shares[] = { 0.05, 0.25, 0.75, 0.95 };

		fprintf(out, "%d", column);
		for (size_t i = 0; i < 4; i++) {
			fputc('\t', out);
			sheet_put_number(
				out, place(facet, quantile(&values, shares[i]),
					   values.median));
		}
		text_figure(number, values.median);
		fprintf(out, "\t%s\n", number);
	}
	free(values.list);
	return 0;
}

/* From the middle of the cell's column, in columns. */
static double process_place(const struct plot_cell *cell,
			    const struct plot_epoch *epoch)
{
	if (cell->nr_processes < 2)
		return 0;
	return SPREAD *
	       ((double)epoch->process / (cell->nr_processes - 1) - 0.5);
}

static int put_points(FILE *out, const struct facet *facet,
		      const struct plot_cell *cell, int column)
{
	struct values values;
	int err;

	err = get_values(&values, cell, facet->phase);
	if (err)
		return err;
	for (int i = 0; i < cell->nr_epochs; i++) {
		const struct plot_epoch *epoch = &cell->epochs[i];
		double value = epoch->phases[facet->phase];

		if (!isfinite(value) || !values.nr || values.median <= 0)
			continue;
		fprintf(out, "%.4f\t%.6g\t%d\t%.9g\n",
			column + process_place(cell, epoch),
			place(facet, value, values.median), cell->colour,
			value);
	}
	free(values.list);
	return 0;
}

typedef int (*put_function)(FILE *out, const struct facet *facet,
			    const struct plot_cell *cell, int column);

static int put_block(FILE *out, const struct group *group,
		     const struct facet *facet, put_function put,
		     const char *head)
{
	int column = 0;
	int err = 0;

	fprintf(out, "\n\n# %s\n", head);
	for (int i = group->first; !err && i < group->end; i++)
		if (group->plot->cells[i].nr_epochs)
			err = put(out, facet, &group->plot->cells[i], column++);
	return err;
}

static int put_facets(struct sheet *sheet, const struct group *group,
		      const struct facet *facets, int nr)
{
	FILE *out = sheet->body.file;
	int err = 0;

	for (int i = 0; !err && i < nr; i++) {
		fprintf(sheet->head.file, "facet\t%s\t%g\n",
			titles[facets[i].phase], 100 * facets[i].reach);
		err = put_block(out, group, &facets[i], put_box,
				"cell\t5 %\t25 %\t75 %\t95 %\tmedian");
		if (!err)
			err = put_block(out, group, &facets[i], put_points,
					"cell and process\tpercent from the "
					"median\tcolour\tfigure");
	}
	return err;
}

/* Name and parameters in lines of their own, for there is little room. */
static void put_names(struct sheet *sheet, const struct group *group)
{
	for (int i = group->first; i < group->end; i++) {
		const struct plot_cell *cell = &group->plot->cells[i];

		if (!cell->nr_epochs)
			continue;
		fputs("cell\t", sheet->head.file);
		sheet_put(sheet->head.file, cell->cell->tracker);
		/* A field that is empty would be the one before for gnuplot. */
		if (cell->variant[0]) {
			fputs("\nvariant\t", sheet->head.file);
			sheet_put(sheet->head.file, cell->variant + 1);
		}
		fputc('\n', sheet->head.file);
	}
}

/* --- in characters --- */

static int draw_cell(FILE *out, const struct facet *facet,
		     const struct plot_cell *cell)
{
	char number[TEXT_NUMBER_BYTES];
	struct values values;
	int bins[BINS] = { 0 };
	int last = 0;
	int err;

	err = get_values(&values, cell, facet->phase);
	if (err || !values.nr || values.median <= 0)
		goto out;
	for (int i = 0; i < values.nr; i++) {
		double share = place(facet, values.list[i], values.median) /
			       (100 * facet->reach);
		int bin = (int)lround(HALF_BINS * (1 + share));

		bins[bin]++;
		if (bin > last)
			last = bin;
	}
	text_figure(number, values.median);
	fprintf(out, "  %-*s", NAME_COLUMNS, cell->label);
	if (strlen(cell->label) > NAME_COLUMNS)
		fprintf(out, "\n%*s", NAME_COLUMNS + 2, "");
	fprintf(out, " %*s ", MEDIAN_COLUMNS, number);
	for (int i = 0; i <= last; i++)
		fputc(!bins[i] ? ' ' : bins[i] > 9 ? '#' : '0' + bins[i], out);
	fputc('\n', out);
out:
	free(values.list);
	return err;
}

static int draw(FILE *out, const struct group *group,
		const struct facet *facets, int nr)
{
	const char *unit = plot_time_unit(group->plot);
	int err;

	err = cellname_print_heading(out, PLOT_TEXT_COLUMNS,
				     group->plot->cells[group->first].cell);
	for (int i = 0; !err && i < nr; i++) {
		const struct facet *facet = &facets[i];

		fprintf(out, "\n%s, %s per %s page\n", titles[facet->phase],
			unit,
			facet->phase == PHASE_WRITE ? "dirtied" : "resident");
		fprintf(out, "%*s -%-*.0f0%*.0f %%\n",
			NAME_COLUMNS + 2 + MEDIAN_COLUMNS + 1, "median ",
			HALF_BINS - 1, 100 * facet->reach, HALF_BINS - 1,
			100 * facet->reach);
		for (int j = group->first; !err && j < group->end; j++)
			if (group->plot->cells[j].nr_epochs)
				err = draw_cell(out, facet,
						&group->plot->cells[j]);
	}
	fputs("\nA digit: so many epochs (#: more than 9) that far from the "
	      "median.\n",
	      out);
	return err;
}

/* "distribution-dense-dirty-512": what tells it from others behind it. */
static int name_group(const struct group *group, char **name)
{
	const struct plot *plot = group->plot;
	const struct summary_cell *cell = plot->cells[group->first].cell;
	size_t size;
	FILE *file = open_memstream(name, &size);

	if (!file)
		return -ENOMEM;
	fprintf(file, "distribution-%s", cell->workload);
	for (int i = 0; i < cell->nr_params; i++) {
		const struct sample_param *param = &cell->params[i];
		bool differs = false;

		if (!plot_workload_param(cell, param))
			continue;
		for (int j = 0; j < plot->nr_cells; j++) {
			const struct summary_cell *other = plot->cells[j].cell;
			const char *value =
				summary_cell_param(other, param->name);

			differs |= !strcmp(other->workload, cell->workload) &&
				   (!value || strcmp(value, param->value) != 0);
		}
		if (differs)
			fprintf(file, "-%s-%s", param->name, param->value);
	}
	return fclose(file) ? -ENOMEM : 0;
}

static int make_sheet(struct sheets *sheets, const struct group *group,
		      const struct facet *facets, int nr)
{
	const struct summary_cell *cell = group->plot->cells[group->first].cell;
	struct sheet *sheet;
	char *name = NULL;
	int columns = 0;
	int err;

	err = name_group(group, &name);
	sheet = err ? NULL : sheets_add(sheets, "distribution.gp", name);
	free(name);
	if (!sheet)
		return -ENOMEM;
	for (int i = group->first; i < group->end; i++)
		columns += group->plot->cells[i].nr_epochs > 0;
	sheet->width = AXIS_PX + columns * CELL_PX;
	if (sheet->width < LEAST_PX)
		sheet->width = LEAST_PX;
	sheet->height = HEAD_PX + nr * FACET_PX + FOOT_PX;
	snprintf(sheet->title, sizeof(sheet->title),
		 "Single epochs around the median of their cell");
	fputs("subtitle\t", sheet->head.file);
	sheet_put(sheet->head.file, cell->workload);
	fputc(' ', sheet->head.file);
	sheet_put(sheet->head.file, cell->workload_params);
	fprintf(sheet->head.file, "\nunit\t%s\n", plot_time_unit(group->plot));
	snprintf(sheet->picture_note, sizeof(sheet->picture_note),
		 "A point is an epoch; in a cell, processes go from left to "
		 "right. Box: half of the epochs; whiskers: nine of ten. "
		 "Above: the median, %s per resident page (write: per dirtied "
		 "page). What is beyond the axis stands on its edge.",
		 plot_time_unit(group->plot));
	put_names(sheet, group);
	err = put_facets(sheet, group, facets, nr);
	if (!err)
		err = draw(sheet->drawn.file, group, facets, nr);
	if (!err)
		err = sheet_note_cells(sheet, group->plot, cell->workload);
	return err ? err : sheets_end(sheets);
}

static int make_group(struct sheets *sheets, const struct group *group)
{
	struct facet facets[MAX_FACETS];
	int nr = 0;

	for (int i = 0; i < NR_PLOT_PHASES; i++) {
		bool any;
		int err;

		facets[nr].phase = i;
		err = look_at_phase(group, &facets[nr], &any);
		if (err)
			return err;
		nr += any;
	}
	return nr ? make_sheet(sheets, group, facets, nr) : 0;
}

int distribution_make(struct sheets *sheets, const struct plot *plot)
{
	struct group group = { .plot = plot };
	int err = 0;

	while (!err && group.end < plot->nr_cells) {
		group.first = group.end;
		while (group.end < plot->nr_cells &&
		       cellname_same_group(plot->cells[group.first].cell,
					   plot->cells[group.end].cell))
			group.end++;
		err = make_group(sheets, &group);
	}
	return err;
}
