/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps a cell from running where it would not fit. */
#ifndef DIRTYBENCH_MEMORYGUARD_H
#define DIRTYBENCH_MEMORYGUARD_H

#include <stdint.h>

#include "harness/cell.h"
#include "harness/reason.h"

/* What a target of this cell will take, in bytes. */
struct prediction {
	uint64_t memory;     /* populated pages, logs and lists */
	uint64_t pagetables; /* entries of populated pages and armed holes */
	uint64_t data_limit; /* RLIMIT_DATA that it never exceeds; 0: none */
};

int guard_predict(const struct cell *cell, struct prediction *prediction,
		  struct reason *why);

/*
 * 0 when memory, page tables, huge pages, swap and THP are there. -ENOMEM or
 * -ENODEV with the figure, and with the command that would help.
 */
int guard_check(const struct cell *cell, struct reason *why);

/* Bytes that a process may still take: MemAvailable, or less where a cgroup
 * says so. */
uint64_t guard_available_bytes(void);

#endif
