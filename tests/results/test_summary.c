// SPDX-License-Identifier: GPL-2.0-or-later
// The summary of a run against values worked out by hand.
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "results/summary.h"
#include "tests/results/fixture.h"

static struct summary *summary;

static int make_summary(void **state)
{
	(void)state;
	summary = summary_create();
	return summary ? 0 : -1;
}

static int destroy_summary(void **state)
{
	(void)state;
	summary_destroy(summary);
	return 0;
}

static void add(const struct sample *sample)
{
	assert_int_equal(summary_add(summary, sample), 0);
}

static void add_epoch(struct sample *sample, int process, int epoch,
		      enum sample_kind kind, int64_t arm_ns)
{
	sample->process = process;
	sample->epoch = epoch;
	sample->kind = kind;
	sample->figures.ns.arm = arm_ns;
	add(sample);
}

static const struct summary_cell *find(const char *key)
{
	for (int i = 0; i < summary_nr_cells(summary); i++)
		if (strcmp(summary_cell(summary, i)->key, key) == 0)
			return summary_cell(summary, i);
	fail_msg("no cell %s", key);
	return NULL;
}

static void check(const struct summary_cell *cell, enum figure_id id,
		  double median, int processes)
{
	const struct estimate *estimate = &cell->figures[id];

	if (fabs(estimate->median - median) > 1e-9)
		fail_msg("%s is %g, not %g", figure_get(id)->name[TIMING_NS],
			 estimate->median, median);
	assert_int_equal(estimate->processes, processes);
}

/* 500 resident pages: 10, 11 and 16 ns a page are the processes' medians. */
static void test_median_of_medians(void **state)
{
	const struct summary_cell *cell;
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "");
	for (int i = 0; i < 3; i++) {
		int64_t arm_ns = (int64_t[]){ 5000, 8000, 5500 }[i];

		sample.figures.ns.open = 2500;
		add_epoch(&sample, i, 0, KIND_FIRST, 999999);
		sample.figures.ns.open = SAMPLE_NULL;
		add_epoch(&sample, i, 1, KIND_MEASURED, arm_ns - 1000);
		add_epoch(&sample, i, 2, KIND_MEASURED, arm_ns);
		add_epoch(&sample, i, 3, KIND_MEASURED, 100 * arm_ns);
		add_epoch(&sample, i, 4, KIND_IDLE, 1);
		sample.figures.ns.close = 500;
		add_epoch(&sample, i, 5, KIND_READ, 1);
		sample.figures.ns.close = SAMPLE_NULL;
	}
	assert_int_equal(summary_finish(summary), 0);
	cell = find("dense/scan");
	check(cell, FIGURE_ARM_RESIDENT, 11, 3);
	assert_true(fabs(cell->figures[FIGURE_ARM_RESIDENT].mad - 1) < 1e-9);
	assert_true(fabs(estimate_spread(&cell->figures[FIGURE_ARM_RESIDENT]) -
			 1.0 / 11) < 1e-9);
	check(cell, FIGURE_ARM_REARMED, 55, 3);
	check(cell, FIGURE_OPEN, 5, 3);
	check(cell, FIGURE_CLOSE, 1, 3);
	check(cell, FIGURE_FIRST_ARM, 999999 / 500.0, 3);
	assert_int_equal(cell->rows[STATUS_OK], 18);
	assert_int_equal(cell->proved, 18);
	assert_int_equal(summary_exit_code(summary), 0);
}

/* The epoch before has to be the one before, of the same process. */
static void test_rearmed_pages(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "");
	sample.figures.pages.dirtied = 50;
	add_epoch(&sample, 0, 0, KIND_FIRST, 5000);
	sample.figures.pages.dirtied = 100;
	add_epoch(&sample, 0, 1, KIND_MEASURED, 5000);
	add_epoch(&sample, 1, 2, KIND_MEASURED, 5000);
	add_epoch(&sample, 1, 4, KIND_MEASURED, 5000);
	assert_int_equal(summary_finish(summary), 0);
	check(find("dense/scan"), FIGURE_ARM_REARMED, 100, 1);
}

