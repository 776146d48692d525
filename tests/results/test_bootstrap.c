// SPDX-License-Identifier: GPL-2.0-or-later
// The bootstrap against resamples that are laid out, here and by SciPy.
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "results/statistics/bootstrap.h"
#include "tests/results/vectors.h"

enum { MOST_BOOTS = 64, MOST = 256, LAID_OUT = 40000, SEEDS = 100 };

struct side {
	double values[MOST];
	int sizes[MOST_BOOTS];
	struct replicates replicates;
};

struct interval {
	double low, high;
};

static struct interval interval_of(const struct side *base,
				   const struct side *fresh, uint64_t seed)
{
	struct interval interval;

	assert_int_equal(bootstrap_ratio(&base->replicates, &fresh->replicates,
					 seed, &interval.low, &interval.high),
			 0);
	return interval;
}

static void read_side(struct side *side, const json_t *vector, const char *name)
{
	double *values = side->values;
	json_t *boot, *value;
	size_t i, j;

	json_array_foreach(json_object_get(vector, name), i, boot)
	{
		side->sizes[i] = (int)json_array_size(boot);
		json_array_foreach(boot, j, value) *values++ =
			json_number_value(value);
	}
	assert_in_range(i, 1, MOST_BOOTS);
	side->replicates = (struct replicates){ .values = side->values,
						.sizes = side->sizes,
						.nr_boots = i };
}

static void test_vectors(void **state)
{
	const json_t *vectors = vectors_get(state, "intervals");
	struct side base, fresh;
	struct interval interval;
	double bounds[4];
	json_t *vector;
	size_t i;

	json_array_foreach(vectors, i, vector)
	{
		read_side(&base, vector, "base");
		read_side(&fresh, vector, "fresh");
		vectors_numbers(vector, "bounds", bounds, 4);
		interval = interval_of(&base, &fresh, 1);
		if (interval.low < bounds[0] || interval.low > bounds[1] ||
		    interval.high < bounds[2] || interval.high > bounds[3])
			fail_msg("case %zu: %g to %g", i, interval.low,
				 interval.high);
	}
}

static double resampled_median(const struct side *side, gsl_rng *rng)
{
	double medians[MOST_BOOTS], draws[MOST];
	int nr_boots = side->replicates.nr_boots;

	for (int i = 0; i < nr_boots; i++) {
		int boot = (int)gsl_rng_uniform_int(rng, nr_boots);
		const double *values = side->values;
		int size = side->sizes[boot];

		for (int j = 0; j < boot; j++)
			values += side->sizes[j];
		for (int j = 0; j < size; j++)
			draws[j] = values[gsl_rng_uniform_int(rng, size)];
		medians[i] = gsl_stats_median(draws, 1, size);
	}
	return gsl_stats_median(medians, 1, nr_boots);
}

/* The share of @sorted below @value, ties counting half. */
static double share_below(const double *sorted, double value)
{
	double share = 0;

	for (int i = 0; i < LAID_OUT; i++)
		share += sorted[i] < value ? 1 : 0.5 * (sorted[i] == value);
	return share / LAID_OUT;
}

/*
 * Over many seeds, 2.5 % of the resamples lie beyond either end: the standard
 * error is 0.08 % of the laid out, 0.04 % of the seeds.
 */
static void check_shares(const struct side *base, const struct side *fresh,
			 gsl_rng *rng)
{
	double *ratios = calloc(LAID_OUT, sizeof(*ratios));
	double below = 0, above = 0;

	assert_non_null(ratios);
	for (int i = 0; i < LAID_OUT; i++)
		ratios[i] = resampled_median(fresh, rng) /
			    resampled_median(base, rng);
	gsl_sort(ratios, 1, LAID_OUT);
	for (int seed = 1; seed <= SEEDS; seed++) {
		struct interval interval = interval_of(base, fresh, seed);

		below += share_below(ratios, interval.low) / SEEDS;
		above += (1 - share_below(ratios, interval.high)) / SEEDS;
	}
	free(ratios);
	if (fabs(below - 0.025) > 0.003 || fabs(above - 0.025) > 0.003)
		fail_msg("%d boots: %.4f below, %.4f above",
			 base->replicates.nr_boots, below, above);
}

