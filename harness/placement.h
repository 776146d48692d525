/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processors the writer and a tracker's helper thread run on. */
#ifndef DIRTYBENCH_PLACEMENT_H
#define DIRTYBENCH_PLACEMENT_H

#include <hwloc.h>
#include <stdbool.h>

#include "harness/reason.h"

/* More processors than that get no writers. */
enum { PLACEMENT_CPUS = 64 };

/* Numbers of the operating system; -1 where there is no such processor. */
struct placement {
	int writer_cpu;
	int other_cpu; /* nearest on another core, or a sibling where there is
			* one core only */
	int node;      /* NUMA node of the writer's memory */
	/* For writers that store at a time: writer_cpu, then the nearest ones,
	 * a core's other threads behind all cores; other_cpu is the last. */
	int cpus[PLACEMENT_CPUS];
	int nr_cpus; /* 0: where the scheduler puts them */
};

/* How many of @place->cpus writers get: all, or all but other_cpu where the
 * collector is to have that one to itself. */
static inline int placement_writers(const struct placement *place, bool apart)
{
	return apart && place->nr_cpus > 1 ? place->nr_cpus - 1
					   : place->nr_cpus;
}

/*
 * Choose from @topology, among the processors this process may use: the writer
 * on the last core, because the first one serves most interrupts; the other
 * processor on the core that shares the smallest cache with it. -ENOENT when
 * no processor is allowed.
 */
int placement_choose(hwloc_topology_t topology, struct placement *place,
		     struct reason *why);

/*
 * Bind this process to the writer's processor and its memory to that node, by
 * thread policy: both survive exec, and no mapping is split. Memory binding
 * that the kernel does not offer is no error. -errno when the processor cannot
 * be had.
 */
int placement_apply(hwloc_topology_t topology, const struct placement *place);

/*
 * Keep this process, the runner, off the writer's processor where there is
 * another one: handling a report there would empty the target's cache.
 */
void placement_keep_off(hwloc_topology_t topology,
			const struct placement *place);

/* Load what placement_choose() needs; -errno on failure. */
int placement_topology(hwloc_topology_t *topology, struct reason *why);

#endif
