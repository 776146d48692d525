// SPDX-License-Identifier: GPL-2.0-or-later
// Estimate, replication, floor and verdict of a row, case by case.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/statistics/contrast.h"

enum { MOST = 256, MOST_BOOTS = 32 };

struct side {
	double values[MOST];
	int sizes[MOST_BOOTS];
	struct replicates replicates;
};

/* Processes around @middle, each boot moved by as much as @spread at most. */
static const struct replicates *spread_side(struct side *side, int nr_boots,
					    int size, double middle,
					    double spread)
{
	for (int boot = 0; boot < nr_boots; boot++) {
		double moved =
			nr_boots > 1 ? 2.0 * boot / (nr_boots - 1) - 1 : 0;

		for (int i = 0; i < size; i++)
			side->values[boot * size + i] =
				middle * (1 + spread * moved +
					  spread * (i - (size - 1) / 2.0) /
						  (10.0 * size));
		side->sizes[boot] = size;
	}
	side->replicates = (struct replicates){ .values = side->values,
						.sizes = side->sizes,
						.nr_boots = nr_boots };
	return &side->replicates;
}

static struct contrast judged(const struct replicates *base,
			      const struct replicates *fresh)
{
	struct contrast contrast, *row = &contrast;

	assert_int_equal(contrast_times(&contrast, base, fresh, 1), 0);
	assert_int_equal(contrast_judge(&row, 1), 0);
	return contrast;
}

static void check_near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-9))
		fail_msg("%.12g is not %.12g", value, expected);
}

static void test_claim(void **state)
{
	struct side base, fresh;
	struct contrast contrast;

	(void)state;
	spread_side(&base, 10, 10, 100, 0.01);
	spread_side(&fresh, 10, 10, 105, 0.01);
	contrast = judged(&base.replicates, &fresh.replicates);
	assert_int_equal(contrast.verdict, VERDICT_WORSE);
	assert_false(contrast.exploratory);
	assert_false(contrast.exact);
	assert_int_equal(contrast.nr_base, 10);
	assert_int_equal(contrast.nr_fresh, 10);
	check_near(contrast.base, 100);
	check_near(contrast.fresh, 105);
	check_near(contrast.ratio, 1.05);
	check_near(contrast.p, 2.0 / 184756);
	check_near(contrast.holm, contrast.p);
	assert_true(contrast.low > 1 && contrast.low < 1.05);
	assert_true(contrast.high > 1.05 && contrast.high < 1.07);
	assert_true(contrast.floor > 0 && contrast.floor < 0.02);
	contrast = judged(&fresh.replicates, &base.replicates);
	assert_int_equal(contrast.verdict, VERDICT_BETTER);
}

/* The median of boot medians is not the median of all processes. */
static void test_boots_replicate(void **state)
{
	static const double values[] = { 1, 2, 9, 10, 11, 12, 13, 14, 15 };
	static const int sizes[] = { 1, 1, 7 };
	struct replicates base = { .values = values,
				   .sizes = sizes,
				   .nr_boots = 3 };
	struct replicates whole = { .values = values,
				    .sizes = &(int){ 9 },
				    .nr_boots = 1 };
	struct contrast contrast = judged(&base, &base);

	(void)state;
	check_near(contrast.base, 2);
	assert_false(contrast.exploratory);
	assert_int_equal(contrast.nr_base, 3);
	contrast = judged(&base, &whole);
	assert_true(contrast.exploratory);
	assert_int_equal(contrast.nr_base, 9);
	assert_int_equal(contrast.nr_fresh, 9);
	check_near(contrast.base, 11);
	check_near(contrast.ratio, 1);
	check_near(contrast.p, 1);
	contrast = judged(&whole, &base);
	assert_true(contrast.exploratory);
	assert_int_equal(contrast.nr_fresh, 9);
}

static void test_exploratory_verdict(void **state)
{
	struct side base, fresh;
	struct contrast contrast;

	(void)state;
	spread_side(&base, 1, 10, 100, 0.01);
	spread_side(&fresh, 1, 10, 90, 0.01);
	contrast = judged(&base.replicates, &fresh.replicates);
	assert_true(contrast.exploratory);
	assert_int_equal(contrast.verdict, VERDICT_BETTER);
}