/* The values rise in steps that no two of a side share. */
static void fill_side(struct side *side, int nr_boots, int size, int step,
		      double middle)
{
	int nr = nr_boots * size;

	for (int i = 0; i < nr; i++)
		side->values[i] = middle + i * step % nr * 0.01;
	for (int i = 0; i < nr_boots; i++)
		side->sizes[i] = size;
	side->replicates = (struct replicates){ .values = side->values,
						.sizes = side->sizes,
						.nr_boots = nr_boots };
}

static void test_laid_out(void **state)
{
	static const struct {
		int boots, size;
	} cases[] = { { 10, 10 }, { 7, 9 }, { 2, 10 }, { 3, 4 }, { 40, 1 } };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct side base, fresh;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fill_side(&base, cases[i].boots, cases[i].size, 37, 10);
		fill_side(&fresh, cases[i].boots, cases[i].size, 53, 12);
		check_shares(&base, &fresh, rng);
	}
	gsl_rng_free(rng);
}

/* The digits of this seed, wherever this is built. */
static void test_reproducible(void **state)
{
	struct side base, fresh;
	struct interval interval, other;

	(void)state;
	fill_side(&base, 10, 10, 37, 10);
	fill_side(&fresh, 10, 10, 53, 10);
	interval = interval_of(&base, &fresh, 20240501);
	if (interval.low != 0.98427230046948355 ||
	    interval.high != 1.0167384026781443)
		fail_msg("%.17g to %.17g", interval.low, interval.high);
	other = interval_of(&base, &fresh, 20240502);
	assert_true(other.low != interval.low || other.high != interval.high);
}

static void test_one_boot(void **state)
{
	struct side base, fresh;
	struct interval interval;

	(void)state;
	fill_side(&base, 1, 10, 37, 10);
	fill_side(&fresh, 10, 10, 53, 10);
	interval = interval_of(&base, &fresh, 1);
	assert_true(isnan(interval.low) && isnan(interval.high));
	interval = interval_of(&fresh, &base, 1);
	assert_true(isnan(interval.low) && isnan(interval.high));
}

static void test_equal_values(void **state)
{
	struct side base, fresh;
	struct interval interval;

	(void)state;
	fill_side(&base, 10, 3, 0, 8);
	fill_side(&fresh, 9, 4, 0, 10);
	interval = interval_of(&base, &fresh, 1);
	assert_true(interval.low == 1.25 && interval.high == 1.25);
}

/*
 * Of 11 boots each stands for itself. Two below 0 are the median of a few
 * resamples, which count at both ends: above the high one they have been
 * before. Four are the median of more than 1 in 40.
 */
static void test_not_above_zero(void **state)
{
	struct side base, fresh;
	struct interval clean, interval;

	(void)state;
	fill_side(&base, 11, 1, 3, 10);
	fill_side(&fresh, 11, 1, 7, 10);
	base.values[0] = base.values[1] = 0.001;
	clean = interval_of(&base, &fresh, 1);
	base.values[0] = base.values[1] = -3;
	interval = interval_of(&base, &fresh, 1);
	assert_true(interval.low < clean.low && interval.high == clean.high);
	for (int i = 0; i < 4; i++)
		base.values[i] = -i;
	interval = interval_of(&base, &fresh, 1);
	assert_true(isnan(interval.low) && isnan(interval.high));
	interval = interval_of(&fresh, &base, 1);
	assert_true(interval.low == 0 && interval.high > 0.9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_laid_out),
		cmocka_unit_test(test_reproducible),
		cmocka_unit_test(test_one_boot),
		cmocka_unit_test(test_equal_values),
		cmocka_unit_test(test_not_above_zero),
	};

	return cmocka_run_group_tests(tests, vectors_open, vectors_close);
}
