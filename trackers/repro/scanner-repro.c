// SPDX-License-Identifier: GPL-2.0-or-later
/* For trackers that collect with PAGEMAP_SCAN. */
#define REPRO_SCANS
#include "pagemapscan-repro.c"

#ifdef REPRO_ONLY_RESIDENT
#define REPRO_ARM scan(PM_SCAN_WP_MATCHING, NULL, 0)
#ifdef REPRO_COLLECT_ATOMIC
#define REPRO_COLLECT scan(PM_SCAN_WP_MATCHING, vec, PAGE_IS_PFNZERO)
#else /* REPRO_COLLECT_SEPARATE */
#define REPRO_COLLECT scan(0, vec, PAGE_IS_PFNZERO)
#endif
#else
#define REPRO_ARM scan(PM_SCAN_WP_MATCHING, NULL)
#ifdef REPRO_COLLECT_ATOMIC
#define REPRO_COLLECT scan(PM_SCAN_WP_MATCHING, vec)
#else /* REPRO_COLLECT_SEPARATE */
#define REPRO_COLLECT scan(0, vec)
#endif
#endif
#define REPRO_BUFFER vec
#ifdef REPRO_ONLY_RESIDENT
static void scan(uint64_t flags, struct page_region *to, uint64_t inverted)
#else
static void scan(uint64_t flags, struct page_region *to)
#endif
{
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.flags = flags,
		.start = RANGE_START,
		.end = RANGE_END,
		.vec = (uintptr_t)to,
		.vec_len = to ? VEC : 0,
#ifdef REPRO_ONLY_RESIDENT
		.category_inverted = inverted,
		.category_mask = PAGE_IS_WRITTEN | inverted,
		.category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
#else
		.category_mask = PAGE_IS_WRITTEN,
#endif
		.return_mask = PAGE_IS_WRITTEN,
	};
	int nr;

	do {
		MUST(nr = ioctl(pagemap, PAGEMAP_SCAN, &arg));
		for (int i = 0; i < nr; i++)
			append(&collected, to[i].start, to[i].end);
		arg.start = nr ? to[nr - 1].end : RANGE_END;
	} while (nr == VEC);
}
