/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures of an epoch that are counted, not timed: exact, no statistics. */
#ifndef DIRTYBENCH_COUNTS_H
#define DIRTYBENCH_COUNTS_H

#include "results/sample.h"

enum count_id {
	COUNT_REGIONS,
	COUNT_RECORDS,
	COUNT_OUTPUT_BYTES,
	COUNT_SYSCALLS,
	COUNT_EXTRA_PAGES,
	COUNT_VMA_GROWTH,
	COUNT_PAGETABLE_GROWTH,
	COUNT_MINOR_FAULTS,
	COUNT_MAJOR_FAULTS,
	COUNT_HUGE_LOST,
	COUNT_VMAS_LEFT,
	COUNT_PAGETABLES_LEFT,
	NR_COUNTS,
};

struct count {
	const char *name; /* "regions", "vma_growth", … */
	const char *unit; /* "regions", "VMAs", "kB", …; an epoch */
	/* Of what is left behind: from rows of KIND_AFTER, the others from
	 * measured epochs. */
	bool after;
	/* SAMPLE_NULL where it was not counted. */
	int64_t (*value)(const struct sample_figures *figures);
};

/* Whether an epoch determines its counts: not where writers did not stop, and
 * how much was collected is a matter of time. */
bool counts_hold(const struct sample_figures *figures);

/* @id below NR_COUNTS. */
const struct count *count_get(enum count_id id);

#endif
