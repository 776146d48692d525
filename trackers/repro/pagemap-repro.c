// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tracking: entries of /proc/self/pagemap without bit 57, armed by PAGEMAP_SCAN
 * and asynchronous uffd-wp.
 */
#define REPRO_ONLY_RESIDENT
#include "pagemapscan-repro.c"

#define REPRO_ARM arm()
static void arm(void)
{
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.flags = PM_SCAN_WP_MATCHING,
		.start = RANGE_START,
		.end = RANGE_END,
		.category_mask = PAGE_IS_WRITTEN,
		.category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
	};

	MUST(ioctl(pagemap, PAGEMAP_SCAN, &arg));
}

#define REPRO_BITS    63 present, 62 swapped, 57 armed
#define REPRO_WRITTEN entry[i] >> 62 && !(entry[i] & 1ULL << 57)
#include "pagemapfile-repro.c"
