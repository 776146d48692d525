// SPDX-License-Identifier: GPL-2.0-or-later
/* Where trackers that learn from faults note addresses: a prefaulted log. */
#include "harness/faultlog.h"

#include <errno.h>
#include <gsl/gsl_sort_ulong.h>
#include <stdbool.h>

static void keep(struct faultlog *log, size_t nr)
{
	log->at = 0;
	atomic_store_explicit(&log->nr, nr, memory_order_relaxed);
}

int faultlog_open(struct faultlog *log, struct tracking *t)
{
	uint64_t pages = t->resident_pages > t->storable_pages
				 ? t->resident_pages
				 : t->storable_pages;
	uint64_t threads =
		t->storing_threads ? (uint64_t)t->storing_threads : 1;

	/* Every page once as it was protected when the log was cleared, and
	 * once as arming has then protected it. */
	log->max = 2 * threads * pages;
	log->granule =
		buffers_alloc(t->buffers, log->max * sizeof(*log->granule));
	if (!log->granule)
		return reason_set(&t->why, -ENOMEM,
				  "no memory for a log of %zu faults",
				  log->max);
	log->gate = (struct faultgate){ 0 };
	keep(log, 0);
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

static bool is_narrowed(const struct tracking *t)
{
	return t->parts != t->ranges;
}

static bool is_in_parts(const struct tracking *t, uint64_t address)
{
	for (int i = 0; i < t->nr_parts; i++)
		if (address >= t->parts[i].start && address < t->parts[i].end)
			return true;
	return false;
}

static void keep_others(struct faultlog *log, const struct tracking *t)
{
	size_t nr = atomic_load_explicit(&log->nr, memory_order_relaxed);
	size_t kept = 0;

	if (nr > log->max) /* collecting has to fail */
		return;
	for (size_t i = 0; i < nr; i++)
		if (!is_in_parts(t, log->granule[i]))
			log->granule[kept++] = log->granule[i];
	keep(log, kept);
}

void faultlog_clear(struct faultlog *log, const struct tracking *t)
{
	faultgate_close(&log->gate);
	if (is_narrowed(t))
		keep_others(log, t);
	else
		keep(log, 0);
	faultgate_open(&log->gate);
}

/* What is in the log by now is whole, and stays where it is. */
static size_t cut_off(struct faultlog *log)
{
	size_t nr;

	faultgate_close(&log->gate);
	nr = atomic_load_explicit(&log->nr, memory_order_relaxed);
	faultgate_open(&log->gate);
	return nr;
}

static bool is_sorted(const unsigned long *v, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (v[i - 1] > v[i])
			return false;
	return true;
}

/* Entries from @at on that lie below @end, if all ascend; usually the rest. */
static size_t entries_below(const unsigned long *granule, size_t at, size_t nr,
			    uint64_t end)
{
	if (at < nr && granule[nr - 1] < end)
		return nr;
	while (at < nr && granule[at] < end)
		at++;
	return at;
}

/*
 * Append on from log->at. 0 at the end, 1 when @out is full, -EILSEQ at an
 * entry that is lower than the one before. What the loop needs is in locals:
 * the compiler has to take any store to a region for one to the rest.
 */
static int append_entries(struct faultlog *log, const struct tracking *t,
			  size_t nr, struct region_array *out)
{
	const unsigned long *granule = log->granule;
	const struct mapped_range *part = t->parts;
	struct region_array regions = *out;
	size_t at = log->at;
	unsigned long last = at ? granule[at - 1] : 0;
	uint64_t bytes;
	size_t stop;

	for (int i = 0; i < t->nr_parts; i++, part++) {
		bytes = tracking_granule(t, part);
		at = entries_below(granule, at, nr, part->start);
		stop = entries_below(granule, at, nr, part->end);
		for (; at < stop; last = granule[at++]) {
			/* Two threads may take a fault in one granule. */
			if (granule[at] == last)
				continue;
			if (granule[at] < last)
				return -EILSEQ;
			if (!region_append(&regions, granule[at],
					   granule[at] + bytes))
				goto out_full;
		}
	}
	log->at = 0;
	*out = regions;
	return 0;

out_full:
	log->at = at;
	*out = regions;
	return 1;
}

int faultlog_collect(struct faultlog *log, struct tracking *t,
		     struct region_array *out)
{
	size_t nr;
	int ret;

	if (!log->at)
		log->cut = cut_off(log);
	nr = log->cut;
	if (nr > log->max)
		return reason_set(&t->why, -EOVERFLOW,
				  "%zu faults, and a log for %zu", nr,
				  log->max);
	/* Most logs ascend as the stores did. Where the array may fill, or not
	 * every entry is looked at, that has to be known before anything is
	 * handed out. */
	ret = -EILSEQ;
	if (log->at || (nr <= out->max - out->nr && !is_narrowed(t)) ||
	    is_sorted(log->granule, nr))
		ret = append_entries(log, t, nr, out);
	if (ret != -EILSEQ)
		return ret;
	/* In place: a sort that allocates would do so inside the clock. */
	gsl_sort_ulong(log->granule, 1, nr);
	return append_entries(log, t, nr, out);
}
