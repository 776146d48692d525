/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads of a target that do nothing: what tracking costs because they exist.
 */
#ifndef DIRTYBENCH_IDLERS_H
#define DIRTYBENCH_IDLERS_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "harness/params.h"
#include "harness/placement.h"
#include "harness/reason.h"

/* More than any program has processors. */
enum { IDLERS_MAX = 1024 };

/* The parameters of a workload with such threads, without braces around. */
#define IDLERS_PARAMS                                                        \
	{ .name = "idle-threads",                                            \
	  .type = PARAM_COUNT,                                               \
	  .fallback = "0",                                                   \
	  .max = IDLERS_MAX,                                                 \
	  .quiet = true,                                                     \
	  .help = "so many threads more that do nothing" },                  \
	{                                                                    \
		.name = "idle", .type = PARAM_CHOICE, .fallback = "asleep",  \
		.choices = "asleep|awake", .quiet = true,                    \
		.help = "these sleep, or each keeps a processor of its own " \
			"busy in user space"                                 \
	}

/*
 * One that sleeps leaves its processor without the process's page tables in
 * use, so that no shootdown goes there; one that is awake gets each of them.
 */
struct idlers {
	pthread_t *threads;
	int nr; /* that run */
	bool awake;
	const struct placement *place;
	sem_t begun, end;
	_Atomic bool ended;
};

/*
 * Whether there are processors for them beside those in use: the first @writers
 * of @place->cpus, and the last one where @collector has it. -ENODEV with @why
 * where there are too few.
 */
int idlers_check(const struct params *params, const struct placement *place,
		 int writers, bool collector, struct reason *why);

/*
 * Start what the parameters ask for, none where they have none, with what
 * idlers_check() was told. They are in place when this returns. -errno with
 * @why; idlers_stop() in any case.
 */
int idlers_start(struct idlers *idlers, const struct params *params,
		 const struct placement *place, int writers,
		 struct reason *why);
void idlers_stop(struct idlers *idlers);

#endif
