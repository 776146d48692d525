/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs in short: the estimates, the proof and the reasons of each cell. */
#ifndef DIRTYBENCH_SUMMARY_H
#define DIRTYBENCH_SUMMARY_H

#include "results/counts.h"
#include "results/figures.h"
#include "results/sample.h"

/*
 * Over the processes of a cell, each standing with the median of its epochs.
 * With more than one boot, over the boots, each standing with the median of
 * its processes.
 */
struct estimate {
	double median; /* NAN when no process has the figure */
	double mad;    /* median absolute deviation from the median */
	int processes; /* that have the figure */
	int boots;     /* of these processes */
};

/* A process of a cell. */
struct summary_process {
	int boot; /* below summary_nr_boots() */
	int run;  /* below summary_nr_runs() */
	/* Medians of its epochs; NAN where it has none with that figure. */
	double figures[NR_FIGURES];
};

/*
 * A count over all processes of a cell, at one epoch. Epochs of one number
 * write the same pages in every process, so that a count that the kernel
 * determines is the same in all: lowest == highest.
 */
struct tally {
	int64_t lowest, highest;
	double sum;
	int64_t nr; /* processes that have it; 0: the others mean nothing */
};

/* The counts of one measured epoch, or of the row behind the epochs. */
struct summary_epoch {
	int64_t number;
	struct tally counts[NR_COUNTS];
};

struct summary_cell {
	char *key;
	char *workload;
	char *tracker;
	int64_t workload_version;
	struct sample_param *params;
	int nr_params;
	/*
	 * "dirty=25% size=64m": the parameters that belong to the workload.
	 * The sample file does not tell whose a parameter is. They are those
	 * of the cell of tracker `none`, which has none of its own; where
	 * there is no such cell, those that all trackers' cells of this
	 * workload have. Cells with one workload and these are comparable.
	 */
	char *workload_params;
	enum timing timing;	/* what names the figures */
	bool timed[NR_TIMINGS]; /* what its epochs were timed with */
	/* Rows: an epoch each, and one for each process without any. */
	int64_t rows[NR_STATUSES];
	/* Epochs whose collected pages were compared and found right. */
	int64_t proved;
	/* Measured epochs in which a process was copied while it went on, by
	 * why that ended. */
	int64_t ended[PURSUIT_ENDS];
	/* The first reason given of that status; NULL when there is none. */
	char *reason[NR_STATUSES];
	struct estimate figures[NR_FIGURES];
	struct summary_process *processes; /* by boot */
	int nr_processes;
	struct summary_epoch *epochs; /* by number */
	int nr_epochs;
	int nr_measured; /* of these */
};

struct summary;

/* NULL without memory. The summary starts without samples. */
struct summary *summary_create(void);
void summary_destroy(struct summary *summary);

/*
 * Takes one sample in, of one run after the other. Epochs of one process have
 * to come one after the other, as a run writes them. 0 or -ENOMEM.
 */
int summary_add(struct summary *summary, const struct sample *sample);

/*
 * Takes in a process that was measured by another program: @cell becomes key
 * and workload, the tracker is "". 0 or -ENOMEM.
 */
int summary_add_process(struct summary *summary, const char *run,
			const char *boot, const char *cell,
			const double figures[NR_FIGURES]);

/* The same, for one that has no figures: @reason is why, "" is none. */
int summary_add_row(struct summary *summary, const char *run, const char *boot,
		    const char *cell, enum sample_status status,
		    const char *reason);

/*
 * To be called once, behind the last sample: makes the estimates. Epochs that
 * lied or were inexact count like others. The tracking figure has the write
 * of tracker `none` (same workload, same parameters, same run) taken off, and
 * is NAN where that was not measured. Sorts the cells by workload, its
 * parameters, `none` first, tracker, key. 0 or -ENOMEM.
 */
int summary_finish(struct summary *summary);

/* After summary_finish(). */
int summary_nr_boots(const struct summary *summary);
int summary_nr_runs(const struct summary *summary);
int summary_nr_cells(const struct summary *summary);
const struct summary_cell *summary_cell(const struct summary *summary,
					int index);

/* Median absolute deviation / median over processes; NAN where not defined. */
double estimate_spread(const struct estimate *estimate);

/* Whether the cell has an epoch, of whatever outcome. */
bool summary_cell_ran(const struct summary_cell *cell);

/* NULL when there is no cell of that key. Before summary_finish() as well. */
const struct summary_cell *summary_find(const struct summary *summary,
					const char *key);

/* NULL when the cell has no parameter of that name. */
const char *summary_cell_param(const struct summary_cell *cell,
			       const char *name);

/*
 * What the run's exit code has to say of its cells: 3 a tracker lied or was
 * inexact, 1 a cell failed, 4 no cell ran, 0 otherwise; the first that holds.
 */
int summary_exit_code(const struct summary *summary);

#endif
