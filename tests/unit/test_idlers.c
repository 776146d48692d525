// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads that do nothing: how many, where, asleep or awake. */
#include "harness/idlers.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/tasks.h"

static const struct param table[] = {
	IDLERS_PARAMS,
	{ .name = NULL },
};

static struct params make(const char *nr, const char *how)
{
	struct params params = { .nr = 0 };

	assert_int_equal(params_add(&params, table), 0);
	assert_int_equal(params_set(&params, "idle-threads", nr, NULL), 0);
	assert_int_equal(params_set(&params, "idle", how, NULL), 0);
	return params;
}

/* Before any was started. */
static struct tasks begun;

/* Threads that were started since, and where they may run, all together. */
static int threads(cpu_set_t *cpus)
{
	struct tasks started = tasks_list(&begun);

	tasks_cpus(&started, cpus);
	return started.nr;
}

/* Those of this machine, the first one the writer's. */
static struct placement here(void)
{
	struct placement place = { .other_cpu = -1 };
	cpu_set_t allowed;

	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (int i = 0; i < CPU_SETSIZE && place.nr_cpus < PLACEMENT_CPUS; i++)
		if (CPU_ISSET((size_t)i, &allowed))
			place.cpus[place.nr_cpus++] = i;
	place.writer_cpu = place.cpus[0];
	return place;
}

static int64_t process_ns(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return (int64_t)spent.tv_sec * 1000000000 + spent.tv_nsec;
}

/* Of the processor, while this thread sleeps for 50 ms. */
static int64_t spent_ns(void)
{
	const struct timespec rest = { .tv_nsec = 50000000 };
	int64_t start_ns = process_ns();

	nanosleep(&rest, NULL);
	return process_ns() - start_ns;
}

/* Beside one writer and, where there is one, a @collector: how many there are
 * then, and where they may run. */
static int start(struct idlers *idlers, const struct params *params,
		 const struct placement *place, bool collector, cpu_set_t *cpus)
{
	struct reason why;

	assert_int_equal(idlers_check(params, place, 1, collector, &why), 0);
	assert_int_equal(idlers_start(idlers, params, place, 1, &why), 0);
	return threads(cpus);
}

static void those_that_sleep_cost_no_time(void **state)
{
	struct params params = make("20", "asleep");
	struct placement place = here();
	struct idlers idlers;
	cpu_set_t cpus;

	(void)state;
	assert_int_equal(start(&idlers, &params, &place, true, &cpus), 20);
	if (place.nr_cpus > 1)
		assert_false(CPU_ISSET((size_t)place.writer_cpu, &cpus));
	assert_true(spent_ns() < 20000000);
	idlers_stop(&idlers);
	assert_int_equal(threads(&cpus), 0);
}

static void those_that_are_awake_keep_a_processor_busy(void **state)
{
	struct params params = make("1", "awake");
	struct placement place = here();
	struct idlers idlers;
	struct reason why;
	cpu_set_t cpus;
	int64_t ns = 0;

	(void)state;
	if (place.nr_cpus < 2) {
		assert_int_equal(idlers_check(&params, &place, 1, false, &why),
				 -ENODEV);
		return;
	}
	assert_int_equal(start(&idlers, &params, &place, false, &cpus), 1);
	assert_int_equal(CPU_COUNT(&cpus), 1);
	assert_true(CPU_ISSET((size_t)place.cpus[1], &cpus));
	/* Others may keep it from that for a while; sleeping and reading the
	 * clock take this thread less than a tenth of that. */
	for (int i = 0; i < 100 && ns < 2000000; i++)
		ns = spent_ns();
	assert_true(ns >= 2000000);
	idlers_stop(&idlers);
	assert_int_equal(threads(&cpus), 0);
}

static void check_place(const char *nr, int cpus, int writers, bool collector,
			int expected)
{
	struct params params = make(nr, "awake");
	struct placement place = { .nr_cpus = cpus };
	struct reason why = { "" };

	assert_int_equal(
		idlers_check(&params, &place, writers, collector, &why),
		expected);
	if (expected)
		assert_non_null(strstr(why.text, "idle-threads="));
}

static void each_that_is_awake_needs_a_processor(void **state)
{
	(void)state;
	check_place("1", 2, 1, false, 0);
	check_place("2", 2, 1, false, -ENODEV);
	check_place("1", 2, 1, true, -ENODEV);
	check_place("1", 1, 1, false, -ENODEV);
	check_place("5", 16, 10, true, 0);
	check_place("6", 16, 10, true, -ENODEV);
	check_place("1", 4, 8, false, -ENODEV);
	check_place("0", 1, 1, false, 0);
}

static void without_the_parameter_there_are_none(void **state)
{
	struct params params = { .nr = 0 };
	struct placement place = here();
	struct idlers idlers;
	cpu_set_t cpus;

	(void)state;
	assert_int_equal(start(&idlers, &params, &place, true, &cpus), 0);
	idlers_stop(&idlers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_that_sleep_cost_no_time),
		cmocka_unit_test(those_that_are_awake_keep_a_processor_busy),
		cmocka_unit_test(each_that_is_awake_needs_a_processor),
		cmocka_unit_test(without_the_parameter_there_are_none),
	};

	begun = tasks_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
