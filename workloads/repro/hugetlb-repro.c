// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory: huge pages, which have to be in /proc/sys/vm/nr_hugepages. */
#ifdef REPRO_SHARING_PRIVATE
#define REPRO_FLAGS MAP_PRIVATE
#else /* REPRO_SHARING_SHARED */
#define REPRO_FLAGS MAP_SHARED
#endif
static void open_memory(void)
{
	MUST(mmap((void *)RANGE_START, SIZE_BYTES, PROT_READ | PROT_WRITE,
		  REPRO_FLAGS | MAP_ANON | MAP_HUGETLB | MAP_FIXED, -1, 0));
	memset((void *)RANGE_START, 1, SIZE_BYTES);
}
