// SPDX-License-Identifier: GPL-2.0-or-later
/* So many pages in a range of any size, broken by so many holes. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "harness/memory.h"
#include "workloads/shadow-layout.h"
#include "workloads/workload.h"

/*
 * The pages lie in holes + 1 clusters: one at each end of the range, the rest
 * at equal distances between.
 *
 *   |####|----------|####|----------|####|----------|####|   holes=3
 */
enum { MOST_HOLES = 1 << 20 };

/* From where ranges begin, this is free below the program itself. */
#define MOST_BYTES (32ULL << 40)

static const struct param params[] = {
	STORES_PARAMS("16g", "25%", "random"),
	{ .name = "pages",
	  .type = PARAM_COUNT,
	  .fallback = "4096",
	  .min = 2,
	  .max = 1 << 24,
	  .help = "base pages that are populated, whatever the size" },
	{ .name = "holes",
	  .type = PARAM_COUNT,
	  .fallback = "255",
	  .min = 1,
	  .max = MOST_HOLES,
	  .help = "holes between them, of equal size" },
	{ .name = NULL },
};

static uint64_t range_bytes(const struct params *values)
{
	return round_up(params_value(values, "size"), page_bytes());
}

static int check(const struct params *values, struct reason *why)
{
	uint64_t pages = params_value(values, "pages");
	uint64_t holes = params_value(values, "holes");

	if (range_bytes(values) > MOST_BYTES)
		return reason_set(why, -ERANGE, "size=: has to be up to 32t");
	if (pages <= holes)
		return reason_set(why, -ERANGE,
				  "holes=%llu: %llu pages make clusters with "
				  "at most %llu holes between them",
				  (unsigned long long)holes,
				  (unsigned long long)pages,
				  (unsigned long long)pages - 1);
	if (pages + holes > range_bytes(values) / page_bytes())
		return reason_set(why, -ERANGE,
				  "pages=%llu and %llu holes do not fit into "
				  "size=",
				  (unsigned long long)pages,
				  (unsigned long long)holes);
	return 0;
}

/* Fill the holes + 1 @clusters of a range from @start on. */
static void place(const struct params *values, uint64_t start,
		  struct shadow_run *clusters)
{
	uint64_t pages = params_value(values, "pages");
	uint64_t holes = params_value(values, "holes");
	uint64_t free_pages = range_bytes(values) / page_bytes() - pages;
	uint64_t before, hole;

	for (uint64_t i = 0; i <= holes; i++) {
		before = pages * i / (holes + 1);
		/* Sizes that do not divide differ by a page. */
		hole = (uint64_t)((double)free_pages * (double)i /
				  (double)holes);
		clusters[i].start = start + (before + hole) * page_bytes();
		clusters[i].end =
			clusters[i].start +
			(pages * (i + 1) / (holes + 1) - before) * page_bytes();
	}
}

static struct shadow_run *make(const struct params *values, struct reason *why)
{
	uint64_t clusters = params_value(values, "holes") + 1;
	struct shadow_run *made = calloc(clusters, sizeof(*made));

	if (made)
		place(values, memory_base(), made);
	else
		reason_set(why, -ENOMEM, "no memory");
	return made;
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	struct shadow_run *clusters;
	int ret;

	ret = check(values, why);
	if (ret)
		return ret;
	clusters = make(values, why);
	if (!clusters)
		return -ENOMEM;
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = range_bytes(values);
	needs->resident_bytes = params_value(values, "pages") * page_bytes();
	needs->pagetable_bytes =
		shadow_table_bytes(clusters, params_value(values, "holes") + 1);
	free(clusters);
	return 0;
}

static int populate(struct work *work, const struct shadow_run *clusters)
{
	uint64_t holes = params_value(work->params, "holes");
	int ret;

	work->resident_pages = params_value(work->params, "pages");
	ret = stores_create(&work->stores, work->resident_pages, page_bytes());
	if (ret)
		return reason_errno(&work->why, ret, "listing pages");
	for (uint64_t i = 0; i <= holes; i++) {
		memory_touch(clusters[i].start, clusters[i].end, page_bytes());
		stores_add(&work->stores, clusters[i].start, clusters[i].end);
	}
	return 0;
}

static int open_sparse(struct work *work)
{
	uint64_t bytes = range_bytes(work->params);
	struct shadow_run *clusters;
	int ret;

	ret = check(work->params, &work->why);
	if (ret)
		return ret;
	clusters = make(work->params, &work->why);
	if (!clusters)
		return -ENOMEM;
	ret = memory_add_range(work, bytes,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			       PAGE_KIND_BASE, page_bytes());
	if (!ret) {
		madvise((void *)(uintptr_t)work->ranges[0].start, bytes,
			MADV_NOHUGEPAGE);
		ret = populate(work, clusters);
	}
	free(clusters);
	return ret;
}

const struct workload workload_sparse = {
	.name = "sparse",
	.version = 1,
	.summary = "base pages in a range with holes, both as many as wanted",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_sparse,
	.prepare = stores_prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
