// SPDX-License-Identifier: GPL-2.0-or-later
/* Which processors the writer and a tracker's helper thread run on. */
#include "harness/placement.h"

#include <errno.h>

int placement_topology(hwloc_topology_t *topology, struct reason *why)
{
	unsigned long flags = 0;

	if (hwloc_topology_init(topology))
		return reason_errno(why, -errno, "hwloc");
#if HWLOC_API_VERSION >= 0x00020500
	/* What taskset leaves this process; older ones see cpusets only. */
	flags = HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM |
		HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING;
#endif
	hwloc_topology_set_flags(*topology, flags);
	if (hwloc_topology_load(*topology)) {
		hwloc_topology_destroy(*topology);
		return reason_errno(why, -errno,
				    "hwloc cannot read the topology");
	}
	return 0;
}

static int allowed(hwloc_topology_t topology, hwloc_obj_t pu)
{
	hwloc_const_cpuset_t set = hwloc_topology_get_allowed_cpuset(topology);

	return hwloc_bitmap_isset(set, pu->os_index);
}

static hwloc_obj_t core_of(hwloc_topology_t topology, hwloc_obj_t pu)
{
	hwloc_obj_t core =
		hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);

	return core ? core : pu;
}

/* How far apart two processors are: levels up to what they share. */
static int distance(hwloc_topology_t topology, hwloc_obj_t a, hwloc_obj_t b)
{
	hwloc_obj_t common = hwloc_get_common_ancestor_obj(topology, a, b);

	return a->depth - common->depth;
}

static hwloc_obj_t nearest_other(hwloc_topology_t topology, hwloc_obj_t writer)
{
	int nr = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	hwloc_obj_t best = NULL;
	hwloc_obj_t sibling = NULL;
	hwloc_obj_t pu;

	for (int i = 0; i < nr; i++) {
		pu = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU,
					   (unsigned int)i);
		if (pu == writer || !allowed(topology, pu))
			continue;
		if (core_of(topology, pu) == core_of(topology, writer))
			sibling = pu;
		else if (!best || distance(topology, writer, pu) <
					  distance(topology, writer, best))
			best = pu;
	}
	return best ? best : sibling;
}

/* Whether @a is for a writer before @b is. */
static bool is_before(hwloc_topology_t topology, hwloc_obj_t writer,
		      hwloc_obj_t a, hwloc_obj_t b)
{
	bool a_first = core_of(topology, a)->first_child == a ||
		       core_of(topology, a) == a;
	bool b_first = core_of(topology, b)->first_child == b ||
		       core_of(topology, b) == b;

	if (a_first != b_first)
		return a_first;
	return distance(topology, writer, a) < distance(topology, writer, b);
}

/* Sorted in between, behind those that are as near. */
static void insert(hwloc_topology_t topology, hwloc_obj_t *pus, int nr,
		   hwloc_obj_t pu)
{
	int at = nr;

	while (at > 1 && is_before(topology, pus[0], pu, pus[at - 1])) {
		pus[at] = pus[at - 1];
		at--;
	}
	pus[at] = pu;
}

static void list_cpus(hwloc_topology_t topology, hwloc_obj_t writer,
		      hwloc_obj_t other, struct placement *place)
{
	int nr = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	hwloc_obj_t pus[PLACEMENT_CPUS] = { writer };
	int used = 1;
	hwloc_obj_t pu;

	for (int i = 0; i < nr && used < PLACEMENT_CPUS - 1; i++) {
		pu = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU,
					   (unsigned int)i);
		if (pu != writer && pu != other && allowed(topology, pu))
			insert(topology, pus, used++, pu);
	}
	if (other)
		pus[used++] = other;
	for (int i = 0; i < used; i++)
		place->cpus[i] = (int)pus[i]->os_index;
	place->nr_cpus = used;
}

int placement_choose(hwloc_topology_t topology, struct placement *place,
		     struct reason *why)
{
	int nr = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	hwloc_obj_t writer = NULL;
	hwloc_obj_t other, pu;

	for (int i = 0; i < nr; i++) {
		pu = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU,
					   (unsigned int)i);
		if (!allowed(topology, pu))
			continue;
		/* The last core's first thread. */
		if (!writer ||
		    core_of(topology, pu) != core_of(topology, writer))
			writer = pu;
	}
	if (!writer)
		return reason_set(why, -ENOENT, "no processor is allowed");
	other = nearest_other(topology, writer);
	place->writer_cpu = (int)writer->os_index;
	place->other_cpu = other ? (int)other->os_index : -1;
	place->node = hwloc_bitmap_first(writer->nodeset);
	list_cpus(topology, writer, other, place);
	return 0;
}

int placement_apply(hwloc_topology_t topology, const struct placement *place)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int ret = 0;

	if (!set)
		return -ENOMEM;
	hwloc_bitmap_only(set, (unsigned int)place->writer_cpu);
	if (hwloc_set_cpubind(topology, set, HWLOC_CPUBIND_THREAD))
		ret = -errno;
	hwloc_bitmap_only(set, (unsigned int)place->node);
	hwloc_set_membind(topology, set, HWLOC_MEMBIND_BIND,
			  HWLOC_MEMBIND_THREAD | HWLOC_MEMBIND_BYNODESET);
	hwloc_bitmap_free(set);
	return ret;
}

void placement_keep_off(hwloc_topology_t topology,
			const struct placement *place)
{
	hwloc_bitmap_t set =
		hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(topology));

	if (!set)
		return;
	hwloc_bitmap_clr(set, (unsigned int)place->writer_cpu);
	/* With one processor there is nowhere to go, and no other error. */
	if (!hwloc_bitmap_iszero(set))
		hwloc_set_cpubind(topology, set, HWLOC_CPUBIND_THREAD);
	hwloc_bitmap_free(set);
}
