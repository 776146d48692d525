// SPDX-License-Identifier: GPL-2.0-or-later
/* Small mappings made, one after the other, in the midst of tracked memory. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "harness/machine/sysfile.h"
#include "harness/memory.h"
#include "workloads/workload.h"

/*
 *   |- kept -|- piece -|- kept -|- piece -|- kept -|
 *
 * An epoch changes piece after piece and stores to the pages that are kept
 * (chain=merge: to all). As one mapping this is one VMA, as a chain it is one
 * for every kept part and every piece.
 */
enum {
	MAP_FLAGS = MAP_PRIVATE | MAP_ANONYMOUS,
	PROT_RW = PROT_READ | PROT_WRITE
};

static const struct param params[] = {
	{ .name = "pieces",
	  .type = PARAM_COUNT,
	  .fallback = "1024",
	  .min = 1,
	  .max = 1 << 20,
	  .help = "small mappings that an epoch makes" },
	{ .name = "piece",
	  .type = PARAM_BYTES,
	  .fallback = "4k",
	  .min = 4 << 10,
	  .max = 1 << 20,
	  .help = "bytes of each, and of what is kept between them" },
	{ .name = "chain",
	  .type = PARAM_CHOICE,
	  .fallback = "split",
	  .choices = "split|merge|beside|over|protect|move",
	  .help = "how: mprotect to PROT_NONE; mprotect back; mmap into gaps; "
		  "mmap over zeros; mmap over data, with mprotect or mremap" },
	STORES_CHOICE_PARAMS("25%", "random"),
	{ .name = NULL },
};

/* One way to make a chain. */
struct chain {
	enum mapping_event event;
	bool several;	      /* mappings, and not one, when it is armed */
	bool store_to_pieces; /* and not only to what is kept */
	bool gaps;	      /* pieces hold nothing before */
	bool zeros;	      /* pieces hold zeros before */
	/* Make the mappings that an epoch begins with. Optional. */
	int (*begin)(struct work *work);
	/* Change the piece at @at; -errno without a reason. */
	int (*change)(struct work *work, uint64_t at);
	/* What is left behind the last one. Optional. */
	int (*end)(struct work *work);
};

static uint64_t piece_bytes(const struct params *values)
{
	return round_up(params_value(values, "piece"), page_bytes());
}

static uint64_t nr_pieces(const struct params *values)
{
	return params_value(values, "pieces");
}

static uint64_t piece_start(const struct work *work, uint64_t piece)
{
	return work->ranges[0].start +
	       (2 * piece + 1) * piece_bytes(work->params);
}

/* For mremap(): in the midst of the gap behind the range, which has a hole
 * there, so that nothing merges with what comes from it. */
static uint64_t scratch(const struct work *work)
{
	return work->ranges[0].end + MEMORY_GAP / 2;
}

static int protect(struct work *work, uint64_t at, uint64_t bytes, int prot)
{
	work->change_calls++;
	return mprotect((void *)(uintptr_t)at, bytes, prot) ? -errno : 0;
}

static int map(struct work *work, uint64_t at, int prot)
{
	void *mapped;

	work->change_calls++;
	mapped = mmap((void *)(uintptr_t)at, piece_bytes(work->params), prot,
		      MAP_FLAGS | MAP_FIXED, -1, 0);
	return mapped == MAP_FAILED ? -errno : 0;
}

static int close_piece(struct work *work, uint64_t at)
{
	return protect(work, at, piece_bytes(work->params), PROT_NONE);
}

static int open_piece(struct work *work, uint64_t at)
{
	return protect(work, at, piece_bytes(work->params), PROT_RW);
}

static int map_piece(struct work *work, uint64_t at)
{
	return map(work, at, PROT_RW);
}

static int map_gap(struct work *work, uint64_t at)
{
	return map(work, at, PROT_NONE);
}

/* The kept pages before it, which are read-only, become part of what lies on
 * both of their sides. */
static int map_and_protect(struct work *work, uint64_t at)
{
	int ret = map(work, at, PROT_RW);

	return ret ? ret : open_piece(work, at - piece_bytes(work->params));
}

