// SPDX-License-Identifier: GPL-2.0-or-later
/* A tracker that follows a workload's memory: its hooks, in order, timed. */
#include "harness/follower.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/concurrency.h"

/* Entries that a tracker gets to fill at a time: enough for most epochs, and
 * 1 MiB, which does not push the workload out of the cache. */
enum { CHUNK_MIN = 4096, CHUNK_MAX = 65536 };

pid_t follower_tracked(const struct work *work)
{
	return work->tracked ? work->tracked : getpid();
}

int64_t follower_start_clock(const struct follower *f)
{
	if (!f->await_tick)
		return clock_now_ns();
	clock_await_tick();
	return mark_clock_ns(MARK_BEGIN);
}

void follower_stop_clock(int64_t start_ns, enum mark phase, int64_t *phase_ns)
{
	int64_t spent_ns = mark_clock_ns(MARK_END) - start_ns;

	mark_here(phase);
	*phase_ns = *phase_ns == SAMPLE_NULL ? spent_ns : *phase_ns + spent_ns;
}

int follower_create(struct follower *f, const struct cell *cell,
		    const struct work *work, const struct placement *place,
		    struct reason *why)
{
	const struct param_value *collect =
		params_find(&cell->params, "collect");
	size_t pages = work->stores.nr_candidates;
	size_t chunk;

	memset(f, 0, sizeof(*f));
	f->atomic = collect && !strcmp(collect->text, "atomic");
	f->tracking = (struct tracking){
		.tracker = cell->tracker,
		.params = &cell->params,
		.place = place,
		.buffers = &f->buffers,
	};
	/* Who stores elsewhere lists no pages for it. */
	chunk = (pages ? pages : work->resident_pages) / 2 + 1;
	if (chunk < CHUNK_MIN)
		chunk = CHUNK_MIN;
	if (chunk > CHUNK_MAX)
		chunk = CHUNK_MAX;
	f->chunk.max = chunk;
	f->chunk.v = buffers_alloc(&f->buffers, chunk * sizeof(struct region));
	return f->chunk.v ? 0
			  : reason_set(why, -ENOMEM,
				       "no memory for lists of regions");
}

int follower_expect(struct follower *f, uint64_t pages, struct reason *why)
{
	size_t max = pages / 2 + 1;
	size_t bytes = max * sizeof(struct region);

	if (max <= f->chunk.max)
		return 0;
	f->whole.v = malloc(bytes);
	if (!f->whole.v)
		return reason_set(why, -ENOMEM,
				  "no memory for lists of regions");
	memset(f->whole.v, 0, bytes);
	f->whole.max = max;
	return 0;
}

void follower_look_at_parts(struct follower *f, const struct work *work)
{
	struct tracking *t = &f->tracking;

	t->parts = work->nr_parts ? work->parts : work->ranges;
	t->nr_parts = work->nr_parts ? work->nr_parts : work->nr_ranges;
}

/* Who stores, and where. */
static void describe_writers(struct tracking *t, const struct work *work)
{
	const struct workload *workload = work->workload;
	struct concurrency plan;

	t->storing_threads = 1;
	t->storing_cpus = 1;
	t->handlers = 0;
	if (!workload->concurrent || !workload->concurrent(work->params, &plan))
		return;
	t->storing_threads = plan.writers;
	t->storing_cpus = concurrency_cpus(&plan, t->place);
}

int follower_open(struct follower *f, const struct work *work,
		  int64_t *phase_ns)
{
	struct tracking *t = &f->tracking;
	int64_t start_ns;
	int ret;

	t->pid = follower_tracked(work);
	t->ranges = work->ranges;
	t->nr_ranges = work->nr_ranges;
	follower_look_at_parts(f, work);
	t->resident_pages = work->resident_pages;
	t->storable_pages = work->stores.nr_candidates *
			    (work->stores.unit_bytes / page_bytes());
	describe_writers(t, work);
	start_ns = follower_start_clock(f);
	ret = t->tracker->open(t);
	follower_stop_clock(start_ns, MARK_OPEN, phase_ns);
	f->opened = !ret;
	f->in_force = false;
	f->armed = false;
	return ret;
}

void follower_close(struct follower *f, int64_t *phase_ns)
{
	int64_t start_ns = follower_start_clock(f);

	f->tracking.tracker->close(&f->tracking);
	follower_stop_clock(start_ns, MARK_CLOSE, phase_ns);
	f->opened = false;
	f->in_force = false;
	f->armed = false;
}

int follower_disarm(struct follower *f, int64_t *phase_ns)
{
	int64_t start_ns = follower_start_clock(f);
	int ret;

	ret = f->tracking.tracker->disarm(&f->tracking);
	follower_stop_clock(start_ns, MARK_DISARM, phase_ns);
	f->in_force = false;
	f->armed = false;
	return ret;
}

int follower_arm(struct follower *f, int64_t *phase_ns)
{
	int64_t start_ns = follower_start_clock(f);
	int ret;

	ret = f->tracking.tracker->arm(&f->tracking);
	follower_stop_clock(start_ns, MARK_ARM, phase_ns);
	f->in_force = true;
	f->armed = !ret;
	return ret;
}

/* Move what a call has filled to the whole list, which grows as needed. */
static int keep_chunk(struct follower *f)
{
	struct region_array *all = &f->whole;
	struct region *grown;
	size_t max;

	if (all->nr + f->chunk.nr > all->max) {
		max = 2 * (all->nr + f->chunk.nr);
		grown = realloc(all->v, max * sizeof(*grown));
		if (!grown)
			return reason_set(&f->tracking.why, -ENOMEM,
					  "no memory for reported regions");
		all->v = grown;
		all->max = max;
	}
	for (size_t i = 0; i < f->chunk.nr; i++)
		region_append(all, f->chunk.v[i].start, f->chunk.v[i].end);
	return 0;
}

int follower_collect(struct follower *f, struct sample_phases *ns)
{
	const struct tracker *tracker = f->tracking.tracker;
	int (*hook)(struct tracking *, struct region_array *) =
		f->atomic ? tracker->collect_and_arm : tracker->collect;
	int64_t *phase_ns = f->atomic ? &ns->collect_arm : &ns->collect;
	enum mark mark = f->atomic ? MARK_COLLECT_ARM : MARK_COLLECT;
	int64_t start_ns;
	int kept = 0;
	int ret;

	f->whole.nr = 0;
	f->reported = &f->chunk;
	do {
		f->chunk.nr = 0;
		start_ns = follower_start_clock(f);
		ret = hook(&f->tracking, &f->chunk);
		follower_stop_clock(start_ns, mark, phase_ns);
		/* Copied only where it has to be: for the cache's sake. */
		if (ret == 1)
			f->reported = &f->whole;
		if (f->reported == &f->whole)
			kept = keep_chunk(f);
	} while (ret == 1 && !kept);
	f->armed = f->atomic && !ret;
	return ret < 0 ? ret : kept;
}

void follower_destroy(struct follower *f)
{
	int64_t unused_ns = SAMPLE_NULL;

	if (f->opened)
		follower_close(f, &unused_ns);
	free(f->whole.v);
	if (f->chunk.v)
		buffers_free(&f->buffers, f->chunk.v);
}
