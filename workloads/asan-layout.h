/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where AddressSanitizer's shadow lies, and which of its pages are populated.
 */
#ifndef DIRTYBENCH_ASAN_LAYOUT_H
#define DIRTYBENCH_ASAN_LAYOUT_H

#include <stdint.h>

#include "harness/reason.h"
#include "workloads/shadow-layout.h"

/*
 * x86-64 Linux, compiler-rt's asan_mapping.h: the shadow of address a lies at
 * (a >> 3) + ASAN_SHADOW_OFFSET.
 *
 *   ASAN_LOW_START    low shadow, 256 MiB less a page: of the first 2 GiB,
 *                     where an executable lies that is not PIE
 *   ASAN_LOW_END      gap, 2 TiB, PROT_NONE: the shadow of the shadows
 *   ASAN_HIGH_START   high shadow, 14 TiB less 256 MiB: of all the rest
 *   ASAN_HIGH_END
 *
 * The runtime maps one page more in front of the low shadow; no access ever
 * reaches it.
 */
#define ASAN_SHADOW_SCALE  3
#define ASAN_SHADOW_OFFSET 0x00007fff8000ULL
#define ASAN_LOW_START	   0x00007fff8000ULL
#define ASAN_LOW_END	   0x00008fff7000ULL
#define ASAN_HIGH_START	   0x02008fff7000ULL
#define ASAN_HIGH_END	   0x10007fff8000ULL

/* Both shadows: 14 TiB. */
#define ASAN_REAL_BYTES \
	(ASAN_LOW_END - ASAN_LOW_START + ASAN_HIGH_END - ASAN_HIGH_START)

/* The low shadow is always whole, and room for the rest has to be left. */
#define ASAN_LEAST_BYTES (1ULL << 30)

/*
 * Where the allocator's regions begin and how far apart they are, one for each
 * size class (sanitizer_allocator_primary64.h: 4 TiB in 64 regions). Each is
 * filled from its start, in steps of SHADOW_CHUNK_BYTES; its list of free
 * chunks begins at 7/8 of it.
 */
#define ASAN_ALLOCATOR_START  0x600000000000ULL
#define ASAN_ALLOCATOR_REGION 0x1000000000ULL

enum {
	ASAN_REGIONS = 64,
	/* Class 1, 16 bytes, is too small for a redzone and a byte. */
	ASAN_FIRST_CLASS = 2,
	ASAN_LAST_CLASS = 52 /* 128 KiB; larger is mapped by itself */
};

/*
 * Lay out two shadows of @size bytes together, of a program with @heap bytes in
 * its allocator's regions. @base is added to every address of the real layout.
 *
 * ASAN_REAL_BYTES make the real layout. Of fewer, the low shadow stays as it
 * is and the high shadow keeps the order of what lies in it, with everything in
 * its real size and at its real offset in a page table: only the holes shrink,
 * in proportion, and so does the gap, in whole GiB, so that 16 GiB fit into the
 * address space that ThreadSanitizer leaves. The same @seed makes the same
 * layout.
 *
 * -ERANGE for a @size beyond the limits or a @heap that does not fit into it.
 */
int asan_layout_make(struct shadow_layout *layout, uint64_t base, uint64_t size,
		     uint64_t heap, uint64_t seed, struct reason *why);

#endif
