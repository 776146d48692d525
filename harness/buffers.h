/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory of a tracker's and the harness's own, never faulted on in a phase. */
#ifndef DIRTYBENCH_BUFFERS_H
#define DIRTYBENCH_BUFFERS_H

#include <stddef.h>

enum { BUFFERS_MAX = 16 };

struct buffers {
	struct {
		void *start;
		size_t bytes;
	} v[BUFFERS_MAX];
	int nr;
};

/* Zeroed, populated memory apart from everything tracked; NULL when there is
 * none. buffers_free() frees it. */
void *buffers_alloc(struct buffers *buffers, size_t bytes);
void buffers_free(struct buffers *buffers, void *start);

/*
 * Store to every page of every buffer. A tracker that arms the whole process
 * (clear_refs) has just made them take a fault at their next store.
 */
void buffers_touch(const struct buffers *buffers);

#endif
