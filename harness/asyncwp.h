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
	/* What a page has to be to be armed, and to be reported. */
	const struct scan_query *armed, *reported;
};

/* The parameter of trackers that can arm in the call that collects. */
#define ASYNCWP_COLLECT_PARAM                                                \
	{                                                                    \
		.name = "collect", .type = PARAM_CHOICE,                     \
		.fallback = "separate", .choices = "separate|atomic",        \
		.help = "re-arm with a call of its own, or in the one that " \
			"collects"                                           \
	}

/* Written pages with content. In page tables everything is armed, whatever is
 * asked; zero pages are armed with the rest: a store to one has to be seen. */
extern const struct scan_query asyncwp_resident;

/* Why EVENT_GUARD misleads all who take any entry without protection, or any
 * but a hole's, for a written page. */
#define ASYNCWP_GUARD_MISLEADS                                              \
	"a page that becomes a guard page loses its protection and counts " \
	"as written"

/* Why EVENT_MAP_BESIDE misleads a query for PAGE_IS_WRITTEN alone. */
#define ASYNCWP_NEW_MISLEADS                                             \
	"some kernels (up to Linux 7.2) count the untouched pages of a " \
	"mapping that is not registered as written"

/* For tracker.open: register, with a struct asyncwp as the tracker's state.
 * The queries have to stay; NULL for @reported where collecting reads no
 * regions. */
int asyncwp_open(struct tracking *t, const struct scan_query *armed,
		 const struct scan_query *reported);

/* Hooks of such a tracker. */
int asyncwp_arm(struct tracking *t);
int asyncwp_collect(struct tracking *t, struct region_array *out);
int asyncwp_collect_and_arm(struct tracking *t, struct region_array *out);
int asyncwp_disarm(struct tracking *t);
void asyncwp_close(struct tracking *t);
const char *asyncwp_misled_by(enum mapping_event event,
			      const struct params *params);
/* Of those that have every hole marked, whatever a scan would find. */
const char *asyncwp_marked_misled_by(enum mapping_event event,
				     const struct params *params);

#endif
