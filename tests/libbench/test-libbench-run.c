// SPDX-License-Identifier: GPL-2.0-or-later
/* Which benchmarks run, how often, and in which order. */
#include "tests/libbench/script.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* Play three benchmarks under the filter @flag: which of them run, as bits. */
static int chosen_by(const char *flag)
{
	struct play task = {
		.flags = { flag },
		.scripts = { { "dense/scan", "1", 0 },
			     { "dense/scan-resident", "1", 0 },
			     { "DISABLED_thp/scan", "1", 0 } },
	};
	int chosen = 0;

	assert_int_equal(play(&task), 0);
	for (int i = 0; i < 3; i++)
		chosen |= task.scripts[i].calls << i;
	return chosen;
}

/* Trap: the library appends /iterations:1/manual_time, so `$` never matches. */
static void trap_a_filter_sees_the_given_name(void **state)
{
	(void)state;
	assert_int_equal(chosen_by("--benchmark_filter=^dense/scan$"), 1);
	assert_int_equal(chosen_by("--benchmark_filter=scan$"), 5);
	assert_int_equal(chosen_by("--benchmark_filter=(thp|resident)"), 6);
	assert_int_equal(chosen_by("--benchmark_filter=-scan$"), 2);
	assert_int_equal(chosen_by("--benchmark_filter=all"), 7);
	assert_int_equal(chosen_by("--benchmark_filter="), 7);
}

/* Trap: the library says nothing and exits with 0. */
static void trap_an_unmatched_filter_is_an_error(void **state)
{
	struct play task = {
		.flags = { "--benchmark_filter=iterations" },
		.scripts = { { "a", "1", 0 } },
	};
	struct play empty = { .flags = { NULL } };

	(void)state;
	assert_int_equal(play(&task), -ENOENT);
	assert_int_equal(task.scripts[0].calls, 0);
	assert_string_equal(task.error, "no benchmark matches "
					"--benchmark_filter=iterations");
	assert_int_equal(play(&empty), -ENOENT);
}

static void names_are_listed_as_given(void **state)
{
	struct play task = {
		.flags = { "--benchmark_list_tests", "--benchmark_filter=-b" },
		.scripts = { { "a/x:1", "1", 0 },
			     { "b", "1", 0 },
			     { "DISABLED_c", "k", 0 } },
	};
	struct captured captured = play_in_child(&task);

	(void)state;
	assert_int_equal(captured.status, 0);
	assert_string_equal(captured.out, "a/x:1\nDISABLED_c\n");
	assert_string_equal(captured.error, "");
	captured_free(&captured);
}

static void a_name_is_unique_and_printable(void **state)
{
	struct play twice = {
		.scripts = { { "a", "1", 0 }, { "a", "1", 0 } },
	};
	struct play empty = { .scripts = { { "", "1", 0 } } };
	struct play broken = { .scripts = { { "a\nb", "1", 0 } } };
	struct play latin1 = { .scripts = { { "caf\xe9", "1", 0 } } };

	(void)state;
	assert_int_equal(play(&twice), -EEXIST);
	assert_int_equal(play(&empty), -EINVAL);
	assert_int_equal(play(&broken), -EINVAL);
	assert_int_equal(play(&latin1), -EINVAL);
}

/* Trap: Repetitions(n) would win over the flag. */
static void trap_the_flag_decides_on_repetitions(void **state)
{
	struct play options_only = {
		.options = { .repetitions = 3 },
		.scripts = { { "a", "1", 0 } },
	};
	struct play flag_wins = {
		.flags = { "--benchmark_repetitions=2" },
		.options = { .repetitions = 3 },
		.scripts = { { "a", "1", 0 } },
	};

	(void)state;
	assert_int_equal(play(&options_only), 0);
	assert_int_equal(options_only.scripts[0].calls, 3);
	assert_int_equal(play(&flag_wins), 0);
	assert_int_equal(flag_wins.scripts[0].calls, 2);
}

/* Trap: the library reports nothing before an instance's last repetition, so
 * the function itself must be called at once, and in turn. */
static void trap_every_repetition_is_seen_in_its_turn(void **state)
{
	struct play task = {
		.options = { .repetitions = 3 },
		.scripts = { { "a", "1", 0 }, { "b", "1", 0 } },
	};

	(void)state;
	assert_int_equal(play(&task), 0);
	assert_int_equal(task.log_length, 6);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(task.log[i].script, i / 3);
		assert_int_equal(task.log[i].repetition, i % 3);
	}
}

static bool in_sequence(const struct play *task)
{
	for (int i = 1; i < task->log_length; i++)
		if (task->log[i].script < task->log[i - 1].script)
			return false;
	return true;
}

