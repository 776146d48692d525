// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef REPRO_STATE_INTACT
/*
 * Memory: transparent huge pages mapped whole, anew in every epoch (Linux 6.1,
 * /sys/kernel/mm/transparent_hugepage/enabled: madvise or always).
 */
#define REPRO_MAPS_ANEW
#else /* REPRO_STATE_SPLIT */
/*
 * Memory: transparent huge pages mapped by base-page entries (Linux 6.1,
 * /sys/kernel/mm/transparent_hugepage/enabled: madvise or always).
 */
#endif
static void open_memory(void)
{
	void *range = (void *)RANGE_START;

	MUST(mmap(range, SIZE_BYTES, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	MUST(madvise(range, SIZE_BYTES, MADV_HUGEPAGE));
	for (uint64_t at = RANGE_START; at < RANGE_END; at += PAGE_BYTES)
		*(volatile uint64_t *)at = at;
	MUST(madvise(range, SIZE_BYTES, 25 /* MADV_COLLAPSE */));
#ifdef REPRO_STATE_SPLIT
	/* A PMD entry cannot be half read-only: it becomes a page table. */
	for (char *at = range; at < (char *)RANGE_END; at += HUGE_BYTES) {
		MUST(mprotect(at, PAGE_BYTES, PROT_READ));
		MUST(mprotect(at, PAGE_BYTES, PROT_READ | PROT_WRITE));
	}
	MUST(madvise(range, SIZE_BYTES, MADV_NOHUGEPAGE)); /* stay split */
#endif
}
