// SPDX-License-Identifier: GPL-2.0-or-later
/* A session whose writers do not stop while the tracker collects. */
#include "harness/watch.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "harness/oracle.h"

/* What an epoch adds up, and where it fails. */
struct tally {
	struct ledger_verdict verdict;
	uint64_t unexplained, first_unexplained; /* reported, never written */
	const struct reason *failed;
};

static size_t unit_pages(const struct session *session)
{
	return session->work.stores.unit_bytes / page_bytes();
}

static int make_room(struct watch *watch, size_t nr)
{
	struct buffers *buffers = &watch->session->follower.buffers;

	watch->page = buffers_alloc(buffers, nr * sizeof(*watch->page));
	watch->chosen = buffers_alloc(buffers, nr * sizeof(*watch->chosen));
	/* Each may lie apart from the others. */
	watch->expected.max = nr;
	watch->expected.v = buffers_alloc(
		buffers, watch->expected.max * sizeof(struct region));
	watch->detail = buffers_alloc(buffers, sizeof(*watch->detail));
	return watch->page && watch->chosen && watch->expected.v &&
			       watch->detail
		       ? 0
		       : -ENOMEM;
}

static void list_pages(struct watch *watch)
{
	const struct stores *stores = &watch->session->work.stores;
	size_t n = 0;

	for (size_t i = 0; i < stores->nr_candidates; i++)
		for (uint64_t off = 0; off < stores->unit_bytes;
		     off += page_bytes())
			watch->page[n++] = stores->candidates[i] + off;
}

static size_t granule_pages(const struct session *session)
{
	return tracking_granule(&session->follower.tracking,
				&session->work.ranges[0]) /
	       page_bytes();
}

int watch_create(struct watch *watch, struct session *session,
		 const struct concurrency *plan, struct reason *why)
{
	struct buffers *buffers = &session->follower.buffers;
	size_t nr = session->work.stores.nr_candidates * unit_pages(session);
	int ret;

	memset(watch, 0, sizeof(*watch));
	watch->session = session;
	watch->plan = *plan;
	if (make_room(watch, nr))
		return reason_set(why, -ENOMEM, "no memory for the writers");
	list_pages(watch);
	ret = ledger_open(&watch->ledger, buffers, watch->page, nr,
			  granule_pages(session), (unsigned int)plan->writers);
	if (!ret)
		ret = writers_open(&watch->writers, &watch->plan,
				   session->follower.tracking.place,
				   &watch->ledger, buffers);
	return ret ? reason_errno(why, ret, "preparing the writers") : 0;
}

/* A unit is picked by any address in it; both lists ascend. */
static void choose_pages(struct watch *watch)
{
	const struct stores *stores = &watch->session->work.stores;
	size_t pages = unit_pages(watch->session);
	size_t unit = 0;
	size_t n = 0;

	for (size_t i = 0; i < stores->nr; i++) {
		while (stores->candidates[unit] + stores->unit_bytes <=
		       stores->picked[i])
			unit++;
		for (size_t page = 0; page < pages; page++)
			watch->chosen[n++] = (uint32_t)(unit * pages + page);
	}
	watch->writers.chosen = watch->chosen;
	watch->writers.nr_chosen = n;
	watch->writers.separate = !watch->session->follower.atomic;
}

void watch_destroy(struct watch *watch)
{
	struct buffers *buffers = &watch->session->follower.buffers;
	void *const all[] = { watch->page, watch->chosen, watch->expected.v,
			      watch->detail };

	writers_close(&watch->writers, buffers);
	ledger_close(&watch->ledger, buffers);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i])
			buffers_free(buffers, all[i]);
}

