// SPDX-License-Identifier: GPL-2.0-or-later
/* Where AddressSanitizer's shadow lies, and which of its pages are populated.
 */
#include "workloads/asan-layout.h"

#include <errno.h>
#include <gsl/gsl_rng.h>

#include "harness/memory.h"

#define SHADOW(address) (((address) >> ASAN_SHADOW_SCALE) + ASAN_SHADOW_OFFSET)

/* A chunk of the allocator and its list of free chunks, grown by the same. */
enum { CHUNK_PAGES = (SHADOW_CHUNK_BYTES >> ASAN_SHADOW_SCALE) / SHADOW_PAGE };

/* Of a program's present shadow pages 32815 of 40479 were zero pages. */
enum { SEEN_ZERO_PAGES = 32815, SEEN_WRITTEN_PAGES = 40479 - 32815 };

/*
 * What else programs of a few hundred lines had: one or two pages for an
 * executable's globals, for a library's, for the frames of a thread. These are
 * those of a program that is some times larger.
 */
enum {
	EXECUTABLE_PAGES = 12,	    /* 384 KiB of globals, poisoned between */
	EXECUTABLE_ZERO_PAGES = 24, /* 768 KiB of arrays, poisoned nowhere */
	LIBRARIES = 4,
	LIBRARY_PAGES = 2,
	LIBRARY_ZERO_PAGES = 12, /* constants that were never poisoned */
	THREADS = 8,
	THREAD_PAGES = 1,
	STACK_PAGES = 2,
	MAPPINGS = 8 /* files and large blocks, read in part */
};

/* Shadow of 0x400000, where linkers put what is not PIE, and 2 MiB of code. */
#define EXECUTABLE_START SHADOW(0x600000ULL)

/* Shadow of 128 MiB: the least that Linux keeps free below the main stack. */
#define STACK_GAP (16ULL << 20)

/* Shadow of 8 MiB: a thread's stack, or a library and its neighbours. */
#define STACK_SPACING (1ULL << 20)

/* What @bytes of the real high shadow become in this one. */
static uint64_t scale(const struct shadow_layout *layout, uint64_t bytes)
{
	/* In pages, the product of two sizes up to 14 TiB fits 64 bits. */
	uint64_t real = (ASAN_HIGH_END - ASAN_HIGH_START) / SHADOW_PAGE;
	uint64_t here =
		(layout->parts[1].end - layout->parts[1].start) / SHADOW_PAGE;

	return bytes / SHADOW_PAGE * here / real * SHADOW_PAGE;
}

/* As scale() for an offset, which keeps its place in its page table. */
static uint64_t scale_offset(const struct shadow_layout *layout,
			     uint64_t offset)
{
	return scale(layout, offset) / SHADOW_TABLE_BYTES * SHADOW_TABLE_BYTES +
	       offset % SHADOW_TABLE_BYTES;
}

static void set_bounds(struct shadow_layout *layout, uint64_t base,
		       uint64_t size)
{
	uint64_t low_bytes = ASAN_LOW_END - ASAN_LOW_START;
	uint64_t real_gap = ASAN_HIGH_START - ASAN_LOW_END;
	uint64_t gap = real_gap / (ASAN_REAL_BYTES / MEMORY_GAP) *
		       ((size + MEMORY_GAP - 1) / MEMORY_GAP);

	layout->parts[0].start = base + ASAN_LOW_START;
	layout->parts[0].end = base + ASAN_LOW_END;
	layout->parts[1].start =
		layout->parts[0].end + round_up(gap, MEMORY_GAP);
	layout->parts[1].end = layout->parts[1].start + size - low_bytes;
}

static void add_executable(struct shadow_layout *layout, uint64_t start)
{
	shadow_add_run(layout, start, EXECUTABLE_PAGES, true);
	start += EXECUTABLE_PAGES * SHADOW_PAGE;
	shadow_add_run(layout, start, EXECUTABLE_ZERO_PAGES, false);
}

/* The stack, libraries and threads' stacks, from the top down to @bottom. */
static uint64_t add_stacks(struct shadow_layout *layout)
{
	uint64_t bottom = layout->parts[1].end - STACK_PAGES * SHADOW_PAGE;
	uint64_t zero_bytes = LIBRARY_ZERO_PAGES * SHADOW_PAGE;

	shadow_add_run(layout, bottom, STACK_PAGES, true);
	bottom -= STACK_GAP;
	for (int i = 0; i < LIBRARIES; i++) {
		bottom -= STACK_SPACING;
		shadow_add_run(layout, bottom, LIBRARY_ZERO_PAGES, false);
		shadow_add_run(layout, bottom + zero_bytes, LIBRARY_PAGES,
			       true);
	}
	for (int i = 0; i < THREADS; i++) {
		bottom -= STACK_SPACING;
		shadow_add_run(layout, bottom, THREAD_PAGES, true);
	}
	return bottom;
}

/* Mappings below @bottom of which @pages of shadow are read, a quarter more
 * between them: the new bottom, 0 for no room. */
