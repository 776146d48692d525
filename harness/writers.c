// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads that store and do not stop, and how long each store took them. */
#include "harness/writers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "harness/page.h"

/* Stores in a block: four are compared, and are done before the next collection
 * where each takes a fault of some microseconds. */
enum { BLOCK = 16 };

/* From one comparison of blocks to the next: its looks at the processor time
 * cost less than a hundredth of that. */
static const uint64_t comparison_ns = 1000000;

/* Readings of the clock and of the processor time come no farther apart, and a
 * thread that is switched away from does not come back so soon. */
static const uint64_t switch_ns = 2000;

/* A cache line each, so that writers of one page do not wait for each other. */
enum { WORD_SHIFT = 6 };

/* A signal handler and what it calls fit many times over. What is armed with
 * the whole process is better small. */
enum { STACK_BYTES = 256 << 10 };

struct record {
	struct histogram write, tracked, recording_more, recording_less;
	uint64_t slot_writes[TIMELINE_SLOTS];
	uint64_t slot_slowest_ns[TIMELINE_SLOTS];
};

struct writer {
	struct writers *all;
	int nr;
	pthread_t thread;
	uint64_t random;
	size_t next;
	bool timeline;
	uint64_t last_ns;     /* when the store before had ended */
	uint64_t left_cpu_ns; /* at that time, where blocks are compared */
	uint64_t compared_ns; /* when the last comparison had begun */
	uint64_t comparisons;
	uint64_t writes;
	uint64_t recorded, recorded_cpu_ns, bare, bare_cpu_ns;
	struct record record;
} __attribute__((aligned(64)));

/* Lines of a page in another order from page to page: a fixed one would be in
 * one set of the cache in all of them. */
static volatile uint64_t *word_of(const struct ledger *ledger, size_t page,
				  int writer)
{
	size_t line = (page * 7 + (size_t)writer) % CONCURRENCY_MAX_WRITERS;

	return (volatile uint64_t *)(uintptr_t)(ledger->page[page] +
						(line << WORD_SHIFT));
}

int writers_open(struct writers *writers, const struct concurrency *plan,
		 const struct placement *place, struct ledger *ledger,
		 struct buffers *buffers)
{
	*writers = (struct writers){ .plan = plan,
				     .place = place,
				     .ledger = ledger };
	writers->v = buffers_alloc(buffers,
				   (size_t)plan->writers * sizeof(*writers->v));
	if (!writers->v)
		return -ENOMEM;
	for (int i = 0; i < plan->writers; i++)
		for (size_t page = 0; page < ledger->nr_pages; page++)
			*word_of(ledger, page, i) = 0;
	tick_clock_start(&writers->clock);
	return 0;
}

void writers_close(struct writers *writers, struct buffers *buffers)
{
	if (writers->v)
		buffers_free(buffers, writers->v);
}

static size_t next_page(struct writer *w)
{
	const struct writers *all = w->all;
	size_t nr = all->nr_chosen;

	if (!all->plan->random) {
		w->next = w->next + 1 < nr ? w->next + 1 : 0;
		return all->chosen[w->next];
	}
	/* xorshift64: three operations, and a period beyond any run. */
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return all->chosen[((unsigned __int128)w->random * nr) >> 64];
}

static void note_slot(struct writer *w, uint64_t took_ns)
{
	uint64_t slot = (w->last_ns - w->all->start_ns) / TIMELINE_SLOT_NS;

	if (slot >= TIMELINE_SLOTS)
		return;
	w->record.slot_writes[slot]++;
	if (w->record.slot_slowest_ns[slot] < took_ns)
		w->record.slot_slowest_ns[slot] = took_ns;
}

static void note(struct writer *w, bool tracked)
{
	uint64_t now_ns = tick_clock_ns(&w->all->clock);
	uint64_t took_ns = now_ns - w->last_ns;

	w->last_ns = now_ns;
	histogram_add(&w->record.write, took_ns);
	if (tracked)
		histogram_add(&w->record.tracked, took_ns);
	if (w->timeline)
		note_slot(w, took_ns);
}

