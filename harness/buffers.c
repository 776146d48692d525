// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory of a tracker's and the harness's own, never faulted on in a phase. */
#include "harness/buffers.h"

#include <sys/mman.h>

void *buffers_alloc(struct buffers *buffers, size_t bytes)
{
	void *start;

	if (buffers->nr == BUFFERS_MAX)
		return NULL;
	start = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (start == MAP_FAILED)
		return NULL;
	buffers->v[buffers->nr].start = start;
	buffers->v[buffers->nr].bytes = bytes;
	buffers->nr++;
	return start;
}

void buffers_free(struct buffers *buffers, void *start)
{
	for (int i = 0; i < buffers->nr; i++) {
		if (buffers->v[i].start != start)
			continue;
		munmap(start, buffers->v[i].bytes);
		buffers->v[i] = buffers->v[--buffers->nr];
		return;
	}
}

/*
 * A handler thread stores to its log only after a fault of this thread, which
 * the kernel orders behind this and ThreadSanitizer does not see.
 */
__attribute__((no_sanitize("thread"))) void
buffers_touch(const struct buffers *buffers)
{
	volatile char *at;

	for (int i = 0; i < buffers->nr; i++) {
		at = buffers->v[i].start;
		/* The smallest page of any machine: no page is stepped over. */
		for (size_t off = 0; off < buffers->v[i].bytes; off += 4096)
			at[off] = at[off];
	}
}
