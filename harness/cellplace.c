// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the threads of a cell run, as its parameters say. */
#include "harness/cellplace.h"

#include "harness/idlers.h"

enum placement_want cellplace_want(const struct cell *cell)
{
	if (!params_find(&cell->params, "place"))
		return PLACE_NEAR;
	return (enum placement_want)params_value(&cell->params, "place");
}

static bool is_concurrent(const struct cell *cell, struct concurrency *plan)
{
	return cell->workload->concurrent &&
	       cell->workload->concurrent(&cell->params, plan);
}

int cellplace_writers(const struct cell *cell, const struct placement *place)
{
	struct concurrency plan;
	int cpus;

	if (!is_concurrent(cell, &plan))
		return 1;
	cpus = concurrency_cpus(&plan, place);
	return cpus ? cpus : plan.writers;
}

int cellplace_choose(hwloc_topology_t topology, const struct cell *cell,
		     struct placement *place, struct reason *why)
{
	struct concurrency plan;
	int ret;

	ret = placement_choose(topology, cellplace_want(cell), place, why);
	if (ret)
		return ret;
	return idlers_check(
		&cell->params, place, cellplace_writers(cell, place),
		is_concurrent(cell, &plan) && plan.apart && place->nr_cpus > 1,
		why);
}
