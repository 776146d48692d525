// SPDX-License-Identifier: GPL-2.0-or-later
// The closing tables, byte for byte.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/tables/table.h"
#include "results/tables/text.h"
#include "tests/results/fixture.h"
#include "tests/results/golden.h"

#define DENSE "dirty=25% order=ascending pattern=random seed=1 size=64m"
#define SHADOW \
	"dirty=1024 heap=256m order=ascending pattern=clustered seed=1 size=16g"

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

/* Two processes of four epochs each. */
static void add_cell(struct sample *sample)
{
	for (int i = 0; i < 8; i++) {
		sample->process = i / 4;
		sample->epoch = i % 4;
		sample->kind = i % 4 ? KIND_MEASURED : KIND_FIRST;
		sample->figures.ns.open = i % 4 ? SAMPLE_NULL : 1250;
		sample->figures.ns.close = i % 4 == 3 ? 40000 : SAMPLE_NULL;
		add(sample);
	}
}

static void add_none(const char *workload, const char *params)
{
	struct sample sample;

	fixture_none(&sample, workload, params);
	sample.figures.pagetable_kb.peak = 100;
	add_cell(&sample);
}

static void add_dense(void)
{
	struct sample sample;

	add_none("dense", DENSE);
	fixture_epoch(&sample, "dense", "scan", "collect=separate " DENSE);
	sample.figures.ns.collect = 727;
	add_cell(&sample);
	fixture_epoch(&sample, "dense", "scan", "collect=atomic " DENSE);
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
	sample.figures.ns.collect_arm = 20800;
	add_cell(&sample);
	fixture_epoch(&sample, "dense", "mprotect", DENSE);
	sample.figures.vmas.peak = 65516;
	sample.figures.ns.write = 660123;
	sample.figures.pagetable_kb.peak = 123456;
	add_cell(&sample);
	fixture_epoch(&sample, "dense", "uffd-wp",
		      "handler=other " DENSE " unpopulated=no");
	add_cell(&sample);
	fixture_epoch(&sample, "dense", "uffd-wp",
		      "handler=same " DENSE " unpopulated=no");
	add_cell(&sample);
}

static void add_shadow(void)
{
	struct sample sample;

	add_none("asan-shadow", SHADOW);
	fixture_epoch(&sample, "asan-shadow", "scan",
		      "collect=separate " SHADOW);
	sample.figures.ns.arm = 1037597500;
	sample.figures.ns.collect = 12;
	sample.figures.regions.final = 1;
	add_cell(&sample);
	fixture_epoch(&sample, "asan-shadow", "liar", SHADOW);
	sample.status = STATUS_LIED;
	sample.figures.pages.missed = 1;
	snprintf(sample.reason, sizeof(sample.reason),
		 "1 of 100 written pages was not reported, the "
		 "first at page 0x7fff8000 of range 0");
	add_cell(&sample);
	fixture_epoch(&sample, "asan-shadow", "liar-all", SHADOW);
	add(&sample);
	sample.epoch = 2;
	sample.status = STATUS_INEXACT;
	snprintf(sample.reason, sizeof(sample.reason),
		 "900 pages were reported and not written");
	add(&sample);
}

static void add_rows_without_epochs(void)
{
	static const char *const workloads[] = { "dense", "thp", "hugetlb" };
	struct sample sample;

	for (int i = 0; i < 3; i++) {
		fixture_row(&sample, workloads[i], "softdirty", DENSE,
			    STATUS_SKIP,
			    "this kernel was built without "
			    "CONFIG_MEM_SOFT_DIRTY: clearing succeeds and no "
			    "write is ever reported");
		add(&sample);
		fixture_row(&sample, "hugetlb",
			    (const char *[]){ "scan", "none", "pagemap" }[i],
			    DENSE, STATUS_SKIP,
			    "no huge pages: echo 64 > /proc/sys/vm/"
			    "nr_hugepages");
		add(&sample);
	}
	fixture_row(&sample, "forked", "mprotect", DENSE, STATUS_SKIP,
		    "a handler does not follow the child");
	add(&sample);
	fixture_row(&sample, "dense", "crasher", DENSE, STATUS_FAIL,
		    "the target died of signal 11 (Segmentation fault)");
	sample.process = 0;
	add(&sample);
	sample.process = 1;
	add(&sample);
}

enum {
	EPOCHS = 1 << TABLE_EPOCHS,
	CHANGE = 1 << TABLE_CHANGE,
	WATCH = 1 << TABLE_WATCH,
	SETUP = 1 << TABLE_SETUP
};

