// SPDX-License-Identifier: GPL-2.0-or-later
/* Where uffd-wp's handler thread may run, as the parameter handler= says. */
#include <dirent.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/session.h"

static struct placement place;

/* The processors of the one thread besides this one. */
static void handler_cpus(cpu_set_t *cpus)
{
	DIR *folder = opendir("/proc/self/task");
	struct dirent *entry;
	int found = 0;
	pid_t tid;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		tid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (!tid || tid == getpid())
			continue;
		assert_int_equal(sched_getaffinity(tid, sizeof(*cpus), cpus),
				 0);
		found++;
	}
	closedir(folder);
	assert_int_equal(found, 1);
}

static void look(const char *handler, cpu_set_t *cpus)
{
	struct epoch epoch = { .number = 0, .kind = EPOCH_FIRST };
	struct epoch_result result;
	struct session session;
	struct reason why;
	struct cell cell;
	char key[64];

	snprintf(key, sizeof(key), "dense/uffd-wp/handler:%s/size:2m", handler);
	assert_int_equal(cell_parse(&cell, key, &why), 0);
	assert_int_equal(session_create(&session, &cell, &place, &why), 0);
	session_epoch(&session, &epoch, &result);
	assert_int_equal(result.status, STATUS_OK);
	handler_cpus(cpus);
	session_destroy(&session);
}

static void the_same_is_the_writers(void **state)
{
	cpu_set_t cpus;

	(void)state;
	look("same", &cpus);
	assert_int_equal(CPU_COUNT(&cpus), 1);
	assert_true(CPU_ISSET(place.writer_cpu, &cpus));
}

static void the_other_is_not_the_writers(void **state)
{
	cpu_set_t cpus;

	(void)state;
	look("other", &cpus);
	assert_int_equal(CPU_COUNT(&cpus), 1);
	assert_true(CPU_ISSET(place.other_cpu, &cpus));
}

static void free_is_wherever_it_may_run(void **state)
{
	cpu_set_t cpus;

	(void)state;
	look("free", &cpus);
	assert_true(CPU_ISSET(place.writer_cpu, &cpus));
	assert_true(CPU_ISSET(place.other_cpu, &cpus));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_is_the_writers),
		cmocka_unit_test(the_other_is_not_the_writers),
		cmocka_unit_test(free_is_wherever_it_may_run),
	};
	hwloc_topology_t topology;
	struct reason why;
	struct cell cell;

	if (placement_topology(&topology, &why) ||
	    placement_choose(topology, &place, &why) ||
	    cell_parse(&cell, "dense/uffd-wp/handler:other/size:2m", &why) ||
	    cell_check_kernel(&cell, &why)) {
		printf("skipped: %s\n", why.text);
		return 77;
	}
	placement_apply(topology, &place);
	hwloc_topology_destroy(topology);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
