// SPDX-License-Identifier: GPL-2.0-or-later
// The summary of runs against values worked out by hand.
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "results/summary/summary.h"
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

/* Makes @sample one of another run. */
static void set_run(struct sample *sample, const char *run, const char *boot)
{
	snprintf(sample->run, sizeof(sample->run), "%s", run);
	snprintf(sample->boot, sizeof(sample->boot), "%s", boot);
}

/*
 * Boot a has 10, 11 and 12 ns a page, b 30, c 20 and 24: medians 11, 30 and
 * 22, of which 22 is the median. That of all processes alike would be 16.
 */
static void test_boots(void **state)
{
	static const struct {
		const char *run, *boot;
		int process, ns;
	} rows[] = {
		{ "r1", "a", 0, 10 }, { "r1", "a", 1, 11 },
		{ "r2", "b", 0, 30 }, { "r3", "a", 0, 12 },
		{ "r4", "c", 0, 20 }, { "r4", "c", 1, 24 },
	};
	static const int order[] = { 10, 11, 12, 30, 20, 24 };
	const struct summary_cell *cell;
	const struct estimate *estimate;
	struct sample sample;

	(void)state;
	for (int i = 0; i < 6; i++) {
		fixture_epoch(&sample, "dense", "scan", "");
		set_run(&sample, rows[i].run, rows[i].boot);
		add_epoch(&sample, rows[i].process, 1, KIND_MEASURED,
			  500LL * rows[i].ns);
	}
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(summary_nr_boots(summary), 3);
	assert_int_equal(summary_nr_runs(summary), 4);
	cell = find("dense/scan");
	check(cell, FIGURE_ARM_RESIDENT, 22, 6);
	estimate = &cell->figures[FIGURE_ARM_RESIDENT];
	assert_int_equal(estimate->boots, 3);
	assert_true(fabs(estimate->mad - 8) < 1e-9);
	assert_int_equal(cell->nr_processes, 6);
	for (int i = 0; i < 6; i++) {
		const struct summary_process *process = &cell->processes[i];

		assert_int_equal(process->boot, i < 3 ? 0 : i < 4 ? 1 : 2);
		assert_true(process->figures[FIGURE_ARM_RESIDENT] == order[i]);
	}
	assert_int_equal(cell->processes[2].run, 2);
}

/* Boots without the figure do not count; with one left, processes do. */
static void test_one_boot_has_it(void **state)
{
	const struct estimate *estimate;
	struct sample sample;

	(void)state;
	for (int i = 0; i < 3; i++) {
		fixture_epoch(&sample, "dense", "scan", "");
		set_run(&sample, i < 2 ? "r1" : "r2", i < 2 ? "a" : "b");
		sample.process = i;
		sample.figures.ns.collect =
			i < 2 ? 500 + 1000 * i : SAMPLE_NULL;
		add(&sample);
	}
	assert_int_equal(summary_finish(summary), 0);
	estimate = &find("dense/scan")->figures[FIGURE_COLLECT_RESIDENT];
	check(find("dense/scan"), FIGURE_COLLECT_RESIDENT, 2, 2);
	assert_int_equal(estimate->boots, 1);
	assert_true(fabs(estimate->mad - 1) < 1e-9);
	assert_true(isnan(find("dense/scan")
				  ->processes[2]
				  .figures[FIGURE_COLLECT_RESIDENT]));
}

/* The same name in two boots is two runs, and so is process 0 of each. */
static void test_same_process_number(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "");
	add(&sample);
	set_run(&sample, "run-2", "first");
	add(&sample);
	set_run(&sample, "run-2", "second");
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(summary_nr_runs(summary), 3);
	assert_int_equal(summary_nr_boots(summary), 3);
	assert_int_equal(find("dense/scan")->nr_processes, 3);
}

static void add_write(const char *tracker, const char *run, int process,
		      int64_t write_ns)
{
	struct sample sample;

	fixture_epoch(&sample, "dense", tracker, "size=64m");
	set_run(&sample, run, "boot");
	sample.process = process;
	sample.figures.ns.write = write_ns;
	if (strcmp(tracker, "none") == 0) {
		sample.figures.ns.arm = SAMPLE_NULL;
		sample.figures.ns.collect = SAMPLE_NULL;
	}
	add(&sample);
}