static int map_and_move(struct work *work, uint64_t at)
{
	uint64_t bytes = piece_bytes(work->params);
	void *from = (void *)(uintptr_t)scratch(work);
	void *to = (void *)(uintptr_t)at;
	int ret = map(work, scratch(work), PROT_RW);

	if (ret)
		return ret;
	work->change_calls++;
	return mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) ==
			       MAP_FAILED
		       ? -errno
		       : 0;
}

/* A process can have so many VMAs, and a chain takes two a piece. */
static int out_of_vmas(struct work *work, uint64_t made)
{
	uint64_t limit = 0;

	sysfile_read_u64("/proc/sys/vm/max_map_count", &limit);
	return reason_set(&work->why, -ENOMEM,
			  "out of VMAs after %" PRIu64 " of %" PRIu64
			  " pieces (ENOMEM): raise vm.max_map_count, which is "
			  "%" PRIu64 ", or choose a smaller pieces=",
			  made, nr_pieces(work->params), limit);
}

static int for_each_piece(struct work *work,
			  int (*change)(struct work *work, uint64_t at))
{
	uint64_t nr = nr_pieces(work->params);
	int ret;

	for (uint64_t i = 0; i < nr; i++) {
		ret = change(work, piece_start(work, i));
		if (ret == -ENOMEM)
			return out_of_vmas(work, i);
		if (ret)
			return reason_errno(&work->why, ret,
					    "cannot change piece %" PRIu64, i);
	}
	return 0;
}

static int protect_all(struct work *work, int prot)
{
	const struct mapped_range *range = work->ranges;
	int ret = protect(work, range->start, range->end - range->start, prot);

	return ret ? reason_errno(&work->why, ret, "mprotect") : 0;
}

/* One call over all of it merges what was split. */
static int join_all(struct work *work)
{
	return protect_all(work, PROT_RW);
}

static int forbid_stores(struct work *work)
{
	return protect_all(work, PROT_READ);
}

/* What is kept behind the last piece. */
static int open_last(struct work *work)
{
	uint64_t last = piece_start(work, nr_pieces(work->params));
	int ret = open_piece(work, last - piece_bytes(work->params));

	return ret ? reason_errno(&work->why, ret, "mprotect") : 0;
}

static int split_all(struct work *work)
{
	return for_each_piece(work, close_piece);
}

static int map_gaps(struct work *work)
{
	return for_each_piece(work, map_gap);
}

static const struct chain split = {
	.begin = join_all,
	.change = close_piece,
};

static const struct chain merge = {
	.event = EVENT_UNPROTECT,
	.several = true,
	.store_to_pieces = true,
	.begin = split_all,
	.change = open_piece,
};

static const struct chain beside = {
	.event = EVENT_MAP_BESIDE,
	.several = true,
	.gaps = true,
	.begin = map_gaps,
	.change = map_piece,
};

static const struct chain over = {
	.event = EVENT_MAP_BESIDE,
	.zeros = true,
	.change = map_piece,
};

static const struct chain by_mprotect = {
	.event = EVENT_MAP_OVER,
	.begin = forbid_stores,
	.change = map_and_protect,
	.end = open_last,
};

static const struct chain by_mremap = {
	.event = EVENT_MAP_OVER,
	.change = map_and_move,
};

/* In the order of the choices. */
static const struct chain *const chains[] = {
	&split, &merge, &beside, &over, &by_mprotect, &by_mremap
};

static const struct chain *chain_of(const struct params *values)
{
	return chains[params_value(values, "chain")];
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	uint64_t parts = 2 * nr_pieces(values) + 1;

	(void)why;
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = parts * piece_bytes(values);
	needs->resident_bytes = needs->range_bytes;
	needs->vmas = parts;
	needs->chain = chain_of(values)->several;
	needs->event = chain_of(values)->event;
	return 0;
}

