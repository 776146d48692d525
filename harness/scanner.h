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

/* What PAGEMAP_SCAN is asked; names as in struct pm_scan_arg. */
struct scan_query {
	uint64_t inverted, mask, anyof, returned;
};

/* Walks the parts of a tracking with PAGEMAP_SCAN; resumable. */
struct scanner {
	int fd;
	int part;		 /* index of the one that is being scanned */
	uint64_t next;		 /* first address not scanned yet; 0 at first */
	struct page_region *vec; /* vec_len entries from tracking->buffers */
	uint64_t vec_len;
	uint64_t at, nr; /* entries used and there */
};

int scanner_open(struct scanner *scanner, struct tracking *t, uint64_t vec_len);
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

/*
 * Whether this kernel scans for @query after write-protecting memory of @kind
 * asynchronously, by trying: on base pages with a store that has to be seen.
 */
int scanner_probe(enum page_kind kind, const struct scan_query *query,
		  struct reason *why);

#endif
