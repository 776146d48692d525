// SPDX-License-Identifier: GPL-2.0-or-later
/* Where uffd-wp's handler thread may run, as the parameter handler= says. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/session.h"
#include "tests/tasks.h"

static struct placement place;

/* Before any was started. */
static struct tasks begun;

/* The processors of the @nr threads that were started since. */
static void handler_cpus(int nr, cpu_set_t *cpus)
{
	struct tasks started = tasks_list(&begun);

	assert_int_equal(started.nr, nr);
	tasks_cpus(&started, cpus);
}

static void look(const char *handler, int nr, cpu_set_t *cpus)
{
	struct epoch epoch = { .number = 0, .kind = EPOCH_FIRST };
	struct epoch_result result;
	struct session session;
	struct reason why;
	struct cell cell;
	char key[96];

	snprintf(key, sizeof(key),
		 "dense/uffd-wp/size:2m/handler:%s/handlers:%d", handler, nr);
	assert_int_equal(cell_parse(&cell, key, &why), 0);
	assert_int_equal(session_create(&session, &cell, &place, &why), 0);
	session_epoch(&session, &epoch, &result);
	assert_int_equal(result.status, STATUS_OK);
	handler_cpus(nr, cpus);
	session_destroy(&session);
}

static void the_same_is_the_writers(void **state)
{
	cpu_set_t cpus;

	(void)state;
	look("same", 1, &cpus);
	assert_int_equal(CPU_COUNT(&cpus), 1);
	assert_true(CPU_ISSET(place.writer_cpu, &cpus));
}

static void the_other_is_not_the_writers(void **state)
{
	cpu_set_t cpus;

	(void)state;
	look("other", 1, &cpus);
	assert_int_equal(CPU_COUNT(&cpus), 1);
	assert_true(CPU_ISSET(place.other_cpu, &cpus));
}

static void free_is_wherever_it_may_run(void **state)
{
	cpu_set_t cpus;

	(void)state;
	look("free", 1, &cpus);
	assert_true(CPU_ISSET(place.writer_cpu, &cpus));
	assert_true(CPU_ISSET(place.other_cpu, &cpus));
}

/* There is one writer, and two processors at least. */
static void so_many_run_as_are_asked_for(void **state)
{
	cpu_set_t cpus;

	(void)state;
	look("same", 3, &cpus);
	assert_int_equal(CPU_COUNT(&cpus), 1);
	assert_true(CPU_ISSET(place.writer_cpu, &cpus));
	look("other", 3, &cpus);
	assert_false(CPU_ISSET(place.writer_cpu, &cpus));
	assert_true(CPU_ISSET(place.other_cpu, &cpus));
	assert_int_equal(CPU_COUNT(&cpus),
			 place.nr_cpus > 3 ? 3 : place.nr_cpus - 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_is_the_writers),
		cmocka_unit_test(the_other_is_not_the_writers),
		cmocka_unit_test(free_is_wherever_it_may_run),
		cmocka_unit_test(so_many_run_as_are_asked_for),
	};
	hwloc_topology_t topology;
	struct reason why;
	struct cell cell;

	if (placement_topology(&topology, &why) ||
	    placement_choose(topology, PLACE_NEAR, &place, &why) ||
	    cell_parse(&cell, "dense/uffd-wp/handler:other/size:2m", &why) ||
	    cell_check_kernel(&cell, &why)) {
		printf("skipped: %s\n", why.text);
		return 77;
	}
	placement_apply(topology, &place);
	hwloc_topology_destroy(topology);
	begun = tasks_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
