// SPDX-License-Identifier: GPL-2.0-or-later
// Derived figures against values worked out by hand.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/figures.h"
#include "tests/results/fixture.h"

static struct sample sample;
static struct figure_input input;

static int make_input(void **state)
{
	(void)state;
	fixture_epoch(&sample, "dense", "scan", "");
	input = (struct figure_input){
		.sample = &sample,
		.dirtied_before = 40,
		.baseline = 13.5,
	};
	return 0;
}

static void check(enum figure_id id, double value)
{
	double computed = figure_value(id, &input);

	if (fabs(computed - value) > 1e-9)
		fail_msg("%s is %g, not %g", figure_get(id)->name[TIMING_NS],
			 computed, value);
}

static void check_null(enum figure_id id)
{
	if (!isnan(figure_value(id, &input)))
		fail_msg("%s is %g, not null", figure_get(id)->name[TIMING_NS],
			 figure_value(id, &input));
}

static void test_values(void **state)
{
	(void)state;
	sample.figures.pages.reported = 110;
	sample.figures.pages.extra = 10;
	sample.figures.pages.extra_in_granule = 8;
	sample.figures.regions.final = 55;
	sample.figures.regions.ideal = 44;
	sample.figures.records = 11;
	sample.figures.vmas.peak = 120;
	check(FIGURE_ARM_RESIDENT, 10);
	check(FIGURE_ARM_RANGE, 5);
	check(FIGURE_ARM_REARMED, 125);
	check(FIGURE_WRITE, 200);
	check(FIGURE_COLLECT_RESIDENT, 2);
	check(FIGURE_COLLECT_RANGE, 1);
	check(FIGURE_TRACKING, 260 - 13.5);
	check(FIGURE_REGION_COMPACTION, 2);
	check(FIGURE_REGION_COMPACTION_IDEAL, 2.5);
	check(FIGURE_RECORD_COMPACTION, 10);
	check(FIGURE_TRANSFER_RATIO, 0.15);
	check(FIGURE_VMA_GROWTH, 100);
	check(FIGURE_PAGETABLE_GROWTH, 4);
	check(FIGURE_OVERREPORT, 0.1);
	check(FIGURE_OVERREPORT_EXPLAINED, 0.8);
	check_null(FIGURE_COLLECT_ARM_RESIDENT);
	check_null(FIGURE_OPEN);
	check_null(FIGURE_FIRST_ARM);
	check_null(FIGURE_CLOSE);
}

/* Neither in what tracking costs nor in any figure of a page. */
static void test_change(void **state)
{
	(void)state;
	sample.figures.vmas.armed = 21;
	sample.figures.vmas.peak = 120;
	sample.figures.vmas.after = 22;
	check_null(FIGURE_CHANGE);
	check_null(FIGURE_CHANGE_CALLS);
	sample.figures.ns.change = 9000;
	check_null(FIGURE_CHANGE);
	sample.figures.change_calls = 50;
	check(FIGURE_CHANGE, 180);
	check(FIGURE_CHANGE_CALLS, 50);
	check(FIGURE_TRACKING, 260 - 13.5);
	check(FIGURE_VMAS_BEFORE, 20);
	check(FIGURE_VMAS_ARMED, 21);
	check(FIGURE_VMAS_PEAK, 120);
	check(FIGURE_VMAS_AFTER, 22);
	sample.figures.pages.extra = 7;
	sample.figures.pages.missed = 5;
	check(FIGURE_EXTRA, 7);
	check(FIGURE_MISSED, 5);
	sample.figures.insn = sample.figures.ns;
	assert_string_equal(figure_get(FIGURE_CHANGE)->name[TIMING_INSN],
			    "change_insn_per_call");
	check(FIGURE_CHANGE, 180);
}

static void test_atomic(void **state)
{
	(void)state;
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
	sample.figures.ns.collect_arm = 7000;
	check(FIGURE_COLLECT_ARM_RESIDENT, 14);
	check(FIGURE_COLLECT_ARM_RANGE, 7);
	check(FIGURE_TRACKING, 270 - 13.5);
	check_null(FIGURE_ARM_RESIDENT);
	check_null(FIGURE_ARM_REARMED);
	check_null(FIGURE_COLLECT_RESIDENT);
}

