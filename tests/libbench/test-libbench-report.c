// SPDX-License-Identifier: GPL-2.0-or-later
/* What the reports of libbench say. */
#include "tests/libbench/script.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Play @task with a JSON file, and load that. */
static json_t *report_of(struct play *task)
{
	char *folder = folder_make();
	json_t *report;

	task->options.json_path = in_folder(folder, "x.json");
	assert_int_equal(play(task), 0);
	report = report_load(task->options.json_path);
	folder_remove(folder);
	return report;
}

static double number(json_t *row, const char *key)
{
	json_t *value = json_object_get(row, key);

	if (!json_is_number(value))
		fail_msg("no number: %s", key);
	return json_number_value(value);
}

static const char *text(json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

/* Trap: the library writes NaN and Infinity bare, which is not JSON. */
static void trap_what_is_not_finite_is_left_out(void **state)
{
	struct play task = {
		.options = { .repetitions = 2 },
		.scripts = { { "zero", "0", 0 }, { "counters", "c", 0 } },
	};
	json_t *report = report_of(&task), *row;

	(void)state;
	assert_non_null(report_row(report, "zero", 1));
	assert_non_null(report_row(report, "zero_mean", 0));
	/* 0 / 0: not a number in 1.7, 0 in later versions. */
	row = report_row(report, "zero_cv", 0);
	if (row)
		assert_float_equal(number(row, "real_time"), 0, 0);
	row = report_row(report, "counters", 0);
	assert_float_equal(number(row, "finite"), 2.5, 0);
	assert_null(json_object_get(row, "none"));
	assert_null(json_object_get(row, "endless"));
	row = report_row(report, "counters_mean", 0);
	assert_float_equal(number(row, "finite"), 2.5, 0);
	assert_float_equal(number(row, "later"), 4, 0);
	row = report_row(report, "counters_cv", 0);
	assert_float_equal(number(row, "finite"), 0, 0);
	/* 0 / 0 again. */
	if (json_object_get(row, "zero"))
		assert_float_equal(number(row, "zero"), 0, 0);
	json_decref(report);
}

/* Trap: the library appends /iterations:1/manual_time/repeats:2. */
static void trap_names_are_the_given_ones(void **state)
{
	struct play task = {
		.options = { .repetitions = 2 },
		.scripts = { { "dense/scan/dirty:25%", "12", 0 } },
	};
	json_t *report = report_of(&task), *row;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(report, "benchmarks"), i, row)
		assert_string_equal(text(row, "run_name"),
				    "dense/scan/dirty:25%");
	assert_int_equal(i, 6);
	assert_non_null(report_row(report, "dense/scan/dirty:25%", 1));
	assert_non_null(report_row(report, "dense/scan/dirty:25%_median", 0));
	json_decref(report);
}

/* What compare.py of Google Benchmark reads. */
static void rows_have_the_fields_of_the_library(void **state)
{
	struct play task = {
		.flags = { "--benchmark_time_unit=us" },
		.options = { .repetitions = 2 },
		.scripts = { { "a", "35", 0 } },
	};
	json_t *report = report_of(&task);
	json_t *row = report_row(report, "a", 1);

	(void)state;
	assert_string_equal(text(row, "run_type"), "iteration");
	assert_int_equal(number(row, "repetitions"), 2);
	assert_int_equal(number(row, "repetition_index"), 1);
	assert_int_equal(number(row, "family_index"), 0);
	assert_int_equal(number(row, "per_family_instance_index"), 0);
	assert_int_equal(number(row, "threads"), 1);
	assert_int_equal(number(row, "iterations"), 1);
	assert_float_equal(number(row, "real_time"), 5, 1e-9);
	assert_true(number(row, "cpu_time") >= 0);
	assert_string_equal(text(row, "time_unit"), "us");
	row = report_row(report, "a_mean", 0);
	assert_string_equal(text(row, "run_type"), "aggregate");
	assert_string_equal(text(row, "aggregate_name"), "mean");
	assert_float_equal(number(row, "real_time"), 4, 1e-9);
	assert_non_null(json_object_get(json_object_get(report, "context"),
					"num_cpus"));
	json_decref(report);
}

