// SPDX-License-Identifier: GPL-2.0-or-later
/* A process that goes on while it is copied from outside: ours, or a real one.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/memory.h"
#include "harness/processmaps.h"
#include "workloads/child.h"

/* What our process is told: to map its memory, and what to do with that until
 * it is told to end. */
enum { ORDER_MAP = 1, ORDER_STORE, ORDER_READ };

/* The two processes look at this, and nobody tracks it. */
struct shared {
	int end;	 /* what it does */
	uint64_t stored; /* since it began to */
};

struct predump {
	struct child child; /* none where a real process is followed */
	struct shared *shared;
	bool busy; /* it was told to do something */

	/* Of the child. */
	uint64_t pages, hot_pages;
	uint64_t hot_writes; /* of 2^32 stores, so many */
	uint64_t random;     /* state of xorshift64 */
	uint64_t value;	     /* stored last: never one that was there before */
	uint64_t next[2];    /* cold and hot page, where access is sequential */
};

static const struct param params[] = {
	{ .name = "size",
	  .type = PARAM_BYTES,
	  .fallback = "64m",
	  .min = 1 << 20,
	  .max = 64ULL << 30,
	  .help = "bytes that our process maps, populates and stores to" },
	{ .name = "rate",
	  .type = PARAM_COUNT,
	  .fallback = "100000",
	  .max = 1000000000,
	  .help = "stores a second; 0: as fast as it can" },
	{ .name = "hot",
	  .type = PARAM_PORTION,
	  .fallback = "10%",
	  .min = 1,
	  .help = "pages that most stores go to" },
	{ .name = "hot-writes",
	  .type = PARAM_SHARE,
	  .fallback = "90%",
	  .help = "stores that go to these" },
	{ .name = "access",
	  .type = PARAM_CHOICE,
	  .fallback = "random",
	  .choices = "random|sequential",
	  .help = "which page is stored to next, of the hot and the others" },
	PURSUIT_PARAMS,
	{ .name = "pid",
	  .type = PARAM_COUNT,
	  .fallback = "0",
	  .max = 1 << 22,
	  .help = "a real process to follow in the place of ours" },
	{ .name = "seed",
	  .type = PARAM_COUNT,
	  .fallback = "1",
	  .help = "of every random choice; epoch N uses seed + N" },
	{ .name = NULL },
};

static pid_t real_process(const struct params *values)
{
	return (pid_t)params_value(values, "pid");
}

static bool pursued(const struct params *values, struct pursuit *out)
{
	pursuit_read(values, out);
	out->foreign = real_process(values);
	return true;
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	struct process_memory memory = {
		.range_bytes = params_value(values, "size"),
		.resident_bytes = params_value(values, "size"),
	};
	pid_t pid = real_process(values);
	int ret = 0;

	if (pid)
		ret = process_check(pid, why);
	if (pid && !ret)
		ret = process_read(pid, NULL, WORK_MAX_RANGES, &memory, why);
	if (ret)
		return ret;
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = memory.range_bytes;
	/* Ours has them, and there is the copy. */
	needs->resident_bytes = (pid ? 1 : 2) * memory.resident_bytes;
	needs->other_process = true;
	return 0;
}

/* In the child. */
static uint64_t random_bits(struct predump *p)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return p->random;
}

/* The hot pages are the first ones. */
static uint64_t choose_page(struct predump *p, bool random)
{
	bool hot = random_bits(p) >> 32 < p->hot_writes ||
		   p->hot_pages == p->pages;
	uint64_t first = hot ? 0 : p->hot_pages;
	uint64_t nr = hot ? p->hot_pages : p->pages - p->hot_pages;

	return first + (random ? random_bits(p) >> 16 : p->next[hot]++) % nr;
}

static void store_once(const struct work *work, struct predump *p, bool random)
{
	uint64_t words = page_bytes() / sizeof(uint64_t);
	uint64_t *page =
		(uint64_t *)(uintptr_t)(work->ranges[0].start +
					choose_page(p, random) * page_bytes());

	p->value++;
	((volatile uint64_t *)page)[p->value % words] = p->value;
}

static bool is_to_end(const struct predump *p)
{
	return __atomic_load_n(&p->shared->end, __ATOMIC_RELAXED);
}

/* How often a process with a rate catches up: a timer's wake-up costs some
 * 50 us, and the sets of iterations are of milliseconds. */
static const long pause_ns = 500000;

/* Stores between two looks at the clock, without one. */
enum { STORES_A_LOOK = 256 };

static uint64_t stores_due(uint64_t rate, uint64_t done, int64_t start_ns)
{
	if (!rate)
		return done + STORES_A_LOOK;
	return (uint64_t)((double)(clock_now_ns() - start_ns) * 1e-9 *
			  (double)rate);
}

static void store_until_end(struct work *work, struct predump *p)
{
	const struct timespec nap = { .tv_nsec = pause_ns };
	uint64_t rate = params_value(work->params, "rate");
	bool random = params_is(work->params, "access", "random");
	int64_t start_ns = clock_now_ns();
	uint64_t done = 0, due;

	while (!is_to_end(p)) {
		/* At a rate that it cannot keep, it never catches up. */
		for (due = stores_due(rate, done, start_ns);
		     done < due && !is_to_end(p); done++)
			store_once(work, p, random);
		__atomic_store_n(&p->shared->stored, done, __ATOMIC_RELAXED);
		if (rate)
			nanosleep(&nap, NULL);
	}
}

