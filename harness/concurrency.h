/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writers that do not stop: how many, and how often they are collected from. */
#ifndef DIRTYBENCH_CONCURRENCY_H
#define DIRTYBENCH_CONCURRENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/idlers.h"
#include "harness/params.h"
#include "harness/placement.h"

/* What a workload says of its threads that store while others collect. */
struct concurrency {
	int writers;
	bool random;	  /* which unit is next; else the one behind */
	int64_t delay_ns; /* from the end of a collection to the next one */
	int64_t epoch_ns; /* how long an epoch lasts */
	bool apart;	  /* the collector has a processor of its own */
	uint64_t seed;
};

/* So many have a cache line each in a page. */
enum { CONCURRENCY_MAX_WRITERS = 64 };

/*
 * The parameters of a workload with such threads, without braces around them:
 * @least is the fewest, and quiet is whether they came later than the workload.
 */
#define WRITERS_PARAMS(threads_text, least, is_quiet)                        \
	{ .name = "threads",                                                 \
	  .type = PARAM_COUNT,                                               \
	  .fallback = (threads_text),                                        \
	  .min = (least),                                                    \
	  .max = CONCURRENCY_MAX_WRITERS,                                    \
	  .quiet = (is_quiet),                                               \
	  .help = (least) ? "threads that store and do not stop"             \
			  : "threads that store and do not stop; 0: one "    \
			    "stores between arming and collecting" },        \
		{ .name = "access",                                          \
		  .type = PARAM_CHOICE,                                      \
		  .fallback = "random",                                      \
		  .choices = "random|sequential",                            \
		  .quiet = (is_quiet),                                       \
		  .help = "which page a thread stores to next" },            \
		{ .name = "delay-ms",                                        \
		  .type = PARAM_COUNT,                                       \
		  .fallback = "3",                                           \
		  .max = 10000,                                              \
		  .quiet = (is_quiet),                                       \
		  .help = "from the end of a collection to the next one" },  \
		{ .name = "epoch-ms",                                        \
		  .type = PARAM_COUNT,                                       \
		  .fallback = "200",                                         \
		  .min = 10,                                                 \
		  .max = 60000,                                              \
		  .quiet = (is_quiet),                                       \
		  .help = "how long an epoch of many collections lasts" },   \
		{ .name = "collector",                                       \
		  .type = PARAM_CHOICE,                                      \
		  .fallback = "apart",                                       \
		  .choices = "apart|among",                                  \
		  .quiet = (is_quiet),                                       \
		  .help = "on a processor without writers, where there are " \
			  "two, or on one of theirs" },                      \
		PLACEMENT_PARAM, IDLERS_PARAMS

/* Of one that has no others. */
#define CONCURRENCY_PARAMS(threads_text)                                \
	WRITERS_PARAMS(threads_text, 1, false),                         \
	{                                                               \
		.name = "seed", .type = PARAM_COUNT, .fallback = "1",   \
		.help = "of every random choice; epoch N uses seed + N" \
	}

/* Of one that has those of stores.h, and threads only where it is asked to. */
#define STORES_WRITERS_PARAMS WRITERS_PARAMS("0", 0, true)

/* workload.concurrent of these. */
bool concurrency_read(const struct params *params, struct concurrency *out);

/* On how many of @place->cpus, from the first one on, its threads store; 0
 * where the scheduler puts them. */
int concurrency_cpus(const struct concurrency *plan,
		     const struct placement *place);

/* Whether they go together, for workload.needs. -EINVAL with @why. */
int concurrency_check(const struct params *params, struct reason *why);

#endif
