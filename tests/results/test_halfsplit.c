// SPDX-License-Identifier: GPL-2.0-or-later
// The floor from half-splits against all splits, and by hand.
#include <gsl/gsl_sort.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "results/statistics/halfsplit.h"
#include "tests/results/vectors.h"

enum { MOST = 64 };

static double floor_of(const double *sorted, int nr, uint64_t seed)
{
	double floor;

	assert_int_equal(halfsplit_floor(sorted, nr, seed, &floor), 0);
	return floor;
}

/* Where all splits are taken the two bounds are one. */
static void test_vectors(void **state)
{
	const json_t *vectors = vectors_get(state, "floors");
	double values[MOST], bounds[2];
	json_t *vector;
	size_t i;

	json_array_foreach(vectors, i, vector)
	{
		int nr = vectors_numbers(vector, "values", values, MOST);
		double floor;

		vectors_numbers(vector, "bounds", bounds, 2);
		gsl_sort(values, 1, nr);
		floor = floor_of(values, nr, 1);
		if (floor < bounds[0] * (1 - 1e-9) ||
		    floor > bounds[1] * (1 + 1e-9))
			fail_msg("%d values: %g, not %g to %g", nr, floor,
				 bounds[0], bounds[1]);
	}
}

/* (1, 2 | 4, 8) is the widest of three splits: 1.5 and 6. */
static void test_by_hand(void **state)
{
	static const double values[] = { 1, 2, 4, 8 };

	(void)state;
	assert_true(fabs(floor_of(values, 4, 1) - log(4)) < 1e-12);
	assert_true(fabs(floor_of(values, 2, 1) - log(2)) < 1e-12);
	assert_true(isnan(floor_of(values, 1, 1)));
}

static void test_degenerate(void **state)
{
	double values[40];

	(void)state;
	for (int i = 0; i < 40; i++)
		values[i] = 5;
	assert_true(floor_of(values, 10, 1) == 0);
	assert_true(floor_of(values, 40, 1) == 0);
	for (int i = 0; i < 20; i++)
		values[i] = -5;
	assert_true(isinf(floor_of(values, 40, 1)));
	assert_true(isinf(floor_of(values + 15, 10, 1)));
}

static void test_seed(void **state)
{
	double values[40];

	(void)state;
	for (int i = 0; i < 40; i++)
		values[i] = 100 + i * i;
	assert_true(floor_of(values, 40, 1) == floor_of(values, 40, 1));
	assert_true(floor_of(values, 40, 1) != floor_of(values, 40, 2));
	assert_true(floor_of(values, 12, 1) == floor_of(values, 12, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_degenerate),
		cmocka_unit_test(test_seed),
	};

	return cmocka_run_group_tests(tests, vectors_open, vectors_close);
}
