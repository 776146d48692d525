// SPDX-License-Identifier: GPL-2.0-or-later
// Holm's correction against closed testing and a published example.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "results/statistics/holm.h"
#include "tests/results/vectors.h"

enum { MOST = 16 };

static void test_vectors(void **state)
{
	const json_t *vectors = vectors_get(state, "holm");
	double p[MOST], expected[MOST], adjusted[MOST];
	json_t *vector;
	size_t i;

	json_array_foreach(vectors, i, vector)
	{
		int nr = vectors_numbers(vector, "p", p, MOST);

		assert_int_equal(
			vectors_numbers(vector, "adjusted", expected, MOST),
			nr);
		assert_int_equal(holm_adjust(p, adjusted, nr), 0);
		for (int row = 0; row < nr; row++)
			vectors_check(vector, adjusted[row], expected[row]);
	}
}

static void test_untested_rows(void **state)
{
	double p[] = { NAN, 0.02, NAN, 0.03 }, adjusted[4];

	(void)state;
	assert_int_equal(holm_adjust(p, adjusted, 4), 0);
	assert_true(isnan(adjusted[0]));
	assert_true(adjusted[1] == 0.04);
	assert_true(isnan(adjusted[2]));
	assert_true(adjusted[3] == 0.04);
}

static void test_no_rows(void **state)
{
	double none = 0;

	(void)state;
	assert_int_equal(holm_adjust(&none, &none, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_untested_rows),
		cmocka_unit_test(test_no_rows),
	};

	return cmocka_run_group_tests(tests, vectors_open, vectors_close);
}