/* The text of these tables, and of the notes, to be freed. */
static char *text_of(unsigned int tables, bool notes)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (int i = 0; i < NR_TABLES; i++)
		if (tables & 1U << i)
			assert_int_equal(
				i == TABLE_WATCH
					? table_print_watch(out, summary)
					: table_print(out, summary, i),
				0);
	if (notes)
		assert_int_equal(table_print_notes(out, summary), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void check(const char *name, char *text)
{
	golden_check_shape(text, TEXT_COLUMNS);
	golden_compare(name, text);
	free(text);
}

static void test_everything(void **state)
{
	(void)state;
	add_dense();
	add_shadow();
	add_rows_without_epochs();
	assert_int_equal(summary_finish(summary), 0);
	check("table-epochs.txt", text_of(EPOCHS, false));
	check("table-setup.txt", text_of(SETUP, false));
	check("table-notes.txt", text_of(0, true));
}

/* Two processes; the last cell is of a run that did not look. */
static void test_aftermath(void **state)
{
	static const char *const trackers[] = { "none", "mprotect", "scan" };
	struct sample sample;

	(void)state;
	for (int i = 0; i < 3; i++) {
		fixture_epoch(&sample, "thp", trackers[i], DENSE);
		for (int j = 0; j < 2; j++) {
			sample.process = j;
			sample.kind = KIND_MEASURED;
			add(&sample);
			sample.kind = KIND_AFTER;
			sample.figures.ns.read = 800 + 3000 * i;
			sample.figures.vmas.after = 20 + 150 * i;
			sample.figures.pagetable_kb.after = 100 + 128 * i;
			sample.figures.anon_huge_kb.before = 65536;
			sample.figures.anon_huge_kb.after = 65536 / (1 + i);
			add(&sample);
		}
	}
	fixture_epoch(&sample, "thp", "softdirty", DENSE);
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	check("table-aftermath.txt", text_of(1U << TABLE_AFTERMATH, false));
}

static void test_one_tracker(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "pagemap", DENSE);
	add_cell(&sample);
	assert_int_equal(summary_finish(summary), 0);
	/* It changes no mapping, and that leaves no trace. */
	check("table-one.txt", text_of(EPOCHS | CHANGE | SETUP, true));
}

/* Below the epochs' table, of the cells that have the phase. */
static void test_change(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "pagemap", DENSE);
	add_cell(&sample);
	fixture_epoch(&sample, "vma-chain", "softdirty", "pieces=1024");
	sample.figures.ns.change = 5120000;
	sample.figures.change_calls = 1024;
	sample.figures.vmas.armed = 2129;
	sample.figures.vmas.peak = 2130;
	sample.figures.vmas.after = 81;
	sample.figures.pages.extra = 1948;
	sample.figures.pages.missed = 1024;
	sample.status = STATUS_LIED;
	snprintf(sample.reason, sizeof(sample.reason), "missed 1024 pages");
	add_cell(&sample);
	assert_int_equal(summary_finish(summary), 0);
	check("table-change.txt", text_of(EPOCHS | CHANGE, false));
}

/* Apart from the epochs' table, whose columns such cells have nothing for. */
static void test_writers_that_do_not_stop(void **state)
{
	struct sample_detail *detail = calloc(1, sizeof(*detail));
	struct sample sample;

	(void)state;
	assert_non_null(detail);
	for (uint64_t i = 1; i <= 1000; i++)
		histogram_add(&detail->histograms[DETAIL_WRITE], i * i);
	histogram_add(&detail->histograms[DETAIL_TRACKED_WRITE], 777);
	histogram_add(&detail->histograms[DETAIL_COLLECT], 83000);
	histogram_add(&detail->histograms[DETAIL_ARM], 217000);
	histogram_add(&detail->histograms[DETAIL_PAGES], 2720);
	fixture_epoch(&sample, "dense", "pagemap", DENSE);
	add_cell(&sample);
	fixture_epoch(&sample, "write-watch", "scan",
		      "collect=separate threads=8");
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.write = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
	sample.figures.concurrent.collections = 50;
	sample.figures.concurrent.late = 20;
	sample.figures.concurrent.recorded = 256;
	histogram_add(&detail->histograms[DETAIL_RECORDING_MORE], 256UL * 40);
	strcpy(sample.figures.counters[0].name, "lost_in_gap");
	sample.figures.counters[0].value = 2; /* 0.0400 a collection: widest */
	sample.figures.nr_counters = 1;
	sample.detail = detail;
	add_cell(&sample);
	fixture_epoch(&sample, "write-watch", "scan",
		      "collect=atomic delay-ms=1 threads=8");
	sample.figures.concurrent.collections = 40;
	sample.figures.concurrent.late = 30;
	sample.figures.concurrent.recorded = 768;
	histogram_add(&detail->histograms[DETAIL_RECORDING_MORE], 256UL * 30);
	histogram_add(&detail->histograms[DETAIL_RECORDING_LESS], 256UL * 30);
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.write = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
	detail->histograms[DETAIL_COLLECT_ARM] =
		detail->histograms[DETAIL_COLLECT];
	memset(&detail->histograms[DETAIL_COLLECT], 0,
	       sizeof(struct histogram));
	memset(&detail->histograms[DETAIL_ARM], 0, sizeof(struct histogram));
	sample.detail = detail;
	add_cell(&sample);
	assert_int_equal(summary_finish(summary), 0);
	check("table-watch.txt", text_of(EPOCHS | WATCH, false));
	free(detail);
}

