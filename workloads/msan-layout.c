// SPDX-License-Identifier: GPL-2.0-or-later
/* Where MemorySanitizer's shadows and origins lie. */
#include "workloads/msan-layout.h"

static uint64_t shadow_of(uint64_t address)
{
	return address ^ MSAN_SHADOW_XOR;
}

static uint64_t origin_of(uint64_t address)
{
	return shadow_of(address) + MSAN_ORIGIN_OFFSET;
}

/*
 * Allocated memory is poisoned, with an origin; what is stored then says so. A
 * fresh mapping is never poisoned: its shadow is read when it is. Origins are
 * stored with what has one, and that of globals is only read.
 */
static const struct shadow_copy copies[] = {
	{ .of = shadow_of,
	  .fill = { [APP_HEAP] = FILL_WRITTEN,
		    [APP_GLOBALS] = FILL_WRITTEN,
		    [APP_STACK] = FILL_WRITTEN,
		    [APP_MAPPING] = FILL_ZERO } },
	{ .of = origin_of,
	  .fill = { [APP_HEAP] = FILL_WRITTEN, [APP_GLOBALS] = FILL_ZERO } },
};

static const struct shadow_model shadows = {
	.parts = { { 0x010000000000, 0x100000000000 },
		   { 0x200000000000, 0x300000000000 },
		   { 0x500000000000, 0x510000000000 } },
	.nr_parts = 3,
	.allocator_start = MSAN_ALLOCATOR_START,
	.region_bytes = MSAN_ALLOCATOR_REGION,
	.copies = copies,
	.nr_copies = 1,
};

/* Linux makes one mapping of those without a gap between them. */
static const struct shadow_model with_origins = {
	.parts = { { 0x010000000000, 0x100000000000 },
		   { 0x110000000000, 0x400000000000 },
		   { 0x500000000000, 0x510000000000 },
		   { 0x600000000000, 0x610000000000 } },
	.nr_parts = 4,
	.allocator_start = MSAN_ALLOCATOR_START,
	.region_bytes = MSAN_ALLOCATOR_REGION,
	.copies = copies,
	.nr_copies = 2,
};

const struct shadow_model *msan_model(bool origins)
{
	return origins ? &with_origins : &shadows;
}
