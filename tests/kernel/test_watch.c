// SPDX-License-Identifier: GPL-2.0-or-later
/* Writers that do not stop: who can follow them does, and who lies is caught.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/kernel/proof.h"

/* Enough collections for a race of some microseconds, on few pages so that many
 * writers meet on one. */
#define SHORT "pages:256/threads:4/delay-ms:1/epoch-ms:60"

static void every_tracker_is_right(void **state)
{
	(void)state;
	assert_int_equal(proof_run_all("write-watch", SHORT), 0);
}

static void sequential_writers_are_followed(void **state)
{
	(void)state;
	assert_int_equal(
		proof_run_all("write-watch", SHORT "/access:sequential"), 0);
}

static void a_collector_among_writers_is_right(void **state)
{
	(void)state;
	assert_int_equal(proof_run_all("write-watch", SHORT "/collector:among"),
			 0);
}

/* No pause at all: whoever collects then does it for most of the time. */
static void collections_without_a_delay_are_right(void **state)
{
	(void)state;
	assert_int_equal(
		proof_run_all("write-watch",
			      "pages:64/threads:4/delay-ms:0/epoch-ms:60"),
		0);
}

static void liars_are_caught(void **state)
{
	(void)state;
	assert_int_equal(proof_run_liars("write-watch", SHORT), 0);
}

/* On a machine that others keep busy, writers may not get to run in the gap. */
enum { RACES = 10 };

static void a_race_is_caught(void **state)
{
	enum sample_status status = STATUS_OK;
	struct reason why = { "" };

	(void)state;
	for (int i = 0; i < RACES && status == STATUS_OK; i++)
		status = proof_run("write-watch/racer/pages:4096/threads:4/"
				   "delay-ms:1/epoch-ms:200/collect:atomic",
				   &why);
	assert_int_equal(status, STATUS_LIED);
	assert_non_null(strstr(why.text, "written while it collected"));
	/* It is the claim that is wrong: two calls may lose as much. */
	assert_int_equal(proof_run("write-watch/racer/pages:4096/threads:4/"
				   "delay-ms:1/epoch-ms:200",
				   &why),
			 STATUS_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tracker_is_right),
		cmocka_unit_test(sequential_writers_are_followed),
		cmocka_unit_test(a_collector_among_writers_is_right),
		cmocka_unit_test(collections_without_a_delay_are_right),
		cmocka_unit_test(liars_are_caught),
		cmocka_unit_test(a_race_is_caught),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
