// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads that store to pages without an end while these are collected. */
#include "harness/memory.h"
#include "workloads/workload.h"

/*
 * After the benchmark of the patches for GetWriteWatch(): its threads, pages,
 * delay and random are threads, pages, delay-ms and access; its reset, whether
 * one call gets and resets, is the trackers' collect.
 */
static const struct param params[] = {
	{ .name = "pages",
	  .type = PARAM_COUNT,
	  .fallback = "8192",
	  .min = 1,
	  .max = 1 << 24,
	  .help = "pages mapped, tracked and stored to by all threads" },
	CONCURRENCY_PARAMS("8"),
	{ .name = NULL },
};

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = params_value(values, "pages") * page_bytes();
	needs->resident_bytes = needs->range_bytes;
	return concurrency_check(values, why);
}

static int open_write_watch(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = memory_add_base_pages(work, params_value(work->params, "pages") *
						  page_bytes());
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	return stores_cover(work);
}

/* What is left behind is looked at with every page. */
static int prepare(struct work *work, const struct epoch *epoch)
{
	struct stores *stores = &work->stores;

	stores->nr = stores->nr_candidates;
	stores->value = epoch->number + 1;
	for (size_t i = 0; i < stores->nr; i++) {
		stores->picked[i] = stores->candidates[i];
		stores->order[i] = stores->candidates[i];
	}
	return 0;
}

const struct workload workload_write_watch = {
	.name = "write-watch",
	.version = 1,
	.summary =
		"threads that store without an end while pages are collected",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_write_watch,
	.prepare = prepare,
	.concurrent = concurrency_read,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
