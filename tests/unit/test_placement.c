// SPDX-License-Identifier: GPL-2.0-or-later
/* Where writer and helper go: on machines that hwloc makes up, and on this. */
#include "harness/placement.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/cellplace.h"

static hwloc_topology_t make(const char *synthetic)
{
	hwloc_topology_t topology;

	assert_int_equal(hwloc_topology_init(&topology), 0);
	assert_int_equal(hwloc_topology_set_synthetic(topology, synthetic), 0);
	hwloc_topology_set_flags(topology,
				 HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	assert_int_equal(hwloc_topology_load(topology), 0);
	return topology;
}

static void check_choice(hwloc_topology_t topology, int writer, int other,
			 int node)
{
	struct placement place = { .writer_cpu = -7,
				   .other_cpu = -7,
				   .node = -7 };
	struct reason why = { "" };

	assert_int_equal(placement_choose(topology, PLACE_NEAR, &place, &why),
			 0);
	assert_int_equal(place.writer_cpu, writer);
	assert_int_equal(place.other_cpu, other);
	assert_int_equal(place.node, node);
}

static void check(const char *synthetic, int writer, int other, int node)
{
	hwloc_topology_t topology = make(synthetic);

	check_choice(topology, writer, other, node);
	hwloc_topology_destroy(topology);
}

static void the_writer_is_on_the_last_core(void **state)
{
	(void)state;
	check("node:4 core:16 pu:1", 63, 48, 3);
	check("node:1 core:2 pu:1", 1, 0, 0);
	check("node:2 core:1 pu:1", 1, 0, 1);
}

/* Siblings share a core: the writer is its first thread, the other elsewhere.
 */
static void siblings_of_the_writer_are_left_alone(void **state)
{
	(void)state;
	check("node:1 core:2 pu:2", 2, 0, 0);
	check("node:1 core:4 pu:4", 12, 0, 0);
	check("node:2 core:2 pu:2", 6, 4, 1);
}

static void the_other_shares_the_smallest_cache(void **state)
{
	(void)state;
	check("node:1 l3:2 core:4 pu:1", 7, 4, 0);
	check("node:1 l3:2 l2:2 core:2 pu:1", 7, 6, 0);
	check("node:1 l3:2 l2:2 core:2 pu:2", 14, 12, 0);
	/* A package is nearer than another one. */
	check("pack:2 node:1 core:3 pu:1", 5, 3, 1);
}

static void with_one_core_the_other_is_its_sibling(void **state)
{
	(void)state;
	check("node:1 core:1 pu:2", 0, 1, 0);
}

static void alone_there_is_no_other(void **state)
{
	(void)state;
	check("pu:1", 0, -1, 0);
	check("node:1 core:1 pu:1", 0, -1, 0);
}

static void check_allowed(const char *synthetic, const char *cpus, int writer,
			  int other, int node)
{
	hwloc_topology_t topology = make(synthetic);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	hwloc_bitmap_list_sscanf(set, cpus);
	assert_int_equal(hwloc_topology_allow(topology, set, NULL,
					      HWLOC_ALLOW_FLAG_CUSTOM),
			 0);
	check_choice(topology, writer, other, node);
	hwloc_bitmap_free(set);
	hwloc_topology_destroy(topology);
}

static void what_is_not_allowed_is_not_chosen(void **state)
{
	(void)state;
	check_allowed("node:4 core:4 pu:1", "0-11", 11, 8, 2);
	check_allowed("node:4 core:4 pu:1", "2,9", 9, 2, 2);
	check_allowed("node:4 core:4 pu:1", "5", 5, -1, 1);
	/* The first allowed thread of the last core. */
	check_allowed("node:1 core:2 pu:2", "0,3", 3, 0, 0);
	check_allowed("node:1 core:2 pu:2", "2-3", 2, 3, 0);
	check_allowed("node:1 l3:2 core:4 pu:1", "0-3,7", 7, 0, 0);
}

static void a_smaller_machine_is_a_smaller_choice(void **state)
{
	hwloc_topology_t topology = make("node:2 core:4 pu:2");
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	(void)state;
	hwloc_bitmap_list_sscanf(set, "0-5");
	assert_int_equal(hwloc_topology_restrict(topology, set, 0), 0);
	check_choice(topology, 4, 0, 0);
	hwloc_bitmap_free(set);
	hwloc_topology_destroy(topology);
}

/* The same on this machine, with the processors that it has. */
static void choose_here(hwloc_topology_t *topology, struct placement *place)
{
	struct reason why = { "" };

	assert_int_equal(placement_topology(topology, &why), 0);
	assert_int_equal(placement_choose(*topology, PLACE_NEAR, place, &why),
			 0);
}

static int exit_status_of(pid_t child)
{
	int status;

	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int run_bound(hwloc_topology_t topology, const struct placement *place)
{
	cpu_set_t set;

	if (placement_apply(topology, place))
		return 1;
	if (sched_getaffinity(0, sizeof(set), &set) || CPU_COUNT(&set) != 1)
		return 2;
	return sched_getcpu() == place->writer_cpu ? 0 : 3;
}

static void the_writer_runs_where_it_was_put(void **state)
{
	struct placement place;
	hwloc_topology_t topology;
	pid_t child;

	(void)state;
	choose_here(&topology, &place);
	assert_true(place.writer_cpu >= 0);
	assert_int_not_equal(place.writer_cpu, place.other_cpu);
	assert_true(place.node >= 0);
	child = fork();
	if (!child)
		_exit(run_bound(topology, &place));
	assert_int_equal(exit_status_of(child), 0);
	hwloc_topology_destroy(topology);
}

static void a_processor_that_is_not_there_is_an_error(void **state)
{
	struct placement place;
	hwloc_topology_t topology;
	pid_t child;

	(void)state;
	choose_here(&topology, &place);
	place.writer_cpu = CPU_SETSIZE - 1;
	child = fork();
	if (!child)
		_exit(placement_apply(topology, &place) < 0 ? 0 : 1);
	assert_int_equal(exit_status_of(child), 0);
	hwloc_topology_destroy(topology);
}

static int run_off(hwloc_topology_t topology, const struct placement *place)
{
	cpu_set_t set;

	placement_keep_off(topology, place);
	if (sched_getaffinity(0, sizeof(set), &set) || !CPU_COUNT(&set))
		return 1;
	/* Alone, there is nowhere else to be. */
	return CPU_ISSET((size_t)place->writer_cpu, &set) &&
	       place->other_cpu >= 0;
}

static void the_runner_keeps_off(void **state)
{
	struct placement place;
	hwloc_topology_t topology;
	pid_t child;

	(void)state;
	choose_here(&topology, &place);
	child = fork();
	if (!child)
		_exit(run_off(topology, &place));
	assert_int_equal(exit_status_of(child), 0);
	hwloc_topology_destroy(topology);
}

static void check_cpus(const char *synthetic, int nr, const int *first,
		       int nr_first, int last)
{
	hwloc_topology_t topology = make(synthetic);
	struct placement place = { .nr_cpus = -7 };
	struct reason why = { "" };

	assert_int_equal(placement_choose(topology, PLACE_NEAR, &place, &why),
			 0);
	assert_int_equal(place.nr_cpus, nr);
	for (int i = 0; i < nr_first; i++)
		assert_int_equal(place.cpus[i], first[i]);
	assert_int_equal(place.cpus[nr - 1], last);
	/* Each once. */
	for (int i = 0; i < nr; i++)
		for (int j = 0; j < i; j++)
			assert_int_not_equal(place.cpus[i], place.cpus[j]);
	assert_int_equal(placement_writers(&place, false), nr);
	assert_int_equal(placement_writers(&place, true), nr > 1 ? nr - 1 : nr);
	hwloc_topology_destroy(topology);
}

/* The writer's node before others, cores before their second threads, and the
 * collector's last. */
static void writers_are_spread_from_near_to_far(void **state)
{
	static const int near[] = { 63, 49, 50 };
	static const int cores[] = { 6, 2, 0, 7 };

	(void)state;
	check_cpus("node:4 core:16 pu:1", 64, near, 3, 48);
	check_cpus("core:4 pu:2", 8, cores, 1, 0);
	check_cpus("core:2 pu:1", 2, (const int[]){ 1 }, 1, 0);
	check_cpus("core:1 pu:1", 1, (const int[]){ 0 }, 1, 0);
}

/* @cpus "" for all; @writer -1 where there is no such place. */
static void check_want(enum placement_want want, const char *synthetic,
		       const char *cpus, int writer, int other, int nr_writers)
{
	hwloc_topology_t topology = make(synthetic);
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	struct placement place = { .node = -7 };
	struct reason why = { "" };
	int ret;

	hwloc_bitmap_list_sscanf(set, cpus);
	if (*cpus)
		hwloc_topology_allow(topology, set, NULL,
				     HWLOC_ALLOW_FLAG_CUSTOM);
	ret = placement_choose(topology, want, &place, &why);
	assert_int_equal(ret, writer < 0 ? -ENODEV : 0);
	if (writer < 0) {
		assert_non_null(strstr(why.text, " allowed"));
	} else {
		assert_int_equal(place.writer_cpu, writer);
		assert_int_equal(place.other_cpu, other);
		assert_int_equal(place.cpus[place.nr_cpus - 1], other);
		assert_int_equal(placement_writers(&place, true), nr_writers);
	}
	hwloc_bitmap_free(set);
	hwloc_topology_destroy(topology);
}

#define BIG	"node:4 l3:1 core:16 pu:1"
#define BIG_SMT "node:4 l3:1 core:16 pu:2"

static void a_core_is_shared_where_it_has_threads(void **state)
{
	(void)state;
	/* More than 64 writers' processors there are none. */
	check_want(PLACE_CORE, BIG_SMT, "", 126, 127, 63);
	check_want(PLACE_CORE, BIG, "", -1, 0, 0);
	check_want(PLACE_CORE, "core:1 pu:2", "", 0, 1, 1);
	check_want(PLACE_CORE, "core:1 pu:1", "", -1, 0, 0);
	check_want(PLACE_CORE, "pu:1", "", -1, 0, 0);
	/* The last core that has two of them. */
	check_want(PLACE_CORE, "core:4 pu:2", "0,2-3,4,7", 2, 3, 4);
	check_want(PLACE_CORE, "core:4 pu:2", "0,2,4,7", -1, 0, 0);
}

static void a_cache_is_shared_by_two_cores(void **state)
{
	(void)state;
	check_want(PLACE_CACHE, BIG, "", 63, 48, 63);
	check_want(PLACE_CACHE, BIG_SMT, "", 126, 96, 63);
	/* Of several levels the last one; the nearest under it. */
	check_want(PLACE_CACHE, "l3:2 l2:2 core:2 pu:1", "", 7, 6, 7);
	check_want(PLACE_CACHE, "l3:2 l2:2 core:2 pu:1", "0-5,7", 7, 4, 6);
	/* Nothing but a second thread, or another cache. */
	check_want(PLACE_CACHE, "l3:2 core:1 pu:2", "", -1, 0, 0);
	check_want(PLACE_CACHE, "l3:2 core:2 pu:1", "0,2", -1, 0, 0);
	check_want(PLACE_CACHE, "l3:2 core:2 pu:1", "0-2", 1, 0, 2);
	check_want(PLACE_CACHE, "core:2 pu:1", "", -1, 0, 0);
	check_want(PLACE_CACHE, "l3:1 core:1 pu:1", "", -1, 0, 0);
}

/* Writers stay with their memory. */
static void a_node_is_another_one(void **state)
{
	(void)state;
	check_want(PLACE_NODE, BIG, "", 63, 0, 16);
	check_want(PLACE_NODE, BIG_SMT, "", 126, 0, 32);
	check_want(PLACE_NODE, "pack:2 node:2 core:4 pu:1", "", 15, 8, 4);
	check_want(PLACE_NODE, BIG, "5,16-17,40", 40, 5, 1);
	check_want(PLACE_NODE, BIG, "48-63", -1, 0, 0);
	check_want(PLACE_NODE, "node:1 core:8 pu:2", "", -1, 0, 0);
	check_want(PLACE_NODE, "core:1 pu:1", "", -1, 0, 0);
}

static void helpers_are_with_writers_or_apart(void **state)
{
	struct placement place = { .writer_cpu = 7,
				   .other_cpu = 4,
				   .cpus = { 7, 5, 6, 4 },
				   .nr_cpus = 4 };
	struct placement alone = {
		.writer_cpu = 3, .other_cpu = -1, .cpus = { 3 }, .nr_cpus = 1
	};
	struct placement free = { .writer_cpu = 2, .other_cpu = -1 };

	(void)state;
	assert_int_equal(placement_same(&place, 0, 1), 7);
	assert_int_equal(placement_same(&place, 3, 1), 7);
	assert_int_equal(placement_same(&place, 1, 3), 5);
	assert_int_equal(placement_same(&place, 3, 3), 7);
	assert_int_equal(placement_same(&alone, 1, 4), 3);
	assert_int_equal(placement_same(&free, 1, 4), 2);
	assert_int_equal(placement_other(&place, 0), 4);
	assert_int_equal(placement_other(&place, 1), 6);
	assert_int_equal(placement_other(&place, 2), 5);
	assert_int_equal(placement_other(&place, 3), 4);
	assert_int_equal(placement_other(&alone, 0), -1);
	assert_int_equal(placement_other(&free, 0), -1);
}

static void check_cell(const char *synthetic, const char *key, int other,
		       const char *words)
{
	hwloc_topology_t topology = make(synthetic);
	struct placement place = { .other_cpu = -7 };
	struct reason why = { "" };
	struct cell cell;
	int ret;

	assert_int_equal(cell_parse(&cell, key, &why), 0);
	ret = cellplace_choose(topology, &cell, &place, &why);
	assert_int_equal(ret != 0, words != NULL);
	if (words)
		assert_non_null(strstr(why.text, words));
	else
		assert_int_equal(place.other_cpu, other);
	hwloc_topology_destroy(topology);
}

static void a_cell_is_placed_as_its_parameters_say(void **state)
{
	(void)state;
	check_cell("core:2 pu:2", "dense/uffd-wp", 0, NULL);
	check_cell("core:2 pu:2", "hugetlb/uffd-wp", 0, NULL);
	check_cell("core:2 pu:2", "dense/uffd-wp/place:core", 3, NULL);
	check_cell("core:2 pu:1", "dense/uffd-wp/place:core", 0, "place=core");
	check_cell("l3:2 core:2 pu:1", "thp/scan/place:cache", 2, NULL);
	check_cell("node:2 core:2 pu:1", "asan-shadow/scan/place:node", 0,
		   NULL);
	check_cell("node:2 core:2 pu:1",
		   "write-watch/scan/threads:8/place:node", 0, NULL);
	/* One for the writer; those of two writers, and the collector's. */
	check_cell("core:4 pu:1", "dense/scan/idle:awake/idle-threads:3", 0,
		   NULL);
	check_cell("core:4 pu:1", "dense/scan/idle:awake/idle-threads:4", 0,
		   "there are 3");
	check_cell("core:4 pu:1",
		   "dense/scan/threads:2/idle:awake/idle-threads:1", 0, NULL);
	check_cell("core:4 pu:1",
		   "dense/scan/threads:2/idle:awake/idle-threads:2", 0,
		   "there are 1");
	check_cell("core:4 pu:1",
		   "dense/scan/threads:2/collector:among/idle:awake/"
		   "idle-threads:2",
		   0, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_writer_is_on_the_last_core),
		cmocka_unit_test(siblings_of_the_writer_are_left_alone),
		cmocka_unit_test(writers_are_spread_from_near_to_far),
		cmocka_unit_test(the_other_shares_the_smallest_cache),
		cmocka_unit_test(with_one_core_the_other_is_its_sibling),
		cmocka_unit_test(alone_there_is_no_other),
		cmocka_unit_test(what_is_not_allowed_is_not_chosen),
		cmocka_unit_test(a_smaller_machine_is_a_smaller_choice),
		cmocka_unit_test(the_writer_runs_where_it_was_put),
		cmocka_unit_test(a_processor_that_is_not_there_is_an_error),
		cmocka_unit_test(the_runner_keeps_off),
		cmocka_unit_test(a_core_is_shared_where_it_has_threads),
		cmocka_unit_test(a_cache_is_shared_by_two_cores),
		cmocka_unit_test(a_node_is_another_one),
		cmocka_unit_test(a_cell_is_placed_as_its_parameters_say),
		cmocka_unit_test(helpers_are_with_writers_or_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
