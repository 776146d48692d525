/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session whose writers do not stop while the tracker collects. */
#ifndef DIRTYBENCH_WATCH_H
#define DIRTYBENCH_WATCH_H

#include "harness/concurrency.h"
#include "harness/ledger.h"
#include "harness/session.h"
#include "harness/writers.h"

/*
 * The other way of running a cell, for workloads that are concurrent: an epoch
 * is an interval in which the writers store to the pages of the units that
 * prepare has picked, and this thread collects, again and again.
 *
 *   open | arm | writers run:                            | stop | collect
 *                collect [arm] judge | delay | collect ...
 *                ^^^^^^^^^^^^^ timed
 *
 * The last collection of an epoch comes when the writers have ended: what they
 * wrote and nobody has told by then is due. In EPOCH_IDLE there are no writers,
 * in EPOCH_READ they read.
 */
struct watch {
	struct session *session;
	struct concurrency plan;
	struct ledger ledger;
	struct writers writers;
	uint64_t *page;		      /* all that may be stored to, ascending */
	uint32_t *chosen;	      /* of these, those of the epoch's units */
	struct region_array expected; /* has room for any of them */
	uint64_t in_hand; /* pages that may be noted yet, with no writer */
	int64_t ended_ns; /* when the last collection had, by clock_now_ns() */
	struct sample_detail *detail; /* of the last epoch */
};

/* For a session that was created, of a concurrent workload. -errno with @why;
 * watch_destroy() in any case, before the session is. */
int watch_create(struct watch *watch, struct session *session,
		 const struct concurrency *plan, struct reason *why);

/*
 * Run one epoch and judge it, as session_epoch(). With @timeline, the detail
 * has one.
 */
void watch_epoch(struct watch *watch, const struct epoch *epoch, bool timeline,
		 struct epoch_result *result);

void watch_destroy(struct watch *watch);

#endif
