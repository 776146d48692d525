// SPDX-License-Identifier: GPL-2.0-or-later
/* Populated base pages of shared memory: a memfd, mapped shared or private. */
#include <sys/mman.h>
#include <unistd.h>

#include "harness/memory.h"
#include "workloads/workload.h"

static const struct param params[] = {
	STORES_PARAMS("64m", "25%", "random"),
	{ .name = "sharing",
	  .type = PARAM_CHOICE,
	  .fallback = "shared",
	  .choices = "private|shared",
	  .help = "MAP_PRIVATE, each page being a copy, or MAP_SHARED" },
	{ .name = NULL },
};

static bool is_shared(const struct params *values)
{
	return params_is(values, "sharing", "shared");
}

static enum page_kind kind_of(const struct params *values)
{
	return is_shared(values) ? PAGE_KIND_SHMEM : PAGE_KIND_SHMEM_PRIVATE;
}

static uint64_t range_bytes(const struct params *values)
{
	return round_up(params_value(values, "size"), page_bytes());
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	(void)why;
	needs->kind = kind_of(values);
	needs->range_bytes = range_bytes(values);
	/* A private page is a copy of a shared one. */
	needs->resident_bytes =
		needs->range_bytes * (is_shared(values) ? 1 : 2);
	return 0;
}

static int map(struct work *work)
{
	int sharing = is_shared(work->params) ? MAP_SHARED : MAP_PRIVATE;
	uint64_t bytes = range_bytes(work->params);
	int fd, ret;

	fd = memory_memfd(bytes, &work->why);
	if (fd < 0)
		return fd;
	ret = memory_add_file(work, fd, bytes, sharing, kind_of(work->params));
	close(fd);
	return ret;
}

static int open_shmem(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	ret = map(work);
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	return stores_cover(work);
}

const struct workload workload_shmem = {
	.name = "shmem",
	.version = 1,
	.summary = "populated base pages of a memfd",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_shmem,
	.prepare = stores_prepare,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
