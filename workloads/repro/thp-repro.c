// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef REPRO_STATE_INTACT
/*
 * Memory: transparent huge pages, collapsed again before every epoch (Linux
 * 6.1, /sys/kernel/mm/transparent_hugepage/enabled: madvise or always).
 */
#else /* REPRO_STATE_SPLIT */
/*
 * Memory: transparent huge pages mapped by base-page entries (Linux 6.1,
 * /sys/kernel/mm/transparent_hugepage/enabled: madvise or always).
 */
#endif
#include <linux/mman.h>

#ifdef REPRO_STATE_INTACT
#define REPRO_REWRITES
#define REPRO_PREPARE madvise((void *)RANGE_START, SIZE_BYTES, MADV_COLLAPSE)
#endif
static void open_memory(void)
{
	MUST(mmap((void *)RANGE_START, SIZE_BYTES, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	MUST(madvise((void *)RANGE_START, SIZE_BYTES, MADV_HUGEPAGE));
	memset((void *)RANGE_START, 1, SIZE_BYTES);
#ifdef REPRO_STATE_SPLIT
	MUST(madvise((void *)RANGE_START, SIZE_BYTES, MADV_COLLAPSE));
	/* A PMD entry cannot be half read-only: it becomes a page table. */
	for (uint64_t at = RANGE_START; at < RANGE_END; at += HUGE_BYTES) {
		MUST(mprotect((void *)at, PAGE_BYTES, PROT_READ));
		MUST(mprotect((void *)at, PAGE_BYTES, PROT_READ | PROT_WRITE));
	}
	/* Or khugepaged would put them together again. */
	MUST(madvise((void *)RANGE_START, SIZE_BYTES, MADV_NOHUGEPAGE));
#endif
}
