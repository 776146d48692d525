/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying a process that goes on, again and again: how, and when that ends. */
#ifndef DIRTYBENCH_PURSUIT_H
#define DIRTYBENCH_PURSUIT_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/params.h"
#include "results/detail.h"

/* What a workload says of the process that is to be copied (predump.h). */
struct pursuit {
	uint64_t bandwidth; /* bytes a second that are copied at the most */
	unsigned int max_iterations;
	uint64_t threshold; /* pages: few enough to stop the process for */
	bool stop; /* while it is collected and armed, where these are two */
	/* Nobody here says what it does, control epochs or not. */
	bool foreign;
};

/*
 * The parameters of such a workload, without braces around them. 8 iterations
 * and 64 pages are those of CRIU's p.haul; 1 GiB/s is a link of 10 Gbit/s.
 */
#define PURSUIT_PARAMS                                                        \
	{ .name = "bandwidth",                                                \
	  .type = PARAM_BYTES,                                                \
	  .fallback = "1g",                                                   \
	  .min = 1 << 20,                                                     \
	  .help = "bytes a second that are copied at the most" },             \
		{ .name = "max-iterations",                                   \
		  .type = PARAM_COUNT,                                        \
		  .fallback = "8",                                            \
		  .min = 1,                                                   \
		  .max = ITERATIONS_MAX - 2,                                  \
		  .help = "collections, before the process is stopped for "   \
			  "the last one" },                                   \
		{ .name = "threshold",                                        \
		  .type = PARAM_COUNT,                                        \
		  .fallback = "64",                                           \
		  .help = "pages that are few enough to stop the process" },  \
	{                                                                     \
		.name = "stop", .type = PARAM_CHOICE, .fallback = "yes",      \
		.choices = "yes|no",                                          \
		.help = "the process while it is collected and armed, where " \
			"these are two calls"                                 \
	}

/* Their values. */
void pursuit_read(const struct params *params, struct pursuit *out);

/* Whether @pages, the set of @iteration, counted from 1, is to be the last one
 * before the process is stopped; @before are those of the one before it. */
enum pursuit_end pursuit_judge(const struct pursuit *pursuit,
			       unsigned int iteration, uint64_t before,
			       uint64_t pages);

#endif
