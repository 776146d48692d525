// SPDX-License-Identifier: GPL-2.0-or-later
// How much the halves of one side differ from each other.
#include <errno.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "results/statistics/halfsplit.h"

/*
 * 12 values have 924 splits, which cost less than drawing. The percentile of
 * 500 drawn ones is somewhere between the 93rd and the 97th, which is
 * nothing beside what the values themselves leave open.
 */
enum { ALL_UP_TO = 12, ALL_SPLITS = 924, DRAWN_SPLITS = 500 };

/* Values in order, and in the same order those of each half. */
struct split {
	const double *sorted;
	int nr;
	bool *in_first;
	double *first, *second;
};

/* |log ratio| of the halves that in_first says. */
static double distance(const struct split *split)
{
	size_t nr_first = 0, nr_second = 0;
	double first, second;

	for (int i = 0; i < split->nr; i++) {
		if (split->in_first[i])
			split->first[nr_first++] = split->sorted[i];
		else
			split->second[nr_second++] = split->sorted[i];
	}
	first = gsl_stats_median_from_sorted_data(split->first, 1, nr_first);
	second = gsl_stats_median_from_sorted_data(split->second, 1, nr_second);
	if (first <= 0 || second <= 0)
		return INFINITY;
	return fabs(log(first / second));
}

static size_t all_splits(const struct split *split, double *distances)
{
	size_t nr = 0;

	for (unsigned int chosen = 0; chosen < 1U << split->nr; chosen++) {
		if (__builtin_popcount(chosen) != split->nr / 2)
			continue;
		for (int i = 0; i < split->nr; i++)
			split->in_first[i] = chosen >> i & 1;
		distances[nr++] = distance(split);
	}
	return nr;
}

static size_t drawn_splits(const struct split *split, gsl_rng *rng,
			   double *distances)
{
	for (int draw = 0; draw < DRAWN_SPLITS; draw++) {
		unsigned long places = split->nr / 2;

		for (int i = 0; i < split->nr; i++) {
			split->in_first[i] =
				gsl_rng_uniform_int(rng, split->nr - i) <
				places;
			places -= split->in_first[i];
		}
		distances[draw] = distance(split);
	}
	return DRAWN_SPLITS;
}

int halfsplit_floor(const double *sorted, int nr, uint64_t seed, double *floor)
{
	struct split split = {
		.sorted = sorted,
		.nr = nr,
		.in_first = calloc(nr, sizeof(*split.in_first)),
		.first = calloc(nr, sizeof(*split.first)),
		.second = calloc(nr, sizeof(*split.second)),
	};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	double distances[ALL_SPLITS];
	int err = -ENOMEM;
	size_t found;

	*floor = NAN;
	if (!split.in_first || !split.first || !split.second || !rng)
		goto out;
	err = 0;
	if (nr < 2)
		goto out;
	gsl_rng_set(rng, seed);
	found = nr <= ALL_UP_TO ? all_splits(&split, distances)
				: drawn_splits(&split, rng, distances);
	/* The least that 95 of 100 splits do not exceed. */
	*floor = gsl_stats_select(distances, 1, found,
				  (found * 95 + 99) / 100 - 1);
out:
	gsl_rng_free(rng);
	free(split.second);
	free(split.first);
	free(split.in_first);
	return err;
}
