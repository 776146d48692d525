// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that was only read: the zero page, until an epoch stores to it. */
#include <errno.h>

#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "workloads/workload.h"

static const struct param params[] = {
	STORES_PARAMS("64m", "25%", "random"),
	{ .name = NULL },
};

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	(void)why;
	needs->kind = PAGE_KIND_ZERO;
	needs->range_bytes = params_value(values, "size");
	needs->resident_bytes = needs->range_bytes;
	return 0;
}

static int open_zero(struct work *work)
{
	int ret;

	ret = memory_add_base_pages(work, params_value(work->params, "size"));
	if (ret)
		return ret;
	work->ranges[0].kind = PAGE_KIND_ZERO;
	return stores_cover(work);
}

/* Present, and this process's alone or a file's: that is any other page. */
static int check(struct work *work)
{
	int ret =
		pagemap_all(work->ranges,
			    PAGEMAP_PRESENT | PAGEMAP_FILE | PAGEMAP_EXCLUSIVE,
			    PAGEMAP_PRESENT, &work->why);

	if (ret < 0)
		return ret;
	if (!ret)
		return reason_set(&work->why, -EAGAIN,
				  "the kernel does not map the zero page where "
				  "memory was only read");
	return 0;
}

static bool always(const struct params *values)
{
	(void)values;
	return true;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	int ret;

	stores_choose(&work->stores, work->params, epoch->number);
	ret = memory_read_anew(work, 0);
	return ret ? ret : check(work);
}

const struct workload workload_zero_page = {
	.name = "zero-page",
	.version = 1,
	.summary = "memory that was only read: stores replace the zero page",
	.params = params,
	.aside = true,
	.rewrites = always,
	.needs = needs,
	.open = open_zero,
	.prepare = prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