static void fill(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	uint64_t bytes = piece_bytes(work->params);

	memory_touch(range->start, range->end, page_bytes());
	if (!chain_of(work->params)->zeros)
		return;
	for (uint64_t i = 0; i < nr_pieces(work->params); i++)
		memset((void *)(uintptr_t)piece_start(work, i), 0, bytes);
}

/* List what is kept, and count what is populated when an epoch begins. */
static int list_kept(struct work *work)
{
	uint64_t bytes = piece_bytes(work->params);
	uint64_t nr = nr_pieces(work->params);
	uint64_t kept_pages = (nr + 1) * bytes / page_bytes();
	int ret;

	ret = stores_create(&work->stores, kept_pages, page_bytes());
	if (ret)
		return reason_errno(&work->why, ret, "listing pages");
	for (uint64_t i = 0; i <= nr; i++)
		stores_add(&work->stores, piece_start(work, i) - bytes,
			   piece_start(work, i));
	work->resident_pages = kept_pages;
	if (!chain_of(work->params)->gaps)
		work->resident_pages += nr * bytes / page_bytes();
	return 0;
}

static int open_chain(struct work *work)
{
	uint64_t bytes = piece_bytes(work->params);
	uint64_t parts = 2 * nr_pieces(work->params) + 1;
	int ret;

	/* For the process: advice for the range would keep it from merging. */
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		return reason_errno(&work->why, -errno, "PR_SET_THP_DISABLE");
	ret = memory_add_range(work, parts * bytes, MAP_FLAGS, PAGE_KIND_BASE,
			       page_bytes());
	if (ret)
		return ret;
	if (munmap((void *)(uintptr_t)scratch(work), bytes))
		return reason_errno(&work->why, -errno, "munmap");
	fill(work);
	return chain_of(work->params)->store_to_pieces ? stores_cover(work)
						       : list_kept(work);
}

static bool replaces(const struct chain *chain)
{
	return chain->event == EVENT_MAP_BESIDE ||
	       chain->event == EVENT_MAP_OVER;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	const struct chain *chain = chain_of(work->params);
	/* Filled when it was opened. */
	bool anew = replaces(chain) && epoch->number;
	int ret = 0;

	stores_choose(&work->stores, work->params, epoch->number);
	if (anew) {
		ret = memory_replace(work, 0, MAP_FLAGS);
		if (ret)
			return ret;
		fill(work);
	}
	/* What is only read is accessible. */
	if (chain->begin && (epoch_stores(epoch) || !chain->store_to_pieces))
		ret = chain->begin(work);
	return ret ? ret : anew;
}

static int change(struct work *work)
{
	const struct chain *chain = chain_of(work->params);
	int ret = for_each_piece(work, chain->change);

	return !ret && chain->end ? chain->end(work) : ret;
}

/* Of pieces with other contents, which were data and read as zeros now, all
 * pages; and what is stored to. */
static void expected(const struct work *work, struct region_array *out)
{
	const struct stores *stores = &work->stores;
	const struct chain *chain = chain_of(work->params);
	uint64_t bytes = piece_bytes(work->params);
	size_t next = 0;

	if (chain->event != EVENT_MAP_OVER) {
		stores_expected(work, out);
		return;
	}
	for (uint64_t i = 0; i < nr_pieces(work->params); i++) {
		uint64_t at = piece_start(work, i);

		for (; next < stores->nr && stores->picked[next] < at; next++)
			region_append(out, stores->picked[next],
				      stores->picked[next] + page_bytes());
		region_append(out, at, at + bytes);
	}
	for (; next < stores->nr; next++)
		region_append(out, stores->picked[next],
			      stores->picked[next] + page_bytes());
}

static void close_chain(struct work *work)
{
	stores_destroy(&work->stores);
	memory_unmap(work);
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
}

const struct workload workload_vma_chain = {
	.name = "vma-chain",
	.version = 1,
	.summary = "base pages among which small mappings come, split or merge",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_chain,
	.prepare = prepare,
	.change = change,
	.write = stores_write,
	.read = stores_read,
	.expected = expected,
	.close = close_chain,
};
