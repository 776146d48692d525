/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PAGEMAP_SCAN ioctl: collecting regions, protecting, probing. */
#ifndef DIRTYBENCH_SCANNER_H
#define DIRTYBENCH_SCANNER_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/pagekind.h"
#include "harness/reason.h"
#include "harness/region.h"
#include "trackers/tracker.h"

/*
 * What PAGEMAP_SCAN is asked; names as in struct pm_scan_arg. Of what it hands
 * over, regions count that have all of @kept and none of @dropped among the
 * @returned categories: for programs that ask for more and choose themselves.
 */
struct scan_query {
	uint64_t inverted, mask, anyof, returned;
	uint64_t kept, dropped;
};

/* The parameter `vec` of a tracker; where it has none, 512. */
#define SCANNER_VEC_PARAM(regions)                                         \
	{                                                                  \
		.name = "vec", .type = PARAM_COUNT, .fallback = (regions), \
		.min = 1, .max = 65536,                                    \
		.help = "regions that one call may hand over"              \
	}

/* Walks the parts of a tracking with PAGEMAP_SCAN; resumable. */
struct scanner {
	int fd;
	int part;		 /* index of the one that is being scanned */
	uint64_t next;		 /* first address not scanned yet; 0 at first */
	struct page_region *vec; /* vec_len entries from tracking->buffers */
	uint64_t vec_len;
	uint64_t max_pages; /* that one call may report; 0 for any number */
	uint64_t at, nr;    /* entries used and there */
};

/* With the parameters `vec` and `max-pages`, where the tracker has them. */
int scanner_open(struct scanner *scanner, struct tracking *t);
void scanner_close(struct scanner *scanner, struct tracking *t);

/*
 * Append the regions that match @query; with @arm, in the same step, protect
 * the matching pages again (PM_SCAN_WP_MATCHING). As tracker.collect.
 */
int scanner_collect(struct scanner *scanner, struct tracking *t,
		    struct region_array *out, const struct scan_query *query,
		    bool arm);

/*
 * Protect what matches, without output. The kernel asks the query only where
 * there is no page table or a huge page; in a page table it protects every
 * written page and every hole.
 */
int scanner_arm(struct scanner *scanner, struct tracking *t,
		const struct scan_query *query);

/* -EOPNOTSUPP, and that this kernel does not have the call. */
int scanner_absent(struct reason *why);

/* Whether PAGEMAP_SCAN takes @category: 1, 0, or -ENOTTY where there is no
 * such call. Taking it does not mean that pages are ever found in it. */
int scanner_knows(int pagemap, uint64_t category);

/* Whether [start, end) holds a page that counts: 1, 0 or -errno. */
int scanner_sees(int pagemap, uint64_t start, uint64_t end,
		 const struct scan_query *query);

/*
 * Whether this kernel scans for @query after write-protecting memory of @kind
 * asynchronously, by trying: on base pages with a store that has to be seen.
 */
int scanner_probe(enum page_kind kind, const struct scan_query *query,
		  struct reason *why);

#endif
