// SPDX-License-Identifier: GPL-2.0-or-later
/* A session whose process is copied from outside while it goes on. */
#include "harness/predump.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/pagemapfile.h"
#include "harness/processmaps.h"

static pid_t tracked(const struct predump *p)
{
	return follower_tracked(&p->session->work);
}

/* The process has its processor, and who copies it another one. */
static void move_away(const struct placement *place)
{
	cpu_set_t set;

	if (place->other_cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(place->other_cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int list_resident(struct predump *p, struct reason *why)
{
	const struct work *work = &p->session->work;

	return process_resident(tracked(p), work->ranges, work->nr_ranges,
				&p->resident, why);
}

int predump_create(struct predump *predump, struct session *session,
		   const struct pursuit *plan, struct reason *why)
{
	const struct work *work = &session->work;
	int ret;

	*predump = (struct predump){ .session = session,
				     .plan = *plan,
				     .pagemap = -1 };
	move_away(session->follower.tracking.place);
	predump->detail = buffers_alloc(&session->follower.buffers,
					sizeof(*predump->detail));
	predump->pagemap = pagemap_open(work->tracked, why);
	if (predump->pagemap < 0)
		return predump->pagemap;
	ret = halt_create(&predump->halt, work->tracked);
	if (!ret)
		ret = replica_open(&predump->replica, work->tracked,
				   work->ranges, work->nr_ranges);
	if (ret || !predump->detail)
		return reason_set(why, -ENOMEM,
				  "no memory for a copy of the process");
	ret = list_resident(predump, why);
	if (ret)
		return ret;
	replica_populate(&predump->replica, &predump->resident);
	return follower_expect(&session->follower, work->resident_pages, why);
}

void predump_destroy(struct predump *predump)
{
	halt_destroy(&predump->halt);
	replica_close(&predump->replica);
	free(predump->resident.v);
	if (predump->detail)
		buffers_free(&predump->session->follower.buffers,
			     predump->detail);
	if (predump->pagemap >= 0)
		close(predump->pagemap);
}

/* An epoch that is running. */
struct chase {
	struct predump *predump;
	struct sample_figures *figures;
	struct iterations *rows;
	uint64_t row;
	enum pursuit_end end;
	uint64_t reported; /* since the first arm */
	int64_t pause_collect_ns;
	struct replica_verdict verdict;
	const struct reason *failed;
	struct reason why; /* of what is neither tracker nor workload */
};

static struct follower *follower_of(const struct chase *c)
{
	return &c->predump->session->follower;
}

static void put(struct chase *c, enum iteration_column column, int64_t value)
{
	if (value != SAMPLE_NULL)
		c->rows->column[column][c->row] += (uint64_t)value;
}

static void note(struct chase *c, enum detail_id id, int64_t value)
{
	if (value != SAMPLE_NULL)
		histogram_add(&c->predump->detail->histograms[id],
			      (uint64_t)value);
}

static uint64_t bytes_of(const struct region_array *regions)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < regions->nr; i++)
		bytes += regions->v[i].end - regions->v[i].start;
	return bytes;
}

static int64_t transfer_ns(const struct predump *p, uint64_t bytes)
{
	return (int64_t)((double)bytes * 1e9 / (double)p->plan.bandwidth);
}

/* Read the pages; the time it takes is what is returned, or -errno. */
static int64_t copy(struct chase *c, const struct region_array *regions)
{
	struct predump *p = c->predump;
	uint64_t bytes = bytes_of(regions);
	int64_t start_ns, spent_ns;
	int ret;

	replica_populate(&p->replica, regions);
	c->failed = &c->why;
	start_ns = clock_now_ns();
	ret = replica_update(&p->replica, regions);
	spent_ns = clock_now_ns() - start_ns;
	if (ret)
		return reason_errno(&c->why, ret, "reading process %d",
				    (int)tracked(p));
	put(c, ITERATION_PAGES, (int64_t)(bytes / page_bytes()));
	put(c, ITERATION_BYTES, (int64_t)bytes);
	put(c, ITERATION_COPY, spent_ns);
	return spent_ns;
}

/* While it goes on, for as long as the bandwidth says. */
static int copy_slowly(struct chase *c, const struct region_array *regions,
		       int64_t start_ns)
{
	int64_t copied_ns = clock_now_ns();
	int64_t ret = copy(c, regions);

	if (ret < 0)
		return (int)ret;
	clock_sleep_until(copied_ns +
			  transfer_ns(c->predump, bytes_of(regions)));
	put(c, ITERATION_DURATION, clock_now_ns() - start_ns);
	return 0;
}

static int stop(struct chase *c)
{
	c->failed = &c->why;
	return halt_stop(&c->predump->halt, &c->why);
}

/* Stopped, whatever the parameters: listing and arming are one thing. */
static int copy_all(struct chase *c, bool first)
{
	struct predump *p = c->predump;
	struct follower *f = follower_of(c);
	int64_t start_ns = clock_now_ns();
	int64_t arm_ns = SAMPLE_NULL;
	int64_t resumed_ns;
	int ret;

	ret = stop(c);
	if (!ret)
		ret = list_resident(p, &c->why);
	if (ret)
		return ret;
	c->failed = &f->tracking.why;
	f->armed = false;
	ret = follower_arm(f, &arm_ns);
	halt_release(&p->halt);
	resumed_ns = clock_now_ns();
	if (ret)
		return ret;
	put(c, ITERATION_ARM, arm_ns);
	/* It costs once what it never does again. */
	if (first)
		c->figures->ns.arm = arm_ns;
	put(c, ITERATION_STOPPED, resumed_ns - start_ns);
	return copy_slowly(c, &p->resident, start_ns);
}

/* Collect and, unless it is for the last time, arm. */
static int collect(struct chase *c, bool last)
{
	struct follower *f = follower_of(c);
	struct sample_figures figures;
	int ret;

	sample_figures_clear(&figures);
	c->failed = &f->tracking.why;
	ret = follower_collect(f, &figures.ns);
	if (!ret && !f->armed && !last)
		ret = follower_arm(f, &figures.ns.arm);
	if (ret)
		return ret;
	put(c, ITERATION_COLLECT, figures.ns.collect);
	put(c, ITERATION_ARM, figures.ns.arm);
	put(c, ITERATION_COLLECT_ARM, figures.ns.collect_arm);
	c->pause_collect_ns =
		f->atomic ? figures.ns.collect_arm : figures.ns.collect;
	if (f->tracking.tracker->claim == CLAIM_NOTHING)
		return 0;
	note(c, DETAIL_COLLECT, figures.ns.collect);
	note(c, DETAIL_ARM, figures.ns.arm);
	note(c, DETAIL_COLLECT_ARM, figures.ns.collect_arm);
	note(c, DETAIL_PAGES, (int64_t)(bytes_of(f->reported) / page_bytes()));
	note(c, DETAIL_REGIONS, (int64_t)f->reported->nr);
	c->reported += bytes_of(f->reported) / page_bytes();
	return 0;
}

/* What was written since the last time, while it goes on. */
static int copy_written(struct chase *c)
{
	struct predump *p = c->predump;
	struct follower *f = follower_of(c);
	bool stopped = p->plan.stop && !f->atomic;
	int64_t start_ns = clock_now_ns();
	int ret = 0;

	if (stopped)
		ret = stop(c);
	if (!ret)
		ret = collect(c, false);
	halt_release(&p->halt);
	if (stopped)
		put(c, ITERATION_STOPPED, clock_now_ns() - start_ns);
	return ret ? ret : copy_slowly(c, f->reported, start_ns);
}

/* What is left: it stays stopped. */
static int copy_last(struct chase *c)
{
	struct sample_pursuit *figures = &c->figures->pursuit;
	struct follower *f = follower_of(c);
	int64_t start_ns = clock_now_ns();
	int64_t collected_ns, copied_ns;
	uint64_t left;
	int ret;

	ret = stop(c);
	if (!ret)
		ret = collect(c, true);
	if (ret)
		return ret;
	collected_ns = clock_now_ns();
	copied_ns = copy(c, f->reported);
	if (copied_ns < 0)
		return (int)copied_ns;
	left = bytes_of(f->reported);
	figures->left_pages = (int64_t)(left / page_bytes());
	figures->stopped_ns = collected_ns - start_ns + copied_ns;
	figures->pause_ns = c->pause_collect_ns + transfer_ns(c->predump, left);
	put(c, ITERATION_STOPPED, figures->stopped_ns);
	put(c, ITERATION_DURATION, figures->stopped_ns);
	return 0;
}

/* All that it has now, holes that were pages not: nobody dumps those. */
static int compare(struct chase *c)
{
	struct predump *p = c->predump;
	int ret;

	c->failed = &c->why;
	if (follower_of(c)->tracking.tracker->claim == CLAIM_NOTHING)
		return 0;
	ret = list_resident(p, &c->why);
	if (ret)
		return ret;
	ret = replica_compare(&p->replica, &p->resident, &c->verdict);
	return ret ? reason_errno(&c->why, ret, "reading process %d",
				  (int)tracked(p))
		   : 0;
}

static void sum_up(struct chase *c)
{
	struct sample_pursuit *figures = &c->figures->pursuit;
	const uint64_t *pages = c->rows->column[ITERATION_PAGES];
	const uint64_t *ns = c->rows->column[ITERATION_DURATION];

	c->rows->nr = c->row + 1;
	figures->iterations = (int64_t)c->row;
	figures->copied_pages = 0;
	figures->duration_ns = 0;
	for (uint64_t i = 0; i < c->rows->nr; i++) {
		figures->copied_pages += (int64_t)pages[i];
		figures->duration_ns += (int64_t)ns[i];
	}
	c->figures->pages.resident = (int64_t)pages[0];
	if (follower_of(c)->tracking.tracker->claim != CLAIM_NOTHING)
		return;
	/* Who reports nothing leaves nothing, which is not what is left. */
	figures->copied_pages = SAMPLE_NULL;
	figures->left_pages = SAMPLE_NULL;
	figures->stopped_ns = SAMPLE_NULL;
	figures->pause_ns = SAMPLE_NULL;
}

static int iterate(struct chase *c, bool first)
{
	const uint64_t *pages = c->rows->column[ITERATION_PAGES];
	const struct pursuit *plan = &c->predump->plan;
	int ret;

	ret = copy_all(c, first);
	while (!ret && c->end == PURSUIT_GOES_ON) {
		c->row++;
		ret = copy_written(c);
		c->end = pursuit_judge(plan, (unsigned int)c->row,
				       pages[c->row - 1], pages[c->row]);
	}
	if (ret)
		return ret;
	c->row++;
	ret = copy_last(c);
	if (!ret)
		ret = compare(c);
	if (!ret)
		sum_up(c);
	return ret;
}

static int run(struct chase *c, const struct epoch *epoch)
{
	struct session *s = c->predump->session;
	int ret;

	ret = session_prepare(s, epoch, c->figures, &c->failed);
	if (ret)
		return ret;
	buffers_touch(&s->follower.buffers);
	ret = iterate(c, epoch->kind == EPOCH_FIRST);
	halt_release(&c->predump->halt);
	if (ret)
		return ret;
	c->failed = &s->work.why;
	return session_between(s, PHASE_WRITE);
}

/* What cannot be told from outside where it stores as it likes. */
static bool may_store(const struct predump *p, const struct epoch *epoch)
{
	return p->plan.foreign || epoch_stores(epoch);
}

static void judge_missed(struct chase *c, struct epoch_result *result)
{
	const struct predump *p = c->predump;
	uint64_t missed = c->verdict.pages;

	/* Of two calls, and nothing that keeps it from storing in between. */
	if (!follower_of(c)->atomic && !p->plan.stop) {
		sample_add_counter(&result->figures, "lost_in_gap",
				   (int64_t)missed);
		missed = 0;
	}
	result->figures.pages.missed = (int64_t)missed;
	if (!missed)
		return;
	result->status = STATUS_LIED;
	reason_set(&result->why, 0,
		   "missed %llu pages that were written while they were "
		   "copied, first 0x%llx",
		   (unsigned long long)missed,
		   (unsigned long long)c->verdict.first);
}

static void judge(struct chase *c, const struct epoch *epoch,
		  struct epoch_result *result)
{
	const struct predump *p = c->predump;
	const struct tracker *tracker = follower_of(c)->tracking.tracker;

	sample_add_counter(&result->figures, pursuit_end_name(c->end), 1);
	if (tracker->claim == CLAIM_NOTHING)
		return;
	result->figures.pages.reported = (int64_t)c->reported;
	judge_missed(c, result);
	if (may_store(p, epoch))
		return;
	result->figures.pages.extra = (int64_t)c->reported;
	if (result->status != STATUS_OK || tracker->claim != CLAIM_EXACT ||
	    !c->reported)
		return;
	result->status = STATUS_INEXACT;
	reason_set(&result->why, 0,
		   "reported %llu pages of a process that stored nothing",
		   (unsigned long long)c->reported);
}

/*
 * Whether the memory that is followed is there no more. What is read through
 * the process's number may be that of another program by now, and what failed
 * is then no wonder.
 */
static bool is_gone(const struct predump *p)
{
	uint64_t entry;

	return pagemap_entry(p->pagemap, p->session->work.ranges[0].start,
			     &entry) != 0;
}

static void fail(struct chase *c, struct epoch_result *result)
{
	pid_t pid = tracked(c->predump);

	result->status = STATUS_FAIL;
	result->why = *c->failed;
	if (is_gone(c->predump))
		reason_set(&result->why, 0,
			   "process %d %s while it was followed", (int)pid,
			   process_has_memory(pid) ? "executed another program"
						   : "ended");
}

void predump_epoch(struct predump *predump, const struct epoch *epoch,
		   struct epoch_result *result)
{
	struct session *s = predump->session;
	struct chase chase = { .predump = predump,
			       .figures = &result->figures,
			       .rows = &predump->detail->iterations };
	int ret;

	memset(result, 0, sizeof(*result));
	memset(predump->detail, 0, sizeof(*predump->detail));
	sample_figures_clear(&result->figures);
	s->follower.tracking.counts = (struct tracker_counts){ 0 };
	session_describe_range(s, &result->figures);
	ret = run(&chase, epoch);
	session_take_counts(s, &result->figures);
	if (ret || is_gone(predump)) {
		fail(&chase, result);
		return;
	}
	if (!predump->plan.foreign)
		result->figures.pursuit.stores = (int64_t)s->work.stored;
	judge(&chase, epoch, result);
}
