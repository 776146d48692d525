/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool of hugetlb pages of the default size. */
#ifndef DIRTYBENCH_HUGEPOOL_H
#define DIRTYBENCH_HUGEPOOL_H

#include <stdint.h>

#include "harness/machine/undo.h"
#include "harness/reason.h"

/* 0 where the kernel has no hugetlb. */
uint64_t hugepool_page_bytes(void);

/* Pages that nobody holds or has reserved. */
uint64_t hugepool_free_pages(void);

/*
 * Grow the pool by what is missing until @bytes are free, compacting memory
 * once when the kernel finds too few. -ENOMEM: it gave less; what it gave
 * stays in the pool.
 */
int hugepool_grow(struct undo_log *log, uint64_t bytes, struct reason *why);

#endif
