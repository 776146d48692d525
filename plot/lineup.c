// SPDX-License-Identifier: GPL-2.0-or-later
/* The cells of several kernels, by workload, tracker and kernel. */
#include "plot/lineup.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/tables/cellname.h"

bool lineup_chosen(const struct plot *plot, const struct summary_cell *cell)
{
	return plot_listed(plot->choice.workloads, cell->workload) &&
	       plot_listed(plot->choice.trackers, cell->tracker);
}

static int find_group(const struct lineup *lineup,
		      const struct summary_cell *cell)
{
	int i = 0;

	while (i < lineup->nr_groups &&
	       !cellname_same_group(lineup->groups[i], cell))
		i++;
	return i;
}

static int add_group(struct lineup *lineup, const struct summary_cell *cell)
{
	void *grown;

	if (find_group(lineup, cell) < lineup->nr_groups)
		return 0;
	grown = growing_room(lineup->groups, lineup->nr_groups,
			     sizeof(struct summary_cell *));
	if (!grown)
		return -ENOMEM;
	lineup->groups = grown;
	lineup->groups[lineup->nr_groups++] = cell;
	return 0;
}

static int find_series(const struct lineup *lineup, const char *label)
{
	int i = 0;

	while (i < lineup->nr_series &&
	       strcmp(lineup->series[i].label, label) != 0)
		i++;
	return i;
}

static char *make_label(const struct summary *summary,
			const struct summary_cell *cell)
{
	char *variant = cellname_distinction(summary, cell);
	char *label = NULL;

	if (variant && asprintf(&label, "%s%s", cell->tracker, variant) < 0)
		label = NULL;
	free(variant);
	return label;
}

/* Takes @label. */
static int add_series(struct lineup *lineup, const char *tracker, char *label)
{
	struct series *grown;

	if (find_series(lineup, label) < lineup->nr_series) {
		free(label);
		return 0;
	}
	grown = growing_room(lineup->series, lineup->nr_series, sizeof(*grown));
	if (!grown) {
		free(label);
		return -ENOMEM;
	}
	lineup->series = grown;
	grown[lineup->nr_series++] =
		(struct series){ .label = label, .tracker = tracker };
	return 0;
}

/* `none` first, as everywhere. */
static int compare_series(const void *left, const void *right)
{
	const struct series *a = left, *b = right;
	int order = strcmp(a->tracker, b->tracker);

	if (!order)
		return strcmp(a->label, b->label);
	if (!strcmp(a->tracker, "none"))
		return -1;
	return strcmp(b->tracker, "none") ? order : 1;
}

/* The same colours as in plots of one side, which number trackers by name. */
static void colour_series(struct lineup *lineup)
{
	int colour = PLOT_COLOUR_NONE;
	int variant = 0;

	if (!lineup->nr_series)
		return;
	qsort(lineup->series, (size_t)lineup->nr_series,
	      sizeof(*lineup->series), compare_series);
	for (int i = 0; i < lineup->nr_series; i++) {
		struct series *series = &lineup->series[i];
		const char *tracker = series->tracker;

		if (i && !strcmp(tracker, series[-1].tracker)) {
			variant++;
		} else {
			variant = 0;
			colour += strcmp(tracker, "none") != 0;
		}
		series->colour = colour;
		series->variant = variant;
	}
}

static int list_names(struct lineup *lineup, const struct side *side)
{
	int err = 0;

	for (int i = 0; !err && i < summary_nr_cells(side->summary); i++) {
		const struct summary_cell *cell =
			summary_cell(side->summary, i);
		char *label = make_label(side->summary, cell);

		if (!label)
			return -ENOMEM;
		err = add_series(lineup, cell->tracker, label);
		if (!err && lineup_chosen(lineup->plot, cell))
			err = add_group(lineup, cell);
	}
	return err;
}

static const struct summary_cell **cell_at(const struct lineup *lineup,
					   int group, int series, int side)
{
	return &lineup->cells[(group * lineup->nr_series + series) *
				      lineup->nr_sides +
			      side];
}

double lineup_value(const struct lineup *lineup, int group, int series,
		    int side, enum plot_phase phase)
{
	const struct summary_cell *cell = *cell_at(lineup, group, series, side);

	return cell ? cell->figures[plot_phase_figures[phase]].median : NAN;
}

bool lineup_drawn(const struct series *series, enum plot_phase phase)
{
	return series->colour != PLOT_COLOUR_NONE || phase == PHASE_WRITE;
}

static int place_cells(struct lineup *lineup, int index)
{
	const struct summary *summary = lineup->sides[index]->summary;

	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);
		char *label = make_label(summary, cell);
		int series;

		if (!label)
			return -ENOMEM;
		series = find_series(lineup, label);
		free(label);
		if (!lineup_chosen(lineup->plot, cell))
			continue;
		*cell_at(lineup, find_group(lineup, cell), series, index) =
			cell;
		for (int j = 0; j < NR_PLOT_PHASES; j++) {
			if (!isfinite(cell->figures[plot_phase_figures[j]]
					      .median))
				continue;
			lineup->series[series].any = true;
			lineup->phases[j] |=
				lineup_drawn(&lineup->series[series], j);
		}
	}
	return 0;
}

int lineup_make(struct lineup *lineup, const struct plot *plot)
{
	int err = 0;

	*lineup = (struct lineup){ .plot = plot,
				   .sides = plot->choice.history,
				   .nr_sides = plot->choice.nr_history };
	for (int i = 0; !err && i < lineup->nr_sides; i++)
		err = list_names(lineup, lineup->sides[i]);
	if (err)
		return err;
	colour_series(lineup);
	lineup->cells =
		calloc((size_t)lineup->nr_groups * (size_t)lineup->nr_series *
				       (size_t)lineup->nr_sides +
			       1,
		       sizeof(struct summary_cell *));
	if (!lineup->cells)
		return -ENOMEM;
	for (int i = 0; !err && i < lineup->nr_sides; i++)
		err = place_cells(lineup, i);
	for (int i = 0; i < NR_PLOT_PHASES; i++)
		lineup->nr_phases += lineup->phases[i];
	return err;
}

void lineup_clear(struct lineup *lineup)
{
	for (int i = 0; i < lineup->nr_series; i++)
		free(lineup->series[i].label);
	free(lineup->series);
	free((void *)lineup->groups);
	free((void *)lineup->cells);
}
