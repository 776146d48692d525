/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plots of runs: data files, SVG and PNG by gnuplot, and plain text. */
#ifndef DIRTYBENCH_PLOT_H
#define DIRTYBENCH_PLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/reason.h"
#include "results/comparison/comparison.h"
#include "results/side/side.h"

/* In the order in which they are drawn: what a run is about, first. */
enum plot_kind {
	PLOT_PHASES,
	PLOT_SWEEP,
	PLOT_RANGE,
	PLOT_HOLES,
	PLOT_GROWTH,
	PLOT_CHAIN,
	PLOT_OUTPUT,
	PLOT_VEC,
	PLOT_PART,
	PLOT_FOLIO,
	PLOT_FUNCTIONS,
	PLOT_CHANGES,
	PLOT_HISTORY,
	PLOT_FOREST,
	PLOT_LATENCY,
	PLOT_TIMELINE,
	PLOT_CONVERGENCE,
	PLOT_SCALING,
	PLOT_IDLE,
	PLOT_AFTERMATH,
	PLOT_DISTRIBUTION,
	NR_PLOT_KINDS,
};

enum plot_format {
	PLOT_SVG = 1,
	PLOT_PNG = 2,
	PLOT_TEXT = 4,
};

/* What a mail keeps as it is. */
enum { PLOT_TEXT_COLUMNS = 72 };

struct plot_choice {
	/* All kinds but the forest plot; of the history its last side. */
	const struct side *side;
	/* The forest plot; NULL where there is one side only. */
	const struct comparison *comparison;
	/* The history: a side a kernel, from left to right; or NULL and 0. */
	struct side *const *history;
	int nr_history;
	/* Lists separated by commas; NULL: all. */
	const char *workloads, *trackers;
	/*
	 * Rows of the forest plot at most: those with a verdict first, then
	 * the largest changes; 0: all.
	 */
	int most_rows;
};

struct plot;

/* The word of the command line: "phases", ...; @kind below NR_PLOT_KINDS. */
const char *plot_kind_name(enum plot_kind kind);

/*
 * Reads the single epochs of the side's runs. What @choice points to has to
 * outlive the plot. Errors have one sentence: -EINVAL where a name of
 * @workloads or @trackers is in no cell, -ENOMEM, or what reading said.
 * plot_close() ends *@plot.
 */
int plot_open(struct plot **plot, const struct plot_choice *choice,
	      struct reason *why);
void plot_close(struct plot *plot);

/* -ENODATA where nothing of the kind can be drawn; @why tells what could. */
int plot_check(const struct plot *plot, enum plot_kind kind,
	       struct reason *why);

/*
 * Draws @kind into @folder, which exists: the data (.tsv) and, of @formats, the
 * plots, replacing what has their names. @wrote is told each path. Errors:
 * -ENODATA as plot_check(), -ENOMEM, what writing a file said, what
 * plot_gnuplot() says, and -EIO where gnuplot fails.
 */
int plot_draw(const struct plot *plot, enum plot_kind kind,
	      unsigned int formats, const char *folder,
	      void (*wrote)(void *arg, const char *path), void *arg,
	      struct reason *why);

/*
 * The same in characters: 7 bits, at most PLOT_TEXT_COLUMNS, no line ending in
 * a space. PLOT_PHASES and PLOT_FOREST are drawn without gnuplot; the others
 * use files in a folder of their own, which is removed. With @brief, the plot
 * stands without its notes and the lines on kernel and machine.
 */
int plot_text(FILE *out, const struct plot *plot, enum plot_kind kind,
	      bool brief, struct reason *why);

/*
 * Whether gnuplot and the scripts are there: 0, or -ENOENT and what to
 * install.
 */
int plot_gnuplot(struct reason *why);

#endif
