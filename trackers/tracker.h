/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a tracker is: one way to learn which pages of a process were written. */
#ifndef DIRTYBENCH_TRACKER_H
#define DIRTYBENCH_TRACKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "harness/buffers.h"
#include "harness/page.h"
#include "harness/pagekind.h"
#include "harness/params.h"
#include "harness/placement.h"
#include "harness/reason.h"
#include "harness/region.h"

enum tracker_claim {
	CLAIM_NOTHING,	/* reports nothing, and nothing is proved */
	CLAIM_EXACT,	/* the written granules, no more and no fewer */
	CLAIM_SUPERSET, /* all written granules, and perhaps others */
};

/* When a tracker's turn is, where several follow the same memory. */
enum tracker_turn {
	TURN_LATER,
	/* Its faults split VMAs, which arming or disarming makes one again:
	 * UFFDIO_WRITEPROTECT takes but one up to Linux 6.2. */
	TURN_FIRST,
};

enum { TRACKER_MAX_COUNTERS = 4 };

/* What the harness records of one epoch; hooks only add to it. */
struct tracker_counts {
	uint64_t syscalls;     /* system calls that the tracker made */
	uint64_t records;      /* page_regions, entries, messages, signals */
	uint64_t output_bytes; /* handed over by the kernel */
	struct {
		const char *name;
		int64_t value;
	} counters[TRACKER_MAX_COUNTERS]; /* for what only this tracker has */
	int nr_counters;
};

/*
 * What trackings of the same ranges have in common, for trackers whose kernel
 * interface exists once for a range. Zeroed before the first is opened.
 */
struct shared_uffd {
	int fd; /* registered for asynchronous write protection */
	int users;
};

/*
 * One tracker at work on the memory of one process. The harness fills it, the
 * hooks read it; @state is the tracker's own, made in open, gone after close.
 */
struct tracking {
	const struct tracker *tracker;
	const struct params *params;
	pid_t pid; /* the tracked process: this one unless other_process */
	/* What open registers, disarm lets be written to, close lets go; sorted
	 * by address. */
	const struct mapped_range *ranges;
	int nr_ranges;
	/* What arm and collect are about: @ranges itself, or parts of them in
	 * whole mapping units, which may be others at the next epoch. */
	const struct mapped_range *parts;
	int nr_parts;
	uint64_t resident_pages; /* of all ranges, when opened */
	uint64_t storable_pages; /* that stores may go to, populated or not */
	/* That store at a time: each may take a fault in one page before the
	 * first of these is resolved. 0 is 1. */
	int storing_threads;
	int storing_cpus; /* they are on the first so many of place->cpus */
	/* Set by open where threads of the tracker's own note the faults. */
	int handlers;
	const struct placement *place;
	struct buffers *buffers;    /* where a tracker gets memory from */
	struct shared_uffd *shared; /* NULL: no other tracking of these */
	struct tracker_counts counts;
	struct reason why; /* filled by a hook that fails */
	void *state;
};

/*
 * Hooks return 0 or a negative errno with tracking->why filled. They run in
 * this order: probe; open; then for every epoch arm, collect (or, once armed,
 * collect_and_arm alone); disarm; close. Between arm and collect the workload
 * stores. Hooks inside the clock (open, arm, collect, collect_and_arm, disarm,
 * close) neither print nor allocate what open could have allocated.
 */
struct tracker {
	const char *name;	    /* lower case, words joined by '-' */
	const char *summary;	    /* one line: what is called, what is read */
	const struct param *params; /* ends with a NULL name; or NULL */
	bool hidden; /* for tests: listed and chosen only by name */
	bool aside;  /* the "*" of a preset leaves it out */

	enum tracker_claim claim;
	enum granule granule[PAGE_KINDS]; /* GRANULE_NONE where left out */
	/* Why a GRANULE_NONE kind cannot be followed, as the end of "NAME: ".
	 * Required for every kind that is left out. */
	const char *cannot[PAGE_KINDS];
	/* Why arming a part arms more than that, so that what was written there
	 * and not collected yet is forgotten, as in @cannot; NULL where it arms
	 * no more. */
	const char *arms_more;
	bool other_process;	 /* can follow a process that is not this one */
	bool user_space_records; /* learns from faults, keeps the log itself */
	enum tracker_turn turn;

	/* Why what happens to the mapping misleads it, as in @cannot; NULL
	 * where it does not. Optional: nothing does. */
	const char *(*misled_by)(enum mapping_event event,
				 const struct params *params);

	/* Whether arming puts a page-table entry into every hole of a range
	 * (8 bytes a page). Optional: no. */
	bool (*arms_holes)(const struct params *params);

	/* Whether this kernel can do it for pages of @kind, found by trying on
	 * memory of its own. -EOPNOTSUPP or another errno with a sentence that
	 * says what would make it work. Required. */
	int (*probe)(enum page_kind kind, const struct params *params,
		     struct reason *why);

	/* Whether this kernel lets it arm a range that is several mappings,
	 * found by trying, as probe. Optional: all do that it works on. */
	int (*probe_chain)(struct reason *why);

	/* Register the ranges; every page may count as written until armed.
	 * Required. */
	int (*open)(struct tracking *t);

	/* Make every page of the parts count as clean; what was written
	 * elsewhere and not collected yet stays written. Required. */
	int (*arm)(struct tracking *t);

	/* Append the parts' written regions in address order. 1 when @out is
	 * full and there is more: called again with an emptied array it
	 * continues where it stopped. Required. */
	int (*collect)(struct tracking *t, struct region_array *out);

	/* As collect, and every page reported counts as clean again, with no
	 * write lost in between. Used with collect=atomic, which the tracker
	 * then has as a parameter. Optional. */
	int (*collect_and_arm)(struct tracking *t, struct region_array *out);

	/* Stop tracking for now: stores cost what they cost untracked, memory
	 * can be refilled. arm may follow. Required. */
	int (*disarm)(struct tracking *t);

	/* Undo open. Ranges may have been mapped anew since. Cannot fail.
	 * Required. */
	void (*close)(struct tracking *t);
};

/* How finely the tracker tells pages of @range apart, in bytes. */
static inline uint64_t tracking_granule(const struct tracking *t,
					const struct mapped_range *range)
{
	if (t->tracker->granule[range->kind] == GRANULE_UNIT)
		return range->unit_bytes;
	return page_bytes();
}

#endif
