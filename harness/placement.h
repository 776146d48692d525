/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processors the writer and a tracker's helper thread run on. */
#ifndef DIRTYBENCH_PLACEMENT_H
#define DIRTYBENCH_PLACEMENT_H

#include <hwloc.h>
#include <stdbool.h>

#include "harness/params.h"
#include "harness/reason.h"

/* More processors than that get no writers. */
enum { PLACEMENT_CPUS = 64 };

/* Where who collects, or helps the tracker, is to be. */
enum placement_want {
	PLACE_NEAR,  /* the nearest other core; else another thread of this */
	PLACE_CORE,  /* on another hardware thread of the writer's core */
	PLACE_CACHE, /* on another core under the last cache of the writer's */
	PLACE_NODE,  /* on another NUMA node than the writers and the memory */
};

/* The parameter, whose value is one of these. */
#define PLACEMENT_PARAM                                                      \
	{                                                                    \
		.name = "place", .type = PARAM_CHOICE, .fallback = "near",   \
		.choices = "near|core|cache|node", .quiet = true,            \
		.help = "the collector, or helper: on the nearest core, on " \
			"the writer's, on one under the same cache, on "     \
			"another NUMA node"                                  \
	}

/* Numbers of the operating system; -1 where there is no such processor. */
struct placement {
	int writer_cpu;
	int other_cpu; /* as is wanted */
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
 * Where helper thread number @nr goes, from 0: to the processor of another
 * writer, where they are on the first @writers of @place->cpus; or to another
 * one than the first writer's, from the last one on. -1 where there is none.
 */
static inline int placement_same(const struct placement *place, int nr,
				 int writers)
{
	if (writers > place->nr_cpus)
		writers = place->nr_cpus;
	return writers > 1 ? place->cpus[nr % writers] : place->writer_cpu;
}

static inline int placement_other(const struct placement *place, int nr)
{
	int others = place->nr_cpus - 1;

	return others > 1 ? place->cpus[others - nr % others]
			  : place->other_cpu;
}

/*
 * Choose from @topology, among the processors this process may use: the writer
 * on the last core that has such another processor, because the first one
 * serves most interrupts; the other processor the nearest such. With PLACE_NODE
 * all writers are on the node of their memory. -ENOENT when no processor is
 * allowed, -ENODEV with what is missing where none is as @want says; PLACE_NEAR
 * does with one.
 */
int placement_choose(hwloc_topology_t topology, enum placement_want want,
		     struct placement *place, struct reason *why);

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
