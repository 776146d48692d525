// SPDX-License-Identifier: GPL-2.0-or-later
/* Where AddressSanitizer's shadow lies, and which of its pages are populated.
 */
#include "workloads/asan-layout.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "harness/memory.h"
#include "harness/params.h"

#define SHADOW(address) (((address) >> ASAN_SHADOW_SCALE) + ASAN_SHADOW_OFFSET)

/* What one page table of base pages maps, and one of those above it. */
#define TABLE_BYTES (2ULL << 20)
enum { TABLE_SHIFT = 21, UPPER_SHIFT = 30, TOP_SHIFT = 39 };

/* A chunk of the allocator and its list of free chunks, grown by the same. */
enum { CHUNK_PAGES = (ASAN_CHUNK_BYTES >> ASAN_SHADOW_SCALE) / ASAN_PAGE };

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

static void add_run(struct asan_layout *layout, uint64_t start, uint64_t pages,
		    bool written)
{
	struct asan_run *run = &layout->runs[layout->nr_runs];

	if (!pages)
		return;
	run->start = start;
	run->end = start + pages * ASAN_PAGE;
	run->written = written;
	layout->nr_runs++;
	if (written)
		layout->written_pages += pages;
	else
		layout->zero_pages += pages;
}

/* What @bytes of the real high shadow become in this one. */
static uint64_t scale(const struct asan_layout *layout, uint64_t bytes)
{
	/* In pages, the product of two sizes up to 14 TiB fits 64 bits. */
	uint64_t real = (ASAN_HIGH_END - ASAN_HIGH_START) / ASAN_PAGE;
	uint64_t here = (layout->high_end - layout->high_start) / ASAN_PAGE;

	return bytes / ASAN_PAGE * here / real * ASAN_PAGE;
}

/* As scale() for an offset, which keeps its place in its page table. */
static uint64_t scale_offset(const struct asan_layout *layout, uint64_t offset)
{
	return scale(layout, offset) / TABLE_BYTES * TABLE_BYTES +
	       offset % TABLE_BYTES;
}

/*
 * What most parts differ by at most is a factor of 25: exp(4 * 0.8). The
 * regions of a program that asked for all sizes from 16 bytes to 8 KiB had from
 * 12 to 392 pages.
 */
static const double spread = 0.8;

/* Divide @total unevenly among @nr parts, up to ASAN_REGIONS. */
static void divide(gsl_rng *rng, uint64_t total, size_t nr, unsigned int *parts)
{
	double weights[ASAN_REGIONS];

	for (size_t i = 0; i < nr; i++)
		weights[i] = gsl_ran_lognormal(rng, 0, spread);
	gsl_ran_multinomial(rng, nr, (unsigned int)total, weights, parts);
}

static void set_bounds(struct asan_layout *layout, uint64_t base, uint64_t size)
{
	uint64_t low_bytes = ASAN_LOW_END - ASAN_LOW_START;
	uint64_t real_gap = ASAN_HIGH_START - ASAN_LOW_END;
	uint64_t gap = real_gap / (ASAN_REAL_BYTES / MEMORY_GAP) *
		       ((size + MEMORY_GAP - 1) / MEMORY_GAP);

	layout->low_start = base + ASAN_LOW_START;
	layout->low_end = base + ASAN_LOW_END;
	layout->high_start = layout->low_end + round_up(gap, MEMORY_GAP);
	layout->high_end = layout->high_start + size - low_bytes;
}

static void add_executable(struct asan_layout *layout, uint64_t start)
{
	add_run(layout, start, EXECUTABLE_PAGES, true);
	start += EXECUTABLE_PAGES * ASAN_PAGE;
	add_run(layout, start, EXECUTABLE_ZERO_PAGES, false);
}

/* The stack, libraries and threads' stacks, from the top down to @bottom. */
static uint64_t add_stacks(struct asan_layout *layout)
{
	uint64_t bottom = layout->high_end - STACK_PAGES * ASAN_PAGE;
	uint64_t zero_bytes = LIBRARY_ZERO_PAGES * ASAN_PAGE;

	add_run(layout, bottom, STACK_PAGES, true);
	bottom -= STACK_GAP;
	for (int i = 0; i < LIBRARIES; i++) {
		bottom -= STACK_SPACING;
		add_run(layout, bottom, LIBRARY_ZERO_PAGES, false);
		add_run(layout, bottom + zero_bytes, LIBRARY_PAGES, true);
	}
	for (int i = 0; i < THREADS; i++) {
		bottom -= STACK_SPACING;
		add_run(layout, bottom, THREAD_PAGES, true);
	}
	return bottom;
}

