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

/* What all data caches above it are in; itself where there are none. */
static hwloc_obj_t last_cache(hwloc_obj_t pu)
{
	hwloc_obj_t cache = pu;

	for (hwloc_obj_t obj = pu; obj; obj = obj->parent)
		if (hwloc_obj_type_is_dcache(obj->type))
			cache = obj;
	return cache;
}

static bool same_node(hwloc_obj_t a, hwloc_obj_t b)
{
	return hwloc_bitmap_intersects(a->nodeset, b->nodeset);
}

static bool is_wanted(hwloc_topology_t topology, enum placement_want want,
		      hwloc_obj_t writer, hwloc_obj_t pu)
{
	bool same_core = core_of(topology, pu) == core_of(topology, writer);

	switch (want) {
	case PLACE_CORE:
		return same_core;
	case PLACE_CACHE:
		return !same_core && last_cache(pu) == last_cache(writer);
	case PLACE_NODE:
		return !same_node(pu, writer);
	default:
		return true;
	}
}

/* Whether @a is nearer to the writer than @b, which may be none; what shares
 * its core comes last. */
static bool is_nearer(hwloc_topology_t topology, hwloc_obj_t writer,
		      hwloc_obj_t a, hwloc_obj_t b)
{
	hwloc_obj_t core = core_of(topology, writer);
	bool a_same = core_of(topology, a) == core;

	if (!b)
		return true;
	if (a_same != (core_of(topology, b) == core))
		return !a_same;
	return distance(topology, writer, a) < distance(topology, writer, b);
}

static hwloc_obj_t nth_pu(hwloc_topology_t topology, int nr)
{
	return hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, (unsigned int)nr);
}

static hwloc_obj_t nearest_other(hwloc_topology_t topology,
				 enum placement_want want, hwloc_obj_t writer)
{
	int nr = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	hwloc_obj_t best = NULL;
	hwloc_obj_t pu;

	for (int i = 0; i < nr; i++) {
		pu = nth_pu(topology, i);
		if (pu != writer && allowed(topology, pu) &&
		    is_wanted(topology, want, writer, pu) &&
		    is_nearer(topology, writer, pu, best))
			best = pu;
	}
	return best;
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

static void list_cpus(hwloc_topology_t topology, enum placement_want want,
		      hwloc_obj_t writer, hwloc_obj_t other,
		      struct placement *place)
{
	int nr = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	hwloc_obj_t pus[PLACEMENT_CPUS] = { writer };
	int used = 1;
	hwloc_obj_t pu;

	for (int i = 0; i < nr && used < PLACEMENT_CPUS - 1; i++) {
		pu = nth_pu(topology, i);
		if (pu != writer && pu != other && allowed(topology, pu) &&
		    (want != PLACE_NODE || same_node(pu, writer)))
			insert(topology, pus, used++, pu);
	}
	if (other)
		pus[used++] = other;
	for (int i = 0; i < used; i++)
		place->cpus[i] = (int)pus[i]->os_index;
	place->nr_cpus = used;
}

/* The last core's first thread, of those with another processor as is wanted;
 * PLACE_NEAR does without. NULL for none. */
static hwloc_obj_t find_writer(hwloc_topology_t topology,
			       enum placement_want want, hwloc_obj_t *other)
{
	int nr = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	hwloc_obj_t writer = NULL;
	hwloc_obj_t pu, with;

	for (int i = 0; i < nr; i++) {
		pu = nth_pu(topology, i);
		if (!allowed(topology, pu) ||
		    (writer &&
		     core_of(topology, pu) == core_of(topology, writer)))
			continue;
		with = nearest_other(topology, want, pu);
		if (!with && want != PLACE_NEAR)
			continue;
		writer = pu;
		*other = with;
	}
	return writer;
}

static int refuse(enum placement_want want, struct reason *why)
{
	static const char *const missing[] = {
		[PLACE_CORE] = "place=core needs a core with two hardware "
			       "threads, and of none two are allowed",
		[PLACE_CACHE] = "place=cache needs two cores under one cache, "
				"and of no cache two are allowed",
		[PLACE_NODE] = "place=node needs processors of two NUMA nodes, "
			       "and those that are allowed are of one",
	};

	if (want == PLACE_NEAR)
		return reason_set(why, -ENOENT, "no processor is allowed");
	return reason_set(why, -ENODEV, "%s", missing[want]);
}

int placement_choose(hwloc_topology_t topology, enum placement_want want,
		     struct placement *place, struct reason *why)
{
	hwloc_obj_t other = NULL;
	hwloc_obj_t writer = find_writer(topology, want, &other);

	if (!writer)
		return refuse(want, why);
	place->writer_cpu = (int)writer->os_index;
	place->other_cpu = other ? (int)other->os_index : -1;
	place->node = hwloc_bitmap_first(writer->nodeset);
	list_cpus(topology, want, writer, other, place);
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
