// SPDX-License-Identifier: GPL-2.0-or-later
/* A workload and a tracker together in one target, epoch after epoch. */
#include "harness/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/memory.h"
#include "harness/oracle.h"
#include "harness/procfs.h"

/* Entries that a tracker gets to fill at a time: enough for most epochs, and
 * 1 MiB, which does not push the workload out of the cache. */
enum { CHUNK_MIN = 4096, CHUNK_MAX = 65536 };

/* Looks at the VMAs that a replay takes: the peak of a shuffled epoch moves
 * by less than one part in as many between two of them. */
enum { REPLAY_SLICES = 32 };

static void add(int64_t *figure, int64_t value)
{
	*figure = *figure == SAMPLE_NULL ? value : *figure + value;
}

static int64_t start_clock(const struct session *s)
{
	if (s->await_tick)
		clock_await_tick();
	return clock_now_ns();
}

/* Add the time since @start_ns to a phase. */
static void stop_clock(int64_t start_ns, int64_t *phase_ns)
{
	add(phase_ns, clock_now_ns() - start_ns);
}

/* Add the faults and switches since @from to the epoch's figures, if they are
 * those of the process that stores. */
static void add_usage(const struct session *s, const struct rusage *from,
		      struct sample_figures *figures)
{
	struct rusage to;

	if (s->work.other_stores)
		return;
	getrusage(RUSAGE_SELF, &to);
	add(&figures->faults.minor, to.ru_minflt - from->ru_minflt);
	add(&figures->faults.major, to.ru_majflt - from->ru_majflt);
	add(&figures->switches.voluntary, to.ru_nvcsw - from->ru_nvcsw);
	add(&figures->switches.involuntary, to.ru_nivcsw - from->ru_nivcsw);
}

static int alloc_regions(struct session *s)
{
	size_t stores = s->work.stores.nr_candidates;
	size_t chunk = stores / 2 + 1;

	if (chunk < CHUNK_MIN)
		chunk = CHUNK_MIN;
	if (chunk > CHUNK_MAX)
		chunk = CHUNK_MAX;
	s->chunk.max = chunk;
	s->chunk.v = buffers_alloc(&s->buffers, chunk * sizeof(struct region));
	s->expected.max = stores;
	s->expected.v = calloc(stores, sizeof(struct region));
	return s->chunk.v && s->expected.v ? 0 : -ENOMEM;
}

static pid_t tracked_pid(const struct session *s)
{
	return s->work.tracked ? s->work.tracked : getpid();
}

int session_create(struct session *s, const struct cell *cell,
		   const struct placement *place, struct reason *why)
{
	const struct param_value *collect;
	int ret;

	memset(s, 0, sizeof(*s));
	s->cell = cell;
	s->work.workload = cell->workload;
	s->work.params = &cell->params;
	ret = cell->workload->open(&s->work);
	if (ret) {
		*why = s->work.why;
		return ret;
	}
	ret = alloc_regions(s);
	if (ret)
		return reason_set(why, ret, "no memory for lists of regions");
	collect = params_find(&cell->params, "collect");
	s->atomic = collect && !strcmp(collect->text, "atomic");
	s->tracking = (struct tracking){
		.tracker = cell->tracker,
		.params = &cell->params,
		.place = place,
		.buffers = &s->buffers,
	};
	return 0;
}

/* Let the tracker arm and collect what the workload wants it to. */
static void look_at_parts(struct session *s)
{
	const struct work *work = &s->work;
	struct tracking *t = &s->tracking;

	t->parts = work->nr_parts ? work->parts : work->ranges;
	t->nr_parts = work->nr_parts ? work->nr_parts : work->nr_ranges;
}

static int open_tracker(struct session *s, struct sample_figures *figures)
{
	struct tracking *t = &s->tracking;
	int64_t start_ns;
	int ret;

	t->pid = tracked_pid(s);
	t->ranges = s->work.ranges;
	t->nr_ranges = s->work.nr_ranges;
	look_at_parts(s);
	t->resident_pages = s->work.resident_pages;
	t->storable_pages = s->work.stores.nr_candidates *
			    (s->work.stores.unit_bytes / page_bytes());
	s->vmas_before = procfs_vmas(t->pid);
	s->pagetable_kb_before = procfs_pagetable_kb(t->pid);
	start_ns = start_clock(s);
	ret = t->tracker->open(t);
	stop_clock(start_ns, &figures->ns.open);
	s->opened = !ret;
	s->in_force = false;
	s->armed = false;
	return ret;
}