static void interleaving_mixes_and_still_counts(void **state)
{
	/* 40 of 80 in order by chance: one in 10^23. */
	struct play mixed = {
		.options = { .repetitions = 40, .interleave = 1 },
		.scripts = { { "a", "1", 0 }, { "b", "1", 0 } },
	};
	struct play unmixed = {
		.flags = { "--benchmark_enable_random_interleaving=false" },
		.options = { .repetitions = 40, .interleave = 1 },
		.scripts = { { "a", "1", 0 }, { "b", "1", 0 } },
	};
	int next[2] = { 0 };

	(void)state;
	assert_int_equal(play(&mixed), 0);
	assert_int_equal(mixed.log_length, 80);
	assert_false(in_sequence(&mixed));
	for (int i = 0; i < 80; i++)
		assert_int_equal(mixed.log[i].repetition,
				 next[mixed.log[i].script]++);
	assert_int_equal(play(&unmixed), 0);
	assert_true(in_sequence(&unmixed));
}

/* Trap: warming up calls the function again and again. 1 us never fills it. */
static void trap_warming_up_calls_nothing(void **state)
{
	struct play task = {
		.flags = { "--benchmark_min_warmup_time=10",
			   "--benchmark_min_time=10" },
		.scripts = { { "a", "1", 0 } },
	};

	(void)state;
	assert_int_equal(play(&task), 0);
	assert_int_equal(task.scripts[0].calls, 1);
}

/* Trap: SkipWithError() leaves no mark on how the program ends. */
static void trap_skips_and_failures_are_counted(void **state)
{
	struct play task = {
		.options = { .repetitions = 4 },
		.scripts = { { "a", "1sf-", 0 }, { "b", "sssn", 0 } },
	};

	(void)state;
	assert_int_equal(play(&task), 0);
	assert_int_equal(task.summary.ran, 1);
	assert_int_equal(task.summary.skipped, 4);
	assert_int_equal(task.summary.failed, 3);
}

/* Trap: the library crashes when the first repetition gave nothing and two
 * later ones did. */
static void trap_the_first_repetition_may_fail(void **state)
{
	struct play task = {
		.flags = { "--benchmark_report_aggregates_only" },
		.options = { .display = BENCH_CONSOLE, .repetitions = 4 },
		.scripts = { { "a", "f123", 0 }, { "b", "s12f", 0 } },
	};
	struct captured captured;
	json_t *report, *row;

	(void)state;
	task.flags[1] = "--benchmark_format=json";
	captured = play_in_child(&task);
	assert_int_equal(captured.status, 0);
	report = report_parse(captured.out);
	assert_true(json_is_true(
		json_object_get(report_row(report, "a", 0), "error_occurred")));
	row = report_row(report, "a", 3);
	assert_null(json_object_get(row, "error_occurred"));
	assert_null(json_object_get(row, "skipped"));
	assert_float_equal(json_number_value(json_object_get(row, "real_time")),
			   3000, 0.001);
	assert_float_equal(json_number_value(json_object_get(row, "digit")), 3,
			   0);
	assert_true(json_number_value(json_object_get(row, "cpu_time")) > 0);
	assert_null(report_row(report, "a_mean", 0));
	assert_true(json_is_true(
		json_object_get(report_row(report, "b", 0), "skipped")));
	json_decref(report);
	captured_free(&captured);
}

static void later_failures_do_not_count_in_the_mean(void **state)
{
	struct play task = {
		.options = { .repetitions = 4 },
		.scripts = { { "a", "1fs3", 0 } },
	};
	char *folder = folder_make();
	json_t *report;

	(void)state;
	task.options.json_path = in_folder(folder, "x.json");
	assert_int_equal(play(&task), 0);
	report = report_load(task.options.json_path);
	assert_float_equal(
		json_number_value(json_object_get(
			report_row(report, "a_mean", 0), "real_time")),
		2000, 0.001);
	json_decref(report);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trap_a_filter_sees_the_given_name),
		cmocka_unit_test(trap_an_unmatched_filter_is_an_error),
		cmocka_unit_test(names_are_listed_as_given),
		cmocka_unit_test(a_name_is_unique_and_printable),
		cmocka_unit_test(trap_the_flag_decides_on_repetitions),
		cmocka_unit_test(trap_every_repetition_is_seen_in_its_turn),
		cmocka_unit_test(interleaving_mixes_and_still_counts),
		cmocka_unit_test(trap_warming_up_calls_nothing),
		cmocka_unit_test(trap_skips_and_failures_are_counted),
		cmocka_unit_test(trap_the_first_repetition_may_fail),
		cmocka_unit_test(later_failures_do_not_count_in_the_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
