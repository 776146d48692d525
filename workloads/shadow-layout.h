/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a sanitizer's shadow lies, and which of its pages are populated. */
#ifndef DIRTYBENCH_SHADOW_LAYOUT_H
#define DIRTYBENCH_SHADOW_LAYOUT_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"

/* A page of x86-64: what the layouts are made of. */
#define SHADOW_PAGE 4096ULL

/* What one page table of base pages maps. */
#define SHADOW_TABLE_BYTES (2ULL << 20)

/* The steps in which an allocator maps memory for a size class
 * (sanitizer_allocator_primary64.h, kMemMapSize). */
#define SHADOW_CHUNK_BYTES 0x10000ULL

enum {
	SHADOW_MAX_PARTS = 4,
	/* Two shadows of the allocator's 52 regions, of some 20 others too. */
	SHADOW_MAX_RUNS = 192,
	/* Size classes of an allocator, whose regions are of one size. */
	SHADOW_CLASSES = 64
};

/* Adjacent shadow pages that are all written, or all only ever read. */
struct shadow_run {
	uint64_t start, end;
	bool written;
};

/* A mapping of shadow. */
struct shadow_part {
	uint64_t start, end;
};

/* Addresses are those of the target. */
struct shadow_layout {
	struct shadow_part parts[SHADOW_MAX_PARTS]; /* sorted, disjoint */
	int nr_parts;
	struct shadow_run runs[SHADOW_MAX_RUNS]; /* sorted, disjoint */
	int nr_runs;
	uint64_t written_pages, zero_pages;
	/* The parts lie where they do in real programs, and the program itself
	 * may lie between them. */
	bool in_place;
};

/* Bytes of all parts. */
uint64_t shadow_layout_bytes(const struct shadow_layout *layout);

/* Add @pages from @start on; none is no run. The runs are to be sorted. */
void shadow_add_run(struct shadow_layout *layout, uint64_t start,
		    uint64_t pages, bool written);
void shadow_sort_runs(struct shadow_layout *layout);

/* Divide @total unevenly among @nr parts, up to SHADOW_CLASSES. */
void shadow_divide(gsl_rng *rng, uint64_t total, size_t nr,
		   unsigned int *parts);

/* Whether @size is from @least to @most. -ERANGE. */
int shadow_check_size(uint64_t size, uint64_t least, uint64_t most,
		      struct reason *why);

/* Say that the shadow of @heap bytes does not fit into @size: -ERANGE. */
int shadow_no_room(uint64_t heap, uint64_t size, struct reason *why);

/*
 * Make a real layout one of @size bytes, from @base on. The parts keep their
 * order and their proportions, and so do the runs in them, each in its real
 * size and at its real offset in a page table: only the holes shrink.
 * -ERANGE when the runs do not fit.
 */
int shadow_shrink(struct shadow_layout *layout, uint64_t size, uint64_t base);

/* Bytes of page tables that sorted runs take. */
uint64_t shadow_table_bytes(const struct shadow_run *runs, size_t nr);

/*
 * Choose up to @max pages that no run holds, spread over all parts: half of
 * them, one each, in areas without a page table, the rest inside page tables
 * that runs have. Fills @holes, unsorted, and returns how many.
 */
size_t shadow_layout_holes(const struct shadow_layout *layout, uint64_t *holes,
			   size_t max);

#endif
