/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asynchronous userfaultfd write protection, as PAGEMAP_SCAN works with it. */
#ifndef DIRTYBENCH_ASYNCWP_H
#define DIRTYBENCH_ASYNCWP_H

#include "harness/scanner.h"
#include "trackers/tracker.h"

/*
 * The kernel itself lets the first store to a protected page through and
 * forgets the protection: a page without it was written. Linux 6.7,
 * Documentation/admin-guide/mm/{pagemap,userfaultfd}.rst.
 */
struct asyncwp {
	int uffd;
	struct scanner scanner;
};

/* The parameters of every tracker that collects with PAGEMAP_SCAN. */
#define ASYNCWP_PARAMS                                                            \
	{ .name = "collect",                                                      \
	  .type = PARAM_CHOICE,                                                   \
	  .fallback = "separate",                                                 \
	  .choices = "separate|atomic",                                           \
	  .help = "re-arm with a call of its own, or in the one that collects" }, \
	{                                                                         \
		.name = "vec", .type = PARAM_COUNT, .fallback = "512",            \
		.min = 1, .max = 65536,                                           \
		.help = "regions that one call may hand over"                     \
	}

/* Hooks of a tracker, with a struct asyncwp as its state. */
int asyncwp_open(struct tracking *t);
int asyncwp_disarm(struct tracking *t);
void asyncwp_close(struct tracking *t);

#endif
