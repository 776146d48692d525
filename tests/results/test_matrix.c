// SPDX-License-Identifier: GPL-2.0-or-later
// The matrix of trackers, pages and kernels, byte for byte.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/matrix/matrix.h"
#include "results/tables/text.h"
#include "tests/results/fixture.h"
#include "tests/results/golden.h"

static struct matrix matrix;

static const char *const kernels[] = { "5.10", "6.12", "6.17", "7.0-rc1-mine" };

enum { OLD, MIDDLE, HANGS, MINE };

static int destroy(void **state)
{
	(void)state;
	matrix_destroy(&matrix);
	return 0;
}

/* Two epochs that write 100 pages each of 1000, and one that writes none. */
static void take_epochs(int kernel, const char *workload, const char *tracker,
			int missed, int extra, int unwritten)
{
	struct sample sample;

	fixture_epoch(&sample, workload, tracker, "");
	sample.figures.pages.missed = missed;
	sample.figures.pages.extra = extra;
	if (missed)
		sample.status = STATUS_LIED;
	for (int i = 0; i < 2; i++)
		matrix_take(&matrix, kernel, &sample);
	sample.kind = KIND_IDLE;
	sample.figures.pages.dirtied = 0;
	sample.figures.pages.missed = 0;
	sample.figures.pages.extra = unwritten;
	sample.status = unwritten ? STATUS_INEXACT : STATUS_OK;
	matrix_take(&matrix, kernel, &sample);
}

static void take_row(int kernel, const char *workload, const char *tracker,
		     enum sample_status status, const char *reason)
{
	struct sample sample;

	fixture_row(&sample, workload, tracker, "", status, reason);
	matrix_take(&matrix, kernel, &sample);
}

/* Whole huge pages, which the tracker declares. */
static void take_huge(int kernel, const char *tracker)
{
	struct sample sample;

	fixture_epoch(&sample, "hugetlb", tracker, "");
	sample.figures.pages.unit = 512;
	sample.figures.pages.dirtied = 2;
	sample.figures.pages.extra = 1022;
	sample.figures.pages.extra_in_granule = 1022;
	matrix_take(&matrix, kernel, &sample);
}

static void add_rows(void)
{
	assert_int_equal(
		matrix_add_row(&matrix, "dense/scan", "dense", "scan", false),
		0);
	assert_int_equal(matrix_add_row(&matrix, "dense/softdirty", "dense",
					"softdirty", false),
			 0);
	assert_int_equal(matrix_add_row(&matrix, "hugetlb/softdirty",
					"hugetlb sharing=private", "softdirty",
					true),
			 0);
	assert_int_equal(matrix_add_row(&matrix, "hugetlb/uffd-wp",
					"hugetlb sharing=private", "uffd-wp",
					false),
			 0);
	assert_int_equal(matrix_add_row(&matrix, "holes/scan",
					"holes pages=hugetlb", "scan", true),
			 0);
}

static void fill_kernel(int kernel)
{
	take_epochs(kernel, "dense", "scan", 0, 0, 0);
	take_epochs(kernel, "dense", "softdirty", 0, 0, 0);
	take_epochs(kernel, "hugetlb", "softdirty", 100, 0, 0);
	take_huge(kernel, "uffd-wp");
	take_epochs(kernel, "holes", "scan", 0, 0, 900);
}

static int make(void **state)
{
	(void)state;
	assert_int_equal(matrix_init(&matrix, kernels, 4), 0);
	add_rows();
	take_row(OLD, "dense", "scan", STATUS_SKIP,
		 "this kernel does not know UFFD_FEATURE_WP_ASYNC (Linux 6.7 "
		 "and later do)");
	take_epochs(OLD, "dense", "softdirty", 0, 0, 0);
	take_epochs(OLD, "hugetlb", "softdirty", 100, 0, 0);
	take_row(OLD, "hugetlb", "uffd-wp", STATUS_SKIP,
		 "\"EINVAL\", says the kernel");
	take_row(OLD, "holes", "scan", STATUS_SKIP,
		 "this kernel does not know UFFD_FEATURE_WP_ASYNC (Linux 6.7 "
		 "and later do)");
	fill_kernel(MIDDLE);
	take_epochs(MIDDLE, "dense", "softdirty", 0, 50, 0);
	take_epochs(HANGS, "dense", "scan", 1, 5, 0);
	take_row(HANGS, "dense", "softdirty", STATUS_FAIL,
		 "the target died of signal 11 (Segmentation fault)");
	take_row(HANGS, "hugetlb", "softdirty", STATUS_FAIL,
		 "kernel oops: BUG: kernel NULL pointer dereference");
	matrix_set_broken(&matrix, HANGS, "hugetlb/softdirty", MATRIX_OOPS);
	take_huge(HANGS, "uffd-wp");
	take_row(HANGS, "holes", "scan", STATUS_FAIL,
		 "the guest hangs: no word for 60 s");
	matrix_set_broken(&matrix, HANGS, "holes/scan", MATRIX_HUNG);
	matrix_explain_rest(&matrix, MINE, "the kernel panicked: no root");
	return 0;
}

