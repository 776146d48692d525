/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a sample tells beyond its figures: distributions, and a timeline. */
#ifndef DIRTYBENCH_DETAIL_H
#define DIRTYBENCH_DETAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "results/histogram.h"

enum detail_id {
	DETAIL_WRITE,	      /* ns; a store, as its thread sees it */
	DETAIL_TRACKED_WRITE, /* ns; of these, the first since arming */
	DETAIL_COLLECT,	      /* ns; a collection */
	DETAIL_ARM,	      /* ns; the call that arms behind one */
	DETAIL_COLLECT_ARM,   /* ns; a collection that arms as well */
	DETAIL_PAGES,	      /* pages that a collection reported */
	DETAIL_REGIONS,	      /* and the regions that these were */
	/* Of stores that were compared with as many that were not recorded, so
	 * many as recorded / values of both: ns of processor time by which they
	 * took more, or less. */
	DETAIL_RECORDING_MORE,
	DETAIL_RECORDING_LESS,
	NR_DETAILS,
};

/* Slots of a timeline: 67 ms, with several collections in them. */
enum { TIMELINE_SLOT_NS = 1 << 16, TIMELINE_SLOTS = 1024 };

/* The start of an epoch, slot by slot. */
struct timeline {
	uint64_t writes[TIMELINE_SLOTS];	/* stores that ended in it */
	uint64_t slowest_ns[TIMELINE_SLOTS];	/* the slowest of these */
	uint64_t collecting_ns[TIMELINE_SLOTS]; /* of it, in the tracker */
};

/*
 * What was done each time that a process was copied which went on: number 0 is
 * the first copy, of all pages, and the last one the set that was left when the
 * process was stopped. 0 in a column is nothing, too.
 */
enum iteration_column {
	ITERATION_PAGES, /* copied */
	ITERATION_BYTES,
	ITERATION_COLLECT, /* ns */
	ITERATION_ARM,
	ITERATION_COLLECT_ARM,
	ITERATION_STOPPED,  /* from when it was told to stop until it went on */
	ITERATION_COPY,	    /* reading its pages */
	ITERATION_DURATION, /* all of it, up to what the bandwidth allows */
	NR_ITERATION_COLUMNS,
};

enum { ITERATIONS_MAX = 64 };

struct iterations {
	uint64_t nr; /* 0: there were none */
	uint64_t column[NR_ITERATION_COLUMNS][ITERATIONS_MAX];
};

/* Why the process was stopped for what was left. */
enum pursuit_end {
	PURSUIT_GOES_ON,
	PURSUIT_CONVERGED, /* few enough are left */
	PURSUIT_STALLED,   /* the set no longer shrinks */
	PURSUIT_LIMIT,	   /* that were max_iterations */
	PURSUIT_ENDS
};

/* Zeroed is nothing. */
struct sample_detail {
	struct histogram histograms[NR_DETAILS];
	bool has_timeline;
	struct timeline timeline;
	struct iterations iterations;
};

/* The word of the sample file: "write_ns". */
const char *detail_name(enum detail_id id);
const char *iteration_column_name(enum iteration_column column);

/* The counter of the sample that says so: "ended_converged"; NULL for
 * PURSUIT_GOES_ON. */
const char *pursuit_end_name(enum pursuit_end end);

#endif
