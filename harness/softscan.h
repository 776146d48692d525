/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Soft-dirty bits, cleared through clear_refs and found with PAGEMAP_SCAN. */
#ifndef DIRTYBENCH_SOFTSCAN_H
#define DIRTYBENCH_SOFTSCAN_H

#include "harness/scanner.h"
#include "trackers/tracker.h"

/* For tracker.cannot of these. */
#define SOFTSCAN_NO_HUGETLB                                               \
	"PAGEMAP_SCAN finds every page of hugetlbfs soft-dirty, cleared " \
	"or not"

struct softscan {
	int clear_refs;
	struct scanner scanner;
	struct scan_query query; /* a copy: a tracker may add to it */
};

/*
 * Whether @query sees a store after the bits were cleared, by trying. Linux 6.8
 * and later know PAGE_IS_SOFT_DIRTY; those without CONFIG_MEM_SOFT_DIRTY take
 * it and find nothing.
 */
int softscan_probe(const struct scan_query *query, struct reason *why);

/* For tracker.open, with a struct softscan as the tracker's state. */
int softscan_open(struct tracking *t, const struct scan_query *query);

/* Hooks of such a tracker. */
int softscan_arm(struct tracking *t);
int softscan_collect(struct tracking *t, struct region_array *out);
void softscan_close(struct tracking *t);

#endif