/* False when the writer is to end. */
static inline bool store(struct writer *w, bool records)
{
	struct ledger *ledger = w->all->ledger;
	size_t page = next_page(w);
	volatile uint64_t *word = word_of(ledger, page, w->nr);
	uint32_t before = ledger_granule_stamp(ledger, page);
	uint32_t now = ledger_time(ledger);

	if (now & LEDGER_STOP)
		return false;
	if (w->all->reads) {
		(void)*word;
		return true;
	}
	*word = now;
	if (records)
		note(w, ledger_is_armed(before, now, w->all->separate));
	ledger_tell(ledger, page, now);
	return true;
}

/* The stores that were made: fewer than a block when the writer is to end. */
static unsigned int run_block(struct writer *w, bool records)
{
	unsigned int nr = 0;

	while (nr < BLOCK && store(w, records))
		nr++;
	w->writes += nr;
	return nr;
}

static uint64_t cpu_ns(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
	return (uint64_t)spent.tv_sec * 1000000000 + (uint64_t)spent.tv_nsec;
}

/*
 * Since the last recorded store there was work that is none, but what the
 * thread has waited for its turn meanwhile, the next store would have: asking
 * for the processor time has the scheduler look at the time, so that most turns
 * end there.
 */
static void leave_out_work(struct writer *w, uint64_t cpu_now_ns)
{
	uint64_t now_ns = tick_clock_ns(&w->all->clock);
	uint64_t spent_ns = now_ns - w->last_ns;
	uint64_t worked_ns = cpu_now_ns - w->left_cpu_ns;

	w->last_ns = now_ns;
	if (spent_ns > worked_ns + switch_ns)
		w->last_ns -= spent_ns - worked_ns;
	w->left_cpu_ns = cpu_now_ns;
}

/* A block, whose processor time is added. */
static bool time_block(struct writer *w, bool records, uint64_t *spent_ns)
{
	uint64_t start_ns = cpu_ns();
	uint64_t end_ns;

	leave_out_work(w, start_ns);
	if (run_block(w, records) < BLOCK)
		return false;
	end_ns = cpu_ns();
	if (records)
		w->left_cpu_ns = end_ns;
	*spent_ns += end_ns - start_ns;
	return true;
}

static void note_comparison(struct writer *w, uint64_t recorded_ns,
			    uint64_t bare_ns)
{
	w->recorded += 2UL * BLOCK;
	w->recorded_cpu_ns += recorded_ns;
	w->bare += 2UL * BLOCK;
	w->bare_cpu_ns += bare_ns;
	if (recorded_ns >= bare_ns)
		histogram_add(&w->record.recording_more, recorded_ns - bare_ns);
	else
		histogram_add(&w->record.recording_less, bare_ns - recorded_ns);
}

/*
 * Two blocks with recording and two without, side by side. Behind arming each
 * block meets fewer armed pages than the one before it: those in the middle are
 * of one sort, so that what changes evenly from block to block cancels out, and
 * the sorts take turns, so that what is left of it does. Where a collection
 * begins or ends meanwhile, one of the blocks has waited for it, and spun.
 */
static bool compare_blocks(struct writer *w)
{
	uint32_t began = ledger_time(w->all->ledger);
	bool outer = w->comparisons++ % 2;
	uint64_t ns[] = { 0, 0 }; /* without recording, with */

	/* The first call finds the kernel's way out of the cache. */
	w->left_cpu_ns = cpu_ns();
	if (!time_block(w, outer, &ns[outer]) ||
	    !time_block(w, !outer, &ns[!outer]) ||
	    !time_block(w, !outer, &ns[!outer]) ||
	    !time_block(w, outer, &ns[outer]))
		return false;
	if (ledger_time(w->all->ledger) == began)
		note_comparison(w, ns[true], ns[false]);
	leave_out_work(w, cpu_ns());
	return true;
}

static void *run(void *arg)
{
	struct writer *w = arg;
	bool more = true;

	w->last_ns = tick_clock_ns(&w->all->clock);
	while (more) {
		if (w->timeline ||
		    w->last_ns < w->compared_ns + comparison_ns) {
			more = run_block(w, true) == BLOCK;
			continue;
		}
		w->compared_ns = w->last_ns;
		more = compare_blocks(w);
	}
	return NULL;
}