/* This thread is the collector. */
static void move_to(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int collector_cpu(const struct placement *place)
{
	return place->nr_cpus ? place->cpus[place->nr_cpus - 1] : -1;
}

static void mark_timeline(struct watch *w, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t *slots = w->detail->timeline.collecting_ns;
	uint64_t slot, end_ns;

	from_ns -= w->writers.start_ns;
	to_ns -= w->writers.start_ns;
	while (from_ns < to_ns) {
		slot = from_ns / TIMELINE_SLOT_NS;
		if (slot >= TIMELINE_SLOTS)
			return;
		end_ns = (slot + 1) * TIMELINE_SLOT_NS;
		end_ns = end_ns < to_ns ? end_ns : to_ns;
		slots[slot] += end_ns - from_ns;
		from_ns = end_ns;
	}
}

static void note(struct watch *w, enum detail_id id, int64_t value)
{
	if (value != SAMPLE_NULL)
		histogram_add(&w->detail->histograms[id], (uint64_t)value);
}

/* Collect and arm again; the ledger is told what time it is. */
static int collect(struct watch *w)
{
	struct follower *f = &w->session->follower;
	struct sample_figures figures;
	uint64_t start_ns;
	int ret;

	sample_figures_clear(&figures);
	ledger_begin(&w->ledger);
	start_ns = tick_clock_ns(&w->writers.clock);
	ret = follower_collect(f, &figures.ns);
	if (!ret && !f->armed) {
		ledger_collected(&w->ledger);
		ret = follower_arm(f, &figures.ns.arm);
	}
	ledger_armed(&w->ledger);
	w->ended_ns = clock_now_ns();
	if (w->detail->has_timeline)
		mark_timeline(w, start_ns, tick_clock_ns(&w->writers.clock));
	note(w, DETAIL_COLLECT, figures.ns.collect);
	note(w, DETAIL_ARM, figures.ns.arm);
	note(w, DETAIL_COLLECT_ARM, figures.ns.collect_arm);
	return ret;
}

/*
 * Who notes faults in user space, a writer or a handler, may have had one of
 * each in hand that another one's resolution had let go, and note it behind
 * arming, also when the writers have ended. Each makes a granule.
 */
static uint64_t pages_in_hand(const struct watch *w)
{
	const struct tracking *t = &w->session->follower.tracking;
	int writers = w->plan.writers;
	int noting = t->handlers > writers ? t->handlers : writers;

	return t->tracker->user_space_records
		       ? (uint64_t)noting * granule_pages(w->session)
		       : 0;
}

/*
 * Reported pages that no stamp explains, at the most. Each writer may have
 * looked at the time before the collection before, and stored since; and it may
 * have stored and not told yet. Without writers there is what was in hand.
 */
static uint64_t explained_by_delay(struct watch *w, bool written)
{
	if (!written)
		return w->in_hand;
	w->in_hand = pages_in_hand(w);
	return 2 * (uint64_t)w->plan.writers * granule_pages(w->session) +
	       w->in_hand;
}

static void judge_extra(struct watch *w, bool written,
			struct sample_figures *figures, struct tally *tally)
{
	struct session *s = w->session;
	const struct tracker *tracker = s->follower.tracking.tracker;
	uint64_t explained = explained_by_delay(w, written);
	struct verdict verdict;
	uint64_t extra;

	w->expected.nr = 0;
	ledger_expected(&w->ledger, &w->expected);
	oracle_judge(&w->expected, s->follower.reported, s->work.ranges,
		     s->work.nr_ranges, tracker->granule, &verdict);
	extra = verdict.extra - verdict.extra_in_granule;
	if (explained > extra)
		explained = extra;
	extra -= explained;
	if (!written)
		w->in_hand -= explained;
	figures->pages.reported += (int64_t)verdict.reported;
	figures->pages.extra += (int64_t)(extra + verdict.extra_in_granule);
	figures->pages.extra_in_granule += (int64_t)verdict.extra_in_granule;
	figures->regions.final += (int64_t)s->follower.reported->nr;
	note(w, DETAIL_PAGES, (int64_t)verdict.reported);
	note(w, DETAIL_REGIONS, (int64_t)s->follower.reported->nr);
	if (extra && !tally->unexplained)
		tally->first_unexplained = verdict.first_unexplained;
	tally->unexplained += extra;
}

/* One collection and what it proves; @written: writers ran since the last. */
static int collect_and_judge(struct watch *w, bool written,
			     struct sample_figures *figures,
			     struct tally *tally)
{
	struct follower *f = &w->session->follower;
	int ret;

	tally->failed = &f->tracking.why;
	ret = collect(w);
	figures->concurrent.collections++;
	if (ret || f->tracking.tracker->claim == CLAIM_NOTHING)
		return ret;
	ledger_judge(&w->ledger, f->reported, !f->atomic, &tally->verdict);
	judge_extra(w, written, figures, tally);
	return 0;
}

/* Judging a collection is done in the delay behind it. */
static int collect_until(struct watch *w, int64_t end_ns,
			 struct sample_figures *figures, struct tally *tally)
{
	int64_t next_ns = clock_now_ns() + w->plan.delay_ns;
	bool running = w->writers.started;
	int ret = 0;

	while (!ret && next_ns < end_ns) {
		/* Without a delay, a collection is never late. */
		figures->concurrent.late +=
			clock_sleep_until(next_ns) && w->plan.delay_ns;
		ret = collect_and_judge(w, running, figures, tally);
		next_ns = w->ended_ns + w->plan.delay_ns;
	}
	/* The last one comes behind the end, late as well where one before it
	 * has reached into that. */
	if (!ret)
		figures->concurrent.late += clock_sleep_until(end_ns);
	return ret;
}

static int between(struct watch *w, enum phase done, struct tally *tally)
{
	tally->failed = &w->session->work.why;
	return session_between(w->session, done);
}

static int run_writers(struct watch *w, const struct epoch *epoch,
		       bool timeline, struct sample_figures *figures,
		       struct tally *tally)
{
	int64_t start_ns = clock_now_ns();
	int ret = 0;

	tally->failed = &w->session->work.why;
	if (epoch->kind != EPOCH_IDLE)
		ret = writers_start(&w->writers, epoch->number,
				    epoch->kind == EPOCH_READ, timeline,
				    &w->session->work.why);
	if (ret)
		return ret;
	ret = collect_until(w, start_ns + w->plan.epoch_ns, figures, tally);
	writers_stop(&w->writers);
	figures->concurrent.duration_ns = clock_now_ns() - start_ns;
	if (!ret)
		ret = between(w, PHASE_WRITE, tally);
	/* Not on the timeline, which the writers do not share any more. */
	w->detail->has_timeline = false;
	if (!ret)
		ret = collect_and_judge(w, epoch->kind != EPOCH_IDLE, figures,
					tally);
	w->detail->has_timeline = timeline;
	return ret;
}

static void clear(struct watch *w, bool timeline,
		  struct sample_figures *figures)
{
	const struct placement *place = w->session->follower.tracking.place;

	memset(w->detail, 0, sizeof(*w->detail));
	w->detail->has_timeline = timeline;
	figures->concurrent.collections = 0;
	figures->concurrent.late = 0;
	if (place->nr_cpus) {
		figures->concurrent.writer_cpus =
			concurrency_cpus(&w->plan, place);
		figures->concurrent.collector_cpu = collector_cpu(place);
	}
	if (w->session->follower.tracking.tracker->claim == CLAIM_NOTHING)
		return;
	figures->pages.reported = 0;
	figures->pages.extra = 0;
	figures->pages.extra_in_granule = 0;
	figures->regions.final = 0;
}

static int arm_all(struct watch *w, struct sample_figures *figures,
		   struct tally *tally)
{
	struct follower *f = &w->session->follower;

	tally->failed = &f->tracking.why;
	return f->armed ? 0 : follower_arm(f, &figures->ns.arm);
}

static void judge(struct watch *w, const struct tally *tally,
		  struct epoch_result *result)
{
	const struct follower *f = &w->session->follower;
	const struct tracker *tracker = f->tracking.tracker;
	const struct ledger_verdict *verdict = &tally->verdict;

	if (tracker->claim == CLAIM_NOTHING)
		return;
	result->figures.pages.missed = (int64_t)verdict->missed;
	if (!f->atomic)
		sample_add_counter(&result->figures, "lost_in_gap",
				   (int64_t)verdict->lost_in_gap);
	if (verdict->missed) {
		result->status = STATUS_LIED;
		reason_set(&result->why, 0,
			   "missed %llu pages that were written while it "
			   "collected, first 0x%llx",
			   (unsigned long long)verdict->missed,
			   (unsigned long long)verdict->first_missed);
	} else if (tracker->claim == CLAIM_EXACT && tally->unexplained) {
		result->status = STATUS_INEXACT;
		reason_set(&result->why, 0,
			   "reported %llu pages that no store explains, first "
			   "0x%llx",
			   (unsigned long long)tally->unexplained,
			   (unsigned long long)tally->first_unexplained);
	}
}

static int phases(struct watch *w, const struct epoch *epoch, bool timeline,
		  struct sample_figures *figures, struct tally *tally)
{
	struct session *s = w->session;
	int ret;

	ret = session_prepare(s, epoch, figures, &tally->failed);
	if (ret)
		return ret;
	choose_pages(w);
	ret = arm_all(w, figures, tally);
	if (!ret)
		ret = between(w, PHASE_ARM, tally);
	if (!ret)
		ret = run_writers(w, epoch, timeline, figures, tally);
	if (ret)
		return ret;
	tally->failed = &s->work.why;
	/* Not where the workload has put other contents there. */
	if (s->work.workload->rewrites &&
	    s->work.workload->rewrites(s->work.params))
		return 0;
	if (!writers_check(&w->writers))
		return reason_set(&s->work.why, -EIO,
				  "a page does not hold what was stored to it");
	return 0;
}

void watch_epoch(struct watch *watch, const struct epoch *epoch, bool timeline,
		 struct epoch_result *result)
{
	struct session *s = watch->session;
	const struct placement *place = s->follower.tracking.place;
	struct sample_figures *figures = &result->figures;
	struct tally tally = { .failed = NULL };
	int ret;

	memset(result, 0, sizeof(*result));
	sample_figures_clear(figures);
	s->follower.tracking.counts = (struct tracker_counts){ 0 };
	clear(watch, timeline, figures);
	move_to(collector_cpu(place));
	ret = phases(watch, epoch, timeline, figures, &tally);
	move_to(place->nr_cpus ? place->writer_cpu : -1);
	session_take_counts(s, figures);
	if (ret) {
		result->status = STATUS_FAIL;
		result->why = *tally.failed;
		return;
	}
	session_describe_range(s, figures);
	if (epoch->kind != EPOCH_IDLE)
		writers_take(&watch->writers, watch->detail,
			     &figures->concurrent);
	judge(watch, &tally, result);
}