/* Mappings below @bottom of which @pages of shadow are read, a quarter more
 * between them: the new bottom, 0 for no room. */
static uint64_t add_mappings(struct asan_layout *layout, gsl_rng *rng,
			     uint64_t bottom, uint64_t pages)
{
	uint64_t unread = pages / 4 / MAPPINGS * ASAN_PAGE;
	unsigned int parts[MAPPINGS];

	if ((pages + pages / 4) * ASAN_PAGE >= bottom - layout->high_start)
		return 0;
	divide(rng, pages, MAPPINGS, parts);
	for (int i = 0; i < MAPPINGS; i++) {
		bottom -= unread + parts[i] * ASAN_PAGE;
		add_run(layout, bottom, parts[i], false);
	}
	return bottom;
}

/* How far apart regions are, whose largest is filled with @chunks. */
static uint64_t region_spacing(const struct asan_layout *layout,
			       uint64_t chunks)
{
	uint64_t filled = chunks * CHUNK_PAGES * ASAN_PAGE;
	uint64_t needed = round_up(filled * 8 / 7, TABLE_BYTES);
	uint64_t spacing =
		scale(layout, ASAN_ALLOCATOR_REGION >> ASAN_SHADOW_SCALE) /
		TABLE_BYTES * TABLE_BYTES;

	return spacing > needed ? spacing : needed;
}

/* Where the allocator's regions go, all below @bottom; 0 for no room. */
static uint64_t place_regions(const struct asan_layout *layout,
			      uint64_t spacing, uint64_t bottom)
{
	uint64_t bytes = ASAN_REGIONS * spacing + ASAN_PAGE;
	uint64_t start = layout->high_start +
			 scale_offset(layout, SHADOW(ASAN_ALLOCATOR_START) -
						      ASAN_HIGH_START);
	uint64_t excess;

	if (start + bytes <= bottom)
		return start;
	excess = round_up(start + bytes - bottom, TABLE_BYTES);
	return start >= layout->high_start + excess ? start - excess : 0;
}

static void add_regions(struct asan_layout *layout, uint64_t start,
			uint64_t spacing, const unsigned int *chunks)
{
	uint64_t region;

	for (int i = ASAN_FIRST_CLASS; i <= ASAN_LAST_CLASS; i++) {
		if (!chunks[i])
			continue;
		region = start + (uint64_t)i * spacing;
		add_run(layout, region, (uint64_t)chunks[i] * CHUNK_PAGES,
			true);
		add_run(layout, region + spacing / 8 * 7, CHUNK_PAGES, true);
	}
	/* The allocator's table of regions lies behind them. */
	add_run(layout, start + ASAN_REGIONS * spacing, 1, true);
}