/* 5 boots a side carry 6 rows and not 7, however large the change. */
static void test_rows_carried(void **state)
{
	struct contrast contrasts[7], *rows[7];
	struct side base, fresh;

	(void)state;
	spread_side(&base, 5, 4, 100, 0.01);
	spread_side(&fresh, 5, 4, 200, 0.01);
	for (int i = 0; i < 7; i++) {
		rows[i] = &contrasts[i];
		assert_int_equal(contrast_times(rows[i], &base.replicates,
						&fresh.replicates, i),
				 0);
	}
	assert_int_equal(contrast_judge(rows, 6), 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(rows[i]->verdict, VERDICT_WORSE);
	assert_int_equal(contrast_judge(rows, 7), 0);
	for (int i = 0; i < 7; i++) {
		assert_int_equal(rows[i]->verdict, VERDICT_NONE);
		check_near(rows[i]->holm, 7 * 2.0 / 252);
	}
}

static void test_replicates_needed(void **state)
{
	static const struct {
		int rows, replicates;
	} cases[] = { { 0, 0 },		{ 1, 4 },   { 2, 5 },	{ 6, 5 },
		      { 7, 6 },		{ 23, 6 },  { 24, 7 },	{ 85, 7 },
		      { 86, 8 },	{ 321, 8 }, { 322, 9 }, { 1215, 9 },
		      { INT32_MAX, 20 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(contrast_replicates_needed(cases[i].rows),
				 cases[i].replicates);
}

/* 2 / C(17, 5) is 1 / 3094; sides need not be of one size. */
static void test_can_claim(void **state)
{
	(void)state;
	assert_true(contrast_can_claim(12, 5, 154));
	assert_true(contrast_can_claim(5, 12, 154));
	assert_false(contrast_can_claim(5, 12, 155));
	assert_false(contrast_can_claim(12, 1, 1));
	assert_true(contrast_can_claim(40, 1, 1));
	assert_false(contrast_can_claim(0, 40, 1));
	assert_true(contrast_can_claim(100000, 100000, INT32_MAX));
}

/* Each condition of a claim alone decides. */
static void test_conditions(void **state)
{
	const struct contrast claim = { .ratio = 1.05,
					.low = 1.01,
					.high = 1.1,
					.p = 0.049,
					.floor = 0.04 };
	struct contrast rows[8], *pointers[8];

	(void)state;
	for (int i = 0; i < 8; i++) {
		rows[i] = claim;
		pointers[i] = &rows[i];
	}
	rows[1].p = 0.05;
	rows[2].low = 0.99;
	rows[3].floor = 0.05;
	rows[4].ratio = 1.009;
	rows[4].low = 1.008;
	rows[4].floor = 0;
	rows[5].floor = NAN;
	rows[6].low = NAN;
	rows[7].ratio = NAN;
	for (int i = 0; i < 8; i++) {
		assert_int_equal(contrast_judge(&pointers[i], 1), 0);
		assert_int_equal(rows[i].verdict,
				 i ? VERDICT_NONE : VERDICT_WORSE);
	}
	rows[0].ratio = 0.95;
	assert_int_equal(contrast_judge(pointers, 1), 0);
	assert_int_equal(rows[0].verdict, VERDICT_NONE);
	rows[0].low = 0.9;
	rows[0].high = 0.99;
	assert_int_equal(contrast_judge(pointers, 1), 0);
	assert_int_equal(rows[0].verdict, VERDICT_BETTER);
	rows[0].high = 1.01;
	assert_int_equal(contrast_judge(pointers, 1), 0);
	assert_int_equal(rows[0].verdict, VERDICT_NONE);
}

static void test_least_change(void **state)
{
	struct side base, fresh;

	(void)state;
	spread_side(&base, 10, 3, 1000, 0);
	spread_side(&fresh, 10, 3, 1009, 0);
	assert_int_equal(judged(&base.replicates, &fresh.replicates).verdict,
			 VERDICT_NONE);
	spread_side(&fresh, 10, 3, 1011, 0);
	assert_int_equal(judged(&base.replicates, &fresh.replicates).verdict,
			 VERDICT_WORSE);
}

/* Nearly apart, and yet not farther than the base is from itself. */
static void test_floor(void **state)
{
	struct side base, fresh;
	struct contrast contrast;

	(void)state;
	spread_side(&base, 10, 3, 100, 0.05);
	spread_side(&fresh, 10, 3, 104.4, 0.001);
	contrast = judged(&base.replicates, &fresh.replicates);
	assert_true(contrast.holm < 0.05 && contrast.low > 1);
	assert_true(contrast.floor > log(contrast.ratio));
	assert_int_equal(contrast.verdict, VERDICT_NONE);
}

static void test_equal_values(void **state)
{
	struct side base, fresh;
	struct contrast contrast;

	(void)state;
	spread_side(&base, 10, 3, 100, 0);
	spread_side(&fresh, 10, 3, 100, 0);
	contrast = judged(&base.replicates, &fresh.replicates);
	assert_true(contrast.ratio == 1 && contrast.p == 1);
	assert_true(contrast.low == 1 && contrast.high == 1);
	assert_true(contrast.floor == 0);
	assert_int_equal(contrast.verdict, VERDICT_NONE);
}

/* As with the baseline taken off: there is no ratio, and there is no claim. */
static void test_not_above_zero(void **state)
{
	static const double middles[] = { 0, -20 };
	struct side base, fresh;
	struct contrast contrast;

	(void)state;
	spread_side(&fresh, 10, 3, 100, 0.01);
	for (int i = 0; i < 2; i++) {
		spread_side(&base, 10, 3, middles[i], 0.01);
		contrast = judged(&base.replicates, &fresh.replicates);
		assert_true(isnan(contrast.ratio));
		assert_true(isnan(contrast.low) && isnan(contrast.high));
		check_near(contrast.base, middles[i]);
		assert_false(isnan(contrast.p));
		assert_int_equal(contrast.verdict, VERDICT_NONE);
		contrast = judged(&fresh.replicates, &base.replicates);
		assert_true(isnan(contrast.ratio));
		assert_int_equal(contrast.verdict, VERDICT_NONE);
	}
}

static void test_one_replicate(void **state)
{
	struct side base, fresh;
	struct contrast contrast;

	(void)state;
	spread_side(&base, 1, 1, 100, 0);
	spread_side(&fresh, 1, 100, 200, 0.01);
	contrast = judged(&base.replicates, &fresh.replicates);
	assert_true(contrast.exploratory);
	assert_int_equal(contrast.nr_base, 1);
	check_near(contrast.ratio, 2);
	check_near(contrast.p, 2.0 / 101);
	assert_true(isnan(contrast.low) && isnan(contrast.high));
	assert_true(isnan(contrast.floor));
	assert_int_equal(contrast.verdict, VERDICT_NONE);
	contrast = judged(&base.replicates, &base.replicates);
	assert_true(contrast.p == 1);
	assert_int_equal(contrast.verdict, VERDICT_NONE);
}

static void test_seed(void **state)
{
	struct side base, fresh;
	struct contrast first, second;

	(void)state;
	spread_side(&base, 16, 9, 100, 0.02);
	spread_side(&fresh, 15, 8, 101, 0.03);
	memset(&first, 0, sizeof(first));
	memset(&second, 0xff, sizeof(second));
	contrast_times(&first, &base.replicates, &fresh.replicates, 7);
	contrast_times(&second, &base.replicates, &fresh.replicates, 7);
	assert_true(first.low == second.low && first.high == second.high &&
		    first.floor == second.floor);
	contrast_times(&second, &base.replicates, &fresh.replicates, 8);
	assert_true(first.low != second.low || first.high != second.high);
}

static struct contrast judged_exactly(const struct replicates *base,
				      const struct replicates *fresh)
{
	struct contrast contrast, *row = &contrast;

	assert_int_equal(contrast_exact(&contrast, base, fresh), 0);
	assert_int_equal(contrast_judge(&row, 1), 0);
	assert_true(contrast.exact);
	assert_true(isnan(contrast.p) && isnan(contrast.holm));
	assert_true(isnan(contrast.low) && isnan(contrast.high));
	return contrast;
}

/* A spread of 2 % of the boots, which the fresh side alone has. */
static void test_instructions(void **state)
{
	struct side base, fresh;
	struct contrast contrast;

	(void)state;
	spread_side(&base, 3, 1, 1000, 0.001);
	spread_side(&fresh, 3, 1, 1021, 0.01);
	contrast = judged_exactly(&base.replicates, &fresh.replicates);
	assert_int_equal(contrast.verdict, VERDICT_WORSE);
	check_near(contrast.floor, log(1.02));
	assert_false(contrast.exploratory);
	spread_side(&fresh, 3, 1, 1019, 0.01);
	contrast = judged_exactly(&base.replicates, &fresh.replicates);
	assert_int_equal(contrast.verdict, VERDICT_NONE);
	contrast = judged_exactly(&fresh.replicates, &base.replicates);
	check_near(contrast.floor, log(1.02));
	spread_side(&fresh, 3, 1, 980, 0.001);
	contrast = judged_exactly(&base.replicates, &fresh.replicates);
	assert_int_equal(contrast.verdict, VERDICT_BETTER);
}

/* No least change but for one process a side; nothing of none executed. */
static void test_few_instructions(void **state)
{
	struct side base, fresh;
	struct contrast contrast;

	(void)state;
	spread_side(&base, 1, 3, 1000000, 0);
	spread_side(&fresh, 1, 3, 1000001, 0);
	contrast = judged_exactly(&base.replicates, &fresh.replicates);
	assert_int_equal(contrast.verdict, VERDICT_WORSE);
	assert_true(contrast.exploratory);
	contrast = judged_exactly(&base.replicates, &base.replicates);
	assert_int_equal(contrast.verdict, VERDICT_NONE);
	spread_side(&base, 1, 1, 1000000, 0);
	spread_side(&fresh, 1, 1, 1011000, 0);
	contrast = judged_exactly(&base.replicates, &fresh.replicates);
	assert_true(isnan(contrast.floor));
	assert_int_equal(contrast.verdict, VERDICT_WORSE);
	assert_true(contrast.exploratory);
	spread_side(&fresh, 1, 1, 1009000, 0);
	contrast = judged_exactly(&base.replicates, &fresh.replicates);
	assert_int_equal(contrast.verdict, VERDICT_NONE);
	spread_side(&base, 1, 3, 0, 0);
	contrast = judged_exactly(&base.replicates, &fresh.replicates);
	assert_true(isnan(contrast.ratio));
	assert_int_equal(contrast.verdict, VERDICT_NONE);
}

/* Rows without a test do not make the others pay. */
static void test_mixed_table(void **state)
{
	struct contrast times, instructions;
	struct contrast *rows[] = { &instructions, &times };
	struct side base, fresh;

	(void)state;
	spread_side(&base, 4, 3, 100, 0);
	spread_side(&fresh, 4, 3, 110, 0);
	contrast_times(&times, &base.replicates, &fresh.replicates, 1);
	contrast_exact(&instructions, &base.replicates, &fresh.replicates);
	assert_int_equal(contrast_judge(rows, 2), 0);
	check_near(times.holm, 2.0 / 70);
	assert_int_equal(times.verdict, VERDICT_WORSE);
	assert_int_equal(instructions.verdict, VERDICT_WORSE);
	assert_int_equal(contrast_judge(rows, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claim),
		cmocka_unit_test(test_boots_replicate),
		cmocka_unit_test(test_exploratory_verdict),
		cmocka_unit_test(test_rows_carried),
		cmocka_unit_test(test_replicates_needed),
		cmocka_unit_test(test_can_claim),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_least_change),
		cmocka_unit_test(test_floor),
		cmocka_unit_test(test_equal_values),
		cmocka_unit_test(test_not_above_zero),
		cmocka_unit_test(test_one_replicate),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_instructions),
		cmocka_unit_test(test_few_instructions),
		cmocka_unit_test(test_mixed_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
