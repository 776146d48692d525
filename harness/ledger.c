// SPDX-License-Identifier: GPL-2.0-or-later
/* When each page was last written, and whether reports tell of it. */
#include "harness/ledger.h"

#include <errno.h>
#include <string.h>

#include "harness/page.h"

enum { COLLECTING, ARMING, ARMED, TIMES };

static bool has_granules(const struct ledger *ledger)
{
	return ledger->granule_shift != 0;
}

int ledger_open(struct ledger *ledger, struct buffers *buffers,
		const uint64_t *page, size_t nr_pages, size_t granule_pages,
		unsigned int writers)
{
	size_t bytes = nr_pages * sizeof(uint32_t);

	memset(ledger, 0, sizeof(*ledger));
	ledger->page = page;
	ledger->nr_pages = nr_pages;
	ledger->granule_shift = (unsigned int)__builtin_ctzl(granule_pages);
	ledger->writers = writers;
	atomic_init(&ledger->now, ARMED);
	ledger->latest = buffers_alloc(buffers, bytes);
	ledger->granule = has_granules(ledger) ? buffers_alloc(buffers, bytes)
					       : ledger->latest;
	ledger->seen = buffers_alloc(buffers, bytes);
	ledger->judged = buffers_alloc(buffers, bytes);
	ledger->reported = buffers_alloc(buffers, bytes);
	if (ledger->latest && ledger->granule && ledger->seen &&
	    ledger->judged && ledger->reported)
		return 0;
	return -ENOMEM;
}

void ledger_close(struct ledger *ledger, struct buffers *buffers)
{
	void *const all[] = {
		(void *)ledger->latest,
		has_granules(ledger) ? (void *)ledger->granule : NULL,
		ledger->seen,
		ledger->judged,
		ledger->reported,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i])
			buffers_free(buffers, all[i]);
}

/* What was done before it is seen by those who see it. */
static void set_time(struct ledger *ledger, uint32_t now)
{
	uint32_t stop =
		atomic_load_explicit(&ledger->now, memory_order_relaxed) &
		LEDGER_STOP;

	atomic_store_explicit(&ledger->now, now | stop, memory_order_release);
}

void ledger_begin(struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->nr_pages; i++)
		ledger->seen[i] = atomic_load_explicit(&ledger->latest[i],
						       memory_order_acquire);
	ledger->collection++;
	set_time(ledger, TIMES * ledger->collection + COLLECTING);
}

void ledger_collected(struct ledger *ledger)
{
	set_time(ledger, TIMES * ledger->collection + ARMING);
}

void ledger_armed(struct ledger *ledger)
{
	set_time(ledger, TIMES * ledger->collection + ARMED);
}

void ledger_stop(struct ledger *ledger)
{
	atomic_fetch_or_explicit(&ledger->now, LEDGER_STOP,
				 memory_order_relaxed);
}

void ledger_go_on(struct ledger *ledger)
{
	atomic_fetch_and_explicit(&ledger->now, ~LEDGER_STOP,
				  memory_order_release);
}

static void take_in(struct ledger *ledger, const struct region_array *reported)
{
	size_t at = 0;

	for (size_t i = 0; i < reported->nr; i++) {
		while (at < ledger->nr_pages &&
		       ledger->page[at] < reported->v[i].start)
			at++;
		while (at < ledger->nr_pages &&
		       ledger->page[at] < reported->v[i].end)
			ledger->reported[at++] = ledger->collection;
	}
}

/* The first collection whose report would tell of a write of that time. */
static uint32_t due(uint32_t stamp)
{
	return stamp / TIMES + (stamp % TIMES != COLLECTING);
}

/* Whether it may have been made between two calls. One that was seen at the
 * first look behind its time was made before the next collection began. */
static bool may_be_in_gap(const struct ledger *ledger, uint32_t stamp,
			  unsigned int *late)
{
	if (stamp % TIMES != ARMED)
		return true;
	return due(stamp) != ledger->collection && (*late)++ < ledger->writers;
}

void ledger_judge(struct ledger *ledger, const struct region_array *reported,
		  bool separate, struct ledger_verdict *verdict)
{
	unsigned int late = 0;
	uint32_t stamp;

	take_in(ledger, reported);
	for (size_t i = 0; i < ledger->nr_pages; i++) {
		stamp = ledger->seen[i];
		if (stamp == ledger->judged[i])
			continue;
		ledger->judged[i] = stamp;
		if (ledger->reported[i] >= due(stamp))
			continue;
		if (separate && may_be_in_gap(ledger, stamp, &late)) {
			verdict->lost_in_gap++;
			continue;
		}
		if (!verdict->missed++)
			verdict->first_missed = ledger->page[i];
	}
}

void ledger_expected(const struct ledger *ledger, struct region_array *out)
{
	uint32_t since = TIMES * (ledger->collection - 1);

	for (size_t i = 0; i < ledger->nr_pages; i++)
		if (ledger_stamp(ledger, i) >= since && ledger_stamp(ledger, i))
			region_append(out, ledger->page[i],
				      ledger->page[i] + page_bytes());
}
