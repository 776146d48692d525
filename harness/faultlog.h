/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where trackers that learn from faults note addresses: a prefaulted log. */
#ifndef DIRTYBENCH_FAULTLOG_H
#define DIRTYBENCH_FAULTLOG_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/faultgate.h"
#include "harness/region.h"
#include "trackers/tracker.h"

/*
 * Append-only between arm and collect. Appending is async-signal-safe. @nr
 * goes on counting when the log is full, and collecting then fails, so that
 * nothing is lost silently. Several threads may append while another one
 * collects or clears: what is appended once a collection has begun is for the
 * next one, unless it is cleared first.
 */
struct faultlog {
	unsigned long *granule; /* start addresses; max entries */
	size_t max;
	_Atomic size_t nr; /* entries begun; written where nobody is inside */
	struct faultgate gate;
	size_t cut; /* entries of the collection that is going on */
	size_t at;  /* collected of these; 0 when not sorted yet */
};

/* Room for a fault of every storing thread in every page, resident or not, and
 * as many again. -ENOMEM with tracking->why. */
int faultlog_open(struct faultlog *log, struct tracking *t);
void faultlog_close(struct faultlog *log, struct tracking *t);

/* The range that @address lies in; NULL for none. Async-signal-safe. */
const struct mapped_range *faultlog_range(const struct tracking *t,
					  uint64_t address);

/*
 * Note that the granule of @bytes that @address lies in was written; its start.
 * From before that until the granule may be written to, the handler is inside:
 * between faultgate_enter() and faultgate_leave() of @log->gate.
 */
static inline uint64_t faultlog_append(struct faultlog *log, uint64_t address,
				       uint64_t bytes)
{
	uint64_t start = address & ~(bytes - 1);
	size_t at =
		atomic_fetch_add_explicit(&log->nr, 1, memory_order_relaxed);

	if (at < log->max)
		log->granule[at] = start;
	return start;
}

/* Forget the faults in tracking->parts. What is noted while they are armed,
 * behind this, stays. */
void faultlog_clear(struct faultlog *log, const struct tracking *t);

/* As tracker.collect: sorts, merges, appends those in tracking->parts. The log
 * stays as it is until it is cleared. -EOVERFLOW when it was too small. */
int faultlog_collect(struct faultlog *log, struct tracking *t,
		     struct region_array *out);

#endif
