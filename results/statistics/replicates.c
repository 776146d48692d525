// SPDX-License-Identifier: GPL-2.0-or-later
// One figure of one cell on one side, as what it was measured in repeats.
#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>
#include <string.h>

#include "results/statistics/replicates.h"

int replicates_processes(const struct replicates *replicates)
{
	int nr = 0;

	for (int boot = 0; boot < replicates->nr_boots; boot++)
		nr += replicates->sizes[boot];
	return nr;
}

int replicates_medians(const struct replicates *replicates, double *medians)
{
	size_t nr = replicates_processes(replicates);
	double *copy = calloc(nr + 1, sizeof(*copy));
	double *boot = copy;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, replicates->values, nr * sizeof(*copy));
	for (int i = 0; i < replicates->nr_boots; i++) {
		medians[i] = gsl_stats_median(boot, 1, replicates->sizes[i]);
		boot += replicates->sizes[i];
	}
	free(copy);
	return 0;
}