/* Each process has its own run's median write taken off: 10, 30, nothing. */
static void test_baseline_of_the_run(void **state)
{
	const struct summary_process *processes;
	const struct summary_cell *cell;

	(void)state;
	add_write("scan", "r1", 0, 20000);
	add_write("none", "r1", 0, 900);
	add_write("none", "r1", 1, 1000);
	add_write("none", "r1", 2, 9999);
	add_write("none", "r2", 0, 3000);
	add_write("scan", "r2", 0, 20000);
	add_write("scan", "r2", 1, 24000);
	add_write("scan", "r3", 0, 20000);
	assert_int_equal(summary_finish(summary), 0);
	cell = find("dense/scan/size:64m");
	processes = cell->processes;
	assert_true(fabs(processes[0].figures[FIGURE_TRACKING] - 250) < 1e-9);
	assert_true(fabs(processes[1].figures[FIGURE_TRACKING] - 230) < 1e-9);
	assert_true(fabs(processes[2].figures[FIGURE_TRACKING] - 270) < 1e-9);
	assert_true(isnan(processes[3].figures[FIGURE_TRACKING]));
	check(cell, FIGURE_TRACKING, 250, 3);
	check(cell, FIGURE_WRITE, 200, 4);
}

static void check_tally(const struct tally *tally, int64_t lowest,
			int64_t highest, double sum, int64_t nr)
{
	assert_int_equal(tally->nr, nr);
	if (!nr)
		return;
	assert_int_equal(tally->lowest, lowest);
	assert_int_equal(tally->highest, highest);
	assert_true(tally->sum == sum);
}

/* Two processes; epochs come in any order, and only measured ones count. */
static void test_tallies(void **state)
{
	const struct summary_cell *cell;
	const struct summary_epoch *epochs;
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "");
	for (int process = 0; process < 2; process++) {
		/* The second has epochs 2, 3, 0, 1, 6. */
		for (int epoch = 0; epoch < 5; epoch++) {
			sample.figures.regions.final = 40 + epoch;
			sample.figures.records = 60 + process;
			sample.figures.faults.minor = process ? 7 : SAMPLE_NULL;
			add_epoch(&sample, process, epoch ^ 2 * process,
				  epoch == 0 ? KIND_FIRST : KIND_MEASURED,
				  5000);
		}
	}
	assert_int_equal(summary_finish(summary), 0);
	cell = find("dense/scan");
	epochs = cell->epochs;
	assert_int_equal(cell->nr_epochs, 6);
	for (int i = 0; i < 5; i++)
		assert_int_equal(epochs[i].number, i);
	assert_int_equal(epochs[5].number, 6);
	check_tally(&epochs[0].counts[COUNT_REGIONS], 42, 42, 42, 1);
	check_tally(&epochs[1].counts[COUNT_REGIONS], 41, 43, 84, 2);
	check_tally(&epochs[1].counts[COUNT_RECORDS], 60, 61, 121, 2);
	check_tally(&epochs[1].counts[COUNT_MINOR_FAULTS], 7, 7, 7, 1);
	check_tally(&epochs[2].counts[COUNT_MINOR_FAULTS], 0, 0, 0, 0);
	check_tally(&epochs[5].counts[COUNT_REGIONS], 44, 44, 44, 1);
}

/* What is left behind stands apart from the epochs, in figures and counts. */
static void test_aftermath(void **state)
{
	const struct summary_cell *cell;
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "");
	sample.figures.regions.final = 40;
	add_epoch(&sample, 0, 1, KIND_MEASURED, 5000);
	sample.figures.pages.missed = SAMPLE_NULL;
	sample.figures.regions.final = 99;
	sample.figures.ns.read = 1500;
	sample.figures.ns.write = 999999;
	sample.figures.vmas.after = 25;
	add_epoch(&sample, 0, 4, KIND_AFTER, 999999);
	assert_int_equal(summary_finish(summary), 0);
	cell = find("dense/scan");
	assert_int_equal(cell->proved, 1);
	assert_int_equal(cell->nr_measured, 1);
	assert_int_equal(cell->nr_epochs, 2);
	check_tally(&cell->epochs[0].counts[COUNT_REGIONS], 40, 40, 40, 1);
	check_tally(&cell->epochs[0].counts[COUNT_VMAS_LEFT], 0, 0, 0, 0);
	check_tally(&cell->epochs[1].counts[COUNT_REGIONS], 0, 0, 0, 0);
	check_tally(&cell->epochs[1].counts[COUNT_VMAS_LEFT], 5, 5, 5, 1);
	check(cell, FIGURE_ARM_RESIDENT, 10, 1);
	check(cell, FIGURE_WRITE, 200, 1);
	check(cell, FIGURE_AFTER_READ, 3, 1);
	check(cell, FIGURE_AFTER_WRITE, 9999.99, 1);
	check(cell, FIGURE_AFTER_VMAS, 5, 1);
}

