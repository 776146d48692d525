// SPDX-License-Identifier: GPL-2.0-or-later
// The Mann-Whitney U test, with ties: exact for small samples, else normal.
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "results/statistics/mannwhitney.h"

/*
 * The values of both samples in order. Ranks are doubled: the mean rank of
 * tied values may end in one half.
 */
struct ranking {
	int *ranks;   /* doubled; by value */
	int nr;	      /* of both samples */
	int nr_small; /* of the smaller sample */
	double sum;   /* of the doubled ranks of the smaller sample */
	double ties;  /* sum of t^3 - t over groups of t tied values */
};

struct ranked {
	double value;
	bool small; /* of the smaller sample */
};

static int by_value(const void *a, const void *b)
{
	const struct ranked *first = a, *second = b;

	return (first->value > second->value) - (first->value < second->value);
}

static void rank_sorted(struct ranking *ranking, const struct ranked *pool)
{
	for (int start = 0, end; start < ranking->nr; start = end) {
		double tied;

		for (end = start;
		     end < ranking->nr && pool[end].value <= pool[start].value;
		     end++)
			;
		for (int i = start; i < end; i++) {
			ranking->ranks[i] = start + 1 + end;
			if (pool[i].small)
				ranking->sum += ranking->ranks[i];
		}
		tied = end - start;
		ranking->ties += tied * tied * tied - tied;
	}
}

static int rank(struct ranking *ranking, const double *small, int nr_small,
		const double *large, int nr_large)
{
	int nr = nr_small + nr_large;
	struct ranked *pool = calloc(nr, sizeof(*pool));

	*ranking = (struct ranking){ .nr = nr, .nr_small = nr_small };
	ranking->ranks = calloc(nr, sizeof(*ranking->ranks));
	if (!pool || !ranking->ranks) {
		free(ranking->ranks);
		free(pool);
		return -ENOMEM;
	}
	for (int i = 0; i < nr; i++)
		pool[i] = (struct ranked){
			.value = i < nr_small ? small[i] : large[i - nr_small],
			.small = i < nr_small,
		};
	qsort(pool, nr, sizeof(*pool), by_value);
	rank_sorted(ranking, pool);
	free(pool);
	return 0;
}

/* Twice the sum of ranks that the smaller sample has on average. */
static double expected_sum(const struct ranking *ranking)
{
	return (double)ranking->nr_small * (ranking->nr + 1);
}

/* All ways to choose the smaller sample: a row of Pascal's triangle. */
static double choices(int nr, int nr_small)
{
	uint64_t ways[MANNWHITNEY_EXACT_LIMIT + 1] = { 1 };

	for (int i = 0; i < nr; i++)
		for (int chosen = nr_small; chosen; chosen--)
			ways[chosen] += ways[chosen - 1];
	return (double)ways[nr_small];
}

/*
 * In how many ways @nr_small of the ranks add up to each sum up to @limit:
 * ways[chosen * (limit + 1) + sum], built up rank by rank.
 */
static void count_sums(const struct ranking *ranking, int limit, uint64_t *ways)
{
	size_t width = limit + 1;

	ways[0] = 1;
	for (int i = 0; i < ranking->nr; i++) {
		int rank = ranking->ranks[i];

		for (int chosen = ranking->nr_small; chosen; chosen--) {
			uint64_t *to = ways + chosen * width;
			const uint64_t *from = to - width;

			for (int sum = rank; sum <= limit; sum++)
				to[sum] += from[sum - rank];
		}
	}
}

/* The tails may differ: tied ranks need not lie symmetrically. */
static int exact(struct ranking *ranking, double *p)
{
	int limit = (int)ranking->sum;
	uint64_t below = 0, same, *ways;
	double all = choices(ranking->nr, ranking->nr_small);

	/* Turned round, so that there is less than half to count. */
	if (ranking->sum > expected_sum(ranking)) {
		for (int i = 0; i < ranking->nr; i++)
			ranking->ranks[i] =
				2 * (ranking->nr + 1) - ranking->ranks[i];
		limit = (int)(2 * expected_sum(ranking)) - limit;
	}
	ways = calloc((size_t)(ranking->nr_small + 1) * (limit + 1),
		      sizeof(*ways));
	if (!ways)
		return -ENOMEM;
	count_sums(ranking, limit, ways);
	for (int sum = 0; sum < limit; sum++)
		below += ways[(size_t)ranking->nr_small * (limit + 1) + sum];
	same = ways[(size_t)ranking->nr_small * (limit + 1) + limit];
	*p = 2 * fmin((double)(below + same), all - (double)below) / all;
	free(ways);
	return 0;
}

/* With correction for continuity: a half of U, which is one doubled rank. */
static double normal(const struct ranking *ranking)
{
	double nr = ranking->nr, small = ranking->nr_small;
	double variance = small * (nr - small) / 12 *
			  (nr + 1 - ranking->ties / (nr * (nr - 1)));
	double distance = fabs(ranking->sum - expected_sum(ranking)) / 2;

	if (!(variance > 0))
		return 1;
	return 2 * gsl_cdf_ugaussian_Q((distance - 0.5) / sqrt(variance));
}

int mannwhitney(const double *first, int nr_first, const double *second,
		int nr_second, double *p)
{
	bool swap = nr_first > nr_second;
	struct ranking ranking;
	int err;

	err = rank(&ranking, swap ? second : first, swap ? nr_second : nr_first,
		   swap ? first : second, swap ? nr_first : nr_second);
	if (err)
		return err;
	if ((int64_t)ranking.nr_small * ranking.nr <= MANNWHITNEY_EXACT_LIMIT)
		err = exact(&ranking, p);
	else
		*p = normal(&ranking);
	*p = fmin(*p, 1);
	free(ranking.ranks);
	return err;
}
