// SPDX-License-Identifier: GPL-2.0-or-later
// Histograms: where values go, that they add up, and what quantiles say.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/histogram.h"

static struct histogram *make(void)
{
	struct histogram *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	return h;
}

/* Every bucket begins where the one before ends, and is as narrow as said. */
static void test_bounds(void **state)
{
	(void)state;
	assert_int_equal(histogram_low(0), 0);
	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t low = histogram_low(i);
		uint64_t end = histogram_low(i + 1);

		assert_true(low < end);
		assert_int_equal(histogram_bucket(low), i);
		assert_int_equal(histogram_bucket(end - 1), i);
		assert_true(end - low == 1 ||
			    (end - low) * HISTOGRAM_STEPS <= low);
	}
	assert_int_equal(histogram_low(HISTOGRAM_BUCKETS), UINT64_C(1) << 36);
	assert_int_equal(histogram_bucket(UINT64_C(1) << 36),
			 HISTOGRAM_BUCKETS - 1);
	assert_int_equal(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
	/* Those of the documentation. */
	assert_int_equal(histogram_low(64), 64);
	assert_int_equal(histogram_low(127), 127);
	assert_int_equal(histogram_low(128), 128);
	assert_int_equal(histogram_low(129), 130);
	assert_int_equal(histogram_low(192), 256);
	assert_int_equal(histogram_low(193), 260);
	assert_int_equal(histogram_low(HISTOGRAM_BUCKETS - 1), 68182605824);
}

static void test_values_are_counted(void **state)
{
	struct histogram *h = make();

	(void)state;
	histogram_add(h, 5);
	histogram_add(h, 5);
	histogram_add(h, 1000);
	assert_int_equal(h->nr, 3);
	assert_int_equal(h->sum, 1010);
	assert_int_equal(h->max, 1000);
	assert_int_equal(h->count[5], 2);
	assert_int_equal(h->count[histogram_bucket(1000)], 1);
	free(h);
}

/* Two halves of the values give what all of them give, whichever is first. */
static void test_merging(void **state)
{
	struct histogram *all = make(), *odd = make(), *even = make();
	struct histogram *other = make();
	uint64_t value = 1;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		value = value * 6364136223846793005 + 1442695040888963407;
		histogram_add(all, value >> (value % 40 + 20));
		histogram_add(i % 2 ? odd : even, value >> (value % 40 + 20));
	}
	histogram_merge(other, even);
	histogram_merge(other, odd);
	histogram_merge(odd, even);
	assert_memory_equal(odd, all, sizeof(*all));
	assert_memory_equal(other, all, sizeof(*all));
	free(all);
	free(odd);
	free(even);
	free(other);
}

static void check_near(double value, double expected)
{
	if (fabs(value - expected) > expected / HISTOGRAM_STEPS)
		fail_msg("%g instead of %g", value, expected);
}

static void test_quantiles(void **state)
{
	struct histogram *h = make();

	(void)state;
	assert_true(isnan(histogram_quantile(h, 0.5)));
	histogram_add(h, 777777);
	/* One value is all of them, and never more than it was. */
	check_near(histogram_quantile(h, 0), 777777);
	check_near(histogram_quantile(h, 0.5), 777777);
	assert_true(histogram_quantile(h, 0.5) <= 777777);
	assert_true(histogram_quantile(h, 1) == 777777);
	memset(h, 0, sizeof(*h));
	for (uint64_t i = 1; i <= 100000; i++)
		histogram_add(h, i);
	check_near(histogram_quantile(h, 0.5), 50000);
	check_near(histogram_quantile(h, 0.99), 99000);
	check_near(histogram_quantile(h, 0.999), 99900);
	assert_true(histogram_quantile(h, 1) == 100000);
	/* Where a bucket is one value, it is that value. */
	memset(h, 0, sizeof(*h));
	for (uint64_t i = 0; i < 10; i++)
		histogram_add(h, i);
	assert_true(histogram_quantile(h, 0.5) == 4);
	assert_true(histogram_quantile(h, 0.51) == 5);
	assert_true(histogram_quantile(h, 0.01) == 0);
	free(h);
}

/* All but one in a hundred are not known of less than a hundred. */
static void test_tails(void **state)
{
	struct histogram *h = make();

	(void)state;
	for (uint64_t i = 1; i < 1000; i++) {
		assert_true(isnan(histogram_tail(h, 1000)));
		assert_int_equal(isnan(histogram_tail(h, 100)) != 0, i <= 100);
		histogram_add(h, i);
	}
	histogram_add(h, 1000000);
	check_near(histogram_tail(h, 1000), 999);
	check_near(histogram_tail(h, 100), 990);
	free(h);
}

/* Evenly spread values of one bucket: the interpolation is near to exact. */
static void test_quantiles_within_a_bucket(void **state)
{
	struct histogram *h = make();
	uint64_t low = histogram_low(1000);
	uint64_t width = histogram_low(1001) - low;

	(void)state;
	for (uint64_t i = 0; i < width; i++)
		histogram_add(h, low + i);
	assert_true(fabs(histogram_quantile(h, 0.25) -
			 ((double)low + (double)width / 4)) < 2);
	free(h);
}

/* What is beyond the last bucket is there, and its size only as the largest. */
static void test_values_beyond_all_buckets(void **state)
{
	struct histogram *h = make();

	(void)state;
	histogram_add(h, 1);
	histogram_add(h, UINT64_C(1) << 50);
	assert_true(histogram_quantile(h, 1) == (double)(UINT64_C(1) << 50));
	assert_int_equal(h->count[HISTOGRAM_BUCKETS - 1], 1);
	free(h);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_values_are_counted),
		cmocka_unit_test(test_merging),
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_tails),
		cmocka_unit_test(test_quantiles_within_a_bucket),
		cmocka_unit_test(test_values_beyond_all_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
