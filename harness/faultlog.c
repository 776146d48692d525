// SPDX-License-Identifier: GPL-2.0-or-later
/* Where trackers that learn from faults note addresses: a prefaulted log. */
#include "harness/faultlog.h"

#include <errno.h>
#include <gsl/gsl_sort_ulong.h>
#include <stdbool.h>

int faultlog_open(struct faultlog *log, struct tracking *t)
{
	log->max = 2 * t->resident_pages;
	log->granule =
		buffers_alloc(t->buffers, log->max * sizeof(*log->granule));
	if (!log->granule)
		return reason_set(&t->why, -ENOMEM,
				  "no memory for a log of %zu faults",
				  log->max);
	faultlog_clear(log);
	return 0;
}

void faultlog_close(struct faultlog *log, struct tracking *t)
{
	buffers_free(t->buffers, log->granule);
}

const struct mapped_range *faultlog_range(const struct tracking *t,
					  uint64_t address)
{
	for (int i = 0; i < t->nr_ranges; i++)
		if (address >= t->ranges[i].start && address < t->ranges[i].end)
			return &t->ranges[i];
	return NULL;
}

void faultlog_clear(struct faultlog *log)
{
	log->at = 0;
	atomic_store_explicit(&log->nr, 0, memory_order_relaxed);
	atomic_store_explicit(&log->done, 0, memory_order_release);
}

static bool is_sorted(const unsigned long *v, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (v[i - 1] > v[i])
			return false;
	return true;
}

int faultlog_collect(struct faultlog *log, struct tracking *t,
		     struct region_array *out)
{
	size_t nr = atomic_load_explicit(&log->done, memory_order_acquire);
	const struct mapped_range *range = t->ranges;
	unsigned long start;

	if (nr > log->max)
		return reason_set(&t->why, -EOVERFLOW,
				  "%zu faults, and a log for %zu", nr,
				  log->max);
	/* In place: a sort that allocates would do so inside the clock. */
	if (!log->at && !is_sorted(log->granule, nr))
		gsl_sort_ulong(log->granule, 1, nr);
	for (; log->at < nr; log->at++) {
		start = log->granule[log->at];
		if (log->at && start == log->granule[log->at - 1])
			continue;
		while (start >= range->end)
			range++;
		if (!region_append(out, start, start + range->unit_bytes))
			return 1;
	}
	log->at = 0;
	return 0;
}