static void test_setup(void **state)
{
	(void)state;
	sample.kind = KIND_FIRST;
	sample.figures.ns.open = 500;
	sample.figures.ns.close = 1500;
	check(FIGURE_OPEN, 1);
	check(FIGURE_FIRST_ARM, 10);
	check(FIGURE_CLOSE, 3);
	sample.kind = KIND_READ;
	check_null(FIGURE_OPEN);
	check_null(FIGURE_FIRST_ARM);
	check(FIGURE_CLOSE, 3);
}

static void make_aftermath(void)
{
	sample.kind = KIND_AFTER;
	sample.figures.ns.read = 1500;
	sample.figures.vmas.after = 24;
	sample.figures.pagetable_kb.after = 150;
	sample.figures.anon_huge_kb.before = 4096;
	sample.figures.anon_huge_kb.after = 1024;
}

static void test_aftermath(void **state)
{
	(void)state;
	make_aftermath();
	check(FIGURE_AFTER_READ, 3);
	check(FIGURE_AFTER_WRITE, 200);
	check(FIGURE_AFTER_HUGE, 3072);
	check(FIGURE_AFTER_VMAS, 4);
	check(FIGURE_AFTER_PAGETABLES, 50);
	sample.figures.anon_huge_kb.before = SAMPLE_NULL;
	check_null(FIGURE_AFTER_HUGE);
	/* Of an epoch, the same fields mean something else. */
	for (int kind = KIND_FIRST; kind < KIND_AFTER; kind++) {
		make_aftermath();
		sample.kind = (enum sample_kind)kind;
		for (int i = FIGURE_AFTER_READ; i <= FIGURE_AFTER_PAGETABLES;
		     i++)
			check_null(i);
	}
}

/* Denominators are of what was armed and collected, where that is a part. */
static void test_parts(void **state)
{
	(void)state;
	sample.figures.pages.part_range = 100;
	sample.figures.pages.part_resident = 50;
	check(FIGURE_ARM_RESIDENT, 100);
	check(FIGURE_COLLECT_RESIDENT, 20);
	check(FIGURE_COLLECT_RANGE, 10);
	check(FIGURE_TRANSFER_RATIO, 1.5);
	check(FIGURE_WRITE, 200);
	sample.figures.ns.collect_arm = 700;
	check(FIGURE_COLLECT_ARM_RESIDENT, 14);
	check(FIGURE_COLLECT_ARM_RANGE, 7);
	/* All is opened and closed. */
	sample.kind = KIND_FIRST;
	sample.figures.ns.open = 500;
	sample.figures.ns.close = 1500;
	check(FIGURE_OPEN, 1);
	check(FIGURE_FIRST_ARM, 100);
	check(FIGURE_CLOSE, 3);
}

/* Each operand in turn is null: every figure that needs it has to be. */
static void test_null_operands(void **state)
{
	(void)state;
	sample.figures.ns.arm = SAMPLE_NULL;
	check_null(FIGURE_ARM_RESIDENT);
	check_null(FIGURE_ARM_REARMED);
	check_null(FIGURE_TRACKING);
	make_input(NULL);
	sample.figures.ns.write = SAMPLE_NULL;
	check_null(FIGURE_WRITE);
	check_null(FIGURE_TRACKING);
	make_input(NULL);
	sample.figures.pages.reported = SAMPLE_NULL;
	check_null(FIGURE_REGION_COMPACTION);
	check_null(FIGURE_REGION_COMPACTION_IDEAL);
	check_null(FIGURE_RECORD_COMPACTION);
	make_input(NULL);
	sample.figures.vmas.before = SAMPLE_NULL;
	sample.figures.pagetable_kb.peak = SAMPLE_NULL;
	sample.figures.output_bytes = SAMPLE_NULL;
	sample.figures.pages.extra = SAMPLE_NULL;
	check_null(FIGURE_VMA_GROWTH);
	check_null(FIGURE_PAGETABLE_GROWTH);
	check_null(FIGURE_TRANSFER_RATIO);
	check_null(FIGURE_OVERREPORT);
	check_null(FIGURE_OVERREPORT_EXPLAINED);
	input.dirtied_before = SAMPLE_NULL;
	check_null(FIGURE_ARM_REARMED);
	input.baseline = NAN;
	check_null(FIGURE_TRACKING);
}