static void close_tracker(struct session *s, struct sample_figures *figures)
{
	int64_t start_ns = start_clock(s);

	s->tracking.tracker->close(&s->tracking);
	stop_clock(start_ns, &figures->ns.close);
	s->opened = false;
	s->in_force = false;
	s->armed = false;
}

static int disarm_tracker(struct session *s, struct sample_figures *figures)
{
	int64_t start_ns = start_clock(s);
	int ret;

	ret = s->tracking.tracker->disarm(&s->tracking);
	stop_clock(start_ns, &figures->ns.disarm);
	s->in_force = false;
	s->armed = false;
	return ret;
}

/* Bring workload and tracker to where the epoch starts. Hooks of both may have
 * failed: *failed is where the reason is. */
static int prepare(struct session *s, const struct epoch *epoch,
		   struct sample_figures *figures, const struct reason **failed)
{
	const struct workload *workload = s->work.workload;
	int ret;

	*failed = &s->tracking.why;
	if (s->in_force && workload->rewrites &&
	    workload->rewrites(s->work.params)) {
		ret = disarm_tracker(s, figures);
		if (ret)
			return ret;
	}
	ret = workload->prepare(&s->work, epoch);
	if (ret < 0) {
		*failed = &s->work.why;
		return ret;
	}
	if (ret && s->opened)
		close_tracker(s, figures);
	return s->opened ? 0 : open_tracker(s, figures);
}

static int arm(struct session *s, struct sample_figures *figures)
{
	struct rusage usage;
	int64_t start_ns;
	int ret;

	if (s->armed)
		return 0;
	getrusage(RUSAGE_SELF, &usage);
	start_ns = start_clock(s);
	ret = s->tracking.tracker->arm(&s->tracking);
	stop_clock(start_ns, &figures->ns.arm);
	add_usage(s, &usage, figures);
	s->in_force = true;
	s->armed = !ret;
	return ret;
}

static int between(struct session *s, enum phase done)
{
	const struct workload *workload = s->work.workload;

	return workload->between ? workload->between(&s->work, done) : 0;
}

static void store(struct session *s, const struct epoch *epoch,
		  struct sample_figures *figures)
{
	const struct workload *workload = s->work.workload;
	int64_t start_ns;

	if (epoch->kind == EPOCH_READ)
		workload->read(&s->work);
	if (epoch->kind == EPOCH_READ || epoch->kind == EPOCH_IDLE)
		return;
	start_ns = start_clock(s);
	workload->write(&s->work, 0, s->work.stores.nr);
	stop_clock(start_ns, &figures->ns.write);
}

/* Move what a call has filled to the whole list, which grows as needed. */
static int keep_chunk(struct session *s)
{
	struct region_array *all = &s->whole;
	struct region *grown;
	size_t max;

	if (all->nr + s->chunk.nr > all->max) {
		max = 2 * (all->nr + s->chunk.nr);
		grown = realloc(all->v, max * sizeof(*grown));
		if (!grown)
			return reason_set(&s->tracking.why, -ENOMEM,
					  "no memory for reported regions");
		all->v = grown;
		all->max = max;
	}
	for (size_t i = 0; i < s->chunk.nr; i++)
		region_append(all, s->chunk.v[i].start, s->chunk.v[i].end);
	return 0;
}

static int collect(struct session *s, struct sample_figures *figures)
{
	const struct tracker *tracker = s->tracking.tracker;
	int (*hook)(struct tracking *, struct region_array *) =
		s->atomic ? tracker->collect_and_arm : tracker->collect;
	int64_t *phase_ns =
		s->atomic ? &figures->ns.collect_arm : &figures->ns.collect;
	int64_t start_ns;
	int kept = 0;
	int ret;

	s->whole.nr = 0;
	s->reported = &s->chunk;
	do {
		s->chunk.nr = 0;
		start_ns = start_clock(s);
		ret = hook(&s->tracking, &s->chunk);
		stop_clock(start_ns, phase_ns);
		/* Copied only where it has to be: for the cache's sake. */
		if (ret == 1)
			s->reported = &s->whole;
		if (s->reported == &s->whole)
			kept = keep_chunk(s);
	} while (ret == 1 && !kept);
	s->armed = s->atomic && !ret;
	return ret < 0 ? ret : kept;
}

/*
 * Write and collect. Usage is read around both where nothing comes between
 * them: each reading costs the phase behind it some of its cache.
 */
