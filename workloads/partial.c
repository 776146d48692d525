// SPDX-License-Identifier: GPL-2.0-or-later
/* Populated base pages of which a part is armed and collected. */
#include "harness/memory.h"
#include "workloads/workload.h"

/*
 *   |------------- range: registered, stored to all over --------------|
 *                      |--- part: armed, collected ---|
 *
 * A program that tracks all of its memory and looks at some of it at a time:
 * stores do not keep to the part, and those elsewhere cost what the tracker
 * makes them cost.
 */
static const struct param params[] = {
	STORES_PARAMS("64m", "25%", "random"),
	{ .name = "part",
	  .type = PARAM_PORTION,
	  .fallback = "10%",
	  .min = 1,
	  .help = "pages armed and collected, in the middle of the range" },
	{ .name = NULL },
};

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	(void)why;
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = params_value(values, "size");
	needs->resident_bytes = needs->range_bytes;
	return 0;
}

/* All of it is no part. */
static void narrow(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	uint64_t pages = (range->end - range->start) / page_bytes();
	uint64_t nr = params_portion(work->params, "part", pages);

	if (nr == pages)
		return;
	work->parts[0] = *range;
	work->parts[0].start += (pages - nr) / 2 * page_bytes();
	work->parts[0].end = work->parts[0].start + nr * page_bytes();
	work->nr_parts = 1;
}

static int open_partial(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = memory_add_base_pages(work, params_value(work->params, "size"));
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	narrow(work);
	return stores_cover(work);
}

const struct workload workload_partial = {
	.name = "partial",
	.version = 1,
	.summary = "populated base pages, armed and collected in part",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_partial,
	.prepare = stores_prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
