// SPDX-License-Identifier: GPL-2.0-or-later
// The middles of resamples against counting all resamples.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "results/statistics/middles.h"
#include "tests/results/vectors.h"

static double weight_of(const struct middles *middles, int low, int high)
{
	double weight = 0;

	for (int i = 0; i < middles->nr; i++)
		if (middles->list[i].low == low &&
		    middles->list[i].high == high)
			weight += middles->list[i].weight;
	return weight;
}

static double sum(const struct middles *middles)
{
	double all = 0;

	for (int i = 0; i < middles->nr; i++)
		all += middles->list[i].weight;
	return all;
}

/* One structure for all sizes, as with boots of several sizes. */
static void test_vectors(void **state)
{
	const json_t *vectors = vectors_get(state, "middles");
	struct middles middles = { .nr = 0 };
	json_t *vector, *middle;
	size_t i, j;

	json_array_foreach(vectors, i, vector)
	{
		int size = (int)json_integer_value(
			json_object_get(vector, "size"));

		assert_int_equal(middles_set_size(&middles, size), 0);
		json_array_foreach(json_object_get(vector, "middles"), j,
				   middle)
		{
			int low = (int)json_integer_value(
				json_array_get(middle, 0));
			int high = (int)json_integer_value(
				json_array_get(middle, 1));

			vectors_check(
				vector, weight_of(&middles, low, high),
				json_number_value(json_array_get(middle, 2)));
		}
		assert_true(fabs(sum(&middles) - 1) < 1e-12);
	}
	middles_clear(&middles);
}

/* Of 57 upwards C(n, n/2) and what is left out would show. */
static void test_large(void **state)
{
	static const int sizes[] = { 10, 57, 58, 400, 401, 3000 };
	struct middles middles = { .nr = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		int last = sizes[i] - 1;

		assert_int_equal(middles_set_size(&middles, sizes[i]), 0);
		if (fabs(sum(&middles) - 1) > 1e-8)
			fail_msg("%d: %.12f", sizes[i], sum(&middles));
		for (int j = 0; j < middles.nr; j++) {
			const struct middle *middle = &middles.list[j];
			double mirrored =
				weight_of(&middles, last - middle->high,
					  last - middle->low);

			assert_true(fabs(middle->weight - mirrored) < 1e-11);
			if (sizes[i] > 1000)
				j += 100;
		}
	}
	middles_clear(&middles);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, vectors_open, vectors_close);
}
