// SPDX-License-Identifier: GPL-2.0-or-later
/* For trackers that arm with PAGEMAP_SCAN. */
#include <linux/fs.h>

#ifndef PAGEMAP_SCAN /* headers before Linux 6.7 */
#define UFFD_FEATURE_WP_ASYNC (1 << 15)
#define PAGEMAP_SCAN	      _IOWR('f', 16, struct pm_scan_arg)
#define PM_SCAN_WP_MATCHING   (1 << 0)
#define PAGE_IS_WRITTEN	      (1 << 1)
#ifdef REPRO_ONLY_RESIDENT
enum { PAGE_IS_PRESENT = 8, PAGE_IS_SWAPPED = 16, PAGE_IS_PFNZERO = 32 };
#endif
struct pm_scan_arg {
	__u64 size, flags, start, end, walk_end, vec, vec_len, max_pages;
	__u64 category_inverted, category_mask, category_anyof_mask;
	__u64 return_mask;
};
#endif

#define REPRO_ASYNC
#define REPRO_FEATURES UFFD_FEATURE_WP_ASYNC
#include "uffd-repro.c"
