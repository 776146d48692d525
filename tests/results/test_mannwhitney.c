// SPDX-License-Identifier: GPL-2.0-or-later
// The Mann-Whitney test against SciPy, enumeration and published tables.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "results/statistics/mannwhitney.h"
#include "tests/results/vectors.h"

enum { MOST = 400 };

static double p_of(const double *first, int nr_first, const double *second,
		   int nr_second)
{
	double p;

	assert_int_equal(mannwhitney(first, nr_first, second, nr_second, &p),
			 0);
	return p;
}

static void test_vectors(void **state)
{
	const json_t *vectors = vectors_get(state, "mannwhitney");
	double first[MOST], second[MOST], expected;
	json_t *vector;
	size_t i;

	json_array_foreach(vectors, i, vector)
	{
		int nr_first = vectors_numbers(vector, "first", first, MOST);
		int nr_second = vectors_numbers(vector, "second", second, MOST);

		expected = json_number_value(json_object_get(vector, "p"));
		vectors_check(vector, p_of(first, nr_first, second, nr_second),
			      expected);
		vectors_check(vector, p_of(second, nr_second, first, nr_first),
			      expected);
	}
}

/* @nr_first of the ranks, such that @u pairs have the first above. */
static double p_of_u(int nr_first, int nr_second, int u)
{
	double first[32], second[32];
	int nr = 0;

	for (int i = nr_first - 1; i >= 0; i--) {
		int above = u < nr_second ? u : nr_second;

		first[i] = i + above;
		u -= above;
	}
	for (int rank = 0; rank < nr_first + nr_second; rank++) {
		bool taken = false;

		for (int i = 0; i < nr_first; i++)
			taken |= first[i] == rank;
		if (!taken)
			second[nr++] = rank;
	}
	assert_int_equal(nr, nr_second);
	return p_of(first, nr_first, second, nr_second);
}

/*
 * Published: critical values of U, two-sided, 0.05, as every textbook's table
 * has them: the largest U that is still significant.
 */
static void test_critical_values(void **state)
{
	static const struct {
		int first, second, u;
	} table[] = {
		{ 4, 4, 0 },	{ 3, 5, 0 },	{ 5, 5, 2 },	{ 6, 6, 5 },
		{ 7, 7, 8 },	{ 8, 8, 13 },	{ 5, 10, 8 },	{ 8, 10, 17 },
		{ 10, 10, 23 }, { 12, 12, 37 }, { 15, 15, 64 }, { 20, 20, 127 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_true(p_of_u(table[i].first, table[i].second,
				   table[i].u) <= 0.05);
		assert_true(p_of_u(table[i].first, table[i].second,
				   table[i].u + 1) > 0.05);
	}
}

/* Below and above the limit of the exact test. */
static void test_equal_values(void **state)
{
	double values[MOST];

	(void)state;
	for (int i = 0; i < MOST; i++)
		values[i] = 7;
	assert_true(p_of(values, 1, values, 1) == 1);
	assert_true(p_of(values, 10, values, 12) == 1);
	assert_true(p_of(values, MOST, values, MOST) == 1);
}

/* Without ties: 2 of C(2n, n) arrangements; 10 against 10 are 184756. */
static void test_smallest_p(void **state)
{
	static const double low[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	static const double high[] = { 20, 19, 18, 17, 16, 15, 14, 13, 12, 11 };

	(void)state;
	assert_true(p_of(low, 10, high, 10) == 2.0 / 184756);
	assert_true(p_of(high, 5, low, 5) == 2.0 / 252);
	assert_true(p_of(low, 2, high, 2) == 2.0 / 6);
	assert_true(p_of(low, 1, high, 1) == 1);
}

/* The widest case that is exact must not overflow: 20 of 80. */
static void test_limit(void **state)
{
	double values[80];
	double all = 1;

	(void)state;
	for (int i = 0; i < 80; i++)
		values[i] = i;
	for (int i = 1; i <= 20; i++)
		all = all * (60 + i) / i;
	assert_true(fabs(p_of(values, 20, values + 20, 60) * all / 2 - 1) <
		    1e-12);
	assert_true(20 * 80 == MANNWHITNEY_EXACT_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_critical_values),
		cmocka_unit_test(test_equal_values),
		cmocka_unit_test(test_smallest_p),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, vectors_open, vectors_close);
}
