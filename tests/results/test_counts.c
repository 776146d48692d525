// SPDX-License-Identifier: GPL-2.0-or-later
// Counts of an epoch: each the right field, each null where it was not counted.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/counts.h"
#include "tests/results/fixture.h"

static void check(const struct sample *sample, enum count_id id, int64_t value)
{
	int64_t counted = count_get(id)->value(&sample->figures);

	if (counted != value)
		fail_msg("%s is %lld, not %lld", count_get(id)->name,
			 (long long)counted, (long long)value);
}

static void test_values(void **state)
{
	struct sample sample;

	(void)state;
	fixture_full(&sample);
	check(&sample, COUNT_REGIONS, 50);
	sample.figures.records = 51;
	check(&sample, COUNT_RECORDS, 51);
	check(&sample, COUNT_OUTPUT_BYTES, 1200);
	check(&sample, COUNT_SYSCALLS, 3);
	check(&sample, COUNT_EXTRA_PAGES, 2);
	sample.figures.vmas.peak = 17;
	check(&sample, COUNT_VMA_GROWTH, -3);
	check(&sample, COUNT_PAGETABLE_GROWTH, 4);
	check(&sample, COUNT_MINOR_FAULTS, 100);
	check(&sample, COUNT_MAJOR_FAULTS, 4);
}

static void test_null(void **state)
{
	struct sample sample;

	(void)state;
	fixture_row(&sample, "dense", "scan", "", STATUS_SKIP, "no");
	for (int i = 0; i < NR_COUNTS; i++)
		check(&sample, i, SAMPLE_NULL);
	sample.figures.vmas.peak = 20;
	sample.figures.pagetable_kb.before = 20;
	check(&sample, COUNT_VMA_GROWTH, SAMPLE_NULL);
	check(&sample, COUNT_PAGETABLE_GROWTH, SAMPLE_NULL);
}

static void test_what_is_left(void **state)
{
	struct sample sample;

	(void)state;
	fixture_full(&sample);
	check(&sample, COUNT_HUGE_LOST, 2048);
	check(&sample, COUNT_VMAS_LEFT, 2);
	check(&sample, COUNT_PAGETABLES_LEFT, -84);
	for (int i = 0; i < NR_COUNTS; i++)
		assert_int_equal(count_get(i)->after, i >= COUNT_HUGE_LOST);
}

/* 0 is a count. */
static void test_zero(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "");
	check(&sample, COUNT_VMA_GROWTH, 0);
	check(&sample, COUNT_EXTRA_PAGES, 0);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < NR_COUNTS; i++) {
		assert_non_null(count_get(i)->name);
		assert_true(count_get(i)->unit[0]);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(count_get(i)->name,
						count_get(j)->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_what_is_left),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
