/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the threads of a cell run, as its parameters say. */
#ifndef DIRTYBENCH_CELLPLACE_H
#define DIRTYBENCH_CELLPLACE_H

#include "harness/cell.h"
#include "harness/placement.h"

/* What the cell wants of placement_choose(): its parameter place. */
enum placement_want cellplace_want(const struct cell *cell);

/* How many of @place->cpus, from the first one on, have threads that store. As
 * many as there are threads where the scheduler puts them. */
int cellplace_writers(const struct cell *cell, const struct placement *place);

/* Choose from @topology. -errno with @why where this machine has no such
 * processors, or too few. */
int cellplace_choose(hwloc_topology_t topology, const struct cell *cell,
		     struct placement *place, struct reason *why);

#endif
