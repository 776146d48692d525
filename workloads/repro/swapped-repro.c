// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef REPRO_BACKEND_ZRAM
/* Memory: base pages swapped out; the swap used first has to be zram. */
#else  /* REPRO_BACKEND_FILE */
/* Memory: base pages swapped out; the swap used first has to be on disk. */
#endif /* REPRO_SHARE_100_: all pages go out */
#ifdef REPRO_WHEN_BEFORE_ARM
#define REPRO_PREPARE push_out()
#else
#define REPRO_PREPARE read_all()
#define REPRO_BETWEEN push_out()
#ifdef REPRO_WHEN_AFTER_ARM
#define REPRO_BETWEEN_ARM_AND_WRITE
#else /* REPRO_WHEN_AFTER_WRITE */
#define REPRO_BETWEEN_WRITE_AND_COLLECT
#endif
#endif
#ifdef REPRO_BETWEEN
static int read_all(void)
{
	return madvise((void *)RANGE_START, SIZE_BYTES, MADV_POPULATE_READ);
}

#endif
static void open_memory(void)
{
	MUST(mmap((void *)RANGE_START, SIZE_BYTES, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	madvise((void *)RANGE_START, SIZE_BYTES, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < SIZE_BYTES / 4; i++)
		((int32_t *)RANGE_START)[i] = mrand48();
}

static int push_out(void)
{
	void *range = (void *)RANGE_START;
	static unsigned char in[UNITS];

	for (int i = 0; i < 100; i++) { /* read: out of the swap cache */
		MUST(madvise(range, SIZE_BYTES, MADV_POPULATE_READ));
		MUST(madvise(range, SIZE_BYTES, MADV_PAGEOUT));
		if (!mincore(range, SIZE_BYTES, in) && !memchr(in, 1, UNITS))
			return 0;
	}
	errx(1, "no swap takes the pages (swapon -p 32767)");
}
