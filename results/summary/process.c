// SPDX-License-Identifier: GPL-2.0-or-later
// The process of a cell whose epochs are coming in.
#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "results/growing.h"
#include "results/summary/process.h"

void process_clear(struct process *process)
{
	free(process->epochs);
}

void process_begin(struct process *process, int64_t number)
{
	process->number = number;
	process->last_epoch = SAMPLE_NULL;
	process->last_dirtied = SAMPLE_NULL;
	process->nr_epochs = 0;
}

int process_add(struct process *process, const struct sample *sample)
{
	bool follows = process->last_epoch != SAMPLE_NULL &&
		       process->last_epoch + 1 == sample->epoch;
	struct figure_input input = {
		.sample = sample,
		.dirtied_before = follows ? process->last_dirtied : SAMPLE_NULL,
		/* Taken off at the end: it may come last in the file. */
		.baseline = 0,
	};
	void *epochs = growing_room(process->epochs, process->nr_epochs,
				    sizeof(*process->epochs));
	double *values;

	if (!epochs)
		return -ENOMEM;
	process->epochs = epochs;
	values = process->epochs[process->nr_epochs++];
	for (int i = 0; i < NR_FIGURES; i++)
		values[i] =
			figure_get(i)->apart || sample->kind == KIND_MEASURED
				? figure_value(i, &input)
				: NAN;
	process->last_epoch = sample->epoch;
	process->last_dirtied = sample->figures.pages.dirtied;
	return 0;
}

/* The median of one figure over the epochs that have it. */
static double epoch_median(const struct process *process, int figure,
			   double *values)
{
	int nr_values = 0;

	for (int i = 0; i < process->nr_epochs; i++)
		if (!isnan(process->epochs[i][figure]))
			values[nr_values++] = process->epochs[i][figure];
	return nr_values ? gsl_stats_median(values, 1, nr_values) : NAN;
}

int process_end(struct process *process, double medians[NR_FIGURES])
{
	double *values = calloc(process->nr_epochs + 1, sizeof(*values));

	if (!values)
		return -ENOMEM;
	for (int i = 0; i < NR_FIGURES; i++)
		medians[i] = epoch_median(process, i, values);
	free(values);
	process->nr_epochs = 0;
	return 0;
}