static bool is_ratio(enum figure_id id)
{
	static const enum figure_id others[] = {
		FIGURE_VMA_GROWTH,   FIGURE_PAGETABLE_GROWTH,
		FIGURE_CHANGE_CALLS, FIGURE_VMAS_BEFORE,
		FIGURE_VMAS_ARMED,   FIGURE_VMAS_PEAK,
		FIGURE_VMAS_AFTER,   FIGURE_EXTRA,
		FIGURE_MISSED,
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i] == id)
			return false;
	return true;
}

static void test_zero_denominators(void **state)
{
	(void)state;
	sample.figures.pages.range = 0;
	sample.figures.pages.resident = 0;
	sample.figures.pages.dirtied = 0;
	sample.figures.regions.final = 0;
	sample.figures.regions.ideal = 0;
	sample.figures.records = 0;
	input.dirtied_before = 0;
	sample.figures.ns.change = 1;
	sample.figures.change_calls = 0;
	for (int i = 0; i < NR_FIGURES; i++)
		if (is_ratio(i))
			check_null(i);
}

static void test_rearming_needs_an_armed_tracker(void **state)
{
	(void)state;
	sample.figures.ns.open = 1;
	check_null(FIGURE_ARM_REARMED);
	make_input(NULL);
	sample.figures.ns.disarm = 1;
	check_null(FIGURE_ARM_REARMED);
}

static void test_instructions(void **state)
{
	struct sample_phases none = sample.figures.insn;

	(void)state;
	assert_int_equal(figure_timing(&sample), TIMING_NS);
	sample.figures.insn = sample.figures.ns;
	sample.figures.ns = none;
	assert_int_equal(figure_timing(&sample), TIMING_INSN);
	check(FIGURE_ARM_RESIDENT, 10);
	check(FIGURE_TRACKING, 260 - 13.5);
}

static void test_writers_that_do_not_stop(void **state)
{
	struct sample_detail *detail = calloc(1, sizeof(*detail));
	struct sample_concurrent *concurrent = &sample.figures.concurrent;

	(void)state;
	check_null(FIGURE_WATCH_WRITE);
	check_null(FIGURE_WATCH_RECORDING);
	check_null(FIGURE_WATCH_PAGES_RATE);
	assert_non_null(detail);
	for (uint64_t i = 1; i <= 50; i++)
		histogram_add(&detail->histograms[DETAIL_WRITE], i);
	histogram_add(&detail->histograms[DETAIL_TRACKED_WRITE], 63);
	histogram_add(&detail->histograms[DETAIL_COLLECT], 60);
	histogram_add(&detail->histograms[DETAIL_ARM], 61);
	histogram_add(&detail->histograms[DETAIL_PAGES], 17);
	histogram_add(&detail->histograms[DETAIL_REGIONS], 5);
	sample.detail = detail;
	*concurrent = (struct sample_concurrent){ .collections = 4,
						  .duration_ns = 2000000000,
						  .writes = 1000,
						  .late = 3,
						  .recorded = 500 };
	/* Five values of 100 writes: -1000, -60, -50, 20, 4000. */
	histogram_add(&detail->histograms[DETAIL_RECORDING_LESS], 1000);
	histogram_add(&detail->histograms[DETAIL_RECORDING_LESS], 60);
	histogram_add(&detail->histograms[DETAIL_RECORDING_LESS], 50);
	histogram_add(&detail->histograms[DETAIL_RECORDING_MORE], 20);
	histogram_add(&detail->histograms[DETAIL_RECORDING_MORE], 4000);
	strcpy(sample.figures.counters[0].name, "lost_in_gap");
	sample.figures.counters[0].value = 6;
	sample.figures.nr_counters = 1;
	check(FIGURE_WATCH_WRITE, 25);
	/* Of so few writes, the slowest one is not one of a hundred. */
	check_null(FIGURE_WATCH_WRITE_99);
	check_null(FIGURE_WATCH_WRITE_999);
	check(FIGURE_WATCH_WRITE_MAX, 50);
	for (uint64_t i = 51; i <= 100; i++)
		histogram_add(&detail->histograms[DETAIL_WRITE], i % 60);
	check(FIGURE_WATCH_WRITE_99, 58);
	check_null(FIGURE_WATCH_WRITE_999);
	for (uint64_t i = 101; i <= 1000; i++)
		histogram_add(&detail->histograms[DETAIL_WRITE], i % 60);
	check(FIGURE_WATCH_WRITE_999, 59);
	check(FIGURE_WATCH_TRACKED, 63);
	check(FIGURE_WATCH_RECORDING, -0.5);
	histogram_add(&detail->histograms[DETAIL_RECORDING_MORE], 30);
	histogram_add(&detail->histograms[DETAIL_RECORDING_MORE], 40);
	concurrent->recorded = 700;
	check(FIGURE_WATCH_RECORDING, 0.2);
	check(FIGURE_WATCH_LATE, 0.75);
	check(FIGURE_WATCH_COLLECT, 60);
	check(FIGURE_WATCH_ARM, 61);
	check_null(FIGURE_WATCH_COLLECT_ARM);
	check(FIGURE_WATCH_PAGES, 17);
	check(FIGURE_WATCH_REGIONS, 5);
	check(FIGURE_WATCH_WRITES_RATE, 500);
	check(FIGURE_WATCH_PAGES_RATE, 50);
	check(FIGURE_WATCH_LOST, 1.5);
	/* The range was read as often as it was collected from. */
	check_null(FIGURE_TRANSFER_RATIO);
	free(detail);
}

