// SPDX-License-Identifier: GPL-2.0-or-later
/* AddressSanitizer's shadow: huge, sparse, written where a heap poisons it. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "workloads/asan-layout.h"
#include "workloads/workload.h"

/* Holes read with read-holes=yes: enough to be seen in every part of a range,
 * with at most 16 MiB of page tables. */
enum { HOLES_MAX = 4096 };

/* Pages looked at with one call: pagemap entries of 2 MiB. */
enum { CHECKED_PAGES = 512 };

/* A pagemap entry's bit for a page that nothing else maps: unset for the zero
 * page. Linux 4.2, Documentation/admin-guide/mm/pagemap.rst. */
#define PAGEMAP_EXCLUSIVE (1ULL << 56)

struct shadow {
	struct asan_layout layout;
	uint64_t *holes; /* read by the read epoch; NULL for none */
	size_t nr_holes;
};

static const struct param params[] = {
	STORES_PARAMS("16g", "25%", "clustered"),
	{ .name = "heap",
	  .type = PARAM_BYTES,
	  /* Poisons 7000 shadow pages, with 31000 zero pages beside them. */
	  .fallback = "224m",
	  .min = ASAN_CHUNK_BYTES,
	  .max = ASAN_REGIONS * ASAN_ALLOCATOR_REGION,
	  .help = "bytes in the allocator's regions; dirty= is of the shadow "
		  "pages that they poison" },
	{ .name = "read-holes",
	  .type = PARAM_CHOICE,
	  .fallback = "no",
	  .choices = "no|yes",
	  .help = "whether the read epoch also reads up to 4096 pages that "
		  "were never touched" },
	{ .name = NULL },
};

static int make_layout(const struct params *values, struct asan_layout *layout,
		       struct reason *why)
{
	if (page_bytes() != ASAN_PAGE)
		return reason_set(why, -EOPNOTSUPP,
				  "this is the layout of x86-64, whose pages "
				  "have 4096 bytes, not %llu",
				  (unsigned long long)page_bytes());
	return asan_layout_make(layout, memory_base(),
				params_value(values, "size"),
				params_value(values, "heap"),
				params_value(values, "seed"), why);
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	struct asan_layout layout = { .nr_runs = 0 };
	int ret;

	ret = make_layout(values, &layout, why);
	if (ret)
		return ret;
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = layout.low_end - layout.low_start +
			     layout.high_end - layout.high_start;
	needs->resident_bytes = layout.written_pages * ASAN_PAGE;
	needs->pagetable_bytes = asan_layout_table_bytes(&layout);
	/* Half of the holes may each need a table and one above that. */
	if (params_is(values, "read-holes", "yes")) {
		needs->pagetable_bytes += HOLES_MAX * ASAN_PAGE;
		needs->event = EVENT_READ_HOLES;
	}
	return 0;
}

/* As the runtime maps it: without reserving, huge pages and core dumps. */
static int map_shadow(struct work *work, uint64_t start, uint64_t end)
{
	void *at = (void *)(uintptr_t)start;
	int ret;

	ret = memory_add_range_at(work, start, end - start,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				  PAGE_KIND_BASE, ASAN_PAGE);
	if (ret)
		return ret;
	madvise(at, end - start, MADV_NOHUGEPAGE);
	madvise(at, end - start, MADV_DONTDUMP);
	return 0;
}

static void read_pages(uint64_t start, uint64_t end)
{
	for (; start < end; start += ASAN_PAGE)
		(void)*(volatile uint64_t *)(uintptr_t)start;
}

static int populate(struct work *work, const struct asan_layout *layout)
{
	const struct asan_run *run;
	int ret;

	ret = stores_create(&work->stores, layout->written_pages, ASAN_PAGE);
	if (ret)
		return reason_errno(&work->why, ret, "listing pages");
	for (int i = 0; i < layout->nr_runs; i++) {
		run = &layout->runs[i];
		if (run->written) {
			memory_touch(run->start, run->end, ASAN_PAGE);
			stores_add(&work->stores, run->start, run->end);
		} else {
			read_pages(run->start, run->end);
		}
	}
	work->resident_pages = layout->written_pages + layout->zero_pages;
	return 0;
}

/* The first of @nr pages that is not even mapped; @nr for none. */
static size_t find_unmapped(uint64_t start, size_t nr)
{
	unsigned char mapped[CHECKED_PAGES];

	if (mincore((void *)(uintptr_t)start, nr * ASAN_PAGE, mapped))
		return nr;
	for (size_t i = 0; i < nr; i++)
		if (!(mapped[i] & 1))
			return i;
	return nr;
}

