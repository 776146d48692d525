/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When each page was last written, and whether reports tell of it. */
#ifndef DIRTYBENCH_LEDGER_H
#define DIRTYBENCH_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/buffers.h"
#include "harness/region.h"

/*
 * The proof under writers that do not stop. Time is divided by what the
 * collector does, and every write stamps its page with the time that it is:
 *
 *	3n	collection n is going on: written pages are being collected
 *	3n + 1	it has collected, and arms with a call of its own
 *	3n + 2	it has ended: all is armed
 *
 * Before the first collection it is 2: what was armed first is collection 0.
 *
 * A writer reads the time, stores to the page, and then tells the ledger. So a
 * stamp is of a time at or before the store: the store may have come late, and
 * never early. Who looks at the ledger sees only stores that were made. Each
 * page keeps its highest stamp.
 *
 * Before collection n begins, the collector looks. A page that is stamped with
 *
 *	3k + 2	was written when collection k had ended: it is to be reported by
 *		collection k + 1 or a later one, up to n. What was not seen
 *		before collection k + 1 may have been written behind that, and
 *		where arming is a call of its own, be lost in its gap as below:
 *		one store a writer at the most, the one that it was at when
 *		collection k + 1 began
 *	3k	by collection k or a later one. Where one call collects and
 *		arms, that is all. Where arming is a call of its own, it may
 *		have been written behind the first and before the second, and
 *		then it is lost: lost in the gap, which is counted
 *	3k + 1	there is only with two calls. It was written behind the first of
 *		collection k, whose report is not about it: it is reported by a
 *		later one or lost in the gap
 *
 * What is lost otherwise is a lie. A page that collection k reported and that
 * is stamped 3k is taken for told, although the store may have come behind the
 * report: the gap is counted low rather than high.
 */
struct ledger {
	_Atomic uint32_t now;	  /* the time that writers stamp with */
	_Atomic uint32_t *latest; /* the highest stamp of each page */
	/* The highest stamp of each granule, 1 << granule_shift pages in a row:
	 * the same array where that is a page. */
	_Atomic uint32_t *granule;
	unsigned int granule_shift;
	uint32_t *seen;	      /* of these, before this collection */
	uint32_t *judged;     /* what each page was last judged by */
	uint32_t *reported;   /* the last collection that reported it */
	const uint64_t *page; /* their addresses, ascending */
	size_t nr_pages;
	unsigned int writers; /* threads that store */
	uint32_t collection;  /* the one that is going on, or was last */
};

struct ledger_verdict {
	uint64_t missed;      /* pages whose last write nobody told */
	uint64_t lost_in_gap; /* and those that two calls had to lose */
	uint64_t first_missed;
};

/* A bit in the time: writers are to end. */
#define LEDGER_STOP (1U << 31)

/*
 * For @nr_pages base pages at the addresses @page, which stay the caller's, and
 * so many threads that store. The tracker tells granules of so many of these
 * apart, in a row: a power of two.
 * All is armed and nobody has stored. -ENOMEM; ledger_close() in any case.
 */
int ledger_open(struct ledger *ledger, struct buffers *buffers,
		const uint64_t *page, size_t nr_pages, size_t granule_pages,
		unsigned int writers);
void ledger_close(struct ledger *ledger, struct buffers *buffers);

/* For writers: the time, before a store. */
static inline uint32_t ledger_time(const struct ledger *ledger)
{
	return atomic_load_explicit(&ledger->now, memory_order_acquire);
}

/* What page number @nr was last stamped with. */
static inline uint32_t ledger_stamp(const struct ledger *ledger, size_t nr)
{
	return atomic_load_explicit(&ledger->latest[nr], memory_order_relaxed);
}

/* What any page of its granule was. */
static inline uint32_t ledger_granule_stamp(const struct ledger *ledger,
					    size_t nr)
{
	return atomic_load_explicit(
		&ledger->granule[nr >> ledger->granule_shift],
		memory_order_relaxed);
}

static inline void ledger_raise(_Atomic uint32_t *latest, uint32_t stamp)
{
	uint32_t before = atomic_load_explicit(latest, memory_order_relaxed);

	while (before < stamp)
		if (atomic_compare_exchange_weak_explicit(
			    latest, &before, stamp, memory_order_release,
			    memory_order_relaxed))
			return;
}

/* Behind a store to page number @nr, whose time was @stamp. */
static inline void ledger_tell(struct ledger *ledger, size_t nr, uint32_t stamp)
{
	ledger_raise(&ledger->latest[nr], stamp);
	if (ledger->granule_shift)
		ledger_raise(&ledger->granule[nr >> ledger->granule_shift],
			     stamp);
}

/*
 * Whether a granule with that stamp was surely armed by the last collection
 * that has ended at the time @now, and not written since: its next store meets
 * the tracker. What was stored while it was being armed may have been armed
 * before, and met the tracker then: in the call that arms (@separate), or in
 * the one that does both.
 */
static inline bool ledger_is_armed(uint32_t stamp, uint32_t now, bool separate)
{
	return !stamp || stamp < (now - 2) / 3 * 3 + separate;
}

/* For the collector, in this order: a collection begins; it has collected, and
 * a call that arms comes; all is armed. */
void ledger_begin(struct ledger *ledger);
void ledger_collected(struct ledger *ledger);
void ledger_armed(struct ledger *ledger);

/* Let writers end: they do not store behind their next look at the time. */
void ledger_stop(struct ledger *ledger);
void ledger_go_on(struct ledger *ledger);

/*
 * Take in what the collection has reported, sorted, and judge what was seen
 * before it. @separate: it armed with a call of its own. Adds to @verdict.
 */
void ledger_judge(struct ledger *ledger, const struct region_array *reported,
		  bool separate, struct ledger_verdict *verdict);

/*
 * Behind a collection: append the pages that may have been written since the
 * one before it began. What it reports besides is explained by stores whose
 * writers had looked at the time before that, or have not told yet: one of each
 * a writer at the most.
 */
void ledger_expected(const struct ledger *ledger, struct region_array *out);

#endif
