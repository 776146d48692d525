/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What plots need beyond the summary: page counts and single epochs. */
#ifndef DIRTYBENCH_PLOTDATA_H
#define DIRTYBENCH_PLOTDATA_H

#include <stdbool.h>

#include "plot/plot.h"

/* The phases of an epoch, in the order of a stack. */
enum plot_phase {
	PHASE_ARM,
	PHASE_WRITE,
	PHASE_COLLECT,
	PHASE_COLLECT_ARM,
	NR_PLOT_PHASES,
};

/* What a phase is called, and its figure in the tables. */
extern const char *const plot_phase_names[NR_PLOT_PHASES];
extern const enum figure_id plot_phase_figures[NR_PLOT_PHASES];

/* A measured epoch: the figures of its phases; NAN where it has none. */
struct plot_epoch {
	int process; /* counted over all runs, in the order of time */
	double phases[NR_PLOT_PHASES];
};

struct plot_cell {
	const struct summary_cell *cell;
	int colour;    /* of its tracker */
	char *variant; /* " collect=atomic": as cellname_distinction() */
	char *label;   /* tracker and variant */
	/* Pages, what was reported of them, and calls that the tracker made in
	 * an epoch: means over the measured ones; NAN where there is none. */
	double range, resident, dirtied, unit;
	double part_range, part_resident; /* armed and collected */
	double reported, regions, syscalls;
	/* Of all measured epochs together, and the first timeline; NULL. */
	struct sample_detail *detail;
	/* Of each measured epoch that copied a process. */
	struct iterations *pursuits;
	int nr_pursuits;
	struct plot_epoch *epochs;
	int nr_epochs;
	int nr_processes;
};

struct plot {
	struct plot_choice choice;
	/* The chosen cells in the order of the summary; all, ran or not. */
	struct plot_cell *cells;
	int nr_cells;
};

/* The tracker that others are compared with has this colour. */
enum { PLOT_COLOUR_NONE = 0 };

/* Whether a name is in a list separated by commas; NULL has all. */
bool plot_listed(const char *list, const char *name);

/* The number of the tracker among those of the side's cells, from 1. */
int plot_colour(const struct side *side, const char *tracker);

/* "ns" or "insn": what the first cell that ran was measured in. */
const char *plot_time_unit(const struct plot *plot);

/* Whether the parameter is one of the workload's, not of the tracker's. */
bool plot_workload_param(const struct summary_cell *cell,
			 const struct sample_param *param);

#endif
