// SPDX-License-Identifier: GPL-2.0-or-later
/* A workload and a tracker together in one target, epoch after epoch. */
#include "harness/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "harness/memory.h"
#include "harness/oracle.h"
#include "harness/procfs.h"

/* Looks at the VMAs that a replay takes: the peak of a shuffled epoch moves
 * by less than one part in as many between two of them. */
enum { REPLAY_SLICES = 32 };

/* Of memory to cool down with: a processor seldom reaches more than 32 MiB of
 * third-level cache, and unmapping so much flushes all of its TLB. */
enum { COOLING_BYTES = 64 << 20 };

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
	s->written.max = stores;
	s->written.v = calloc(stores, sizeof(struct region));
	s->expected.max = stores;
	s->expected.v = calloc(stores, sizeof(struct region));
	if (!s->written.v || !s->expected.v)
		return reason_set(why, -ENOMEM,
				  "no memory for lists of regions");
	return follower_create(&s->follower, cell, &s->work, place, why);
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

/* Of memory that was tracked before, the first look counts. */
static void count_before(struct session *s)
{
	pid_t pid = follower_tracked(&s->work);

	if (s->counted)
		return;
	s->counted = true;
	s->vmas_before = procfs_vmas(pid);
	s->pagetable_kb_before = procfs_pagetable_kb(pid);
	s->anon_huge_kb_before =
		may_have_thp(s) ? procfs_anon_huge_kb(pid) : SAMPLE_NULL;
}

static int open_tracker(struct session *s, struct sample_figures *figures)
{
	count_before(s);
	return follower_open(&s->follower, &s->work, &figures->ns.open);
}

