// SPDX-License-Identifier: GPL-2.0-or-later
// What is typical of a cell's processes, or of its boots.
#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/summary/estimate.h"

/* The values of those that have the figure; how many. */
static int gather(const struct summary_process *processes, int nr,
		  enum figure_id figure, double *values)
{
	int count = 0;

	for (int i = 0; i < nr; i++)
		if (!isnan(processes[i].figures[figure]))
			values[count++] = processes[i].figures[figure];
	return count;
}

double estimate_median(const struct summary_process *processes, int nr,
		       enum figure_id figure, double *scratch)
{
	int count = gather(processes, nr, figure, scratch);

	return count ? gsl_stats_median(scratch, 1, count) : NAN;
}

/* Processes from @start on that are of the same boot. */
static int boot_length(const struct summary_cell *cell, int start)
{
	int end = start + 1;

	while (end < cell->nr_processes &&
	       cell->processes[end].boot == cell->processes[start].boot)
		end++;
	return end - start;
}

/* One median a boot that has the figure; how many. */
static int gather_boots(const struct summary_cell *cell, enum figure_id figure,
			double *values, double *scratch)
{
	int count = 0;
	int length;

	for (int i = 0; i < cell->nr_processes; i += length) {
		double median;

		length = boot_length(cell, i);
		median = estimate_median(&cell->processes[i], length, figure,
					 scratch);
		if (!isnan(median))
			values[count++] = median;
	}
	return count;
}

/* @scratch has room for two values a process. */
static void make_estimate(struct summary_cell *cell, enum figure_id figure,
			  double *scratch)
{
	struct estimate *estimate = &cell->figures[figure];
	double *work = scratch + cell->nr_processes;
	int count;

	*estimate = (struct estimate){ .median = NAN, .mad = NAN };
	estimate->boots = gather_boots(cell, figure, scratch, work);
	if (!estimate->boots)
		return;
	count = estimate->boots;
	estimate->processes =
		gather(cell->processes, cell->nr_processes, figure, work);
	if (count == 1) {
		count = estimate->processes;
		memcpy(scratch, work, count * sizeof(*scratch));
	}
	estimate->median = gsl_stats_median(scratch, 1, count);
	estimate->mad = gsl_stats_mad0(scratch, 1, count, work);
}

int estimate_figures(struct summary_cell *cell)
{
	double *scratch = calloc(2 * cell->nr_processes + 1, sizeof(*scratch));

	if (!scratch)
		return -ENOMEM;
	for (int i = 0; i < NR_FIGURES; i++)
		make_estimate(cell, i, scratch);
	free(scratch);
	return 0;
}

double estimate_spread(const struct estimate *estimate)
{
	return estimate->median > 0 ? estimate->mad / estimate->median : NAN;
}
