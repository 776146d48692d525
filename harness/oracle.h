/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares what a tracker reported with what was written. */
#ifndef DIRTYBENCH_ORACLE_H
#define DIRTYBENCH_ORACLE_H

#include <stdint.h>

#include "harness/pagekind.h"
#include "harness/region.h"

/* In base pages. */
struct verdict {
	uint64_t reported;
	uint64_t missed;	    /* written, not reported */
	uint64_t extra;		    /* reported, not written */
	uint64_t extra_in_granule;  /* of these, in the granule of a written */
	uint64_t first_missed;	    /* address, where missed is not 0 */
	uint64_t first_unexplained; /* address of an extra page that no granule
				       explains, where there is one */
};

/*
 * Judge @reported against @expected, both sorted. Each page of @ranges has the
 * granule that @granule gives for its range's kind: base page or mapping unit.
 * A region that is no part of any range counts as extra; a page that is
 * reported twice, or out of order, as extra too.
 */
void oracle_judge(const struct region_array *expected,
		  const struct region_array *reported,
		  const struct mapped_range *ranges, int nr_ranges,
		  const enum granule granule[PAGE_KINDS],
		  struct verdict *verdict);

#endif
