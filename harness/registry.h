/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every tracker and workload of this build. */
#ifndef DIRTYBENCH_REGISTRY_H
#define DIRTYBENCH_REGISTRY_H

#include "harness/reason.h"
#include "trackers/tracker.h"
#include "workloads/workload.h"

/* Sorted by name, ended by NULL; generated from the CMake lists. */
extern const struct tracker *const trackers[];
extern const struct workload *const workloads[];

/* NULL when there is none of that name; @why then names the nearest. */
const struct tracker *tracker_find(const char *name, struct reason *why);
const struct workload *workload_find(const char *name, struct reason *why);

#endif
