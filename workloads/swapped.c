// SPDX-License-Identifier: GPL-2.0-or-later
/* Anonymous base pages of which a given share is swapped out. */
#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/machine/swaplist.h"
#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "workloads/workload.h"

/* Pages looked at with one call: their entries fill a page themselves. */
enum { WINDOW_PAGES = 512 };

/*
 * How long pages may stay in memory without any of them going out: what a disk
 * that is busy with something else takes for a write, many times over.
 */
static const int64_t patience_ns = 2000000000;

/* Between two attempts: about as long as a disk takes for a few pages. */
static const struct timespec pause_time = { .tv_nsec = 1000000 };

/* After this time no page is still on its way from disk: a seek's worth. */
static const struct timespec settle_time = { .tv_nsec = 10000000 };

/* One look at neighbouring pages. */
struct window {
	uint64_t start, end;
	uint64_t entry[WINDOW_PAGES];	  /* of pagemap */
	unsigned char core[WINDOW_PAGES]; /* of mincore() */
};

struct swapped {
	int pagemap;
	uint64_t *page; /* starts of those that are to be out, ascending */
	size_t nr;
	struct window window;
};

/* How many pages of those that are to be out are not. */
struct rest {
	size_t in_memory;
	size_t in_cache; /* a swap entry, but still in the swap cache */
};

/*
 * Compressed memory behaves the same on every machine, and disks do not.
 * Looking for it may take a process, so it is done once.
 */
static const char *default_backend(void)
{
	static const char *name;
	enum swap_backend backend = SWAP_FILE;

	if (!name) {
		if (machine_swap_free_bytes(SWAP_ZRAM) || machine_has_zram())
			backend = SWAP_ZRAM;
		name = swap_backend_name(backend);
	}
	return name;
}

static const struct param params[] = {
	STORES_PARAMS("16m", "25%", "random"),
	{ .name = "share",
	  .type = PARAM_PORTION,
	  .fallback = "100%",
	  .help = "pages swapped out, the same ones in every epoch" },
	{ .name = "backend",
	  .type = PARAM_CHOICE,
	  .fallback_fn = default_backend,
	  .choices = "zram|file",
	  .help = "what is swapped to: compressed memory, or a file or disk" },
	{ .name = "when",
	  .type = PARAM_CHOICE,
	  .fallback = "before-arm",
	  .choices = "before-arm|after-arm|after-write",
	  .help = "when pages go out; all are in memory before that" },
	{ .name = NULL },
};

static enum swap_backend backend_of(const struct params *values)
{
	return params_is(values, "backend", "zram") ? SWAP_ZRAM : SWAP_FILE;
}

/*
 * As much again as goes out: where more than half of all swap is used, the
 * kernel takes the slot from a page that is read in, which makes it dirty, and
 * then it never leaves a swap cache that is written to in the background.
 */
static uint64_t swap_bytes(const struct params *values)
{
	uint64_t pages = round_up(params_value(values, "size"), page_bytes()) /
			 page_bytes();

	return 2 * params_portion(values, "share", pages) * page_bytes();
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	/* Advice is checked before the range, so an empty one will do. */
	if (madvise(NULL, 0, MADV_PAGEOUT))
		return reason_set(why, -EOPNOTSUPP,
				  "this kernel has no MADV_PAGEOUT (Linux 5.4 "
				  "and later with CONFIG_SWAP have it)");
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = params_value(values, "size");
	needs->resident_bytes = needs->range_bytes;
	needs->swap_bytes = swap_bytes(values);
	needs->swap = backend_of(values);
	needs->event = params_is(values, "when", "after-write") ? EVENT_PAGEOUT
								: EVENT_NOTHING;
	return 0;
}