static void read_until_end(const struct work *work, const struct predump *p)
{
	while (!is_to_end(p))
		memory_read(work->ranges[0].start, work->ranges[0].end,
			    page_bytes());
}

static int map(struct work *work, struct child_order *order)
{
	const struct sched_param none = { .sched_priority = 0 };
	struct predump *p = work->state;
	const struct mapped_range *range = work->ranges;
	int ret;

	/* Where a guest counts instructions, its one processor is given to who
	 * measures: one that never pauses would not give it back. */
	sched_setscheduler(0, SCHED_OTHER, &none);
	ret = memory_add_base_pages(work, params_value(work->params, "size"));
	if (ret)
		return -ret;
	memory_touch(range->start, range->end, page_bytes());
	p->pages = (range->end - range->start) / page_bytes();
	p->hot_pages = params_portion(work->params, "hot", p->pages);
	p->hot_writes = params_portion(work->params, "hot-writes", 1ULL << 32);
	/* No address, which is what pages hold at first. */
	p->value = 1ULL << 63;
	order->values[0] = range->start;
	order->values[1] = range->end;
	return CHILD_DONE;
}

static void obey(struct work *work, struct child_order *order)
{
	struct predump *p = work->state;
	int what = order->what;

	order->what = CHILD_DONE;
	if (what == ORDER_MAP)
		order->what = map(work, order);
	else if (what == ORDER_READ)
		read_until_end(work, p);
	else {
		/* Odd: the state is never 0. */
		p->random = order->values[0] * 2 + 1;
		store_until_end(work, p);
	}
}

static int open_ours(struct work *work, struct predump *p)
{
	struct child_order answer;
	int ret;

	p->shared = mmap(NULL, sizeof(*p->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->shared == MAP_FAILED) {
		p->shared = NULL;
		return reason_set(&work->why, -ENOMEM, "no memory");
	}
	ret = child_start(&p->child, work, "the process that is followed",
			  obey);
	if (ret)
		return ret;
	child_tell(&p->child, &(struct child_order){ .what = ORDER_MAP });
	answer = child_answer(&p->child);
	ret = child_check(&p->child, work);
	if (ret)
		return ret;
	if (answer.what)
		return reason_errno(&work->why, -answer.what,
				    "mapping the memory that is followed");
	work->tracked = p->child.pid;
	work->ranges[0] = (struct mapped_range){ .start = answer.values[0],
						 .end = answer.values[1],
						 .kind = PAGE_KIND_BASE,
						 .unit_bytes = page_bytes() };
	work->nr_ranges = 1;
	work->resident_pages =
		(answer.values[1] - answer.values[0]) / page_bytes();
	return 0;
}

static int open_real(struct work *work, pid_t pid)
{
	struct process_memory memory;
	int ret;

	ret = process_check(pid, &work->why);
	if (!ret)
		ret = process_read(pid, work->ranges, WORK_MAX_RANGES, &memory,
				   &work->why);
	if (ret)
		return ret;
	work->tracked = pid;
	work->nr_ranges = memory.nr_ranges;
	work->resident_pages = memory.resident_bytes / page_bytes();
	return 0;
}

static int open_predump(struct work *work)
{
	struct predump *p = calloc(1, sizeof(*p));
	pid_t pid = real_process(work->params);

	if (!p)
		return reason_set(&work->why, -ENOMEM, "no memory");
	work->state = p;
	work->other_stores = true;
	return pid ? open_real(work, pid) : open_ours(work, p);
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	struct predump *p = work->state;
	struct child_order order = { .what = ORDER_STORE };

	if (!p->child.pid)
		return 0;
	p->shared->stored = 0;
	if (epoch->kind == EPOCH_IDLE)
		return 0;
	if (epoch->kind == EPOCH_READ)
		order.what = ORDER_READ;
	order.values[0] = params_value(work->params, "seed") + epoch->number;
	p->shared->end = 0;
	p->busy = true;
	child_tell(&p->child, &order);
	return 0;
}

/* After the stores, they end. */
static int between(struct work *work, enum phase done)
{
	struct predump *p = work->state;

	if (!p->child.pid)
		return 0;
	if (done == PHASE_WRITE && p->busy) {
		__atomic_store_n(&p->shared->end, 1, __ATOMIC_RELAXED);
		child_answer(&p->child);
		p->busy = false;
	}
	work->stored = p->shared->stored;
	return child_check(&p->child, work);
}

static void close_predump(struct work *work)
{
	struct predump *p = work->state;

	if (!p)
		return;
	child_end(&p->child);
	if (p->shared)
		munmap(p->shared, sizeof(*p->shared));
	free(p);
	work->state = NULL;
	work->nr_ranges = 0;
}

const struct workload workload_pre_dump = {
	.name = "pre-dump",
	.version = 1,
	.summary = "a process that goes on while it is copied from outside",
	.params = params,
	.aside = true,
	.pursued = pursued,
	.needs = needs,
	.open = open_predump,
	.prepare = prepare,
	.between = between,
	.close = close_predump,
};
