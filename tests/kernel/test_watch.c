// SPDX-License-Identifier: GPL-2.0-or-later
/* Writers that do not stop: who can follow them does, and who lies is caught.
 */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/runner.h"
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

/* Of a cell's first epoch, where there are so many processors: one several
 * times. */
static int64_t writer_cpus(const char *key, int nr)
{
	struct placement place = { .writer_cpu = sched_getcpu(),
				   .other_cpu = -1,
				   .nr_cpus = nr };
	const struct epoch epoch = { 0, EPOCH_FIRST };
	struct epoch_result result;
	struct reason why = { "" };
	struct runner runner;
	struct cell cell;

	for (int i = 0; i < nr; i++)
		place.cpus[i] = place.writer_cpu;
	assert_int_equal(cell_parse(&cell, key, &why), 0);
	assert_int_equal(runner_create(&runner, &cell, &place, &why), 0);
	runner_epoch(&runner, &epoch, false, &result);
	runner_destroy(&runner);
	return result.figures.concurrent.writer_cpus;
}

/* Not those that they might have had. */
static void the_processors_of_writers_are_told(void **state)
{
	(void)state;
	assert_int_equal(writer_cpus("write-watch/none/" SHORT, 64), 4);
	assert_int_equal(writer_cpus("write-watch/none/" SHORT, 4), 3);
	assert_int_equal(
		writer_cpus("write-watch/none/" SHORT "/collector:among", 4),
		4);
	assert_int_equal(writer_cpus("write-watch/none/" SHORT, 1), 1);
	assert_int_equal(writer_cpus("write-watch/none/" SHORT, 0),
			 SAMPLE_NULL);
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
		cmocka_unit_test(the_processors_of_writers_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
