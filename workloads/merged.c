// SPDX-License-Identifier: GPL-2.0-or-later
/* Base pages whose mapping grows by a new neighbour once it is armed. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "harness/memory.h"
#include "workloads/workload.h"

/*
 *   |------ range ------|-- neighbour, a page --|-- gap, PROT_NONE --|
 *
 * Mapped with the same flags, the neighbour becomes part of the range's VMA,
 * where a tracker leaves that one as it was.
 */
enum { MAP_FLAGS = MAP_PRIVATE | MAP_ANONYMOUS };

static const struct param params[] = {
	STORES_PARAMS("16m", "25%", "random"),
	{ .name = NULL },
};

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	(void)why;
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = params_value(values, "size");
	needs->resident_bytes = needs->range_bytes;
	needs->event = EVENT_MERGE;
	return 0;
}

static int map_neighbour(struct work *work, int prot)
{
	void *at = (void *)(uintptr_t)work->ranges[0].end;

	if (mmap(at, page_bytes(), prot,
		 MAP_FLAGS | MAP_FIXED | (prot ? 0 : MAP_NORESERVE), -1,
		 0) == MAP_FAILED)
		return reason_errno(&work->why, -errno,
				    "cannot map a neighbour");
	return 0;
}

static int open_merged(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	uint64_t bytes = params_value(work->params, "size");
	int ret;

	/* For the process: advice for the range would keep it from merging. */
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		return reason_errno(&work->why, -errno, "PR_SET_THP_DISABLE");
	ret = memory_add_range(work, round_up(bytes, page_bytes()), MAP_FLAGS,
			       PAGE_KIND_BASE, page_bytes());
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	return stores_cover(work);
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	stores_choose(&work->stores, work->params, epoch->number);
	return map_neighbour(work, PROT_NONE);
}

static int between(struct work *work, enum phase done)
{
	if (done != PHASE_ARM)
		return 0;
	return map_neighbour(work, PROT_READ | PROT_WRITE);
}

static void close_merged(struct work *work)
{
	stores_destroy(&work->stores);
	memory_unmap(work);
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
}

const struct workload workload_merged = {
	.name = "merged",
	.version = 1,
	.summary = "base pages whose mapping merges with a new one when armed",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_merged,
	.prepare = prepare,
	.between = between,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = close_merged,
};