static void test_copies_of_a_process(void **state)
{
	struct sample_pursuit *pursuit = &sample.figures.pursuit;

	(void)state;
	check_null(FIGURE_PURSUIT_ITERATIONS);
	check_null(FIGURE_PURSUIT_LOST);
	check_null(FIGURE_PURSUIT_COPIED);
	sample.figures.pages.resident = 200;
	strcpy(sample.figures.counters[0].name, "lost_in_gap");
	sample.figures.counters[0].value = 6;
	sample.figures.nr_counters = 1;
	check_null(FIGURE_PURSUIT_LOST);
	*pursuit = (struct sample_pursuit){ .iterations = 5,
					    .copied_pages = 300,
					    .left_pages = 7,
					    .stopped_ns = 800,
					    .pause_ns = 900,
					    .duration_ns = 2000000000,
					    .stores = 1000 };
	check(FIGURE_PURSUIT_ITERATIONS, 5);
	check(FIGURE_PURSUIT_COPIED, 1.5);
	check(FIGURE_PURSUIT_LEFT, 7);
	check(FIGURE_PURSUIT_STOPPED, 800);
	check(FIGURE_PURSUIT_PAUSE, 900);
	check(FIGURE_PURSUIT_STORES_RATE, 500);
	check(FIGURE_PURSUIT_LOST, 6);
	check_null(FIGURE_WATCH_LOST);
	/* The range was read as often as it was collected from. */
	check_null(FIGURE_TRANSFER_RATIO);
	pursuit->stores = SAMPLE_NULL;
	check_null(FIGURE_PURSUIT_STORES_RATE);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < NR_FIGURES; i++) {
		const struct figure *figure = figure_get(i);

		assert_non_null(figure->value);
		for (int j = 0; j < NR_TIMINGS; j++) {
			assert_non_null(figure->name[j]);
			assert_non_null(figure->unit[j]);
		}
		/* "regions_per_collection" has no time in it. */
		assert_null(strstr(figure->name[TIMING_INSN], "_ns_"));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(figure->name[0],
						figure_get(j)->name[0]);
	}
	assert_string_equal(figure_get(FIGURE_TRACKING)->name[TIMING_INSN],
			    "tracking_insn_per_dirtied_page");
	assert_string_equal(figure_get(FIGURE_ARM_REARMED)->name[TIMING_NS],
			    "arm_ns_per_rearmed_page");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_values, make_input),
		cmocka_unit_test_setup(test_change, make_input),
		cmocka_unit_test_setup(test_atomic, make_input),
		cmocka_unit_test_setup(test_setup, make_input),
		cmocka_unit_test_setup(test_aftermath, make_input),
		cmocka_unit_test_setup(test_parts, make_input),
		cmocka_unit_test_setup(test_null_operands, make_input),
		cmocka_unit_test_setup(test_zero_denominators, make_input),
		cmocka_unit_test_setup(test_rearming_needs_an_armed_tracker,
				       make_input),
		cmocka_unit_test_setup(test_instructions, make_input),
		cmocka_unit_test_setup(test_writers_that_do_not_stop,
				       make_input),
		cmocka_unit_test_setup(test_copies_of_a_process, make_input),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
