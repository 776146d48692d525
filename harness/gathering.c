// SPDX-License-Identifier: GPL-2.0-or-later
/* Several trackers and one workload together in one target, to be compared. */
#include "harness/gathering.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int keep(struct gathering *g, const struct gathering_record *record)
{
	if (write(g->records, record, sizeof(*record)) == sizeof(*record))
		return 0;
	return reason_set(&g->work.why, -EIO,
			  "what was found cannot be handed over");
}

static bool is_here(const struct gathering *g, int tracker)
{
	return g->here >> tracker & 1;
}

/* Whatever it was about to do, it tells nothing any more. */
static int leave_out(struct gathering *g, int tracker, unsigned int epoch,
		     bool failed)
{
	struct follower *f = &g->followers[tracker];
	struct gathering_record record = { .what = RECORD_LEFT_OUT,
					   .epoch = (int)epoch,
					   .tracker = tracker,
					   .failed = failed,
					   .why = f->tracking.why };
	int64_t unused_ns = SAMPLE_NULL;

	if (f->opened)
		follower_close(f, &unused_ns);
	g->here &= ~(1U << tracker);
	return keep(g, &record);
}

int gathering_create(struct gathering *g, const struct cell *cells,
		     int nr_cells, const struct placement *place,
		     struct reason *why)
{
	size_t stores;
	int ret;

	g->cells = cells;
	g->nr_cells = nr_cells;
	g->work.workload = cells[0].workload;
	g->work.params = &cells[0].params;
	ret = g->work.workload->open(&g->work);
	if (ret) {
		*why = g->work.why;
		return ret;
	}
	stores = g->work.stores.nr_candidates;
	g->expected.max = stores;
	g->expected.v = calloc(stores, sizeof(struct region));
	g->followers = calloc((size_t)nr_cells, sizeof(*g->followers));
	if (!g->expected.v || !g->followers)
		return reason_set(why, -ENOMEM, "no memory for lists");
	for (int i = 0; !ret && i < nr_cells; i++) {
		ret = follower_create(&g->followers[i], &cells[i], &g->work,
				      place, why);
		g->followers[i].tracking.shared = &g->shared;
		g->here |= 1U << i;
	}
	return ret;
}

/* A hook of every tracker that is here and has this turn. */
static int turn_does(struct gathering *g, unsigned int epoch,
		     enum tracker_turn turn,
		     int (*hook)(struct follower *f, int64_t *phase_ns))
{
	int64_t unused_ns = SAMPLE_NULL;
	int ret = 0;

	for (int i = 0; !ret && i < g->nr_cells; i++)
		if (is_here(g, i) && g->cells[i].tracker->turn == turn &&
		    hook(&g->followers[i], &unused_ns))
			ret = leave_out(g, i, epoch, true);
	return ret;
}

static int all_do(struct gathering *g, unsigned int epoch,
		  int (*hook)(struct follower *f, int64_t *phase_ns))
{
	int ret;

	ret = turn_does(g, epoch, TURN_FIRST, hook);
	return ret ? ret : turn_does(g, epoch, TURN_LATER, hook);
}

static int disarm_in_force(struct follower *f, int64_t *phase_ns)
{
	return f->in_force ? follower_disarm(f, phase_ns) : 0;
}

static void close_all(struct gathering *g)
{
	int64_t unused_ns = SAMPLE_NULL;

	for (int i = g->nr_cells - 1; i >= 0; i--)
		if (g->followers[i].opened)
			follower_close(&g->followers[i], &unused_ns);
}

/* One that cannot be opened beside the others has not failed; what could be
 * opened once has to be so again. */
static int open_all(struct gathering *g, unsigned int epoch)
{
	int64_t unused_ns = SAMPLE_NULL;
	struct follower *f;
	int ret = 0;

	for (int i = 0; !ret && i < g->nr_cells; i++) {
		f = &g->followers[i];
		if (is_here(g, i) && !f->opened &&
		    follower_open(f, &g->work, &unused_ns))
			ret = leave_out(g, i, epoch, epoch != 0);
	}
	return ret;
}

static int prepare(struct gathering *g, const struct epoch *epoch)
{
	const struct workload *workload = g->work.workload;
	int ret = 0;

	if (workload->rewrites && workload->rewrites(g->work.params))
		ret = all_do(g, epoch->number, disarm_in_force);
	if (!ret)
		ret = workload->prepare(&g->work, epoch);
	if (ret < 0)
		return ret;
	if (ret)
		close_all(g);
	return open_all(g, epoch->number);
}

