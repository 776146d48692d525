// SPDX-License-Identifier: GPL-2.0-or-later
/* For trackers that collect by reading /proc/self/pagemap. */
#define REPRO_COLLECT collect()
#define REPRO_BUFFER  entry
static uint64_t entry[8192]; /* bits: REPRO_BITS */

static void collect(void)
{
	uint64_t at = RANGE_START;
	ssize_t got;

	while (at < RANGE_END) {
		MUST(got = pread(pagemap, entry, sizeof(entry),
				 at / PAGE_BYTES * sizeof(entry[0])));
		for (int i = 0; i < got / 8 && at < RANGE_END; i++) {
			if (REPRO_WRITTEN)
				append(&collected, at, at + PAGE_BYTES);
			at += PAGE_BYTES;
		}
	}
}
