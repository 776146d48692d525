/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where trackers that learn from faults note addresses: a prefaulted log. */
#ifndef DIRTYBENCH_FAULTLOG_H
#define DIRTYBENCH_FAULTLOG_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/region.h"
#include "trackers/tracker.h"

/*
 * Append-only between arm and collect. Appending is async-signal-safe. @nr
 * goes on counting when the log is full, and collecting then fails, so that
 * nothing is lost silently.
 */
struct faultlog {
	unsigned long *granule; /* start addresses; max entries */
	size_t max;
	_Atomic size_t nr;   /* entries begun */
	_Atomic size_t done; /* entries written, which publishes them */
	size_t at;	     /* collected so far; 0 when not sorted yet */
};

/* Room for a fault in every resident page and as many holes again. -ENOMEM
 * with tracking->why. */
int faultlog_open(struct faultlog *log, struct tracking *t);
void faultlog_close(struct faultlog *log, struct tracking *t);

/* The range that @address lies in; NULL for none. Async-signal-safe. */
const struct mapped_range *faultlog_range(const struct tracking *t,
					  uint64_t address);

/* Note that the granule of @bytes that @address lies in was written; its
 * start. */
static inline uint64_t faultlog_append(struct faultlog *log, uint64_t address,
				       uint64_t bytes)
{
	uint64_t start = address & ~(bytes - 1);
	/* Acquires what clearing released: the entries are free again. */
	size_t at =
		atomic_fetch_add_explicit(&log->nr, 1, memory_order_acquire);

	if (at < log->max)
		log->granule[at] = start;
	atomic_fetch_add_explicit(&log->done, 1, memory_order_release);
	return start;
}

/* Forget the faults in tracking->parts; nobody appends. */
void faultlog_clear(struct faultlog *log, const struct tracking *t);

/* As tracker.collect: sorts, merges, appends those in tracking->parts. The log
 * stays as it is until it is cleared. -EOVERFLOW when it was too small. */
int faultlog_collect(struct faultlog *log, struct tracking *t,
		     struct region_array *out);

#endif
