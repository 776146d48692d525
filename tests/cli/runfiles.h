/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files beside the samples of a run: are they what they should be. */
#ifndef DIRTYBENCH_RUNFILES_H
#define DIRTYBENCH_RUNFILES_H

#include <jansson.h>
#include <stdbool.h>

/* The JSON of a file; NULL after a problem(). */
json_t *runfiles_load(const char *path);

/* env.json, which tells the same run as the sample @row (may be NULL). */
void runfiles_check_environment(const char *path, const json_t *row);

/* gbench.json against all rows; of an interrupted run (@partial) some cells
 * may not be in it. */
void runfiles_check_benchmarks(const char *path, const json_t *rows,
			       bool partial);

/* topology.xml, as hwloc reads it. */
void runfiles_check_topology(const char *path);

#endif
