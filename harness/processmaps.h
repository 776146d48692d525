/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of another process's memory can be copied, and whether we may. */
#ifndef DIRTYBENCH_PROCESSMAPS_H
#define DIRTYBENCH_PROCESSMAPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "harness/pagekind.h"
#include "harness/reason.h"
#include "harness/region.h"

/*
 * Whether @pid is a process that we may follow. 0, or with @why: -ESRCH where
 * there is none, or it has ended; -EINVAL where it has no memory of its own (a
 * kernel thread) or runs this program; -EPERM without the right to.
 */
int process_check(pid_t pid, struct reason *why);

/* Whether it has memory: a process loses it some time before it has ended. */
bool process_has_memory(pid_t pid);

/* What it has mapped that nobody else writes to. */
struct process_memory {
	int nr_ranges;
	uint64_t range_bytes;
	uint64_t resident_bytes; /* present or swapped */
};

/*
 * Its private writable mappings as ranges of base pages, sorted, those in a row
 * as one; @ranges may be NULL. What the kernel itself has put there, devices,
 * and hugetlbfs are left out. -E2BIG for more than @max; errors of reading, as
 * of process_check(), all with @why.
 */
int process_read(pid_t pid, struct mapped_range *ranges, int max,
		 struct process_memory *memory, struct reason *why);

/*
 * The pages of @ranges that have contents, present or swapped. @out grows as
 * needed: its array is the caller's to free(). -errno with @why.
 */
int process_resident(pid_t pid, const struct mapped_range *ranges,
		     int nr_ranges, struct region_array *out,
		     struct reason *why);

#endif