static const char *text_of(enum matrix_format format)
{
	static char text[64 << 10];
	FILE *out = fmemopen(text, sizeof(text), "w");

	assert_non_null(out);
	assert_int_equal(matrix_print(out, &matrix, format), 0);
	fclose(out);
	return text;
}

static void text_is_as_expected(void **state)
{
	const char *text = text_of(MATRIX_TEXT);

	(void)state;
	golden_check_shape(text, TEXT_COLUMNS);
	golden_compare("matrix.txt", text);
}

static void other_formats_are_as_expected(void **state)
{
	(void)state;
	golden_compare("matrix.markdown", text_of(MATRIX_MARKDOWN));
	golden_compare("matrix.csv", text_of(MATRIX_CSV));
	golden_compare("matrix.json", text_of(MATRIX_JSON));
}

/* More kernels than stand side by side. */
static void many_kernels_stand_in_blocks(void **state)
{
	static const char *const names[] = { "5.10", "6.1",  "6.12", "6.16",
					     "6.17", "6.18", "6.19", "7.0",
					     "7.1",  "7.2",  "7.3" };
	const char *text;

	(void)state;
	matrix_destroy(&matrix);
	assert_int_equal(matrix_init(&matrix, names, 11), 0);
	add_rows();
	for (int i = 0; i < 11; i++)
		fill_kernel(i);
	text = text_of(MATRIX_TEXT);
	golden_check_shape(text, TEXT_COLUMNS);
	golden_compare("matrix-wide.txt", text);
}

/* Nothing is proved by a tracker that claims nothing. */
static void what_is_not_compared_is_no_proof(void **state)
{
	struct sample sample;

	(void)state;
	fixture_epoch(&sample, "dense", "softdirty", "");
	sample.figures.pages.missed = SAMPLE_NULL;
	matrix_take(&matrix, MINE, &sample);
	assert_int_equal(matrix.rows[1].entries[MINE].outcome, MATRIX_NOTHING);
	assert_int_equal(matrix.rows[1].entries[MINE].epochs, 0);
}

/* One epoch that is wrong makes the entry wrong, whatever comes behind. */
static void the_worst_epoch_counts(void **state)
{
	(void)state;
	take_epochs(MINE, "dense", "softdirty", 0, 0, 1);
	assert_int_equal(matrix.rows[1].entries[MINE].outcome, MATRIX_OVER);
	assert_false(matrix.rows[1].entries[MINE].declared);
	take_epochs(MINE, "dense", "softdirty", 1, 0, 0);
	take_epochs(MINE, "dense", "softdirty", 0, 0, 0);
	assert_int_equal(matrix.rows[1].entries[MINE].outcome, MATRIX_WRONG);
	assert_int_equal(matrix.rows[1].entries[MINE].epochs, 9);
}

/* Of writers that go on nobody knows what they have written, and an epoch of
 * theirs is none in which nothing was. */
static void writers_that_go_on_are_not_counted(void **state)
{
	const struct matrix_entry *entry = &matrix.rows[1].entries[MINE];
	struct sample sample;
	char text[200];

	(void)state;
	fixture_epoch(&sample, "dense", "softdirty", "");
	sample.figures.pages.dirtied = SAMPLE_NULL;
	sample.figures.pages.missed = 0;
	sample.figures.pages.extra = 7;
	matrix_take(&matrix, MINE, &sample);
	assert_int_equal(entry->unwritten, 0);
	matrix_describe(entry, text, sizeof(text));
	assert_non_null(strstr(text, "7 pages besides the written ones"));
	sample.figures.pages.missed = 3;
	matrix_take(&matrix, MINE, &sample);
	matrix_describe(entry, text, sizeof(text));
	assert_non_null(strstr(text, "misses 3 pages that were written while"));
}

static void unknown_formats_are_refused(void **state)
{
	enum matrix_format format = MATRIX_TEXT;
	struct reason why;

	(void)state;
	assert_int_equal(matrix_format_find("json", &format, &why), 0);
	assert_int_equal(format, MATRIX_JSON);
	assert_int_equal(matrix_format_find("html", &format, &why), -EINVAL);
	assert_string_equal(why.text, "--format html: has to be text, "
				      "markdown, csv or json");
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	for (int i = 0; i < NR_MATRIX_FORMATS; i++) {
		FILE *out = fopen("/dev/full", "w");

		assert_non_null(out);
		setvbuf(out, NULL, _IONBF, 0);
		assert_true(matrix_print(out, &matrix, (enum matrix_format)i) <
			    0);
		fclose(out);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_is_as_expected),
		TEST(other_formats_are_as_expected),
		TEST(many_kernels_stand_in_blocks),
		TEST(what_is_not_compared_is_no_proof),
		TEST(the_worst_epoch_counts),
		TEST(writers_that_go_on_are_not_counted),
		TEST(unknown_formats_are_refused),
		TEST(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