static int store_and_collect(struct session *s, const struct epoch *epoch,
			     struct sample_figures *figures,
			     const struct reason **failed)
{
	struct rusage usage;
	int ret;

	getrusage(RUSAGE_SELF, &usage);
	store(s, epoch, figures);
	if (s->work.workload->between) {
		add_usage(s, &usage, figures);
		*failed = &s->work.why;
		ret = between(s, PHASE_WRITE);
		if (ret)
			return ret;
		getrusage(RUSAGE_SELF, &usage);
	}
	*failed = &s->tracking.why;
	ret = collect(s, figures);
	add_usage(s, &usage, figures);
	return ret;
}

static int phases(struct session *s, const struct epoch *epoch,
		  struct sample_figures *figures, const struct reason **failed)
{
	int ret;

	*failed = &s->tracking.why;
	ret = arm(s, figures);
	if (ret)
		return ret;
	*failed = &s->work.why;
	ret = between(s, PHASE_ARM);
	if (ret)
		return ret;
	buffers_touch(&s->buffers);
	return store_and_collect(s, epoch, figures, failed);
}

static uint64_t pages_in(const struct region_array *regions)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < regions->nr; i++)
		pages += (regions->v[i].end - regions->v[i].start) /
			 page_bytes();
	return pages;
}

static void judge(struct session *s, struct epoch_result *result)
{
	const struct tracker *tracker = s->tracking.tracker;
	struct sample_figures *figures = &result->figures;
	struct verdict verdict;

	if (tracker->claim == CLAIM_NOTHING)
		return;
	oracle_judge(&s->expected, s->reported, s->work.ranges,
		     s->work.nr_ranges, tracker->granule, &verdict);
	figures->pages.reported = (int64_t)verdict.reported;
	figures->pages.missed = (int64_t)verdict.missed;
	figures->pages.extra = (int64_t)verdict.extra;
	figures->pages.extra_in_granule = (int64_t)verdict.extra_in_granule;
	figures->regions.final = (int64_t)s->reported->nr;
	if (verdict.missed) {
		result->status = STATUS_LIED;
		reason_set(&result->why, 0,
			   "missed %llu of %lld written pages, first 0x%llx",
			   (unsigned long long)verdict.missed,
			   (long long)figures->pages.dirtied,
			   (unsigned long long)verdict.first_missed);
	} else if (tracker->claim == CLAIM_EXACT &&
		   verdict.extra > verdict.extra_in_granule) {
		result->status = STATUS_INEXACT;
		reason_set(&result->why, 0,
			   "reported %llu pages that no store explains, first "
			   "0x%llx",
			   (unsigned long long)(verdict.extra -
						verdict.extra_in_granule),
			   (unsigned long long)verdict.first_unexplained);
	}
}

static void describe(struct session *s, const struct epoch *epoch,
		     struct sample_figures *figures)
{
	const struct work *work = &s->work;
	uint64_t range_bytes = 0;

	s->expected.nr = 0;
	if (epoch->kind == EPOCH_FIRST || epoch->kind == EPOCH_MEASURED)
		work->workload->expected(work, &s->expected);
	for (int i = 0; i < work->nr_ranges; i++)
		range_bytes += work->ranges[i].end - work->ranges[i].start;
	figures->pages.range = (int64_t)(range_bytes / page_bytes());
	figures->pages.resident = (int64_t)work->resident_pages;
	figures->pages.dirtied = (int64_t)pages_in(&s->expected);
	figures->pages.unit =
		(int64_t)(work->ranges[0].unit_bytes / page_bytes());
	figures->regions.ideal = (int64_t)s->expected.nr;
}

static void take_counts(struct session *s, struct sample_figures *figures)
{
	const struct tracker_counts *counts = &s->tracking.counts;

	figures->records = (int64_t)counts->records;
	figures->output_bytes = (int64_t)counts->output_bytes;
	figures->syscalls = (int64_t)counts->syscalls;
	figures->nr_counters = counts->nr_counters;
	for (int i = 0; i < counts->nr_counters; i++) {
		strncpy(figures->counters[i].name, counts->counters[i].name,
			sizeof(figures->counters[i].name) - 1);
		figures->counters[i].value = counts->counters[i].value;
	}
}

/*
 * Counting huge pages walks all page tables and leaves them in the cache for
 * the phase that comes next. Where there are only base pages, that makes
 * arming twice as fast as it is, and only a replay counts.
 */
