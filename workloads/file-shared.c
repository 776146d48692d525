// SPDX-License-Identifier: GPL-2.0-or-later
/* A file mapped shared: stores go to the page cache, which is written back. */
#include <errno.h>
#include <sys/mman.h>

#include "harness/memory.h"
#include "harness/scratchfile.h"
#include "workloads/workload.h"

static const struct param params[] = {
	STORES_PARAMS("16m", "25%", "random"),
	{ .name = "state",
	  .type = PARAM_CHOICE,
	  .fallback = "dirty",
	  .choices = "dirty|clean",
	  .help = "pages as the epoch before left them, or all written back "
		  "before, so that a first store faults untracked as well" },
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
	if (is_clean(values) && scratch_is_memory())
		return reason_set(why, -EOPNOTSUPP,
				  "files in %s are never written back, it has "
				  "no disk: choose state=dirty",
				  scratch_folder());
	needs->kind = PAGE_KIND_FILE_SHARED;
	needs->range_bytes = range_bytes(values);
	needs->resident_bytes = needs->range_bytes;
	return 0;
}

static int open_file(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = memory_add_scratch_file(work, range_bytes(work->params),
				      MAP_SHARED, PAGE_KIND_FILE_SHARED);
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	return stores_cover(work);
}

/* Writing back takes the right to write from every entry: the file system
 * wants to hear of the next store. */
static int write_back(struct work *work)
{
	const struct mapped_range *range = work->ranges;

	if (msync((void *)(uintptr_t)range->start, range->end - range->start,
		  MS_SYNC))
		return reason_errno(&work->why, -errno, "msync");
	return 0;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	stores_choose(&work->stores, work->params, epoch->number);
	return is_clean(work->params) ? write_back(work) : 0;
}

const struct workload workload_file_shared = {
	.name = "file-shared",
	.version = 1,
	.summary = "a file mapped shared: stores go to the page cache",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_file,
	.prepare = prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