static void test_copies_of_a_process(void **state)
{
	struct sample_detail *detail = calloc(1, sizeof(*detail));
	struct sample sample;

	(void)state;
	assert_non_null(detail);
	histogram_add(&detail->histograms[DETAIL_COLLECT], 83000);
	histogram_add(&detail->histograms[DETAIL_ARM], 217000);
	histogram_add(&detail->histograms[DETAIL_PAGES], 2720);
	fixture_epoch(&sample, "dense", "pagemap", DENSE);
	add_cell(&sample);
	fixture_epoch(&sample, "pre-dump", "scan", "rate=1000 stop=no");
	sample.figures.pages.resident = 16384;
	sample.figures.pursuit = (struct sample_pursuit){
		.iterations = 6,
		.copied_pages = 20000,
		.left_pages = 61,
		.stopped_ns = 161000,
		.pause_ns = 254000,
		.duration_ns = 70000000,
		.stores = 7000,
	};
	strcpy(sample.figures.counters[0].name, "lost_in_gap");
	sample.figures.counters[0].value = 15;
	sample.figures.nr_counters = 1;
	sample.detail = detail;
	add_cell(&sample);
	assert_int_equal(summary_finish(summary), 0);
	check("table-pre-dump.txt", text_of(EPOCHS | WATCH, false));
	free(detail);
}

/* What was never populated is armed and collected by the range. */
static void test_nothing_resident(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "holes", "uffd-wp", "size=10g unpopulated=yes");
	sample.figures.pages.resident = 0;
	add_cell(&sample);
	fixture_epoch(&sample, "holes", "scan", "collect=atomic size=10g");
	sample.figures.pages.resident = 0;
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
	sample.figures.ns.collect_arm = 7000;
	add_cell(&sample);
	assert_int_equal(summary_finish(summary), 0);
	check("table-unpopulated.txt", text_of(EPOCHS, false));
}

static void test_instructions(void **state)
{
	struct sample sample;
	struct sample_phases none;

	(void)state;
	fixture_epoch(&sample, "dense", "pagemap", DENSE);
	none = sample.figures.insn;
	sample.figures.insn = sample.figures.ns;
	sample.figures.ns = none;
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	check("table-insn.txt", text_of(EPOCHS | SETUP, true));
}

static void test_nothing_ran(void **state)
{
	(void)state;
	assert_int_equal(summary_finish(summary), 0);
	check("table-empty.txt", text_of(EPOCHS | SETUP, true));
}

/* The widest value in each column at once. */
static void test_width(void **state)
{
	struct sample sample;
	char *text;

	(void)state;
	for (int i = 0; i < 2; i++) {
		fixture_epoch(
			&sample, "a-workload-of-some-thirty-byte",
			"a-tracker-of-some-thirty-bytes",
			i ? "a-name-of-23-characters=a-value-of-exactly-thirty-nine-bytes-xx"
			  : "a-name-of-23-characters=another");
		sample.figures.ns.arm = 999999000000;
		sample.figures.ns.write = 99999000000;
		sample.figures.ns.collect = 999999000000;
		sample.figures.pages.reported = INT64_MAX;
		sample.figures.regions.final = 1;
		sample.figures.vmas.peak = 999999;
		sample.figures.ns.change = INT64_MAX;
		sample.figures.change_calls = 9999999;
		sample.figures.pagetable_kb.peak = 99999999999;
		sample.status = STATUS_INEXACT;
		for (int j = 0; j < 99; j++) {
			sample.epoch = j;
			add(&sample);
		}
	}
	fixture_epoch(&sample, "a-workload-of-some-thirty-byte", "none", "");
	add(&sample);
	assert_int_equal(summary_finish(summary), 0);
	text = text_of(EPOCHS | CHANGE | SETUP, true);
	check("table-wide.txt", text);
}

static void test_full_disk(void **state)
{
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(out);
	setvbuf(out, NULL, _IONBF, 0);
	add_dense();
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(table_print(out, summary, TABLE_EPOCHS), -EIO);
	fclose(out);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_summary, destroy_summary)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_everything),	TEST(test_aftermath),
		TEST(test_one_tracker), TEST(test_instructions),
		TEST(test_change),	TEST(test_writers_that_do_not_stop),
		TEST(test_nothing_ran), TEST(test_width),
		TEST(test_full_disk),	TEST(test_copies_of_a_process),
		TEST(test_full_disk),	TEST(test_nothing_resident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
