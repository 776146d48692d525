/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's base page. */
#ifndef DIRTYBENCH_PAGE_H
#define DIRTYBENCH_PAGE_H

#include <stdint.h>
#include <unistd.h>

/* Async-signal-safe once it has been called. */
static inline uint64_t page_bytes(void)
{
	static uint64_t bytes;

	if (!bytes)
		bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	return bytes;
}

static inline uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

#endif
