/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writers that do not stop: how many, and how often they are collected from. */
#ifndef DIRTYBENCH_CONCURRENCY_H
#define DIRTYBENCH_CONCURRENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/params.h"

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

/* The parameters of such a workload, without braces around them. */
#define CONCURRENCY_PARAMS(threads_text)                                     \
	{ .name = "threads",                                                 \
	  .type = PARAM_COUNT,                                               \
	  .fallback = (threads_text),                                        \
	  .min = 1,                                                          \
	  .max = CONCURRENCY_MAX_WRITERS,                                    \
	  .help = "threads that store and do not stop" },                    \
		{ .name = "access",                                          \
		  .type = PARAM_CHOICE,                                      \
		  .fallback = "random",                                      \
		  .choices = "random|sequential",                            \
		  .help = "which page a thread stores to next" },            \
		{ .name = "delay-ms",                                        \
		  .type = PARAM_COUNT,                                       \
		  .fallback = "3",                                           \
		  .max = 10000,                                              \
		  .help = "from the end of a collection to the next one" },  \
		{ .name = "epoch-ms",                                        \
		  .type = PARAM_COUNT,                                       \
		  .fallback = "200",                                         \
		  .min = 10,                                                 \
		  .max = 60000,                                              \
		  .help = "how long an epoch of many collections lasts" },   \
		{ .name = "collector",                                       \
		  .type = PARAM_CHOICE,                                      \
		  .fallback = "apart",                                       \
		  .choices = "apart|among",                                  \
		  .help = "on a processor without writers, where there are " \
			  "two, or on one of theirs" },                      \
	{                                                                    \
		.name = "seed", .type = PARAM_COUNT, .fallback = "1",        \
		.help = "of every random choice; epoch N uses seed + N"      \
	}

/* Their values. */
void concurrency_read(const struct params *params, struct concurrency *out);

#endif