static void test_find(void **state)
{
	struct sample sample;
	char params[32];

	(void)state;
	assert_null(summary_find(summary, "dense/scan"));
	for (int i = 0; i < 3000; i++) {
		snprintf(params, sizeof(params), "size=%dm", i * 7919 % 3000);
		fixture_epoch(&sample, "dense", i % 2 ? "scan" : "none",
			      params);
		add(&sample);
	}
	assert_non_null(summary_find(summary, "dense/none/size:0m"));
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(summary_nr_cells(summary), 3000);
	for (int i = 0; i < 3000; i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		assert_ptr_equal(summary_find(summary, cell->key), cell);
	}
	assert_null(summary_find(summary, "dense/scan/size:3000m"));
	assert_null(summary_find(summary, ""));
}

/* What another program measured: times of its own, no tracker, no counts. */
static void test_other_program(void **state)
{
	double figures[NR_FIGURES];
	const struct summary_cell *cell;

	(void)state;
	for (int i = 0; i < NR_FIGURES; i++)
		figures[i] = NAN;
	for (int i = 0; i < 3; i++) {
		figures[FIGURE_REAL_TIME] = 10 + i * i;
		assert_int_equal(summary_add_process(summary, "a.json", "",
						     "BM_x/4", figures),
				 0);
	}
	assert_int_equal(summary_add_row(summary, "a.json", "", "BM_y",
					 STATUS_FAIL, "no file"),
			 0);
	assert_int_equal(summary_finish(summary), 0);
	cell = find("BM_x/4");
	check(cell, FIGURE_REAL_TIME, 11, 3);
	check(cell, FIGURE_CPU_TIME, NAN, 0);
	assert_string_equal(cell->workload, "BM_x/4");
	assert_string_equal(cell->tracker, "");
	assert_string_equal(cell->workload_params, "");
	assert_true(summary_cell_ran(cell));
	assert_false(summary_cell_ran(find("BM_y")));
	assert_string_equal(find("BM_y")->reason[STATUS_FAIL], "no file");
	assert_int_equal(summary_nr_boots(summary), 1);
}

/* Which clocks: rows without an epoch have none. */
static void test_clocks(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "");
	add(&sample);
	fixture_row(&sample, "dense", "none", "", STATUS_SKIP, "no");
	add(&sample);
	fixture_epoch(&sample, "thp", "scan", "");
	sample.figures.insn = sample.figures.ns;
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.write = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	assert_true(find("dense/scan")->timed[TIMING_NS]);
	assert_false(find("dense/scan")->timed[TIMING_INSN]);
	assert_false(find("dense/none")->timed[TIMING_NS]);
	assert_false(find("thp/scan")->timed[TIMING_NS]);
	assert_true(find("thp/scan")->timed[TIMING_INSN]);
	assert_int_equal(find("thp/scan")->timing, TIMING_INSN);
	assert_int_equal(find("dense/scan")->workload_version, 1);
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

/* Whatever the other trackers' cells have. */
static void test_workload_params_of_none(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "scan", "collect=atomic size=64m");
	add(&sample);
	fixture_epoch(&sample, "dense", "none", "order=shuffled size=64m");
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	assert_string_equal(
		find("dense/none/order:shuffled/size:64m")->workload_params,
		"order=shuffled size=64m");
	assert_string_equal(
		find("dense/scan/collect:atomic/size:64m")->workload_params,
		"size=64m");
	check(find("dense/scan/collect:atomic/size:64m"), FIGURE_TRACKING, NAN,
	      0);
}

/* One of them may have a parameter that came later. */
static void test_workload_params_of_several_none(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "none", "size=64m");
	add(&sample);
	fixture_epoch(&sample, "dense", "none", "size=64m threads=2");
	add(&sample);
	fixture_epoch(&sample, "dense", "scan", "size=64m threads=2");
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	assert_string_equal(find("dense/none/size:64m")->workload_params,
			    "size=64m");
	assert_string_equal(
		find("dense/scan/size:64m/threads:2")->workload_params,
		"size=64m threads=2");
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
		TEST(test_boots),
		TEST(test_one_boot_has_it),
		TEST(test_same_process_number),
		TEST(test_baseline_of_the_run),
		TEST(test_tallies),
		TEST(test_aftermath),
		TEST(test_find),
		TEST(test_other_program),
		TEST(test_clocks),
		TEST(test_workload_params_without_none),
		TEST(test_workload_params_of_none),
		TEST(test_workload_params_of_several_none),
		TEST(test_skipped_only),
		TEST(test_exit_codes),
		TEST(test_empty),
		TEST(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
