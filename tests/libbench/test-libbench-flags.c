// SPDX-License-Identifier: GPL-2.0-or-later
/* What bench_create() takes out of the arguments and the environment. */
#include "tests/libbench/script.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_rest_of_the_arguments_is_left(void **state)
{
	char *argv[] = { (char *)"x",
			 (char *)"--benchmark_repetitions=2",
			 (char *)"run",
			 (char *)"--help",
			 (char *)"--v=0",
			 (char *)"--verbose",
			 (char *)"--",
			 (char *)"--benchmark_filter=y",
			 NULL };
	const char *left[] = { "x",	    "run", "--help",
			       "--verbose", "--",  "--benchmark_filter=y" };
	struct bench_suite *suite;
	int argc = 8;

	(void)state;
	assert_int_equal(bench_create(&suite, &argc, argv), 0);
	assert_int_equal(argc, 6);
	for (int i = 0; i < argc; i++)
		assert_string_equal(argv[i], left[i]);
	assert_null(argv[argc]);
	bench_destroy(suite);
}

static void a_failure_leaves_the_arguments_alone(void **state)
{
	char *argv[] = { (char *)"x", (char *)"--benchmark_repetitions=2",
			 (char *)"--benchmark_color=pink", NULL };
	struct bench_suite *suite;
	int argc = 3;

	(void)state;
	assert_int_equal(bench_create(&suite, &argc, argv), -EINVAL);
	assert_non_null(suite);
	assert_int_equal(argc, 3);
	assert_string_equal(argv[1], "--benchmark_repetitions=2");
	assert_int_equal(bench_run_all(suite, NULL, NULL), -EINVAL);
	bench_destroy(suite);
}

static void an_unknown_flag_names_the_nearest(void **state)
{
	struct play typo = { .flags = { "--benchmark_fliter=x" } };
	struct play bare = { .flags = { "--benchmark_repetition" } };

	(void)state;
	assert_int_equal(play(&typo), -EINVAL);
	assert_string_equal(typo.error, "unknown flag --benchmark_fliter, the "
					"nearest is --benchmark_filter");
	assert_int_equal(play(&bare), -EINVAL);
	assert_non_null(strstr(bare.error, "--benchmark_repetitions"));
}

static void a_wrong_value_is_an_error(void **state)
{
	static const char *const wrong[] = {
		"--benchmark_list_tests=perhaps",
		"--benchmark_filter=(",
		"--benchmark_filter=-(",
		"--benchmark_filter",
		"--benchmark_min_time=soon",
		"--benchmark_min_time=",
		"--benchmark_min_time=1.5x",
		"--benchmark_min_warmup_time=-1",
		"--benchmark_repetitions=0",
		"--benchmark_repetitions=99999999999",
		"--benchmark_repetitions",
		"--benchmark_enable_random_interleaving=2",
		"--benchmark_report_aggregates_only=x",
		"--benchmark_display_aggregates_only=x",
		"--benchmark_format=xml",
		"--benchmark_format=",
		"--benchmark_out_format=xml",
		"--benchmark_color=",
		"--benchmark_color=pink",
		"--benchmark_counters_tabular=x",
		"--benchmark_context=key",
		"--benchmark_context==value",
		"--benchmark_time_unit=h",
		"--v=loud",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct play task = { .flags = { wrong[i] } };

		assert_int_equal(play(&task), -EINVAL);
		if (strncmp(task.error, wrong[i], strlen(wrong[i])) != 0)
			fail_msg("%s: %s", wrong[i], task.error);
	}
}

static void every_flag_of_the_library_passes(void **state)
{
	struct play task = {
		.flags = { "--benchmark_min_time=0.5s",
			   "--benchmark_min_time=10x", "--benchmark_min_time=1",
			   "--benchmark_enable_random_interleaving",
			   "--benchmark_report_aggregates_only=No",
			   "--benchmark_display_aggregates_only=0",
			   "--benchmark_color=off",
			   "--benchmark_counters_tabular=TRUE",
			   "--benchmark_perf_counters=",
			   "--benchmark_time_unit=ms", "--v=0" },
		.scripts = { { "a", "1", 0 } },
	};

	(void)state;
	assert_int_equal(play(&task), 0);
	assert_int_equal(task.summary.ran, 1);
}

static void the_environment_stands_in_for_a_flag(void **state)
{
	struct play from_environment = {
		.scripts = { { "a", "1", 0 }, { "b", "1", 0 } },
	};
	struct play from_flag = {
		.flags = { "--benchmark_filter=b" },
		.scripts = { { "a", "1", 0 }, { "b", "1", 0 } },
	};

	(void)state;
	setenv("BENCHMARK_FILTER", "^a$", 1);
	assert_int_equal(play(&from_environment), 0);
	assert_int_equal(from_environment.scripts[0].calls, 1);
	assert_int_equal(from_environment.scripts[1].calls, 0);
	assert_int_equal(play(&from_flag), 0);
	assert_int_equal(from_flag.scripts[0].calls, 0);
	assert_int_equal(from_flag.scripts[1].calls, 1);
	unsetenv("BENCHMARK_FILTER");
}

