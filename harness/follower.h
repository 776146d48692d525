/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tracker that follows a workload's memory: its hooks, in order, timed. */
#ifndef DIRTYBENCH_FOLLOWER_H
#define DIRTYBENCH_FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/cell.h"
#include "harness/mark.h"
#include "harness/placement.h"
#include "results/sample.h"
#include "trackers/tracker.h"
#include "workloads/workload.h"

struct follower {
	struct tracking tracking;
	struct buffers buffers;
	bool opened;
	bool in_force; /* armed once, and not disarmed since */
	bool armed;    /* all pages count as clean: no need to arm */
	bool atomic;   /* collect=atomic: collect_and_arm in place of collect */
	/* Phases begin right behind a tick of the timer. Set after
	 * follower_create(), where instructions are counted. */
	bool await_tick;

	struct region_array chunk; /* what one collect call fills */
	struct region_array whole; /* all chunks, where one was too small */
	const struct region_array *reported; /* one of the two */
};

/*
 * Make room for what @cell's tracker will report of @work, which is open.
 * -ENOMEM; follower_destroy() in any case.
 */
int follower_create(struct follower *f, const struct cell *cell,
		    const struct work *work, const struct placement *place,
		    struct reason *why);

/* Make room for what it may report of @pages pages, so that none has to be made
 * while a process is stopped. -ENOMEM with @why. */
int follower_expect(struct follower *f, uint64_t pages, struct reason *why);

/*
 * The tracker's hooks. What they take is added to *@phase_ns. -errno with
 * tracking.why.
 */
int follower_open(struct follower *f, const struct work *work,
		  int64_t *phase_ns);
int follower_arm(struct follower *f, int64_t *phase_ns);
int follower_disarm(struct follower *f, int64_t *phase_ns);
void follower_close(struct follower *f, int64_t *phase_ns);

/* Let the tracker arm and collect what the workload wants it to. */
void follower_look_at_parts(struct follower *f, const struct work *work);

/* All that the tracker reports goes to @f->reported; the time to collect or
 * collect_arm of @ns. */
int follower_collect(struct follower *f, struct sample_phases *ns);

/* Also when it is still open. */
void follower_destroy(struct follower *f);

/* The process whose pages the tracker follows. */
pid_t follower_tracked(const struct work *work);

/* For phases that are no hook of a tracker's. */
int64_t follower_start_clock(const struct follower *f);
void follower_stop_clock(int64_t start_ns, enum mark phase, int64_t *phase_ns);

#endif
