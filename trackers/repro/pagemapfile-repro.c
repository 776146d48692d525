// SPDX-License-Identifier: GPL-2.0-or-later
/* For trackers that collect by reading /proc/self/pagemap. */
#define REPRO_COLLECT collect()
#define REPRO_BUFFER  entry
static uint64_t entry[ENTRIES]; /* bits: REPRO_BITS */

static void collect(void)
{
	for (uint64_t at = RANGE_START; at < RANGE_END; at += PAGE_BYTES) {
		size_t i = (at - RANGE_START) / PAGE_BYTES % ENTRIES;

		if (!i)
			MUST(pread(pagemap, entry, sizeof(entry),
				   at / PAGE_BYTES * sizeof(entry[0])));
		if (REPRO_WRITTEN)
			append(&collected, at, at + PAGE_BYTES);
	}
}
