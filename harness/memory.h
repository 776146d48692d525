/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mapping the tracked ranges: fixed addresses with gaps that merge nothing. */
#ifndef DIRTYBENCH_MEMORY_H
#define DIRTYBENCH_MEMORY_H

#include <stdint.h>

#include "harness/page.h"
#include "workloads/workload.h"

/*
 * Where the first range of every target lies, a multiple of 1 GiB: 2^45 where
 * addresses reach that far, else 64 GiB. Other mappings of a process stay far
 * away from it, a sanitizer's shadow included. To be called before anything is
 * mapped there.
 *
 *   memory_base()        + size                 next multiple of 1 GiB
 *   |----- range 0 ------|-- gap, PROT_NONE --|----- range 1 ------|-- gap
 */
uint64_t memory_base(void);

/* Gaps are whole page-table pages, so that ranges share none. */
#define MEMORY_GAP (1ULL << 30)

/* Bytes that a PMD entry maps: the size of a transparent huge page. 0 where
 * the kernel has none. */
uint64_t thp_bytes(void);

/*
 * Map @bytes of readable, writable memory with mmap's @flags (besides
 * MAP_FIXED_NOREPLACE) as the next range of @work, behind the ranges it has
 * and between PROT_NONE gaps. The mapping is not populated. -errno and
 * work->why when it cannot be had.
 */
int memory_add_range(struct work *work, uint64_t bytes, int flags,
		     enum page_kind kind, uint64_t unit_bytes);

/* memory_add_range() of anonymous base pages, which huge pages never take the
 * place of, whatever the system's setting. @bytes are rounded up to pages. */
int memory_add_base_pages(struct work *work, uint64_t bytes);

/* memory_add_range() of the base pages of a file, from its start. @bytes are
 * whole pages; the descriptor stays the caller's. */
int memory_add_file(struct work *work, int fd, uint64_t bytes, int flags,
		    enum page_kind kind);

/* The same of a file made for it (scratchfile.h), filled and on disk. */
int memory_add_scratch_file(struct work *work, uint64_t bytes, int flags,
			    enum page_kind kind);

/*
 * As memory_add_range() at @start, for a layout with addresses of its own: at
 * least a gap behind the range before. All between the two becomes one gap,
 * unless the range has neighbours (work->has_neighbours): then it is two gaps
 * behind, and what lies between those stays as it is.
 */
int memory_add_range_at(struct work *work, uint64_t start, uint64_t bytes,
			int flags, enum page_kind kind, uint64_t unit_bytes);

/* Map the range anew at its place, empty. */
int memory_replace(struct work *work, int range, int flags);

/* Forget what the pages of a range hold and read each: private pages are then
 * those of the file, anonymous ones the zero page. -errno with work->why. */
int memory_read_anew(struct work *work, int range);

/* Unmap all ranges and the gaps around them. */
void memory_unmap(struct work *work);

/* Fill [start, end) with data that does not compress, a store a word. */
void memory_fill(uint64_t start, uint64_t end, uint64_t seed);

/* Store one word to every @step of [start, end); read one there. */
void memory_touch(uint64_t start, uint64_t end, uint64_t step);
void memory_read(uint64_t start, uint64_t end, uint64_t step);

/* A file of @bytes of shared memory, to be closed. -errno with @why. */
int memory_memfd(uint64_t bytes, struct reason *why);

#endif
