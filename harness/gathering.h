/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several trackers and one workload together in one target, to be compared. */
#ifndef DIRTYBENCH_GATHERING_H
#define DIRTYBENCH_GATHERING_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/cell.h"
#include "harness/disagreement.h"
#include "harness/follower.h"
#include "harness/session.h"

enum gathering_what {
	RECORD_LEFT_OUT,     /* a tracker is not, or no more, compared */
	RECORD_EPOCH,	     /* an epoch was compared */
	RECORD_DISAGREEMENT, /* pages of the epoch whose record comes next */
};

/* What a gathering finds out, one after the other. Trackers are numbered as
 * their cells are. */
struct gathering_record {
	enum gathering_what what;
	int epoch;
	/* RECORD_LEFT_OUT */
	int tracker;
	bool failed; /* not when it was opened: it had been compared */
	struct reason why;
	/* RECORD_EPOCH */
	uint32_t compared; /* bit N: tracker N */
	struct disagreement_counts counts;
	/* RECORD_DISAGREEMENT */
	struct disagreement pages;
};

struct gathering {
	struct work work;
	const struct cell *cells;
	int nr_cells;
	struct follower *followers; /* one for each cell */
	uint32_t here;		    /* those that still follow */
	struct shared_uffd shared;
	struct region_array expected;
	int records; /* descriptor that gets them */
};

/*
 * Map, populate, list. @cells have one workload, with the same parameters, and
 * at most TESTIMONIES_MAX trackers. -errno with @why. gathering_destroy() in
 * any case.
 */
int gathering_create(struct gathering *g, const struct cell *cells,
		     int nr_cells, const struct placement *place,
		     struct reason *why);

/*
 * As session_epoch(), with all trackers: each hook of all of them, in their
 * turn, before the next. One that fails is left out from there on. STATUS_OK
 * whatever they tell; STATUS_FAIL where the workload fails or no two trackers
 * are left.
 */
void gathering_epoch(struct gathering *g, const struct epoch *epoch,
		     struct epoch_result *result);

void gathering_destroy(struct gathering *g);

#endif
