// SPDX-License-Identifier: GPL-2.0-or-later
/* Workload hooks for a sanitizer's shadow: huge, sparse, of zero pages too. */
#include "workloads/shadow.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"

/* Holes read with read-holes=yes: enough to be seen in every part of a range,
 * with at most 16 MiB of page tables. */
enum { HOLES_MAX = 4096 };

/* Pages looked at with one call: pagemap entries of 2 MiB. */
enum { CHECKED_PAGES = 512 };

/* A pagemap entry's bit for a page that nothing else maps: unset for the zero
 * page. Linux 4.2, Documentation/admin-guide/mm/pagemap.rst. */
#define PAGEMAP_EXCLUSIVE (1ULL << 56)

struct shadow {
	struct shadow_layout layout;
	uint64_t *holes; /* read by the read epoch; NULL for none */
	size_t nr_holes;
};

static int check_pages(struct reason *why)
{
	if (page_bytes() == SHADOW_PAGE)
		return 0;
	return reason_set(why, -EOPNOTSUPP,
			  "this is the layout of x86-64, whose pages have 4096 "
			  "bytes, not %llu",
			  (unsigned long long)page_bytes());
}

static int make_layout(shadow_layout_fn *make, const struct params *values,
		       struct shadow_layout *layout, struct reason *why)
{
	int ret = check_pages(why);

	return ret ? ret : make(values, layout, why);
}

int shadow_needs(shadow_layout_fn *make, const struct params *values,
		 struct needs *needs, struct reason *why)
{
	struct shadow_layout layout = { .nr_runs = 0 };
	int ret;

	ret = make_layout(make, values, &layout, why);
	if (ret)
		return ret;
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = shadow_layout_bytes(&layout);
	needs->resident_bytes = layout.written_pages * SHADOW_PAGE;
	needs->pagetable_bytes =
		shadow_table_bytes(layout.runs, (size_t)layout.nr_runs);
	/* Half of the holes may each need a table and one above that. */
	if (params_is(values, "read-holes", "yes")) {
		needs->pagetable_bytes += HOLES_MAX * SHADOW_PAGE;
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
				  PAGE_KIND_BASE, SHADOW_PAGE);
	if (ret)
		return ret;
	madvise(at, end - start, MADV_NOHUGEPAGE);
	madvise(at, end - start, MADV_DONTDUMP);
	return 0;
}

static void read_pages(uint64_t start, uint64_t end)
{
	for (; start < end; start += SHADOW_PAGE)
		(void)*(volatile uint64_t *)(uintptr_t)start;
}

static int populate(struct work *work, const struct shadow_layout *layout)
{
	const struct shadow_run *run;
	int ret;

	ret = stores_create(&work->stores, layout->written_pages, SHADOW_PAGE);
	if (ret)
		return reason_errno(&work->why, ret, "listing pages");
	for (int i = 0; i < layout->nr_runs; i++) {
		run = &layout->runs[i];
		if (run->written) {
			memory_touch(run->start, run->end, SHADOW_PAGE);
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

	if (mincore((void *)(uintptr_t)start, nr * SHADOW_PAGE, mapped))
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
	off_t at = (off_t)(start / SHADOW_PAGE * sizeof(entries[0]));

	if (pread(pagemap, entries, bytes, at) != (ssize_t)bytes)
		return find_unmapped(start, nr);
	for (size_t i = 0; i < nr; i++)
		if (!(entries[i] & PAGEMAP_PRESENT) ||
		    entries[i] & PAGEMAP_EXCLUSIVE)
			return i;
	return nr;
}

/* Whether what was only read is the zero page there, and takes no memory. */
static int check_run(const struct shadow_run *run, int pagemap,
		     struct reason *why)
{
	uint64_t at = run->start;
	uint64_t nr, found;

	while (at < run->end) {
		nr = (run->end - at) / SHADOW_PAGE;
		nr = nr < CHECKED_PAGES ? nr : CHECKED_PAGES;
		found = find_other(pagemap, at, nr);
		at += found * SHADOW_PAGE;
		if (found < nr)
			return reason_set(why, -EIO,
					  "reading 0x%llx did not map the zero "
					  "page there",
					  (unsigned long long)at);
	}
	return 0;
}

static int check_zero_pages(struct work *work,
			    const struct shadow_layout *layout)
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
		shadow_layout_holes(&shadow->layout, shadow->holes, HOLES_MAX);
	return 0;
}

static int map_parts(struct work *work, const struct shadow_layout *layout)
{
	int ret = 0;

	work->has_neighbours = layout->in_place;
	for (int i = 0; i < layout->nr_parts && !ret; i++)
		ret = map_shadow(work, layout->parts[i].start,
				 layout->parts[i].end);
	return ret;
}

int shadow_open(struct work *work, shadow_layout_fn *make)
{
	struct shadow *shadow = calloc(1, sizeof(*shadow));
	struct shadow_layout *layout = &shadow->layout;
	int ret;

	if (!shadow)
		return reason_set(&work->why, -ENOMEM, "no memory");
	work->state = shadow; /* freed by close, which follows failures too */
	ret = make_layout(make, work->params, layout, &work->why);
	if (!ret)
		ret = map_parts(work, layout);
	if (!ret)
		ret = populate(work, layout);
	if (!ret)
		ret = check_zero_pages(work, layout);
	if (!ret)
		ret = list_holes(work, shadow);
	return ret;
}

int shadow_prepare(struct work *work, const struct epoch *epoch)
{
	stores_choose(&work->stores, work->params, epoch->number);
	return 0;
}

/* Also the zero pages: they are resident, and stay what they are. */
void shadow_read(struct work *work)
{
	const struct shadow *shadow = work->state;
	const struct shadow_layout *layout = &shadow->layout;

	for (int i = 0; i < layout->nr_runs; i++)
		read_pages(layout->runs[i].start, layout->runs[i].end);
	for (size_t i = 0; i < shadow->nr_holes; i++)
		read_pages(shadow->holes[i], shadow->holes[i] + SHADOW_PAGE);
}

void shadow_close(struct work *work)
{
	struct shadow *shadow = work->state;

	stores_destroy(&work->stores);
	memory_unmap(work);
	if (shadow)
		free(shadow->holes);
	free(shadow);
	work->state = NULL;
}
