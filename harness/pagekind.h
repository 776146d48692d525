/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kinds of pages, and what a tracker can tell apart in each. */
#ifndef DIRTYBENCH_PAGEKIND_H
#define DIRTYBENCH_PAGEKIND_H

#include <stdint.h>

enum page_kind {
	PAGE_KIND_BASE,	     /* anonymous base pages, swapped or not */
	PAGE_KIND_THP,	     /* anonymous, mapped by the PMD */
	PAGE_KIND_THP_SPLIT, /* a huge folio, mapped by base-page entries */
	PAGE_KIND_HUGETLB,   /* hugetlbfs, MAP_PRIVATE */
	PAGE_KIND_HUGETLB_SHARED, /* hugetlbfs, MAP_SHARED */
	PAGE_KINDS
};

/* "base", "thp", "thp-split", "hugetlb-private", "hugetlb-shared". */
const char *page_kind_name(enum page_kind kind);

/* What happens to the tracked memory between arming and collecting, besides
 * stores to populated pages: some trackers take it for writes, or miss them. */
enum mapping_event {
	EVENT_NOTHING,
	EVENT_SPLIT,	    /* base-page entries take the place of a PMD's */
	EVENT_MERGE,	    /* the mapping grows by a new neighbour */
	EVENT_FILL,	    /* stores populate holes, and so do reads */
	EVENT_FILL_HUGETLB, /* the same, of hugetlbfs */
	EVENT_READ_HOLES,   /* reads populate holes, and no store does */
	MAPPING_EVENTS
};

/* How finely a tracker tells written pages of a kind apart. */
enum granule {
	GRANULE_NONE, /* it cannot follow this kind */
	GRANULE_PAGE, /* base pages of the kernel */
	GRANULE_UNIT, /* whole mapping units: huge pages */
};

/*
 * A mapped and tracked part of the address space. Addresses are of the tracked
 * process; @unit_bytes is what one page-table entry maps.
 */
struct mapped_range {
	uint64_t start, end;
	enum page_kind kind;
	uint64_t unit_bytes;
};

#endif
