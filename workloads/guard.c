// SPDX-License-Identifier: GPL-2.0-or-later
/* Populated base pages with guard pages among them, which nothing touches. */
#include <errno.h>
#include <sys/mman.h>

#include "harness/memory.h"
#include "harness/uapi.h"
#include "workloads/workload.h"

static const struct param params[] = {
	STORES_PARAMS("64m", "25%", "random"),
	{ .name = "guards",
	  .type = PARAM_PORTION,
	  .fallback = "10%",
	  .min = 1,
	  .help = "pages that are guards, single and evenly spread" },
	{ .name = "when",
	  .type = PARAM_CHOICE,
	  .fallback = "before-arm",
	  .choices = "before-arm|after-arm",
	  .help = "when they are installed; after-arm, they are populated "
		  "pages before that" },
	{ .name = NULL },
};

static bool comes_late(const struct params *values)
{
	return params_is(values, "when", "after-arm");
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	uint64_t bytes = round_up(params_value(values, "size"), page_bytes());
	uint64_t pages = bytes / page_bytes();

	if (params_portion(values, "guards", pages) == pages)
		return reason_set(why, -ERANGE,
				  "no page is left to store to: choose fewer "
				  "guards=");
	/* Advice is checked before the range, so an empty one will do. */
	if (madvise(NULL, 0, MADV_GUARD_INSTALL))
		return reason_set(why, -EOPNOTSUPP,
				  "this kernel has no guard regions "
				  "(MADV_GUARD_INSTALL, Linux 6.13 and later)");
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = bytes;
	needs->resident_bytes = bytes;
	needs->event = comes_late(values) ? EVENT_GUARD : EVENT_GUARDED;
	return 0;
}

/* Guard number @i of @guards, evenly spread. */
static uint64_t guard_at(const struct mapped_range *range, uint64_t i,
			 uint64_t guards)
{
	uint64_t pages = (range->end - range->start) / page_bytes();

	return range->start + i * pages / guards * page_bytes();
}

static uint64_t guards_in(const struct work *work)
{
	const struct mapped_range *range = work->ranges;
	uint64_t pages = (range->end - range->start) / page_bytes();

	return params_portion(work->params, "guards", pages);
}

static int install(struct work *work)
{
	uint64_t guards = guards_in(work);
	uint64_t at;

	for (uint64_t i = 0; i < guards; i++) {
		at = guard_at(work->ranges, i, guards);
		if (madvise((void *)(uintptr_t)at, page_bytes(),
			    MADV_GUARD_INSTALL))
			return reason_errno(&work->why, -errno,
					    "MADV_GUARD_INSTALL");
	}
	return 0;
}

static int replace_guards(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	uint64_t guards = guards_in(work);
	uint64_t at;

	if (madvise((void *)(uintptr_t)range->start, range->end - range->start,
		    MADV_GUARD_REMOVE))
		return reason_errno(&work->why, -errno, "MADV_GUARD_REMOVE");
	for (uint64_t i = 0; i < guards; i++) {
		at = guard_at(range, i, guards);
		memory_touch(at, at + page_bytes(), page_bytes());
	}
	return 0;
}

/* What is between the guards may be stored to. */
static int list_pages(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	uint64_t pages = (range->end - range->start) / page_bytes();
	uint64_t guards = guards_in(work);
	uint64_t at = range->start;
	uint64_t guard;
	int ret;

	ret = stores_create(&work->stores, pages - guards, page_bytes());
	if (ret)
		return reason_errno(&work->why, ret, "listing pages");
	for (uint64_t i = 0; i < guards; i++) {
		guard = guard_at(range, i, guards);
		stores_add(&work->stores, at, guard);
		at = guard + page_bytes();
	}
	stores_add(&work->stores, at, range->end);
	work->resident_pages =
		comes_late(work->params) ? pages : pages - guards;
	return 0;
}

static int open_guard(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = memory_add_base_pages(work, params_value(work->params, "size"));
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	ret = list_pages(work);
	if (!ret)
		ret = install(work);
	return ret;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	stores_choose(&work->stores, work->params, epoch->number);
	return comes_late(work->params) ? replace_guards(work) : 0;
}

static int between(struct work *work, enum phase done)
{
	if (done != PHASE_ARM || !comes_late(work->params))
		return 0;
	return install(work);
}

const struct workload workload_guard = {
	.name = "guard",
	.version = 1,
	.summary = "populated base pages with guard pages among them",
	.params = params,
	.aside = true,
	.rewrites = comes_late,
	.needs = needs,
	.open = open_guard,
	.prepare = prepare,
	.between = between,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