/* The first of @nr pages that is not the zero page, as far as can be told: a
 * kernel may be built without pagemap, and all have mincore(). */
static size_t find_other(int pagemap, uint64_t start, size_t nr)
{
	uint64_t entries[CHECKED_PAGES];
	size_t bytes = nr * sizeof(entries[0]);
	off_t at = (off_t)(start / ASAN_PAGE * sizeof(entries[0]));

	if (pread(pagemap, entries, bytes, at) != (ssize_t)bytes)
		return find_unmapped(start, nr);
	for (size_t i = 0; i < nr; i++)
		if (!(entries[i] & PAGEMAP_PRESENT) ||
		    entries[i] & PAGEMAP_EXCLUSIVE)
			return i;
	return nr;
}

/* Whether what was only read is the zero page there, and takes no memory. */
static int check_run(const struct asan_run *run, int pagemap,
		     struct reason *why)
{
	uint64_t at = run->start;
	uint64_t nr, found;

	while (at < run->end) {
		nr = (run->end - at) / ASAN_PAGE;
		nr = nr < CHECKED_PAGES ? nr : CHECKED_PAGES;
		found = find_other(pagemap, at, nr);
		at += found * ASAN_PAGE;
		if (found < nr)
			return reason_set(why, -EIO,
					  "reading 0x%llx did not map the zero "
					  "page there",
					  (unsigned long long)at);
	}
	return 0;
}

static int check_zero_pages(struct work *work, const struct asan_layout *layout)
{
	int pagemap = pagemap_open(getpid(), NULL);
	int ret = 0;

	for (int i = 0; i < layout->nr_runs && !ret; i++)
		if (!layout->runs[i].written)
			ret = check_run(&layout->runs[i], pagemap, &work->why);
	if (pagemap >= 0)
		close(pagemap);
	return ret;
}

static int list_holes(struct work *work, struct shadow *shadow)
{
	if (params_is(work->params, "read-holes", "no"))
		return 0;
	shadow->holes = calloc(HOLES_MAX, sizeof(*shadow->holes));
	if (!shadow->holes)
		return reason_set(&work->why, -ENOMEM, "no memory");
	shadow->nr_holes =
		asan_layout_holes(&shadow->layout, shadow->holes, HOLES_MAX);
	return 0;
}

static int open_asan_shadow(struct work *work)
{
	struct shadow *shadow = calloc(1, sizeof(*shadow));
	struct asan_layout *layout = &shadow->layout;
	int ret;

	if (!shadow)
		return reason_set(&work->why, -ENOMEM, "no memory");
	work->state = shadow; /* freed by close, which follows failures too */
	ret = make_layout(work->params, layout, &work->why);
	if (!ret)
		ret = map_shadow(work, layout->low_start, layout->low_end);
	if (!ret)
		ret = map_shadow(work, layout->high_start, layout->high_end);
	if (!ret)
		ret = populate(work, layout);
	if (!ret)
		ret = check_zero_pages(work, layout);
	if (!ret)
		ret = list_holes(work, shadow);
	return ret;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	stores_choose(&work->stores, work->params, epoch->number);
	return 0;
}

/* Also the zero pages: they are resident, and stay what they are. */
static void read_shadow(struct work *work)
{
	const struct shadow *shadow = work->state;
	const struct asan_layout *layout = &shadow->layout;

	for (int i = 0; i < layout->nr_runs; i++)
		read_pages(layout->runs[i].start, layout->runs[i].end);
	for (size_t i = 0; i < shadow->nr_holes; i++)
		read_pages(shadow->holes[i], shadow->holes[i] + ASAN_PAGE);
}

static void close_asan_shadow(struct work *work)
{
	struct shadow *shadow = work->state;

	stores_destroy(&work->stores);
	memory_unmap(work);
	if (shadow)
		free(shadow->holes);
	free(shadow);
	work->state = NULL;
}

const struct workload workload_asan_shadow = {
	.name = "asan-shadow",
	.version = 1,
	.summary = "AddressSanitizer's two shadows, sparse, mostly zero pages",
	.params = params,
	.needs = needs,
	.open = open_asan_shadow,
	.prepare = prepare,
	.write = stores_write,
	.read = read_shadow,
	.expected = stores_expected,
	.close = close_asan_shadow,
};
