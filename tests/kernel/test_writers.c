// SPDX-License-Identifier: GPL-2.0-or-later
/* Workloads whose writers go on where they are asked to: dense, asan-shadow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/cell.h"
#include "tests/kernel/proof.h"

#define SHORT "/threads:4/delay-ms:1/epoch-ms:60"

static void every_tracker_is_right_on_dense(void **state)
{
	(void)state;
	assert_int_equal(proof_run_all("dense", "size:2m" SHORT), 0);
	assert_int_equal(proof_run_all("dense", "size:2m/dirty:8/threads:3/"
						"access:sequential/epoch-ms:40/"
						"delay-ms:0"),
			 0);
}

static void every_tracker_is_right_on_asan_shadow(void **state)
{
	(void)state;
	assert_int_equal(proof_run_all("asan-shadow", "size:1g/heap:16m" SHORT),
			 0);
}

static void liars_are_caught(void **state)
{
	(void)state;
	assert_int_equal(proof_run_liars("dense", "size:2m" SHORT), 0);
	assert_int_equal(
		proof_run_liars("asan-shadow", "size:1g/heap:16m" SHORT), 0);
}

/* Wherever the scheduler puts them: at a time where there are processors. */
static void several_handlers_lose_nothing(void **state)
{
	static const char *const keys[] = {
		"dense/uffd-wp/size:2m/dirty:64/handler:free/handlers:4" SHORT,
		"dense/uffd-wp/size:2m/handler:same/handlers:2" SHORT,
		/* More of them than there are writers. */
		"dense/uffd-wp/size:2m/dirty:4/handler:free/handlers:16/"
		"threads:2/delay-ms:0/epoch-ms:60",
		"dense/uffd-wp/size:2m/handler:free/handlers:4",
	};
	struct reason why = { "" };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		enum sample_status status = proof_run(keys[i], &why);

		if (status != STATUS_OK && status != STATUS_SKIP)
			fail_msg("%s: %s", keys[i], why.text);
	}
}

static void check_refused(const char *key, const char *words)
{
	struct reason why = { "" };
	struct needs needs;
	struct cell cell;

	assert_int_equal(cell_parse(&cell, key, &why), 0);
	assert_true(cell_needs(&cell, &needs, &why) < 0);
	assert_non_null(strstr(why.text, words));
}

static void what_would_say_nothing_is_refused(void **state)
{
	(void)state;
	check_refused("dense/scan/delay-ms:1", "threads=1 or more");
	check_refused("dense/scan/access:sequential", "threads=1 or more");
	check_refused("dense/scan/threads:1/order:shuffled", "access=");
	check_refused("dense/scan/threads:1/delay-ms:200",
		      "before a delay of delay-ms=200");
	check_refused("asan-shadow/scan/threads:1/read-holes:yes",
		      "leave out threads=");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tracker_is_right_on_dense),
		cmocka_unit_test(every_tracker_is_right_on_asan_shadow),
		cmocka_unit_test(liars_are_caught),
		cmocka_unit_test(several_handlers_lose_nothing),
		cmocka_unit_test(what_would_say_nothing_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