static void make_ready(struct writer *w, struct writers *all, int nr,
		       unsigned int epoch, bool timeline)
{
	memset(w, 0, sizeof(*w));
	w->all = all;
	w->nr = nr;
	w->timeline = timeline;
	w->compared_ns = all->start_ns;
	/* The first one of an epoch is as often this way as that. */
	w->comparisons = epoch + (unsigned int)nr;
	/* Odd, and far apart in all bits. */
	w->random = ((all->plan->seed + epoch) * CONCURRENCY_MAX_WRITERS +
		     (uint64_t)nr) *
			    0x9e3779b97f4a7c15 |
		    1;
	/* Sequential writers begin in different places. */
	w->next = all->nr_chosen * (size_t)nr / (size_t)all->plan->writers;
}

/* Round about the processors that are theirs. */
static int place(const struct writers *all, int nr, pthread_attr_t *attr)
{
	const struct placement *place = all->place;
	int cpus = placement_writers(place, all->plan->apart);
	cpu_set_t set;

	if (!cpus)
		return 0;
	CPU_ZERO(&set);
	CPU_SET(place->cpus[nr % cpus], &set);
	return pthread_attr_setaffinity_np(attr, sizeof(set), &set);
}

static int start(struct writers *all, int nr)
{
	pthread_attr_t attr;
	int ret;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	ret = place(all, nr, &attr);
	if (!ret)
		ret = pthread_create(&all->v[nr].thread, &attr, run,
				     &all->v[nr]);
	pthread_attr_destroy(&attr);
	return -ret;
}

int writers_start(struct writers *writers, unsigned int epoch, bool reads,
		  bool timeline, struct reason *why)
{
	int nr = writers->plan->writers;
	int ret;

	writers->reads = reads;
	writers->start_ns = tick_clock_ns(&writers->clock);
	for (int i = 0; i < nr; i++)
		make_ready(&writers->v[i], writers, i, epoch, timeline);
	for (writers->started = 0; writers->started < nr; writers->started++) {
		ret = start(writers, writers->started);
		if (!ret)
			continue;
		reason_errno(why, ret, "starting writer %d of %d",
			     writers->started + 1, nr);
		writers_stop(writers);
		return ret;
	}
	return 0;
}

void writers_stop(struct writers *writers)
{
	ledger_stop(writers->ledger);
	for (int i = 0; i < writers->started; i++)
		pthread_join(writers->v[i].thread, NULL);
	writers->started = 0;
	ledger_go_on(writers->ledger);
}

static void take_timeline(const struct record *record,
			  struct timeline *timeline)
{
	for (int i = 0; i < TIMELINE_SLOTS; i++) {
		timeline->writes[i] += record->slot_writes[i];
		if (timeline->slowest_ns[i] < record->slot_slowest_ns[i])
			timeline->slowest_ns[i] = record->slot_slowest_ns[i];
	}
}

void writers_take(const struct writers *writers, struct sample_detail *detail,
		  struct sample_concurrent *counts)
{
	const struct writer *w;

	counts->writes = 0;
	counts->recorded = 0;
	counts->recorded_ns = 0;
	counts->bare = 0;
	counts->bare_ns = 0;
	for (int i = 0; i < writers->plan->writers; i++) {
		w = &writers->v[i];
		histogram_merge(&detail->histograms[DETAIL_WRITE],
				&w->record.write);
		histogram_merge(&detail->histograms[DETAIL_TRACKED_WRITE],
				&w->record.tracked);
		histogram_merge(&detail->histograms[DETAIL_RECORDING_MORE],
				&w->record.recording_more);
		histogram_merge(&detail->histograms[DETAIL_RECORDING_LESS],
				&w->record.recording_less);
		take_timeline(&w->record, &detail->timeline);
		counts->writes += (int64_t)w->writes;
		counts->recorded += (int64_t)w->recorded;
		counts->recorded_ns += (int64_t)w->recorded_cpu_ns;
		counts->bare += (int64_t)w->bare;
		counts->bare_ns += (int64_t)w->bare_cpu_ns;
	}
}

bool writers_check(const struct writers *writers)
{
	const struct ledger *ledger = writers->ledger;
	uint64_t stamp, highest;

	for (size_t page = 0; page < ledger->nr_pages; page++) {
		highest = 0;
		for (int i = 0; i < writers->plan->writers; i++) {
			stamp = *word_of(ledger, page, i);
			highest = stamp > highest ? stamp : highest;
		}
		if (highest != ledger_stamp(ledger, page))
			return false;
	}
	return true;
}