/* Trap: the library as Debian builds it calls itself DEBUG. */
static void trap_no_report_calls_itself_debug(void **state)
{
	struct play table = {
		.options = { .display = BENCH_CONSOLE },
		.scripts = { { "a", "1", 0 } },
	};
	struct play json = {
		.flags = { "--benchmark_format=json",
			   "--benchmark_context=last=1" },
		.options = { .display = BENCH_CONSOLE },
		.scripts = { { "a", "1", 0 } },
	};
	struct captured captured = play_in_child(&table);
	json_t *report;

	(void)state;
	assert_int_equal(captured.status, 0);
	assert_non_null(strstr(captured.error, "Run on ("));
	assert_null(strstr(captured.error, "DEBUG"));
	captured_free(&captured);
	report = report_of(&table);
	assert_null(json_object_get(json_object_get(report, "context"),
				    "library_build_type"));
	json_decref(report);
	captured = play_in_child(&json);
	assert_null(strstr(captured.out, "library_build_type"));
	json_decref(report_parse(captured.out));
	captured_free(&captured);
}

static void a_skip_is_not_a_failure_in_json(void **state)
{
	struct play task = {
		.scripts = { { "a", "s", 0 },
			     { "b", "f", 0 },
			     { "c", "-", 0 } },
	};
	json_t *report = report_of(&task), *row;

	(void)state;
	row = report_row(report, "a", 0);
	assert_true(json_is_true(json_object_get(row, "skipped")));
	assert_string_equal(text(row, "skip_message"),
			    "not on \"this\" kernel ");
	assert_null(json_object_get(row, "error_occurred"));
	row = report_row(report, "b", 0);
	assert_true(json_is_true(json_object_get(row, "error_occurred")));
	assert_string_equal(text(row, "error_message"), "it broke");
	assert_null(json_object_get(row, "skipped"));
	assert_string_equal(text(report_row(report, "c", 0), "error_message"),
			    "the benchmark set no valid time");
	json_decref(report);
}

static void a_skip_is_not_a_failure_on_the_console(void **state)
{
	struct play task = {
		.options = { .display = BENCH_CONSOLE },
		.scripts = { { "a", "s", 0 }, { "b", "f", 0 } },
	};
	struct captured captured = play_in_child(&task);

	(void)state;
	assert_non_null(strstr(captured.out, "SKIPPED: 'not on"));
	assert_non_null(strstr(captured.out, "ERROR OCCURRED: 'it broke'"));
	captured_free(&captured);
}

static void the_table_is_as_wide_as_the_names(void **state)
{
	struct play task = {
		.options = { .display = BENCH_CONSOLE, .repetitions = 2 },
		.scripts = { { "a/rather/long/name", "2", 0 } },
	};
	struct captured captured = play_in_child(&task);

	(void)state;
	assert_non_null(strstr(captured.out, "\na/rather/long/name        "
					     "      2000 ns "));
	assert_non_null(strstr(captured.out, "\na/rather/long/name_median "
					     "      2000 ns "));
	captured_free(&captured);
}

/* Trap: the library aborts when a later run has other counters. */
static void trap_csv_has_the_counters_of_all_runs(void **state)
{
	struct play task = {
		.flags = { "--benchmark_format=csv" },
		.options = { .display = BENCH_CONSOLE, .repetitions = 2 },
		.scripts = { { "a", "s", 0 },
			     { "b", "1", 0 },
			     { "c", "d", 0 },
			     { "e", "f", 0 } },
	};
	struct captured captured = play_in_child(&task);

	(void)state;
	assert_int_equal(captured.status, 0);
	assert_int_equal(
		strncmp(captured.out,
			"name,iterations,real_time,cpu_time,time_unit,"
			"bytes_per_second,items_per_second,label,"
			"error_occurred,error_message,"
			"\"digit\",\"even\",\"odd\"\n\"a\",",
			strlen("name,iterations,real_time,cpu_time,time_unit,"
			       "bytes_per_second,items_per_second,label,"
			       "error_occurred,error_message,"
			       "\"digit\",\"even\",\"odd\"\n\"a\",")),
		0);
	assert_non_null(
		strstr(captured.out, ",false,\"not on \"\"this\"\" kernel \""));
	assert_non_null(strstr(captured.out, ",true,\"it broke\"\n"));
	assert_non_null(strstr(captured.out, ",7,\n"));
	assert_non_null(strstr(captured.out, ",,7\n"));
	captured_free(&captured);
}