static void test_baseline(void **state)
{
	struct sample sample;

	(void)state;
	/* 26000 ns in all a 100 pages; the baseline comes later. */
	fixture_epoch(&sample, "dense", "scan", "collect=separate size=64m");
	add(&sample);
	fixture_epoch(&sample, "dense", "scan", "collect=separate size=16m");
	add(&sample);
	fixture_epoch(&sample, "thp", "scan", "collect=separate size=64m");
	add(&sample);
	fixture_epoch(&sample, "dense", "none", "size=64m");
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
	sample.figures.ns.write = 1350;
	sample.figures.pages.missed = SAMPLE_NULL;
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	check(find("dense/scan/collect:separate/size:64m"), FIGURE_TRACKING,
	      260 - 13.5, 1);
	assert_true(isnan(find("dense/scan/collect:separate/size:16m")
				  ->figures[FIGURE_TRACKING]
				  .median));
	assert_true(isnan(find("thp/scan/collect:separate/size:64m")
				  ->figures[FIGURE_TRACKING]
				  .median));
	assert_int_equal(find("dense/none/size:64m")->proved, 0);
	assert_string_equal(
		find("dense/scan/collect:separate/size:64m")->workload_params,
		"size=64m");
	assert_string_equal(
		find("thp/scan/collect:separate/size:64m")->workload_params,
		"collect=separate size=64m");
	/* Sorted: workload, parameters by number, `none` first. */
	assert_string_equal(summary_cell(summary, 0)->workload_params,
			    "size=16m");
	assert_string_equal(summary_cell(summary, 1)->tracker, "none");
	assert_string_equal(summary_cell(summary, 3)->workload, "thp");
}

static void test_workload_params_without_none(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "collect=atomic size=64m");
	add(&sample);
	fixture_row(&sample, "dense", "uffd-wp", "handler=same size=64m",
		    STATUS_SKIP, "no");
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	assert_string_equal(summary_cell(summary, 0)->workload_params,
			    "size=64m");
	assert_string_equal(summary_cell(summary, 1)->workload_params,
			    "size=64m");
}

static void test_skipped_only(void **state)
{
	struct sample sample;

	(void)state;
	fixture_row(&sample, "thp", "softdirty", "", STATUS_SKIP, "first");
	add(&sample);
	fixture_row(&sample, "thp", "softdirty", "", STATUS_SKIP, "second");
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(find("thp/softdirty")->rows[STATUS_SKIP], 2);
	assert_string_equal(find("thp/softdirty")->reason[STATUS_SKIP],
			    "first");
	assert_false(summary_cell_ran(find("thp/softdirty")));
	check(find("thp/softdirty"), FIGURE_WRITE, NAN, 0);
	assert_int_equal(summary_exit_code(summary), 4);
}

static void test_exit_codes(void **state)
{
	struct sample sample;

	(void)state;
	fixture_row(&sample, "thp", "scan", "", STATUS_FAIL, "it crashed");
	add(&sample);
	assert_int_equal(summary_exit_code(summary), 1);
	fixture_epoch(&sample, "dense", "scan", "");
	add(&sample);
	assert_int_equal(summary_exit_code(summary), 1);
	sample.status = STATUS_INEXACT;
	sample.epoch++;
	add(&sample);
	assert_int_equal(summary_exit_code(summary), 3);
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(find("dense/scan")->rows[STATUS_INEXACT], 1);
	assert_int_equal(find("dense/scan")->proved, 1);
}

static void test_empty(void **state)
{
	(void)state;
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(summary_nr_cells(summary), 0);
	assert_int_equal(summary_exit_code(summary), 4);
}

/* 100 cells of 10 processes of 7 epochs have to stay below 2 MiB. */
static void test_memory(void **state)
{
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	struct sample sample;
	char params[32];

	(void)state;
	for (int process = 0; process < 10; process++) {
		for (int i = 0; i < 100; i++) {
			snprintf(params, sizeof(params), "size=%dm", i);
			fixture_epoch(&sample, "dense", "scan", params);
			for (int epoch = 0; epoch < 7; epoch++)
				add_epoch(&sample, process, epoch,
					  KIND_MEASURED, 5000);
		}
	}
	assert_true(mallinfo2().uordblks + mallinfo2().hblkhd - before <
		    2 << 20);
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(summary_nr_cells(summary), 100);
	check(summary_cell(summary, 99), FIGURE_ARM_RESIDENT, 10, 10);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_summary, destroy_summary)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_median_of_medians),
		TEST(test_rearmed_pages),
		TEST(test_baseline),
		TEST(test_workload_params_without_none),
		TEST(test_skipped_only),
		TEST(test_exit_codes),
		TEST(test_empty),
		TEST(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