/* Swap of another kind that is used first would take the pages. */
static int check_backend(struct work *work)
{
	enum swap_backend backend = backend_of(work->params);
	uint64_t need_bytes = swap_bytes(work->params);
	struct swap_list list;
	int ret;

	ret = swaplist_read(&list);
	if (ret)
		return reason_errno(&work->why, ret, "reading /proc/swaps");
	if (swaplist_first_free_bytes(&list, backend) >= need_bytes)
		return 0;
	return reason_set(&work->why, -ENODEV,
			  "swap on %s is not what the kernel uses first, or "
			  "has less than %llu MiB free: run as root without "
			  "--no-prepare, or give it the highest priority",
			  swap_backend_name(backend),
			  (unsigned long long)(need_bytes >> 20));
}

/* The share is of pages all over the range. */
static int choose_share(struct work *work)
{
	const struct stores *stores = &work->stores;
	struct swapped *s = work->state;
	gsl_rng *rng;

	s->nr = params_portion(work->params, "share", stores->nr_candidates);
	if (!s->nr)
		return 0;
	s->page = calloc(s->nr, sizeof(*s->page));
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!s->page || !rng) {
		gsl_rng_free(rng);
		return reason_set(&work->why, -ENOMEM,
				  "no memory for a list of pages");
	}
	/* Not the seed of any epoch's stores. */
	gsl_rng_set(rng, ~params_value(work->params, "seed"));
	gsl_ran_choose(rng, s->page, s->nr, stores->candidates,
		       stores->nr_candidates, sizeof(uint64_t));
	gsl_rng_free(rng);
	return 0;
}

static int open_state(struct work *work)
{
	struct swapped *s = calloc(1, sizeof(*s));

	if (!s)
		return reason_set(&work->why, -ENOMEM, "no memory");
	work->state = s;
	s->pagemap = pagemap_open(getpid(), &work->why);
	return s->pagemap < 0 ? s->pagemap : choose_share(work);
}

static int open_swapped(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = check_backend(work);
	if (ret)
		return ret;
	ret = memory_add_base_pages(work, params_value(work->params, "size"));
	if (ret)
		return ret;
	/* Pages of one repeated word would never reach the backend. */
	memory_fill(range->start, range->end,
		    params_value(work->params, "seed"));
	ret = stores_cover(work);
	if (ret)
		return ret;
	return open_state(work);
}

/* Move the window so that it starts at @page. */
static int look_from(struct work *work, uint64_t page)
{
	struct swapped *s = work->state;
	struct window *window = &s->window;
	uint64_t left = (work->ranges[0].end - page) / page_bytes();
	size_t nr = left < WINDOW_PAGES ? left : WINDOW_PAGES;
	ssize_t got = pread(s->pagemap, window->entry, nr * sizeof(uint64_t),
			    (off_t)(page / page_bytes() * sizeof(uint64_t)));

	if (got != (ssize_t)(nr * sizeof(uint64_t)))
		return reason_errno(&work->why, got < 0 ? -errno : -ENODATA,
				    "reading pagemap");
	if (mincore((void *)(uintptr_t)page, nr * page_bytes(), window->core))
		return reason_errno(&work->why, -errno, "mincore");
	window->start = page;
	window->end = page + nr * page_bytes();
	return 0;
}

/* Count a page that is not out; false for one that is. */
static bool count_page(const struct window *window, uint64_t page,
		       struct rest *rest)
{
	size_t at = (page - window->start) / page_bytes();

	if (!(window->entry[at] & PAGEMAP_SWAPPED) ||
	    (window->entry[at] & PAGEMAP_PRESENT))
		rest->in_memory++;
	else if (window->core[at] & 1)
		rest->in_cache++;
	else
		return false;
	return true;
}

/*
 * Every processor gathers a handful of pages before it puts them on the lists
 * that pages are taken out from; MADV_PAGEOUT empties what its own processor
 * has gathered, and moving pages between nodes what all have, even when there
 * is none to move. Where that is not to be had, time has to do it.
 */
