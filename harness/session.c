// SPDX-License-Identifier: GPL-2.0-or-later
/* A workload and a tracker together in one target, epoch after epoch. */
#include "harness/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "harness/memory.h"
#include "harness/oracle.h"
#include "harness/procfs.h"

/* Looks at the VMAs that a replay takes: the peak of a shuffled epoch moves
 * by less than one part in as many between two of them. */
enum { REPLAY_SLICES = 32 };

static void add(int64_t *figure, int64_t value)
{
	*figure = *figure == SAMPLE_NULL ? value : *figure + value;
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

int session_create(struct session *s, const struct cell *cell,
		   const struct placement *place, struct reason *why)
{
	size_t stores;
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
	stores = s->work.stores.nr_candidates;
	s->expected.max = stores;
	s->expected.v = calloc(stores, sizeof(struct region));
	if (!s->expected.v)
		return reason_set(why, -ENOMEM,
				  "no memory for lists of regions");
	return follower_create(&s->follower, cell, &s->work, place, why);
}

static int open_tracker(struct session *s, struct sample_figures *figures)
{
	s->vmas_before = procfs_vmas(follower_tracked(&s->work));
	s->pagetable_kb_before =
		procfs_pagetable_kb(follower_tracked(&s->work));
	return follower_open(&s->follower, &s->work, &figures->ns.open);
}

/* Bring workload and tracker to where the epoch starts. Hooks of both may have
 * failed: *failed is where the reason is. */
static int prepare(struct session *s, const struct epoch *epoch,
		   struct sample_figures *figures, const struct reason **failed)
{
	const struct workload *workload = s->work.workload;
	int ret;

	*failed = &s->follower.tracking.why;
	if (s->follower.in_force && workload->rewrites &&
	    workload->rewrites(s->work.params)) {
		ret = follower_disarm(&s->follower, &figures->ns.disarm);
		if (ret)
			return ret;
	}
	ret = workload->prepare(&s->work, epoch);
	if (ret < 0) {
		*failed = &s->work.why;
		return ret;
	}
	if (ret && s->follower.opened)
		follower_close(&s->follower, &figures->ns.close);
	return s->follower.opened ? 0 : open_tracker(s, figures);
}

static int arm(struct session *s, struct sample_figures *figures)
{
	struct rusage usage;
	int ret;

	if (s->follower.armed)
		return 0;
	getrusage(RUSAGE_SELF, &usage);
	ret = follower_arm(&s->follower, &figures->ns.arm);
	add_usage(s, &usage, figures);
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
	start_ns = follower_start_clock(&s->follower);
	workload->write(&s->work, 0, s->work.stores.nr);
	follower_stop_clock(start_ns, &figures->ns.write);
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
	*failed = &s->follower.tracking.why;
	ret = follower_collect(&s->follower, &figures->ns);
	add_usage(s, &usage, figures);
	return ret;
}

static int phases(struct session *s, const struct epoch *epoch,
		  struct sample_figures *figures, const struct reason **failed)
{
	int ret;

	*failed = &s->follower.tracking.why;
	ret = arm(s, figures);
	if (ret)
		return ret;
	*failed = &s->work.why;
	ret = between(s, PHASE_ARM);
	if (ret)
		return ret;
	buffers_touch(&s->follower.buffers);
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
	const struct tracker *tracker = s->follower.tracking.tracker;
	struct sample_figures *figures = &result->figures;
	struct verdict verdict;

	if (tracker->claim == CLAIM_NOTHING)
		return;
	oracle_judge(&s->expected, s->follower.reported, s->work.ranges,
		     s->work.nr_ranges, tracker->granule, &verdict);
	figures->pages.reported = (int64_t)verdict.reported;
	figures->pages.missed = (int64_t)verdict.missed;
	figures->pages.extra = (int64_t)verdict.extra;
	figures->pages.extra_in_granule = (int64_t)verdict.extra_in_granule;
	figures->regions.final = (int64_t)s->follower.reported->nr;
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
	const struct tracker_counts *counts = &s->follower.tracking.counts;

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
	s->follower.tracking.counts = (struct tracker_counts){ 0 };
	ret = prepare(s, epoch, figures, &failed);
	if (!ret) {
		figures->vmas.before = s->vmas_before;
		figures->pagetable_kb.before = s->pagetable_kb_before;
		if (may_have_thp(s))
			figures->anon_huge_kb.before =
				procfs_anon_huge_kb(follower_tracked(&s->work));
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
	figures->vmas.after = procfs_vmas(follower_tracked(&s->work));
	if (may_have_thp(s))
		figures->anon_huge_kb.after =
			procfs_anon_huge_kb(follower_tracked(&s->work));
}

static void note_peak(struct session *s, struct sample_figures *figures)
{
	int64_t vmas = procfs_vmas(follower_tracked(&s->work));
	int64_t kb = procfs_pagetable_kb(follower_tracked(&s->work));

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
	bool await_tick = s->follower.await_tick;
	int ret;

	s->follower.await_tick = false;
	sample_figures_clear(&untimed);
	ret = prepare(s, epoch, &untimed, &failed);
	if (ret)
		goto out_failed;
	failed = &s->follower.tracking.why;
	ret = arm(s, &untimed);
	if (ret)
		goto out_failed;
	failed = &s->work.why;
	ret = between(s, PHASE_ARM);
	if (ret)
		goto out_failed;
	figures->vmas.armed = procfs_vmas(follower_tracked(&s->work));
	figures->anon_huge_kb.before =
		procfs_anon_huge_kb(follower_tracked(&s->work));
	note_peak(s, figures);
	store_in_slices(s, figures);
	ret = between(s, PHASE_WRITE);
	if (ret)
		goto out_failed;
	failed = &s->follower.tracking.why;
	ret = follower_collect(&s->follower, &untimed.ns);
	if (ret)
		goto out_failed;
	note_peak(s, figures);
	figures->anon_huge_kb.after =
		procfs_anon_huge_kb(follower_tracked(&s->work));
	s->follower.await_tick = await_tick;
	return 0;

out_failed:
	s->follower.await_tick = await_tick;
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

	if (!s->follower.opened)
		return 0;
	if (s->follower.in_force)
		ret = follower_disarm(&s->follower, &figures->ns.disarm);
	if (ret)
		*why = s->follower.tracking.why;
	follower_close(&s->follower, &figures->ns.close);
	return ret;
}

void session_destroy(struct session *s)
{
	follower_destroy(&s->follower);
	free(s->expected.v);
	s->work.workload->close(&s->work);
}
