// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that nothing has touched: an epoch's stores are the first. */
#include <sys/mman.h>

#include "harness/memory.h"
#include "harness/prepare.h"
#include "workloads/workload.h"

static const struct param params[] = {
	STORES_PARAMS("16m", "25%", "random"),
	{ .name = "pages",
	  .type = PARAM_CHOICE,
	  .fallback = "base",
	  .choices = "base|hugetlb",
	  .help = "anonymous base pages, or private pages of hugetlbfs" },
	{ .name = NULL },
};

static bool is_huge(const struct params *values)
{
	return params_is(values, "pages", "hugetlb");
}

/* What a kernel without huge pages is asked for does not matter. */
static uint64_t unit_bytes(const struct params *values)
{
	uint64_t bytes = is_huge(values) ? machine_hugetlb_page_bytes() : 0;

	return bytes ? bytes : page_bytes();
}

static uint64_t range_bytes(const struct params *values)
{
	return round_up(params_value(values, "size"), unit_bytes(values));
}

static int map_flags(const struct params *values)
{
	return MAP_PRIVATE | MAP_ANONYMOUS |
	       (is_huge(values) ? MAP_HUGETLB : 0);
}

static enum page_kind kind_of(const struct params *values)
{
	return is_huge(values) ? PAGE_KIND_HUGETLB : PAGE_KIND_BASE;
}

/* An epoch begins with none. The zero pages that reading maps, all over the
 * range, take page tables only. */
static void need_base_pages(const struct params *values, struct needs *needs)
{
	uint64_t pages = needs->range_bytes / page_bytes();

	needs->resident_bytes =
		params_portion(values, "dirty", pages) * page_bytes();
	needs->storable_bytes = needs->range_bytes;
	needs->pagetable_bytes = pages * sizeof(uint64_t);
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	(void)why;
	needs->kind = kind_of(values);
	needs->range_bytes = range_bytes(values);
	if (is_huge(values))
		needs->hugetlb_bytes = needs->range_bytes;
	else
		need_base_pages(values, needs);
	needs->event = is_huge(values) ? EVENT_FILL_HUGETLB : EVENT_FILL;
	return 0;
}

/* Huge pages would fill more than what is stored to. */
static void advise(const struct work *work)
{
	const struct mapped_range *range = work->ranges;

	if (!is_huge(work->params))
		madvise((void *)(uintptr_t)range->start,
			range->end - range->start, MADV_NOHUGEPAGE);
}

static int open_holes(struct work *work)
{
	int ret;

	ret = memory_add_range(work, range_bytes(work->params),
			       map_flags(work->params), kind_of(work->params),
			       unit_bytes(work->params));
	if (ret)
		return ret;
	advise(work);
	ret = stores_cover(work);
	work->resident_pages = 0;
	return ret;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	int ret;

	stores_choose(&work->stores, work->params, epoch->number);
	ret = memory_replace(work, 0, map_flags(work->params));
	if (ret)
		return ret;
	advise(work);
	return 1;
}

const struct workload workload_holes = {
	.name = "holes",
	.version = 1,
	.summary = "memory that is untouched when it is armed",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_holes,
	.prepare = prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
