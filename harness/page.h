/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's base page. */
#ifndef DIRTYBENCH_PAGE_H
#define DIRTYBENCH_PAGE_H

#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

/* Async-signal-safe once it has been called; by any thread. */
static inline uint64_t page_bytes(void)
{
	static _Atomic uint64_t bytes;
	uint64_t known = atomic_load_explicit(&bytes, memory_order_relaxed);

	if (known)
		return known;
	known = (uint64_t)sysconf(_SC_PAGESIZE);
	atomic_store_explicit(&bytes, known, memory_order_relaxed);
	return known;
}

static inline uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

#endif
