// SPDX-License-Identifier: GPL-2.0-or-later
/* Where ThreadSanitizer's shadow and meta shadow lie. */
#include "workloads/tsan-layout.h"

static uint64_t shadow_of(uint64_t address)
{
	return ((address & ~TSAN_MASK) ^ TSAN_XOR) * 2;
}

static uint64_t meta_of(uint64_t address)
{
	return TSAN_META_START + (address & ~TSAN_MASK) / 2;
}

/* Reading leaves who read in the shadow, too. Blocks of the heap have a meta
 * shadow from their first byte to their last. */
static const struct shadow_copy copies[] = {
	{ .of = shadow_of,
	  .fill = { [APP_HEAP] = FILL_WRITTEN,
		    [APP_GLOBALS] = FILL_WRITTEN,
		    [APP_STACK] = FILL_WRITTEN,
		    [APP_MAPPING] = FILL_WRITTEN } },
	{ .of = meta_of, .fill = { [APP_HEAP] = FILL_WRITTEN } },
};

const struct shadow_model tsan_model = {
	.parts = { { 0x010000000000, 0x100000000000 },
		   { 0x300000000000, 0x340000000000 } },
	.nr_parts = 2,
	.allocator_start = TSAN_ALLOCATOR_START,
	.region_bytes = TSAN_ALLOCATOR_REGION,
	.copies = copies,
	.nr_copies = 2,
};
