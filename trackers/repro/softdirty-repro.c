// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking: soft-dirty bits, cleared by clear_refs, read from pagemap. */
#include <fcntl.h>

static int clear_refs, pagemap;
#define REPRO_TOUCHES
#define REPRO_CLEARS
#define REPRO_ARM     MUST(write(clear_refs, "4", 1))
#define REPRO_BITS    55 soft - dirty
#define REPRO_WRITTEN entry[i] & 1ULL << 55
#include "pagemapfile-repro.c"

#define REPRO_OPENS
static void open_tracker(void)
{
	static volatile char tried;

	MUST(clear_refs = open("/proc/self/clear_refs", O_WRONLY));
	MUST(pagemap = open("/proc/self/pagemap", O_RDONLY));
	MUST(write(clear_refs, "4", 1)); /* is no error without them */
	tried = 1;
	MUST(pread(pagemap, entry, 8, (uintptr_t)&tried / PAGE_BYTES * 8));
	if (!(entry[0] & 1ULL << 55))
		errx(77, "this kernel has no soft-dirty bits");
}
