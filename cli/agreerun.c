// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs the targets in which trackers are compared. */
#include "cli/agreerun.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/pagesname.h"
#include "harness/gathering.h"
#include "harness/memoryguard.h"
#include "harness/page.h"
#include "harness/spawn.h"
#include "kernels/wire.h"

/* Above what a target finds at numbers of its own. */
enum { MIN_RECORDS = 16 };

/* Trackers of one workload while they are compared: bits are of its cells. */
struct comparing {
	struct agreerun *run;
	const struct cell *cells;
	int nr_cells;
	struct agreement *agreement;
	uint32_t able;	      /* can be compared here, as far as is known */
	uint32_t pending;     /* and were not yet */
	struct reason failed; /* of a target: what it reported */
};

/* One target. */
struct meeting {
	struct comparing *c;
	int order[TESTIMONIES_MAX]; /* cells as the target numbers them */
	int nr;
	uint32_t here;	 /* cells that follow on */
	uint32_t opened; /* that were there for an epoch at least */
};

/* A parameter that is not as it comes tells one from another. */
static void name_tracker(const struct cell *cell, char *name, size_t bytes)
{
	const struct param_value *value = cell->params.v;
	struct cell plain;
	size_t used;

	used = (size_t)snprintf(name, bytes, "%s", cell->tracker->name);
	if (cell_init(&plain, cell->workload, cell->tracker, NULL))
		return;
	for (int i = 0; i < cell->params.nr && used < bytes; i++, value++)
		if (!is_workload_param(cell, value->param->name) &&
		    strcmp(value->text,
			   params_find(&plain.params, value->param->name)
				   ->text) != 0)
			used += (size_t)snprintf(name + used, bytes - used,
						 " %s=%s", value->param->name,
						 value->text);
}

/* Swapped pages are of the kind base to whoever tracks them. */
static const char *kind_name(const struct cell *cell)
{
	struct needs needs;

	if (cell_needs(cell, &needs, NULL))
		return "";
	return needs.swap_bytes ? "swapped" : page_kind_name(needs.kind);
}

static void describe(const struct comparing *c, const struct plan *plan)
{
	struct agreement *agreement = c->agreement;
	const struct cell *cell = c->cells;

	*agreement = (struct agreement){ .page_bytes = (int64_t)page_bytes(),
					 .nr_trackers = c->nr_cells };
	snprintf(agreement->cell, sizeof(agreement->cell), "%s", cell->key);
	pagesname(plan, cell, false, agreement->pages);
	snprintf(agreement->kind, sizeof(agreement->kind), "%s",
		 kind_name(cell));
	for (int i = 0; i < c->nr_cells; i++, cell++)
		name_tracker(cell, agreement->trackers[i].name,
			     sizeof(agreement->trackers[i].name));
}

static void check_all(struct comparing *c)
{
	for (int i = 0; i < c->nr_cells; i++)
		if (!readiness_check(&c->run->readiness, &c->cells[i],
				     &c->agreement->trackers[i].why))
			c->able |= 1U << i;
	c->pending = c->able;
}

static void add_to_order(struct meeting *m, uint32_t cells)
{
	for (int i = 0; i < m->c->nr_cells; i++)
		if (cells >> i & 1)
			m->order[m->nr++] = i;
}

static uint32_t cells_of(const struct meeting *m, uint32_t trackers)
{
	uint32_t cells = 0;

	for (int i = 0; i < m->nr; i++)
		if (trackers >> i & 1)
			cells |= 1U << m->order[i];
	return cells;
}

/* What a tracker does not claim to do is no failure. */
static void take_left_out(struct meeting *m,
			  const struct gathering_record *record)
{
	int cell = m->order[record->tracker];
	struct agreement_tracker *tracker = &m->c->agreement->trackers[cell];
	struct cell claimed = m->c->cells[cell];

	claimed.unclaimed = false;
	m->here &= ~(1U << cell);
	if (tracker->compared && !record->failed)
		return;
	tracker->failed |= record->failed && !cell_check_kinds(&claimed, NULL);
	reason_set(
		&tracker->why, 0, "%s%.300s",
		record->failed ? "" : "not beside another: ", record->why.text);
}

/* A round for as long as the same trackers are there. */
static struct agreement_round *round_of(struct agreement *agreement,
					uint32_t trackers, int epoch)
{
	struct agreement_round *round =
		&agreement->rounds[agreement->nr_rounds];

	if (epoch && agreement->nr_rounds && round[-1].trackers == trackers)
		return round - 1;
	if (agreement->nr_rounds == AGREEMENT_TRACKERS)
		return NULL;
	agreement->nr_rounds++;
	round->trackers = trackers;
	return round;
}

static int take_epoch(struct meeting *m, const struct gathering_record *record)
{
	struct agreement *agreement = m->c->agreement;
	uint32_t cells = cells_of(m, record->compared);
	struct agreement_round *round =
		round_of(agreement, cells, record->epoch);

	if (!round)
		return -ENOSPC;
	round->epochs++;
	round->compared += (int64_t)record->counts.compared;
	round->differ += (int64_t)record->counts.differ;
	m->opened |= cells;
	for (int i = 0; i < m->c->nr_cells; i++)
		if (cells >> i & 1)
			agreement->trackers[i].compared = true;
	return 0;
}

/* The epoch's own record, and with it the round, comes behind these. */
static int take_pages(struct meeting *m, const struct gathering_record *record)
{
	const struct disagreement *pages = &record->pages;
	struct agreement_region region = {
		.round = -1,
		.epoch = record->epoch,
		.start = pages->start,
		.end = pages->end,
		.said = cells_of(m, pages->said),
		.written = pages->written,
		.because = pages->because,
	};

	return agreement_add_region(m->c->agreement, &region);
}

