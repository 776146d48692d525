// SPDX-License-Identifier: GPL-2.0-or-later
/* Populated anonymous base pages: the plain case. */
#include "harness/memory.h"
#include "workloads/workload.h"

static const struct param params[] = {
	STORES_PARAMS("64m", "25%", "random"),
	STORES_WRITERS_PARAMS,
	{ .name = NULL },
};

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = params_value(values, "size");
	needs->resident_bytes = needs->range_bytes;
	return concurrency_check(values, why);
}

static int open_dense(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = memory_add_base_pages(work, params_value(work->params, "size"));
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	return stores_cover(work);
}

const struct workload workload_dense = {
	.name = "dense",
	.version = 1,
	.summary = "populated anonymous base pages",
	.params = params,
	.needs = needs,
	.open = open_dense,
	.prepare = stores_prepare,
	.concurrent = concurrency_read,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
