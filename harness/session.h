/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A workload and a tracker together in one target, epoch after epoch. */
#ifndef DIRTYBENCH_SESSION_H
#define DIRTYBENCH_SESSION_H

#include <stdbool.h>

#include "harness/cell.h"
#include "harness/follower.h"
#include "harness/placement.h"
#include "results/sample.h"
#include "workloads/workload.h"

struct session {
	const struct cell *cell;
	struct work work;
	struct follower follower;
	/* Whether caches matter to what the clock counts. Set after
	 * session_create(). */
	bool cools_down;
	struct region_array written;  /* by the epoch's stores */
	struct region_array expected; /* of these, what is to be reported */

	/* This epoch has changed mappings: what was registered may be gone, and
	 * cannot be disarmed but only closed. */
	bool changed;

	/* Before the tracker was opened on this memory; pages are populated. */
	bool counted;
	int64_t vmas_before, pagetable_kb_before;
	int64_t anon_huge_kb_before; /* SAMPLE_NULL where there are none */
};

/* The outcome of one epoch. */
struct epoch_result {
	enum sample_status status; /* OK, LIED, INEXACT or FAIL */
	struct reason why;	   /* for all but OK */
	struct sample_figures figures;
};

/* Map, populate, list. -errno with @why. session_destroy() in any case. */
int session_create(struct session *s, const struct cell *cell,
		   const struct placement *place, struct reason *why);

/*
 * Run one epoch and judge it:
 *
 *   prepare | arm | between | change | write | between | collect | judge
 *             ^^^             ^^^^^^   ^^^^^             ^^^^^^^   timed
 *
 * The result is complete also when the epoch failed; the session is then of no
 * further use. The status is what the oracle said.
 */
void session_epoch(struct session *s, const struct epoch *epoch,
		   struct epoch_result *result);

/*
 * Parts of an epoch, for who runs epochs in another way (watch.h). Bring
 * workload and tracker to where it starts: hooks of both may fail, and *@failed
 * is where the reason is then. The hook of that name. What the tracker counted.
 * What is tracked.
 */
int session_prepare(struct session *s, const struct epoch *epoch,
		    struct sample_figures *figures,
		    const struct reason **failed);
int session_between(struct session *s, enum phase done);
void session_take_counts(const struct session *s,
			 struct sample_figures *figures);
void session_count_left(const struct session *s,
			struct sample_figures *figures);
void session_describe_range(const struct session *s,
			    struct sample_figures *figures);

/*
 * Replay an epoch untimed, in slices, and put what only a disturbed epoch can
 * show into @figures: VMAs and page tables while it was being written to.
 */
int session_replay(struct session *s, const struct epoch *epoch,
		   struct sample_figures *figures, struct reason *why);

/*
 * Where the workload narrows what is armed and collected: arm all, do the
 * epoch's stores, arm the parts, collect all, untimed. What was written outside
 * of the parts is still to be reported, unless the tracker arms more than it is
 * told to; @result says otherwise and gets a counter `forgotten_outside`.
 * -errno with @why where it cannot be looked at.
 */
int session_check_rest(struct session *s, const struct epoch *epoch,
		       struct epoch_result *result, struct reason *why);

/* Stop tracking, timed into @figures: disarm and close. */
int session_finish(struct session *s, struct sample_figures *figures,
		   struct reason *why);

/*
 * Behind session_finish(): what tracking leaves behind. An epoch is tracked
 * once more, untimed, because control epochs leave less, and tracking ends:
 *
 *   prepare, arm, write, collect | disarm, close | read | write | count
 *                                                  ^^^^   ^^^^^   timed
 *
 * Every resident page is read and an epoch's number of pages stored to, other
 * ones where stores_choose() chose them, in memory as it was left: nothing
 * restores it. Whatever is counted is
 * counted last, as it would disturb the rest.
 */
int session_aftermath(struct session *s, const struct epoch *epoch,
		      struct sample_figures *figures, struct reason *why);

void session_destroy(struct session *s);

#endif
