// SPDX-License-Identifier: GPL-2.0-or-later
/* For trackers that collect with PAGEMAP_SCAN. */
#define REPRO_SCANS
#include "pagemapscan-repro.c"

#ifdef REPRO_ONLY_RESIDENT
#define REPRO_ARM scan(PM_SCAN_WP_MATCHING, 0, 0)
#ifdef REPRO_COLLECT_ATOMIC
#define REPRO_COLLECT scan(PM_SCAN_WP_MATCHING, VEC, PAGE_IS_PFNZERO)
#else /* REPRO_COLLECT_SEPARATE */
#define REPRO_COLLECT scan(0, VEC, PAGE_IS_PFNZERO)
#endif
#else
#define REPRO_ARM scan(PM_SCAN_WP_MATCHING, 0)
#ifdef REPRO_COLLECT_ATOMIC
#define REPRO_COLLECT scan(PM_SCAN_WP_MATCHING, VEC)
#else /* REPRO_COLLECT_SEPARATE */
#define REPRO_COLLECT scan(0, VEC)
#endif
#endif
#define REPRO_BUFFER vec
#ifdef REPRO_ONLY_RESIDENT
static void scan(uint64_t flags, int max, uint64_t inverted)
#else
static void scan(uint64_t flags, int max)
#endif
{
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.flags = flags,
		.start = RANGE_START,
		.end = RANGE_START + SIZE_BYTES,
		.vec = max ? (uintptr_t)vec : 0,
		.vec_len = max,
#ifdef REPRO_ONLY_RESIDENT
		.category_inverted = inverted,
		.category_mask = PAGE_IS_WRITTEN | inverted,
		.category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
#else
		.category_mask = PAGE_IS_WRITTEN,
#endif
		.return_mask = PAGE_IS_WRITTEN,
	};

	for (int nr = VEC; nr == VEC; arg.start = arg.walk_end) {
		MUST(nr = ioctl(pagemap, PAGEMAP_SCAN, &arg));
		for (int i = 0; i < nr; i++)
			append(&collected, vec[i][0], vec[i][1]);
	}
}