static void any_text_makes_valid_json(void **state)
{
	struct play task = { .scripts = { { "a", "t", 0 } } };
	json_t *report = report_of(&task);
	json_t *row = report_row(report, "a", 0);

	(void)state;
	assert_string_equal(text(row, "label"),
			    "bell  , tab  , \"quote\", \\, latin-1 ?, "
			    "overlong ??, snowman \xe2\x98\x83");
	assert_int_equal(number(row, "line feed ?"), 1);
	json_decref(report);
}

static void quiet_is_quiet(void **state)
{
	struct play task = {
		.flags = { "--benchmark_format=json" },
		.scripts = { { "a", "1s", 0 } },
	};
	struct captured captured = play_in_child(&task);

	(void)state;
	assert_int_equal(captured.status, 0);
	assert_string_equal(captured.out, "");
	assert_string_equal(captured.error, "");
	captured_free(&captured);
}

static void aggregates_alone_are_for_whom_they_are_asked(void **state)
{
	struct play display = {
		.flags = { "--benchmark_display_aggregates_only" },
		.options = { .repetitions = 2 },
		.scripts = { { "a", "1", 0 } },
	};
	struct play all = {
		.flags = { "--benchmark_report_aggregates_only" },
		.options = { .repetitions = 2 },
		.scripts = { { "a", "1", 0 } },
	};
	json_t *report = report_of(&display);

	(void)state;
	assert_non_null(report_row(report, "a", 1));
	json_decref(report);
	report = report_of(&all);
	assert_null(report_row(report, "a", 0));
	assert_non_null(report_row(report, "a_mean", 0));
	json_decref(report);
}

static void no_benchmark(struct bench_run *run, void *arg)
{
	(void)arg;
	bench_set_time(run, 0);
}

static void context_comes_from_both_sides(void **state)
{
	char *argv[] = { (char *)"x",
			 (char *)"--benchmark_context=user=1,both=user",
			 (char *)"--benchmark_context=equation=a=b", NULL };
	char *folder = folder_make();
	struct bench_options options = {
		.json_path = in_folder(folder, "x.json"),
	};
	struct bench_suite *suite;
	json_t *report, *context;
	int argc = 3;

	(void)state;
	assert_int_equal(bench_create(&suite, &argc, argv), 0);
	assert_int_equal(bench_context(suite, "both", "program"), 0);
	assert_int_equal(bench_context(suite, "kernel", "old"), 0);
	assert_int_equal(bench_context(suite, "kernel", "6.1\n"), 0);
	assert_int_equal(bench_register(suite, "a", no_benchmark, NULL), 0);
	assert_int_equal(bench_run_all(suite, &options, NULL), 0);
	bench_destroy(suite);
	report = report_load(options.json_path);
	context = json_object_get(report, "context");
	assert_string_equal(text(context, "user"), "1");
	assert_string_equal(text(context, "both"), "user");
	assert_string_equal(text(context, "equation"), "a=b");
	assert_string_equal(text(context, "kernel"), "6.1 ");
	assert_string_equal(text(context, "executable"), "x");
	json_decref(report);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trap_what_is_not_finite_is_left_out),
		cmocka_unit_test(trap_names_are_the_given_ones),
		cmocka_unit_test(rows_have_the_fields_of_the_library),
		cmocka_unit_test(trap_no_report_calls_itself_debug),
		cmocka_unit_test(a_skip_is_not_a_failure_in_json),
		cmocka_unit_test(a_skip_is_not_a_failure_on_the_console),
		cmocka_unit_test(the_table_is_as_wide_as_the_names),
		cmocka_unit_test(trap_csv_has_the_counters_of_all_runs),
		cmocka_unit_test(any_text_makes_valid_json),
		cmocka_unit_test(quiet_is_quiet),
		cmocka_unit_test(aggregates_alone_are_for_whom_they_are_asked),
		cmocka_unit_test(context_comes_from_both_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
