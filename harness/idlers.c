// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads of a target that do nothing: what tracking costs because they exist.
 */
#include "harness/idlers.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

/* They call nothing. What is armed with the whole process is better small. */
enum { STACK_BYTES = 64 << 10 };

static int wanted(const struct params *params)
{
	return params_find(params, "idle-threads")
		       ? (int)params_value(params, "idle-threads")
		       : 0;
}

int idlers_check(const struct params *params, const struct placement *place,
		 int writers, bool collector, struct reason *why)
{
	int nr = wanted(params);
	int left = place->nr_cpus - writers - collector;

	if (!params_find(params, "idle") || params_is(params, "idle", "asleep"))
		return 0;
	if (nr <= left || !nr)
		return 0;
	return reason_set(why, -ENODEV,
			  "idle=awake needs a processor for each of "
			  "idle-threads=%d that nobody else has, and there are "
			  "%d",
			  nr, left > 0 ? left : 0);
}

/* A signal is none of its business. */
static void wait_for(sem_t *what)
{
	while (sem_wait(what))
		;
}

static void *idle(void *arg)
{
	struct idlers *idlers = arg;

	sem_post(&idlers->begun);
	while (idlers->awake &&
	       !atomic_load_explicit(&idlers->ended, memory_order_relaxed))
		;
	if (!idlers->awake)
		wait_for(&idlers->end);
	return NULL;
}

/* Those that are awake have processors of their own; those that sleep have been
 * on all but the first writer's, where there are others. */
static int place_one(const struct idlers *idlers, int nr, int writers,
		     pthread_attr_t *attr)
{
	const struct placement *place = idlers->place;
	int others = place->nr_cpus - 1;
	cpu_set_t set;

	if (others < 1)
		return 0;
	CPU_ZERO(&set);
	CPU_SET(place->cpus[idlers->awake ? writers + nr : 1 + nr % others],
		&set);
	return pthread_attr_setaffinity_np(attr, sizeof(set), &set);
}

static int start_one(struct idlers *idlers, int nr, int writers)
{
	pthread_attr_t attr;
	int ret;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	ret = place_one(idlers, nr, writers, &attr);
	if (!ret)
		ret = pthread_create(&idlers->threads[nr], &attr, idle, idlers);
	pthread_attr_destroy(&attr);
	return -ret;
}

int idlers_start(struct idlers *idlers, const struct params *params,
		 const struct placement *place, int writers, struct reason *why)
{
	int nr = wanted(params);
	int ret = 0;

	*idlers = (struct idlers){ .place = place };
	if (!nr)
		return 0;
	idlers->awake = params_is(params, "idle", "awake");
	idlers->threads = calloc((size_t)nr, sizeof(*idlers->threads));
	if (!idlers->threads)
		return reason_set(why, -ENOMEM, "no memory for idle threads");
	sem_init(&idlers->begun, 0, 0);
	sem_init(&idlers->end, 0, 0);
	while (!ret && idlers->nr < nr) {
		ret = start_one(idlers, idlers->nr, writers);
		idlers->nr += !ret;
	}
	for (int i = 0; i < idlers->nr; i++)
		wait_for(&idlers->begun);
	return ret ? reason_errno(why, ret, "starting idle thread %d of %d",
				  idlers->nr + 1, nr)
		   : 0;
}

void idlers_stop(struct idlers *idlers)
{
	atomic_store(&idlers->ended, true);
	for (int i = 0; i < idlers->nr; i++)
		sem_post(&idlers->end);
	for (int i = 0; i < idlers->nr; i++)
		pthread_join(idlers->threads[i], NULL);
	free(idlers->threads);
}