static int compare_runs(const void *a, const void *b)
{
	const struct asan_run *left = a;
	const struct asan_run *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

static int populate(struct asan_layout *layout, uint64_t base, uint64_t heap,
		    gsl_rng *rng)
{
	uint64_t heap_chunks = heap / ASAN_CHUNK_BYTES;
	unsigned int chunks[ASAN_REGIONS] = { 0 };
	unsigned int largest = 0, lists = 0;
	uint64_t written, zero, bottom, spacing, start;

	divide(rng, heap_chunks, ASAN_LAST_CLASS - ASAN_FIRST_CLASS + 1,
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
	qsort(layout->runs, (size_t)layout->nr_runs, sizeof(layout->runs[0]),
	      compare_runs);
	return 0;
}

static int check_size(uint64_t size, struct reason *why)
{
	char text[PARAM_TEXT_BYTES], least[PARAM_TEXT_BYTES];
	char most[PARAM_TEXT_BYTES];

	if (size >= ASAN_LEAST_BYTES && size <= ASAN_REAL_BYTES)
		return 0;
	params_format_bytes(text, size);
	params_format_bytes(least, ASAN_LEAST_BYTES);
	params_format_bytes(most, ASAN_REAL_BYTES);
	return reason_set(why, -ERANGE,
			  "size=%s: has to be from %s to %s, which is what the "
			  "two shadows of a real program have",
			  text, least, most);
}

int asan_layout_make(struct asan_layout *layout, uint64_t base, uint64_t size,
		     uint64_t heap, uint64_t seed, struct reason *why)
{
	char text[PARAM_TEXT_BYTES], size_text[PARAM_TEXT_BYTES];
	gsl_rng *rng;
	int ret;

	ret = check_size(size, why);
	if (ret)
		return ret;
	layout->nr_runs = 0;
	layout->written_pages = 0;
	layout->zero_pages = 0;
	set_bounds(layout, base, round_up(size, ASAN_PAGE));
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(rng, seed);
	ret = populate(layout, base, heap, rng);
	gsl_rng_free(rng);
	if (!ret)
		return 0;
	params_format_bytes(text, heap);
	params_format_bytes(size_text, size);
	return reason_set(why, ret,
			  "the shadow of heap=%s and of what such a program "
			  "maps does not fit into size=%s: choose a smaller "
			  "heap= or a larger size=",
			  text, size_text);
}

/* Tables that map @shift bits of address each and hold a part of a run. */
static uint64_t count_tables(const struct asan_layout *layout, int shift)
{
	uint64_t next = 0; /* the first that is not counted yet */
	uint64_t nr = 0;
	uint64_t first, end;

	for (int i = 0; i < layout->nr_runs; i++) {
		first = layout->runs[i].start >> shift;
		end = ((layout->runs[i].end - 1) >> shift) + 1;
		if (first < next)
			first = next;
		if (end <= first)
			continue;
		nr += end - first;
		next = end;
	}
	return nr;
}

uint64_t asan_layout_table_bytes(const struct asan_layout *layout)
{
	return (count_tables(layout, TABLE_SHIFT) +
		count_tables(layout, UPPER_SHIFT) +
		count_tables(layout, TOP_SHIFT)) *
	       ASAN_PAGE;
}

/* Chooses holes, in the order of addresses. */
struct chooser {
	const struct asan_layout *layout;
	int run; /* the first that ends behind what was looked at */
	uint64_t *holes;
	size_t nr, max;
	uint64_t empty_areas; /* seen so far */
	uint64_t every;	      /* of so many empty areas one gets a hole */
};

static const struct asan_run *run_behind(struct chooser *chooser, uint64_t at)
{
	const struct asan_layout *layout = chooser->layout;

	while (chooser->run < layout->nr_runs &&
	       layout->runs[chooser->run].end <= at)
		chooser->run++;
	return chooser->run < layout->nr_runs ? &layout->runs[chooser->run]
					      : NULL;
}

static void choose(struct chooser *chooser, uint64_t at)
{
	if (chooser->nr < chooser->max)
		chooser->holes[chooser->nr++] = at;
}

/* The pages of [start, end), which share a page table. */
static void choose_in_area(struct chooser *chooser, uint64_t start,
			   uint64_t end)
{
	/* In populated areas: 8 of the 512 pages, where they are holes. Runs
	 * end in fewer areas than fill the half of the holes that is theirs. */
	const uint64_t step = TABLE_BYTES / 8;
	const struct asan_run *run = run_behind(chooser, start);

	if (!run || run->start >= end) {
		if (chooser->empty_areas++ % chooser->every == 0)
			choose(chooser, start + (end - start) / ASAN_PAGE / 2 *
							ASAN_PAGE);
		return;
	}
	for (uint64_t at = start; at < end; at += step) {
		run = run_behind(chooser, at);
		if (!run || run->start > at)
			choose(chooser, at);
	}
}

static void choose_in_range(struct chooser *chooser, uint64_t start,
			    uint64_t end)
{
	uint64_t next;

	for (; start < end; start = next) {
		next = (start / TABLE_BYTES + 1) * TABLE_BYTES;
		choose_in_area(chooser, start, next < end ? next : end);
	}
}

size_t asan_layout_holes(const struct asan_layout *layout, uint64_t *holes,
			 size_t max)
{
	uint64_t areas = (layout->low_end - layout->low_start +
			  layout->high_end - layout->high_start) /
			 TABLE_BYTES;
	struct chooser chooser = {
		.layout = layout,
		.holes = holes,
		.max = max,
		.every = areas / (max / 2) + 1,
	};

	choose_in_range(&chooser, layout->low_start, layout->low_end);
	choose_in_range(&chooser, layout->high_start, layout->high_end);
	return chooser.nr;
}