static void the_environment_names_a_file(void **state)
{
	struct play task = { .scripts = { { "a", "1", 0 } } };
	char *folder = folder_make();
	json_t *report;

	(void)state;
	setenv("BENCHMARK_OUT", in_folder(folder, "x.json"), 1);
	assert_int_equal(play(&task), 0);
	unsetenv("BENCHMARK_OUT");
	report = report_load(in_folder(folder, "x.json"));
	assert_non_null(report_row(report, "a", 0));
	json_decref(report);
	folder_remove(folder);
}

static void a_wrong_value_in_the_environment_is_an_error(void **state)
{
	struct play task = { .scripts = { { "a", "1", 0 } } };

	(void)state;
	setenv("BENCHMARK_FORMAT", "xml", 1);
	assert_int_equal(play(&task), -EINVAL);
	unsetenv("BENCHMARK_FORMAT");
	assert_string_equal(task.error, "BENCHMARK_FORMAT=xml: must be "
					"console, json or csv");
}

static void flags_do_not_outlive_their_suite(void **state)
{
	struct play first = {
		.flags = { "--benchmark_repetitions=3",
			   "--benchmark_context=only=first" },
		.scripts = { { "a", "1", 0 } },
	};
	struct play second = { .scripts = { { "a", "1", 0 } } };
	char *folder = folder_make();
	json_t *report;

	(void)state;
	assert_int_equal(play(&first), 0);
	assert_int_equal(first.summary.ran, 3);
	second.options.json_path = in_folder(folder, "x.json");
	assert_int_equal(play(&second), 0);
	assert_int_equal(second.summary.ran, 1);
	report = report_load(second.options.json_path);
	assert_null(
		json_object_get(json_object_get(report, "context"), "only"));
	json_decref(report);
	folder_remove(folder);
}

static void there_is_one_suite_at_a_time(void **state)
{
	char *argv[] = { (char *)"x", NULL };
	struct bench_suite *first, *second;
	int argc = 1;

	(void)state;
	assert_int_equal(bench_create(&first, &argc, argv), 0);
	assert_int_equal(bench_create(&second, &argc, argv), -EBUSY);
	assert_null(second);
	assert_string_equal(bench_error(second), "another suite is in use");
	bench_destroy(second);
	bench_destroy(first);
	assert_int_equal(bench_create(&first, &argc, argv), 0);
	bench_destroy(first);
}

static void the_caller_can_ask_what_the_flags_want(void **state)
{
	char *asking[] = { (char *)"x", (char *)"--benchmark_repetitions=5",
			   (char *)"--benchmark_list_tests",
			   (char *)"--benchmark_filter=-scan$", NULL };
	char *silent[] = { (char *)"x", NULL };
	struct bench_suite *suite;
	int argc = 4;

	(void)state;
	assert_int_equal(bench_create(&suite, &argc, asking), 0);
	assert_true(bench_matches(suite, "dense/scan-resident"));
	assert_false(bench_matches(suite, "dense/scan"));
	assert_int_equal(bench_repetitions(suite, 3), 5);
	assert_true(bench_lists_only(suite));
	bench_destroy(suite);
	argc = 1;
	assert_int_equal(bench_create(&suite, &argc, silent), 0);
	assert_true(bench_matches(suite, "dense/scan"));
	assert_int_equal(bench_repetitions(suite, 3), 3);
	assert_int_equal(bench_repetitions(suite, 0), 1);
	assert_false(bench_lists_only(suite));
	bench_destroy(suite);
}

/* As in "1.7.1". */
static void the_version_of_the_library_is_known(void **state)
{
	int major, minor;

	(void)state;
	assert_int_equal(
		sscanf(bench_library_version(), "%d.%d", &major, &minor), 2);
	assert_true(major > 1 || minor >= 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rest_of_the_arguments_is_left),
		cmocka_unit_test(a_failure_leaves_the_arguments_alone),
		cmocka_unit_test(an_unknown_flag_names_the_nearest),
		cmocka_unit_test(a_wrong_value_is_an_error),
		cmocka_unit_test(every_flag_of_the_library_passes),
		cmocka_unit_test(the_environment_stands_in_for_a_flag),
		cmocka_unit_test(the_environment_names_a_file),
		cmocka_unit_test(a_wrong_value_in_the_environment_is_an_error),
		cmocka_unit_test(flags_do_not_outlive_their_suite),
		cmocka_unit_test(there_is_one_suite_at_a_time),
		cmocka_unit_test(the_caller_can_ask_what_the_flags_want),
		cmocka_unit_test(the_version_of_the_library_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
