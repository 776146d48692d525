// SPDX-License-Identifier: GPL-2.0-or-later
/* Anonymous folios of several base pages, smaller than what a PMD maps. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "harness/memory.h"
#include "harness/pageframes.h"
#include "workloads/workload.h"

enum { MAP_FLAGS = MAP_PRIVATE | MAP_ANONYMOUS };

/*
 * Folios looked at before a measured epoch: one of so many. Looking at one
 * brings descriptors of its pages into the cache, which arming is then quicker
 * for; all are looked at when the memory is filled and in every other epoch.
 */
enum { LOOK_AT_ONE_OF = 16 };

static const struct param params[] = {
	STORES_PARAMS("64m", "25%", "random"),
	{ .name = "folio",
	  .type = PARAM_CHOICE,
	  .fallback = "64k",
	  .choices = "16k|32k|64k|128k|256k|512k|1m",
	  .help = "size of the folios" },
	{ .name = "state",
	  .type = PARAM_CHOICE,
	  .fallback = "populated",
	  .choices = "populated|holes",
	  .help = "folios there when an epoch begins, or holes, of which one "
		  "store fills a whole folio" },
	{ .name = NULL },
};

static bool has_holes(const struct params *values)
{
	return params_is(values, "state", "holes");
}

/* The choices are powers of two. */
static uint64_t folio_bytes(const struct params *values)
{
	return (16 << 10) << params_value(values, "folio");
}

static uint64_t range_bytes(const struct params *values)
{
	return round_up(params_value(values, "size"), folio_bytes(values));
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	bool holes = has_holes(values);

	needs->kind = holes ? PAGE_KIND_FOLIO_HOLES : PAGE_KIND_FOLIO;
	needs->range_bytes = range_bytes(values);
	needs->resident_bytes = needs->range_bytes;
	needs->folio_bytes = folio_bytes(values);
	needs->event = holes ? EVENT_FILL : EVENT_NOTHING;
	return pageframes_probe(why);
}

static int advise(struct work *work)
{
	const struct mapped_range *range = work->ranges;

	if (madvise((void *)(uintptr_t)range->start, range->end - range->start,
		    MADV_HUGEPAGE))
		return reason_errno(&work->why, -errno, "MADV_HUGEPAGE");
	return 0;
}

static int refused(struct work *work)
{
	char size[PARAM_TEXT_BYTES];

	params_format_bytes(size, folio_bytes(work->params));
	return reason_set(&work->why, -ENOMEM,
			  "the kernel does not map all memory by folios of %s, "
			  "free memory is fragmented: as root, echo 1 > "
			  "/proc/sys/vm/compact_memory, or choose a smaller "
			  "size=",
			  size);
}

/* Every page gets other content than zeros, which the kernel could take apart
 * again as an underused huge page. */
static int fill(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = advise(work);
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	ret = folios_find(work->state, range, folio_bytes(work->params),
			  &work->why);
	if (ret < 0)
		return ret;
	return ret ? 0 : refused(work);
}

static int open_mthp(struct work *work)
{
	bool holes = has_holes(work->params);
	uint64_t unit = holes ? folio_bytes(work->params) : page_bytes();
	int ret;

	work->state = calloc(1, sizeof(struct folios));
	if (!work->state)
		return reason_set(&work->why, -ENOMEM, "no memory");
	ret = memory_add_range(work, range_bytes(work->params), MAP_FLAGS,
			       holes ? PAGE_KIND_FOLIO_HOLES : PAGE_KIND_FOLIO,
			       unit);
	if (!ret)
		ret = fill(work);
	if (!ret)
		ret = stores_cover(work);
	if (!ret && holes)
		work->resident_pages = 0;
	return ret;
}

static int check(struct work *work, const struct epoch *epoch)
{
	size_t step = epoch->kind == EPOCH_MEASURED ? LOOK_AT_ONE_OF : 1;
	int ret = folios_check(work->state, step, &work->why);

	if (ret < 0)
		return ret;
	if (!ret)
		return reason_set(&work->why, -EAGAIN,
				  "the kernel has taken folios apart that were "
				  "to be tracked");
	return 0;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	int ret;

	stores_choose(&work->stores, work->params, epoch->number);
	if (!has_holes(work->params))
		return check(work, epoch);
	ret = memory_replace(work, 0, MAP_FLAGS);
	if (!ret)
		ret = advise(work);
	return ret ? ret : 1;
}

static void close_mthp(struct work *work)
{
	if (work->state)
		folios_destroy(work->state);
	free(work->state);
	stores_destroy(&work->stores);
	memory_unmap(work);
}

const struct workload workload_mthp = {
	.name = "mthp",
	.version = 1,
	.summary = "anonymous folios of several base pages, or holes for them",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_mthp,
	.prepare = prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = close_mthp,
};