static int between(struct gathering *g, enum phase done)
{
	const struct workload *workload = g->work.workload;

	return workload->between ? workload->between(&g->work, done) : 0;
}

static int change(struct gathering *g, const struct epoch *epoch)
{
	const struct workload *workload = g->work.workload;

	if (!workload->change || !epoch_stores(epoch))
		return 0;
	return workload->change(&g->work);
}

static void store(struct gathering *g, const struct epoch *epoch)
{
	const struct workload *workload = g->work.workload;

	g->expected.nr = 0;
	if (epoch->kind == EPOCH_READ)
		workload->read(&g->work);
	if (!epoch_stores(epoch))
		return;
	workload->write(&g->work, 0, g->work.stores.nr);
}

static int collect(struct follower *f, int64_t *phase_ns)
{
	struct sample_phases ns = { 0 };

	(void)phase_ns;
	return follower_collect(f, &ns);
}

static int phases(struct gathering *g, const struct epoch *epoch)
{
	int ret;

	ret = all_do(g, epoch->number, follower_arm);
	if (!ret)
		ret = between(g, PHASE_ARM);
	if (ret)
		return ret;
	for (int i = 0; i < g->nr_cells; i++)
		buffers_touch(&g->followers[i].buffers);
	ret = change(g, epoch);
	if (ret)
		return ret;
	store(g, epoch);
	ret = between(g, PHASE_WRITE);
	return ret ? ret : all_do(g, epoch->number, collect);
}

/* Where what is found goes, and which tracker a testimony is of. */
struct hearing {
	struct gathering *g;
	int tracker[TESTIMONIES_MAX];
	int nr;
	int epoch;
	int ret;
};

static uint32_t trackers_of(const struct hearing *hearing, uint32_t testimonies)
{
	uint32_t trackers = 0;

	for (int i = 0; i < hearing->nr; i++)
		if (testimonies >> i & 1)
			trackers |= 1U << hearing->tracker[i];
	return trackers;
}

static void hear(void *arg, const struct disagreement *pages)
{
	struct hearing *hearing = arg;
	struct gathering_record record = { .what = RECORD_DISAGREEMENT,
					   .epoch = hearing->epoch,
					   .pages = *pages };

	record.pages.said = trackers_of(hearing, pages->said);
	if (!hearing->ret)
		hearing->ret = keep(hearing->g, &record);
}

static struct testimony testify(const struct gathering *g, int tracker)
{
	const struct tracker *declared = g->cells[tracker].tracker;

	return (struct testimony){
		.reported = g->followers[tracker].reported,
		.granule = declared->granule,
		.superset = declared->claim == CLAIM_SUPERSET,
		.unclaimed = cell_check_kinds(&g->cells[tracker], NULL) != 0,
	};
}

static int compare(struct gathering *g, const struct epoch *epoch)
{
	struct hearing hearing = { .g = g, .epoch = (int)epoch->number };
	struct gathering_record record = { .what = RECORD_EPOCH,
					   .epoch = (int)epoch->number,
					   .compared = g->here };
	struct testimony testimonies[TESTIMONIES_MAX];
	const struct tracking *t;

	if (epoch->kind == EPOCH_FIRST || epoch->kind == EPOCH_MEASURED)
		g->work.workload->expected(&g->work, &g->expected);
	for (int i = 0; i < g->nr_cells; i++) {
		if (!is_here(g, i))
			continue;
		testimonies[hearing.nr] = testify(g, i);
		hearing.tracker[hearing.nr++] = i;
	}
	if (hearing.nr < 2)
		return reason_set(&g->work.why, -ENODATA,
				  "no two trackers are left to compare");
	t = &g->followers[hearing.tracker[0]].tracking;
	disagreement_find(testimonies, hearing.nr, &g->expected, t->parts,
			  t->nr_parts, hear, &hearing, &record.counts);
	return hearing.ret ? hearing.ret : keep(g, &record);
}

void gathering_epoch(struct gathering *g, const struct epoch *epoch,
		     struct epoch_result *result)
{
	int ret;

	memset(result, 0, sizeof(*result));
	sample_figures_clear(&result->figures);
	ret = prepare(g, epoch);
	if (!ret)
		ret = phases(g, epoch);
	if (!ret)
		ret = compare(g, epoch);
	if (!ret)
		return;
	result->status = STATUS_FAIL;
	result->why = g->work.why;
}

void gathering_destroy(struct gathering *g)
{
	if (g->followers)
		close_all(g);
	for (int i = 0; g->followers && i < g->nr_cells; i++)
		follower_destroy(&g->followers[i]);
	free(g->followers);
	free(g->expected.v);
	g->work.workload->close(&g->work);
}
