// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking: PAGEMAP_SCAN arms async uffd-wp; /proc/self/pagemap tells. */
#define REPRO_ONLY_RESIDENT
#include "pagemapscan-repro.c"

#define REPRO_ARM MUST(ioctl(pagemap, PAGEMAP_SCAN, &arm))
static struct pm_scan_arg arm = {
	.size = sizeof(arm),
	.flags = PM_SCAN_WP_MATCHING,
	.start = RANGE_START,
	.end = RANGE_END,
	.category_mask = PAGE_IS_WRITTEN,
	.category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
};

#define REPRO_BITS    63 present, 62 swapped, 57 armed
#define REPRO_WRITTEN entry[i] >> 62 && !(entry[i] & 1ULL << 57)
#include "pagemapfile-repro.c"
