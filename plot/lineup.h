/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cells of several kernels, by workload, tracker and kernel. */
#ifndef DIRTYBENCH_LINEUP_H
#define DIRTYBENCH_LINEUP_H

#include "plot/sheet.h"

/* A tracker's cells of one kind, one for each group and side. */
struct series {
	char *label; /* tracker and what tells it from its others */
	const char *tracker;
	int colour;
	int variant; /* counts the tracker's series */
	bool any;    /* has a value in some panel */
};

/* The cells of all sides, by group, series and side. */
struct lineup {
	const struct plot *plot;
	struct side *const *sides;
	int nr_sides;
	/* A cell of each group: of a workload with its parameters. */
	const struct summary_cell **groups;
	int nr_groups;
	struct series *series;
	int nr_series;
	/* [(group * nr_series + series) * nr_sides + side], or NULL. */
	const struct summary_cell **cells;
	bool phases[NR_PLOT_PHASES]; /* that have a value somewhere */
	int nr_phases;
};

/*
 * Of the sides that @plot was opened with, and the cells that it chose.
 * 0 or -ENOMEM; lineup_clear() in any case.
 */
int lineup_make(struct lineup *lineup, const struct plot *plot);
void lineup_clear(struct lineup *lineup);

/* Whether the plot is to have cells of this name. */
bool lineup_chosen(const struct plot *plot, const struct summary_cell *cell);

/* NAN where that side has no such cell, or it did not run. */
double lineup_value(const struct lineup *lineup, int group, int series,
		    int side, enum plot_phase phase);

/* What arming and collecting without a tracker takes is the harness's. */
bool lineup_drawn(const struct series *series, enum plot_phase phase);

#endif
