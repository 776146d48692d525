// SPDX-License-Identifier: GPL-2.0-or-later
/* A file mapped privately: pages of the page cache, or copies of them. */
#include <errno.h>
#include <sys/mman.h>

#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "workloads/workload.h"

static const struct param params[] = {
	STORES_PARAMS("16m", "25%", "random"),
	{ .name = "state",
	  .type = PARAM_CHOICE,
	  .fallback = "clean",
	  .choices = "clean|copied",
	  .help = "pages of the file, which an epoch's stores are the first "
		  "to copy, or copies made before" },
	{ .name = NULL },
};

static bool is_clean(const struct params *values)
{
	return params_is(values, "state", "clean");
}

static uint64_t range_bytes(const struct params *values)
{
	return round_up(params_value(values, "size"), page_bytes());
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	(void)why;
	needs->kind = PAGE_KIND_FILE_PRIVATE;
	needs->range_bytes = range_bytes(values);
	needs->resident_bytes = 2 * needs->range_bytes; /* page cache, copies */
	return 0;
}

/* Copies are anonymous; what the page cache maps has bit 61. */
static int check(struct work *work)
{
	bool clean = is_clean(work->params);
	int ret = pagemap_all(work->ranges, PAGEMAP_PRESENT | PAGEMAP_FILE,
			      PAGEMAP_PRESENT | (clean ? PAGEMAP_FILE : 0),
			      &work->why);

	if (ret < 0)
		return ret;
	if (!ret)
		return reason_set(&work->why, -EAGAIN,
				  "the kernel does not keep all pages of the "
				  "file mapped: free memory, or choose a "
				  "smaller size=");
	return 0;
}

static int open_file(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = memory_add_scratch_file(work, range_bytes(work->params),
				      MAP_PRIVATE, PAGE_KIND_FILE_PRIVATE);
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	if (!is_clean(work->params))
		ret = check(work);
	return ret ? ret : stores_cover(work);
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	int ret;

	stores_choose(&work->stores, work->params, epoch->number);
	if (!is_clean(work->params))
		return 0;
	ret = memory_read_anew(work, 0);
	return ret ? ret : check(work);
}

const struct workload workload_file_private = {
	.name = "file-private",
	.version = 1,
	.summary = "a file mapped privately: an epoch's stores copy its pages",
	.params = params,
	.aside = true,
	.rewrites = is_clean,
	.needs = needs,
	.open = open_file,
	.prepare = prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
