// SPDX-License-Identifier: GPL-2.0-or-later
/* For workloads of populated anonymous base pages. */
static void open_memory(void)
{
	MUST(mmap((void *)RANGE_START, SIZE_BYTES, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	madvise((void *)RANGE_START, SIZE_BYTES, MADV_NOHUGEPAGE);
	memset((void *)RANGE_START, 1, SIZE_BYTES);
}