static bool may_have_thp(const struct session *s)
{
	enum page_kind kind = s->work.ranges[0].kind;

	return kind == PAGE_KIND_THP || kind == PAGE_KIND_THP_SPLIT;
}

void session_epoch(struct session *s, const struct epoch *epoch,
		   struct epoch_result *result)
{
	struct sample_figures *figures = &result->figures;
	const struct reason *failed;
	int ret;

	memset(result, 0, sizeof(*result));
	sample_figures_clear(figures);
	s->tracking.counts = (struct tracker_counts){ 0 };
	ret = prepare(s, epoch, figures, &failed);
	if (!ret) {
		figures->vmas.before = s->vmas_before;
		figures->pagetable_kb.before = s->pagetable_kb_before;
		if (may_have_thp(s))
			figures->anon_huge_kb.before =
				procfs_anon_huge_kb(tracked_pid(s));
		describe(s, epoch, figures);
		ret = phases(s, epoch, figures, &failed);
	}
	take_counts(s, figures);
	if (ret) {
		result->status = STATUS_FAIL;
		result->why = *failed;
		return;
	}
	judge(s, result);
	figures->vmas.after = procfs_vmas(tracked_pid(s));
	if (may_have_thp(s))
		figures->anon_huge_kb.after =
			procfs_anon_huge_kb(tracked_pid(s));
}

static void note_peak(struct session *s, struct sample_figures *figures)
{
	int64_t vmas = procfs_vmas(tracked_pid(s));
	int64_t kb = procfs_pagetable_kb(tracked_pid(s));

	if (vmas > figures->vmas.peak)
		figures->vmas.peak = vmas;
	if (kb > figures->pagetable_kb.peak)
		figures->pagetable_kb.peak = kb;
}

static void store_in_slices(struct session *s, struct sample_figures *figures)
{
	size_t nr = s->work.stores.nr;
	size_t first = 0;
	size_t end;

	for (size_t slice = 1; slice <= REPLAY_SLICES; slice++) {
		end = nr * slice / REPLAY_SLICES;
		if (end == first)
			continue;
		s->work.workload->write(&s->work, first, end - first);
		note_peak(s, figures);
		first = end;
	}
}

int session_replay(struct session *s, const struct epoch *epoch,
		   struct sample_figures *figures, struct reason *why)
{
	struct sample_figures untimed;
	const struct reason *failed;
	bool await_tick = s->await_tick;
	int ret;

	s->await_tick = false;
	sample_figures_clear(&untimed);
	ret = prepare(s, epoch, &untimed, &failed);
	if (ret)
		goto out_failed;
	failed = &s->tracking.why;
	ret = arm(s, &untimed);
	if (ret)
		goto out_failed;
	failed = &s->work.why;
	ret = between(s, PHASE_ARM);
	if (ret)
		goto out_failed;
	figures->vmas.armed = procfs_vmas(tracked_pid(s));
	figures->anon_huge_kb.before = procfs_anon_huge_kb(tracked_pid(s));
	note_peak(s, figures);
	store_in_slices(s, figures);
	ret = between(s, PHASE_WRITE);
	if (ret)
		goto out_failed;
	failed = &s->tracking.why;
	ret = collect(s, &untimed);
	if (ret)
		goto out_failed;
	note_peak(s, figures);
	figures->anon_huge_kb.after = procfs_anon_huge_kb(tracked_pid(s));
	s->await_tick = await_tick;
	return 0;

out_failed:
	s->await_tick = await_tick;
	figures->vmas.armed = SAMPLE_NULL;
	figures->vmas.peak = SAMPLE_NULL;
	figures->pagetable_kb.peak = SAMPLE_NULL;
	*why = *failed;
	return ret;
}

int session_finish(struct session *s, struct sample_figures *figures,
		   struct reason *why)
{
	int ret = 0;

	if (!s->opened)
		return 0;
	if (s->in_force)
		ret = disarm_tracker(s, figures);
	if (ret)
		*why = s->tracking.why;
	close_tracker(s, figures);
	return ret;
}

void session_destroy(struct session *s)
{
	struct sample_figures unused;

	sample_figures_clear(&unused);
	if (s->opened)
		close_tracker(s, &unused);
	free(s->expected.v);
	free(s->whole.v);
	if (s->chunk.v)
		buffers_free(&s->buffers, s->chunk.v);
	s->work.workload->close(&s->work);
}
