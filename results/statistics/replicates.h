/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One figure of one cell on one side, as what it was measured in repeats. */
#ifndef DIRTYBENCH_REPLICATES_H
#define DIRTYBENCH_REPLICATES_H

/* The medians of the cell's processes, grouped by boot. */
struct replicates {
	const double *values; /* boot after boot; all finite */
	const int *sizes;     /* processes of each boot, each 1 or more */
	int nr_boots;	      /* 1 or more */
};

/* Processes of all boots. */
int replicates_processes(const struct replicates *replicates);

/*
 * The median of each boot's processes, by boot, into @medians of nr_boots. 0
 * or -ENOMEM.
 */
int replicates_medians(const struct replicates *replicates, double *medians);

#endif
