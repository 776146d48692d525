// SPDX-License-Identifier: GPL-2.0-or-later
/* Populated huge pages of hugetlbfs, of the default size. */
#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>

#include "harness/memory.h"
#include "workloads/workload.h"

static const struct param params[] = {
	STORES_PARAMS("64m", "25%", "random"),
	{ .name = "sharing",
	  .type = PARAM_CHOICE,
	  .fallback = "private",
	  .choices = "private|shared",
	  .help = "MAP_PRIVATE or MAP_SHARED" },
	{ .name = NULL },
};

static bool is_shared(const struct params *values)
{
	return params_is(values, "sharing", "shared");
}

static enum page_kind kind_of(const struct params *values)
{
	return is_shared(values) ? PAGE_KIND_HUGETLB_SHARED : PAGE_KIND_HUGETLB;
}

/* What a kernel without huge pages is asked for does not matter. */
static uint64_t huge_bytes(void)
{
	uint64_t bytes = machine_hugetlb_page_bytes();

	return bytes ? bytes : page_bytes();
}

static uint64_t range_bytes(const struct params *values)
{
	return round_up(params_value(values, "size"), huge_bytes());
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	(void)why;
	needs->kind = kind_of(values);
	needs->range_bytes = range_bytes(values);
	needs->hugetlb_bytes = needs->range_bytes;
	return 0;
}

/* MAP_POPULATE ends where the kernel had no page to give, and says nothing; a
 * store there would be a SIGBUS. */
static int check_populated(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	unsigned char present = 0;

	for (uint64_t at = range->start; at < range->end;
	     at += range->unit_bytes) {
		if (mincore((void *)(uintptr_t)at, page_bytes(), &present))
			return reason_errno(&work->why, -errno, "mincore");
		if (!(present & 1))
			return reason_set(&work->why, -ENOMEM,
					  "the kernel gives %" PRIu64
					  " of %" PRIu64
					  " MiB of huge pages to this process: "
					  "raise its hugetlb limit (cgroup) or "
					  "allow it more memory nodes (cpuset)",
					  (at - range->start) >> 20,
					  (range->end - range->start) >> 20);
	}
	return 0;
}

static int open_hugetlb(struct work *work)
{
	uint64_t bytes = range_bytes(work->params);
	uint64_t unit = huge_bytes();
	int sharing = is_shared(work->params) ? MAP_SHARED : MAP_PRIVATE;
	struct mapped_range *range = work->ranges;
	int ret;

	/* Reserves every page in the pool, or fails. */
	ret = memory_add_range(work, bytes,
			       sharing | MAP_ANONYMOUS | MAP_HUGETLB |
				       MAP_POPULATE,
			       kind_of(work->params), unit);
	if (!ret)
		ret = check_populated(work);
	if (ret)
		return ret;
	/* Populating shared memory has only read it. */
	memory_touch(range->start, range->end, unit);
	return stores_cover(work);
}

const struct workload workload_hugetlb = {
	.name = "hugetlb",
	.version = 1,
	.summary = "populated huge pages of the hugetlb pool",
	.params = params,
	.needs = needs,
	.open = open_hugetlb,
	.prepare = stores_prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