static uint64_t add_mappings(struct shadow_layout *layout, gsl_rng *rng,
			     uint64_t bottom, uint64_t pages)
{
	uint64_t unread = pages / 4 / MAPPINGS * SHADOW_PAGE;
	unsigned int parts[MAPPINGS];

	if ((pages + pages / 4) * SHADOW_PAGE >=
	    bottom - layout->parts[1].start)
		return 0;
	shadow_divide(rng, pages, MAPPINGS, parts);
	for (int i = 0; i < MAPPINGS; i++) {
		bottom -= unread + parts[i] * SHADOW_PAGE;
		shadow_add_run(layout, bottom, parts[i], false);
	}
	return bottom;
}

/* How far apart regions are, whose largest is filled with @chunks. */
static uint64_t region_spacing(const struct shadow_layout *layout,
			       uint64_t chunks)
{
	uint64_t filled = chunks * CHUNK_PAGES * SHADOW_PAGE;
	uint64_t needed = round_up(filled * 8 / 7, SHADOW_TABLE_BYTES);
	uint64_t spacing =
		scale(layout, ASAN_ALLOCATOR_REGION >> ASAN_SHADOW_SCALE) /
		SHADOW_TABLE_BYTES * SHADOW_TABLE_BYTES;

	return spacing > needed ? spacing : needed;
}

/* Where the allocator's regions go, all below @bottom; 0 for no room. */
static uint64_t place_regions(const struct shadow_layout *layout,
			      uint64_t spacing, uint64_t bottom)
{
	uint64_t bytes = ASAN_REGIONS * spacing + SHADOW_PAGE;
	uint64_t start = layout->parts[1].start +
			 scale_offset(layout, SHADOW(ASAN_ALLOCATOR_START) -
						      ASAN_HIGH_START);
	uint64_t excess;

	if (start + bytes <= bottom)
		return start;
	excess = round_up(start + bytes - bottom, SHADOW_TABLE_BYTES);
	return start >= layout->parts[1].start + excess ? start - excess : 0;
}

static void add_regions(struct shadow_layout *layout, uint64_t start,
			uint64_t spacing, const unsigned int *chunks)
{
	uint64_t region;

	for (int i = ASAN_FIRST_CLASS; i <= ASAN_LAST_CLASS; i++) {
		if (!chunks[i])
			continue;
		region = start + (uint64_t)i * spacing;
		shadow_add_run(layout, region,
			       (uint64_t)chunks[i] * CHUNK_PAGES, true);
		shadow_add_run(layout, region + spacing / 8 * 7, CHUNK_PAGES,
			       true);
	}
	/* The allocator's table of regions lies behind them. */
	shadow_add_run(layout, start + ASAN_REGIONS * spacing, 1, true);
}

static int populate(struct shadow_layout *layout, uint64_t base, uint64_t heap,
		    gsl_rng *rng)
{
	uint64_t heap_chunks = heap / SHADOW_CHUNK_BYTES;
	unsigned int chunks[ASAN_REGIONS] = { 0 };
	unsigned int largest = 0, lists = 0;
	uint64_t written, zero, bottom, spacing, start;

	shadow_divide(rng, heap_chunks, ASAN_LAST_CLASS - ASAN_FIRST_CLASS + 1,
		      chunks + ASAN_FIRST_CLASS);
	for (int i = 0; i < ASAN_REGIONS; i++) {
		largest = chunks[i] > largest ? chunks[i] : largest;
		lists += chunks[i] > 0;
	}
	add_executable(layout, base + EXECUTABLE_START);
	bottom = add_stacks(layout);
	written =
		layout->written_pages + (heap_chunks + lists) * CHUNK_PAGES + 1;
	zero = written * SEEN_ZERO_PAGES / SEEN_WRITTEN_PAGES;
	bottom = add_mappings(layout, rng, bottom, zero - layout->zero_pages);
	if (!bottom)
		return -ERANGE;
	spacing = region_spacing(layout, largest);
	start = place_regions(layout, spacing, bottom);
	if (!start)
		return -ERANGE;
	add_regions(layout, start, spacing, chunks);
	shadow_sort_runs(layout);
	return 0;
}

int asan_layout_make(struct shadow_layout *layout, uint64_t base, uint64_t size,
		     uint64_t heap, uint64_t seed, struct reason *why)
{
	gsl_rng *rng;
	int ret;

	ret = shadow_check_size(size, ASAN_LEAST_BYTES, ASAN_REAL_BYTES, why);
	if (ret)
		return ret;
	layout->nr_parts = 2;
	layout->in_place = false;
	layout->nr_runs = 0;
	layout->written_pages = 0;
	layout->zero_pages = 0;
	set_bounds(layout, base, round_up(size, SHADOW_PAGE));
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(rng, seed);
	ret = populate(layout, base, heap, rng);
	gsl_rng_free(rng);
	return ret ? shadow_no_room(heap, size, why) : 0;
}
