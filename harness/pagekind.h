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
	PAGE_KIND_ZERO,		  /* the zero page, anonymous and only read */
	PAGE_KIND_SHMEM,	  /* of a memfd, MAP_SHARED */
	PAGE_KIND_SHMEM_PRIVATE,  /* of a memfd, MAP_PRIVATE */
	PAGE_KIND_FILE_PRIVATE,	  /* the page cache, or a copy, MAP_PRIVATE */
	PAGE_KIND_FILE_SHARED,	  /* the page cache, MAP_SHARED */
	PAGE_KIND_FOLIO,	  /* several base pages, below PMD size */
	PAGE_KIND_FOLIO_HOLES,	  /* holes that a store fills with a folio */
	PAGE_KINDS
};

/*
 * Parts of a table by page kind, for kinds that most trackers treat alike:
 *
 *	.granule = { KINDS_ANON(GRANULE_PAGE), ... }
 *
 * Each kind is in one of them, or stands for itself: THP and FOLIO_HOLES.
 */
#define KINDS_ANON(value)                                       \
	[PAGE_KIND_BASE] = (value), [PAGE_KIND_ZERO] = (value), \
	[PAGE_KIND_THP_SPLIT] = (value), [PAGE_KIND_FOLIO] = (value)
#define KINDS_SHMEM(value) \
	[PAGE_KIND_SHMEM] = (value), [PAGE_KIND_SHMEM_PRIVATE] = (value)
#define KINDS_FILE(value) \
	[PAGE_KIND_FILE_PRIVATE] = (value), [PAGE_KIND_FILE_SHARED] = (value)
#define KINDS_HUGETLB(value) \
	[PAGE_KIND_HUGETLB] = (value), [PAGE_KIND_HUGETLB_SHARED] = (value)

/* "base", "thp", "thp-split", "hugetlb-private", ...: for sentences. */
const char *page_kind_name(enum page_kind kind);

/* What happens to the tracked memory between arming and collecting, besides
 * stores to populated pages: some trackers take it for writes, or miss them. */
enum mapping_event {
	EVENT_NOTHING,
	EVENT_SPLIT, /* base-page entries take the place of a PMD's */
	EVENT_MERGE, /* the mapping grows by a new neighbour */
	/* New mappings fill gaps of the mapping, or take the place of parts of
	 * it that hold what they hold: zeros. */
	EVENT_MAP_BESIDE,
	EVENT_MAP_OVER,	 /* they take the place of parts with other contents */
	EVENT_UNPROTECT, /* mprotect makes parts of it accessible */
	EVENT_FILL,	 /* stores populate holes, and so do reads */
	EVENT_FILL_HUGETLB, /* the same, of hugetlbfs */
	EVENT_READ_HOLES,   /* reads populate holes, and no store does */
	EVENT_PAGEOUT,	    /* pages stored to go out to swap */
	EVENT_GUARDED,	    /* nothing, but guard pages are there before */
	EVENT_GUARD,	    /* populated pages become guard pages */
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