static void let_go_of_pages(void)
{
	const void *no_pages[1] = { NULL };
	const int no_nodes[1] = { 0 };
	int no_status[1];

	(void)syscall(SYS_move_pages, 0, 0UL, no_pages, no_nodes, no_status, 0);
}

static int push_out(struct work *work, uint64_t start, uint64_t end)
{
	if (!start)
		return 0;
	/*
	 * A page that is in the swap cache is no part of the mapping, and
	 * nothing pushes it. Reading maps it again, clean and with its slot,
	 * and then it can be dropped without being written.
	 */
	for (uint64_t page = start; page < end; page += page_bytes())
		(void)*(volatile uint64_t *)(uintptr_t)page;
	if (madvise((void *)(uintptr_t)start, end - start, MADV_PAGEOUT))
		return reason_errno(&work->why, -errno, "MADV_PAGEOUT");
	return 0;
}

/* Push every page that is not out; @rest is what was not, before that. */
static int push_rest(struct work *work, struct rest *rest)
{
	struct swapped *s = work->state;
	uint64_t start = 0;
	uint64_t end = 0;
	int ret = 0;

	*rest = (struct rest){ 0 };
	s->window.end = 0;
	for (size_t i = 0; i < s->nr && !ret; i++) {
		if (s->page[i] >= s->window.end)
			ret = look_from(work, s->page[i]);
		if (ret || !count_page(&s->window, s->page[i], rest))
			continue;
		if (s->page[i] != end) {
			ret = push_out(work, start, end);
			start = s->page[i];
		}
		end = s->page[i] + page_bytes();
	}
	return ret ? ret : push_out(work, start, end);
}

static int report_rest(struct work *work, const struct rest *rest)
{
	const struct swapped *s = work->state;

	return reason_set(&work->why, -EBUSY,
			  "%zu of %zu pages stayed in memory, %zu of them "
			  "beside a copy in swap: another process shares them, "
			  "a memory cgroup limits swap, or more than half of "
			  "all swap is used",
			  rest->in_memory + rest->in_cache, s->nr,
			  rest->in_cache);
}

static int push_until_out(struct work *work)
{
	size_t least = SIZE_MAX;
	int64_t end_ns = 0;
	struct rest rest;
	size_t left;
	int ret;

	for (;;) {
		ret = push_rest(work, &rest);
		left = rest.in_memory + rest.in_cache;
		if (ret || !left)
			return ret;
		if (left < least) {
			least = left;
			end_ns = clock_now_ns() + patience_ns;
			continue;
		}
		if (clock_now_ns() >= end_ns)
			return report_rest(work, &rest);
		let_go_of_pages();
		nanosleep(&pause_time, NULL);
	}
}

static int swap_out(struct work *work)
{
	int ret;

	ret = push_until_out(work);
	if (ret || backend_of(work->params) != SWAP_FILE)
		return ret;
	/* What was being read ahead has come into the swap cache by now. */
	nanosleep(&settle_time, NULL);
	return push_until_out(work);
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	stores_choose(&work->stores, work->params, epoch->number);
	if (params_is(work->params, "when", "before-arm"))
		return swap_out(work);
	stores_read(work);
	return 0;
}

static int between(struct work *work, enum phase done)
{
	const char *now = done == PHASE_ARM ? "after-arm" : "after-write";

	return params_is(work->params, "when", now) ? swap_out(work) : 0;
}

static void close_swapped(struct work *work)
{
	struct swapped *s = work->state;

	if (s) {
		if (s->pagemap >= 0)
			close(s->pagemap);
		free(s->page);
		free(s);
		work->state = NULL;
	}
	stores_destroy(&work->stores);
	memory_unmap(work);
}

const struct workload workload_swapped = {
	.name = "swapped",
	.version = 1,
	.summary = "base pages of which a share is swapped out",
	.params = params,
	.needs = needs,
	.open = open_swapped,
	.prepare = prepare,
	.between = between,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = close_swapped,
};
