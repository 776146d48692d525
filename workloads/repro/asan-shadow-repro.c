// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory: sparse, as many pages and zero pages as ASan's shadow, spread. */
#ifndef REPRO_HEAP_224M
#error "heap: a program by hand has the default, heap=224m"
#endif /* REPRO_READ_HOLES_NO: there are no read epochs */
#define REPRO_ADDRESS STORED(store[i])
#define REPRO_ZEROS
/* Runs of 72 pages over a tenth of the range; zero pages as a program had. */
#define STORED(i) (RANGE_START + (i) / 72 * RUN_BYTES + (i) % 72 * PAGE_BYTES)
#define RUN_BYTES (SIZE_BYTES >> 22 << 12)
#define ZEROS	  (UNITS * 32815 / 7664)

static void open_memory(void)
{
	MUST(mmap((void *)RANGE_START, SIZE_BYTES, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANON | MAP_NORESERVE | MAP_FIXED, -1, 0));
	madvise((void *)RANGE_START, SIZE_BYTES, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < UNITS; i++)
		*(volatile uint64_t *)STORED(i) = i;
	for (uint64_t i = 0, at = RANGE_START + SIZE_BYTES / 2; i < ZEROS; i++)
		(void)*(volatile uint64_t *)(at + i * PAGE_BYTES);
}