int session_prepare(struct session *s, const struct epoch *epoch,
		    struct sample_figures *figures,
		    const struct reason **failed)
{
	const struct workload *workload = s->work.workload;
	int ret;

	s->changed = false;
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
	s->counted &= !ret;
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

int session_between(struct session *s, enum phase done)
{
	const struct workload *workload = s->work.workload;

	return workload->between ? workload->between(&s->work, done) : 0;
}

static int change(struct session *s, const struct epoch *epoch,
		  struct sample_figures *figures)
{
	const struct workload *workload = s->work.workload;
	int64_t start_ns;
	int ret;

	if (!workload->change || !epoch_stores(epoch))
		return 0;
	s->work.change_calls = 0;
	s->changed = true;
	start_ns = follower_start_clock(&s->follower);
	ret = workload->change(&s->work);
	follower_stop_clock(start_ns, MARK_CHANGE, &figures->ns.change);
	figures->change_calls = (int64_t)s->work.change_calls;
	return ret;
}

static void store(struct session *s, const struct epoch *epoch,
		  struct sample_figures *figures)
{
	const struct workload *workload = s->work.workload;
	int64_t start_ns;

	if (epoch->kind == EPOCH_READ)
		workload->read(&s->work);
	if (!epoch_stores(epoch))
		return;
	start_ns = follower_start_clock(&s->follower);
	workload->write(&s->work, 0, s->work.stores.nr);
	follower_stop_clock(start_ns, MARK_WRITE, &figures->ns.write);
}

/*
 * Change, write and collect. Usage is read around all where nothing comes
 * between them: each reading costs the phase behind it some of its cache.
 */
static int store_and_collect(struct session *s, const struct epoch *epoch,
			     struct sample_figures *figures,
			     const struct reason **failed)
{
	struct rusage usage;
	int ret;

	*failed = &s->work.why;
	getrusage(RUSAGE_SELF, &usage);
	ret = change(s, epoch, figures);
	if (ret)
		return ret;
	store(s, epoch, figures);
	if (s->work.workload->between) {
		add_usage(s, &usage, figures);
		ret = session_between(s, PHASE_WRITE);
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
	ret = session_between(s, PHASE_ARM);
	if (ret)
		return ret;
	buffers_touch(&s->follower.buffers);
	return store_and_collect(s, epoch, figures, failed);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Append what of [start, end) lies in the parts, or what does not. */
static void append_clipped(const struct session *s, uint64_t start,
			   uint64_t end, bool inside, struct region_array *out)
{
	const struct tracking *t = &s->follower.tracking;
	uint64_t at = start;
	uint64_t from, to;

	for (int i = 0; i < t->nr_parts; i++) {
		from = later(at, t->parts[i].start);
		to = earlier(end, t->parts[i].end);
		if (from >= to)
			continue;
		if (!inside && at < from)
			region_append(out, at, from);
		if (inside)
			region_append(out, from, to);
		at = to;
	}
	if (!inside && at < end)
		region_append(out, at, end);
}

/* Expect what was written in the parts, or elsewhere. */
static void expect_written(struct session *s, bool inside)
{
	s->expected.nr = 0;
	for (size_t i = 0; i < s->written.nr; i++)
		append_clipped(s, s->written.v[i].start, s->written.v[i].end,
			       inside, &s->expected);
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

static int64_t pages_of(const struct mapped_range *ranges, int nr)
{
	uint64_t bytes = 0;

	for (int i = 0; i < nr; i++)
		bytes += ranges[i].end - ranges[i].start;
	return (int64_t)(bytes / page_bytes());
}

void session_describe_range(const struct session *s,
			    struct sample_figures *figures)
{
	const struct work *work = &s->work;

	figures->pages.range = pages_of(work->ranges, work->nr_ranges);
	figures->pages.resident = (int64_t)work->resident_pages;
	figures->pages.unit =
		(int64_t)(work->ranges[0].unit_bytes / page_bytes());
}

static void describe_pages(struct session *s, const struct epoch *epoch,
			   struct sample_figures *figures)
{
	const struct work *work = &s->work;

	s->written.nr = 0;
	if (epoch_stores(epoch))
		work->workload->expected(work, &s->written);
	session_describe_range(s, figures);
	figures->pages.dirtied = (int64_t)pages_in(&s->written);
}

static void describe(struct session *s, const struct epoch *epoch,
		     struct sample_figures *figures)
{
	const struct work *work = &s->work;

	describe_pages(s, epoch, figures);
	expect_written(s, true);
	figures->regions.ideal = (int64_t)s->expected.nr;
	if (!work->nr_parts)
		return;
	figures->pages.part_range = pages_of(work->parts, work->nr_parts);
	figures->pages.part_resident = figures->pages.part_range;
}

void session_take_counts(const struct session *s,
			 struct sample_figures *figures)
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

void session_epoch(struct session *s, const struct epoch *epoch,
		   struct epoch_result *result)
{
	struct sample_figures *figures = &result->figures;
	const struct reason *failed;
	int ret;

	memset(result, 0, sizeof(*result));
	sample_figures_clear(figures);
	s->follower.tracking.counts = (struct tracker_counts){ 0 };
	ret = session_prepare(s, epoch, figures, &failed);
	if (!ret) {
		figures->vmas.before = s->vmas_before;
		figures->pagetable_kb.before = s->pagetable_kb_before;
		if (may_have_thp(s))
			figures->anon_huge_kb.before =
				procfs_anon_huge_kb(follower_tracked(&s->work));
		describe(s, epoch, figures);
		ret = phases(s, epoch, figures, &failed);
	}
	session_take_counts(s, figures);
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

/* Track an epoch without a clock, with @write for its changes and stores.
 * -errno with *failed. */
static int track_untimed(struct session *s, const struct epoch *epoch,
			 int (*write)(struct session *, const struct epoch *,
				      struct sample_figures *),
			 struct sample_figures *figures,
			 const struct reason **failed)
{
	struct sample_figures untimed;
	bool await_tick = s->follower.await_tick;
	int ret;

	s->follower.await_tick = false;
	sample_figures_clear(&untimed);
	ret = session_prepare(s, epoch, &untimed, failed);
	if (ret)
		goto out;
	*failed = &s->follower.tracking.why;
	ret = arm(s, &untimed);
	if (ret)
		goto out;
	*failed = &s->work.why;
	ret = session_between(s, PHASE_ARM);
	if (ret)
		goto out;
	ret = write(s, epoch, figures);
	if (!ret)
		ret = session_between(s, PHASE_WRITE);
	if (ret)
		goto out;
	*failed = &s->follower.tracking.why;
	ret = follower_collect(&s->follower, &untimed.ns);
out:
	s->follower.await_tick = await_tick;
	return ret;
}

static int store_watched(struct session *s, const struct epoch *epoch,
			 struct sample_figures *figures)
{
	struct sample_figures untimed;
	int ret;

	sample_figures_clear(&untimed);
	figures->vmas.armed = procfs_vmas(follower_tracked(&s->work));
	figures->anon_huge_kb.before =
		procfs_anon_huge_kb(follower_tracked(&s->work));
	note_peak(s, figures);
	ret = change(s, epoch, &untimed);
	note_peak(s, figures);
	if (!ret)
		store_in_slices(s, figures);
	return ret;
}

int session_replay(struct session *s, const struct epoch *epoch,
		   struct sample_figures *figures, struct reason *why)
{
	const struct reason *failed;
	int ret;

	ret = track_untimed(s, epoch, store_watched, figures, &failed);
	if (ret) {
		figures->vmas.armed = SAMPLE_NULL;
		figures->vmas.peak = SAMPLE_NULL;
		figures->pagetable_kb.peak = SAMPLE_NULL;
		*why = *failed;
		return ret;
	}
	note_peak(s, figures);
	figures->anon_huge_kb.after =
		procfs_anon_huge_kb(follower_tracked(&s->work));
	return 0;
}

static void look_at_all(struct tracking *t)
{
	t->parts = t->ranges;
	t->nr_parts = t->nr_ranges;
}

static int arm_anew(struct session *s)
{
	int64_t untimed_ns = SAMPLE_NULL;

	s->follower.armed = false;
	return follower_arm(&s->follower, &untimed_ns);
}

/* Arm all, write, arm the parts, collect all. */
static int arm_parts_over(struct session *s, const struct epoch *epoch,
			  const struct reason **failed)
{
	struct sample_figures untimed;
	struct follower *f = &s->follower;
	int ret;

	sample_figures_clear(&untimed);
	ret = session_prepare(s, epoch, &untimed, failed);
	if (ret)
		return ret;
	*failed = &f->tracking.why;
	look_at_all(&f->tracking);
	ret = arm_anew(s);
	if (ret)
		return ret;
	s->work.workload->write(&s->work, 0, s->work.stores.nr);
	follower_look_at_parts(f, &s->work);
	ret = arm_anew(s);
	if (ret)
		return ret;
	look_at_all(&f->tracking);
	ret = follower_collect(f, &untimed.ns);
	follower_look_at_parts(f, &s->work);
	return ret;
}

static void judge_rest(struct session *s, struct epoch_result *result)
{
	const struct tracker *tracker = s->follower.tracking.tracker;
	struct sample_figures *figures = &result->figures;
	struct verdict verdict;

	expect_written(s, false);
	oracle_judge(&s->expected, s->follower.reported, s->work.ranges,
		     s->work.nr_ranges, tracker->granule, &verdict);
	sample_add_counter(figures, "forgotten_outside",
			   (int64_t)verdict.missed);
	if (result->status != STATUS_OK)
		return;
	if (verdict.missed && !tracker->arms_more) {
		result->status = STATUS_LIED;
		reason_set(&result->why, 0,
			   "arming a part forgot %llu written pages outside of "
			   "it, first 0x%llx",
			   (unsigned long long)verdict.missed,
			   (unsigned long long)verdict.first_missed);
	} else if (tracker->claim == CLAIM_EXACT &&
		   verdict.extra > verdict.extra_in_granule) {
		result->status = STATUS_INEXACT;
		reason_set(&result->why, 0,
			   "arming a part left %llu pages that no store "
			   "explains, first 0x%llx",
			   (unsigned long long)(verdict.extra -
						verdict.extra_in_granule),
			   (unsigned long long)verdict.first_unexplained);
	}
}

int session_check_rest(struct session *s, const struct epoch *epoch,
		       struct epoch_result *result, struct reason *why)
{
	const struct reason *failed;
	int ret;

	if (!s->work.nr_parts ||
	    s->follower.tracking.tracker->claim == CLAIM_NOTHING)
		return 0;
	ret = arm_parts_over(s, epoch, &failed);
	if (ret) {
		*why = *failed;
		return ret;
	}
	judge_rest(s, result);
	return 0;
}

int session_finish(struct session *s, struct sample_figures *figures,
		   struct reason *why)
{
	int ret = 0;

	if (!s->follower.opened)
		return 0;
	if (s->follower.in_force && !s->changed)
		ret = follower_disarm(&s->follower, &figures->ns.disarm);
	if (ret)
		*why = s->follower.tracking.why;
	follower_close(&s->follower, &figures->ns.close);
	return ret;
}

static int store_all(struct session *s, const struct epoch *epoch,
		     struct sample_figures *figures)
{
	int ret = change(s, epoch, figures);

	if (!ret)
		s->work.workload->write(&s->work, 0, s->work.stores.nr);
	return ret;
}

void session_count_left(const struct session *s, struct sample_figures *figures)
{
	pid_t pid = follower_tracked(&s->work);

	figures->vmas.before = s->vmas_before;
	figures->vmas.after = procfs_vmas(pid);
	figures->pagetable_kb.before = s->pagetable_kb_before;
	figures->pagetable_kb.after = procfs_pagetable_kb(pid);
	figures->anon_huge_kb.before = s->anon_huge_kb_before;
	if (may_have_thp(s))
		figures->anon_huge_kb.after = procfs_anon_huge_kb(pid);
}

/*
 * Ending tracking walks page tables and flushes the TLB, after which the first
 * pass over memory takes up to three times as long as where there was no
 * tracker: an effect that is over in a millisecond. Filling the caches with
 * something else and unmapping it makes all alike. Without memory for it, it is
 * left out.
 */
static void cool_down(void)
{
	void *start = mmap(NULL, COOLING_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (start != MAP_FAILED)
		munmap(start, COOLING_BYTES);
}

static void use_memory(struct session *s, struct sample_figures *figures)
{
	const struct workload *workload = s->work.workload;
	struct rusage usage;
	int64_t start_ns;

	if (s->cools_down)
		cool_down();
	getrusage(RUSAGE_SELF, &usage);
	/* Where nothing was populated before, a read would be the first. */
	if (s->work.resident_pages) {
		start_ns = follower_start_clock(&s->follower);
		workload->read(&s->work);
		follower_stop_clock(start_ns, MARK_READ, &figures->ns.read);
	}
	start_ns = follower_start_clock(&s->follower);
	workload->write(&s->work, 0, s->work.stores.nr);
	follower_stop_clock(start_ns, MARK_WRITE, &figures->ns.write);
	add_usage(s, &usage, figures);
}

int session_aftermath(struct session *s, const struct epoch *epoch,
		      struct sample_figures *figures, struct reason *why)
{
	struct sample_figures untimed;
	const struct reason *failed;
	int ret;

	sample_figures_clear(&untimed);
	ret = track_untimed(s, epoch, store_all, &untimed, &failed);
	if (ret) {
		*why = *failed;
		return ret;
	}
	ret = session_finish(s, &untimed, why);
	if (ret)
		return ret;
	stores_move_on(&s->work.stores, s->work.params, epoch->number + 1);
	describe_pages(s, epoch, figures);
	use_memory(s, figures);
	session_count_left(s, figures);
	return 0;
}

void session_destroy(struct session *s)
{
	follower_destroy(&s->follower);
	free(s->written.v);
	free(s->expected.v);
	s->work.workload->close(&s->work);
}
