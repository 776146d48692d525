/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares what several trackers reported of the same epoch. */
#ifndef DIRTYBENCH_DISAGREEMENT_H
#define DIRTYBENCH_DISAGREEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/pagekind.h"
#include "harness/region.h"
#include "results/agreement/agreement.h"

/* Trackers that can be compared at a time: bits of a mask. */
enum { TESTIMONIES_MAX = AGREEMENT_TRACKERS };

/* What one tracker said of an epoch, and what it says of itself. */
struct testimony {
	const struct region_array *reported; /* sorted */
	const enum granule *granule;	     /* of each page kind */
	bool superset;	/* it may report pages that were not written */
	bool unclaimed; /* it declares that it cannot follow such pages */
};

/* A run of pages of which all of this holds. */
struct disagreement {
	uint64_t start, end;
	enum page_kind kind;
	uint32_t said;	      /* bit N: testimony N has them as written */
	bool written;	      /* they were */
	unsigned int because; /* of all trackers that are wrong together */
};

typedef void (*disagreement_fn)(void *arg,
				const struct disagreement *disagreement);

/* In base pages. */
struct disagreement_counts {
	uint64_t compared;
	uint64_t differ; /* not all trackers say the same */
};

/*
 * Compare @nr testimonies on every page of @ranges with each other, and with
 * @expected, which is sorted. @found gets in address order what trackers differ
 * on, and that on which all are wrong although nothing they declare explains
 * it.
 */
void disagreement_find(const struct testimony *testimonies, int nr,
		       const struct region_array *expected,
		       const struct mapped_range *ranges, int nr_ranges,
		       disagreement_fn found, void *arg,
		       struct disagreement_counts *counts);

#endif