static void settle_regions(struct agreement *agreement)
{
	struct agreement_region *region =
		agreement->regions + agreement->nr_regions;

	while (region > agreement->regions && region[-1].round < 0)
		(--region)->round = agreement->nr_rounds - 1;
}

/* What an epoch that did not end has left is of no round. */
static void drop_unsettled(struct agreement *agreement)
{
	while (agreement->nr_regions &&
	       agreement->regions[agreement->nr_regions - 1].round < 0)
		agreement->nr_regions--;
}

static int take_records(struct meeting *m, int records)
{
	struct gathering_record record;
	int ret = 0;

	if (lseek(records, 0, SEEK_SET))
		return -errno;
	while (!ret &&
	       read(records, &record, sizeof(record)) == sizeof(record)) {
		if (record.what == RECORD_LEFT_OUT) {
			take_left_out(m, &record);
		} else if (record.what == RECORD_DISAGREEMENT) {
			ret = take_pages(m, &record);
		} else {
			ret = take_epoch(m, &record);
			settle_regions(m->c->agreement);
		}
	}
	drop_unsettled(m->c->agreement);
	return ret;
}

static void hear(const struct target_report *report, void *arg)
{
	struct comparing *c = arg;

	if (report->result.status == STATUS_FAIL)
		c->failed = report->result.why;
}

static int make_request(struct meeting *m, struct spawn_request *request,
			struct reason *why)
{
	const struct agreerun *run = m->c->run;
	struct prediction prediction = { 0 };
	const struct cell *cell;
	int ret = 0;

	*request = (struct spawn_request){
		.order = { .place = run->place,
			   .measured_epochs = run->epochs,
			   .lockstep = run->place.other_cpu < 0,
			   .clock = CLOCK_NOTHING,
			   .nr_others = m->nr - 1 },
		.topology = run->topology,
		.time_limit_ns = (int64_t)(run->time_limit_s * 1e9),
	};
	for (int i = 0; !ret && i < m->nr; i++) {
		cell = &m->c->cells[m->order[i]];
		memcpy(i ? request->order.others[i - 1] : request->order.key,
		       cell->key, sizeof(cell->key));
		ret = guard_predict(cell, &prediction, why);
		/* Each has lists and logs of its own. */
		request->data_limit += prediction.data_limit;
	}
	return ret ? ret
		   : readiness_take_turn(&m->c->run->readiness, m->c->cells,
					 why);
}

static int open_records(void)
{
	int low = memfd_create("records", MFD_CLOEXEC);
	int fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, MIN_RECORDS);
	int ret = fd < 0 ? -errno : fd;

	if (low >= 0)
		close(low);
	return ret;
}

/* In @m->c->failed, why the target failed. */
static int run_target(struct meeting *m)
{
	static struct spawn_request request;
	struct comparing *c = m->c;
	int ret, read_ret;

	ret = make_request(m, &request, &c->failed);
	if (ret)
		return ret;
	request.records = open_records();
	if (request.records < 0)
		return reason_errno(&c->failed, request.records,
				    "memfd_create");
	if (c->run->channel >= 0)
		wire_send(c->run->channel, WIRE_CELL, c->cells->key);
	ret = spawn_target(&request, hear, c, &c->failed);
	read_ret = take_records(m, request.records);
	close(request.records);
	if (!ret && read_ret)
		ret = reason_errno(&c->failed, read_ret, "what was compared");
	return ret;
}

static bool several(uint32_t cells)
{
	return cells & (cells - 1);
}

/* What came of a target, for the next one. */
static void conclude(struct meeting *m)
{
	struct comparing *c = m->c;
	uint32_t first = 1U << m->order[0];

	c->pending &= ~(m->opened | first);
	/* Nothing was in its way. */
	if (!(m->opened & first))
		c->able &= ~first;
}

/* Those that were refused beside others have that as their reason. */
static void explain_rest(const struct comparing *c)
{
	struct agreement_tracker *tracker = c->agreement->trackers;

	for (int i = 0; i < c->nr_cells; i++, tracker++)
		if (!tracker->compared && !tracker->why.text[0])
			reason_set(&tracker->why, 0,
				   "no other tracker can follow the same "
				   "memory beside it");
	if (!c->agreement->nr_rounds && !c->agreement->why.text[0])
		reason_set(&c->agreement->why, 0,
			   "no two trackers can follow these pages together");
}

/* 0 to go on. */
static int meet(struct comparing *c)
{
	struct meeting m = { .c = c, .here = c->able };
	int ret;

	add_to_order(&m, c->pending);
	add_to_order(&m, c->able & ~c->pending);
	c->failed.text[0] = '\0';
	ret = run_target(&m);
	if (ret == -ECANCELED)
		return ret;
	/* That too few were left is no failure of the target's. */
	if (ret || (c->failed.text[0] && several(m.here))) {
		c->agreement->failed = true;
		c->agreement->why = c->failed;
		return ret ? ret : -EIO;
	}
	conclude(&m);
	return 0;
}

int agreerun_compare(struct agreerun *run, const struct plan *plan,
		     const struct cell *cells, int nr_cells,
		     struct agreement *agreement)
{
	struct comparing c = { .run = run,
			       .cells = cells,
			       .nr_cells = nr_cells,
			       .agreement = agreement };
	int ret = 0;

	describe(&c, plan);
	check_all(&c);
	while (!ret && c.pending && several(c.able))
		ret = meet(&c);
	if (ret == -ECANCELED || ret == -EDEADLK || ret == -ENOMEM)
		return ret;
	explain_rest(&c);
	return 0;
}
