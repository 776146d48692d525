// SPDX-License-Identifier: GPL-2.0-or-later
/* Asynchronous userfaultfd write protection, as PAGEMAP_SCAN works with it. */
#include "harness/asyncwp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/uapi.h"
#include "harness/uffd.h"

const struct scan_query asyncwp_resident = {
	.mask = PAGE_IS_WRITTEN,
	.anyof = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
	.returned = PAGE_IS_WRITTEN,
};

static int open_registered(struct tracking *t)
{
	int uffd, ret;

	t->counts.syscalls += 2; /* userfaultfd, UFFDIO_API */
	uffd = uffd_open(t->pid, UFFD_FEATURE_WP_ASYNC, "UFFD_FEATURE_WP_ASYNC",
			 &t->why);
	if (uffd < 0)
		return uffd;
	ret = uffd_register_ranges(t, uffd);
	if (!ret)
		return uffd;
	close(uffd);
	return ret;
}

/* A range is registered with one userfaultfd at a time. */
static int get_registration(struct tracking *t)
{
	struct shared_uffd *shared = t->shared;
	int uffd;

	if (shared && shared->users) {
		shared->users++;
		return shared->fd;
	}
	uffd = open_registered(t);
	if (shared && uffd >= 0)
		*shared = (struct shared_uffd){ .fd = uffd, .users = 1 };
	return uffd;
}

static void put_registration(struct tracking *t, int uffd)
{
	if (t->shared && --t->shared->users)
		return;
	uffd_unregister_ranges(t, uffd);
	t->counts.syscalls++;
	close(uffd);
}

int asyncwp_open(struct tracking *t, const struct scan_query *armed,
		 const struct scan_query *reported)
{
	struct asyncwp *wp = calloc(1, sizeof(*wp));
	int ret;

	if (!wp)
		return reason_set(&t->why, -ENOMEM, "no memory");
	ret = scanner_open(&wp->scanner, t);
	if (ret)
		goto out_free;
	wp->uffd = get_registration(t);
	if (wp->uffd < 0) {
		ret = wp->uffd;
		goto out_close_scanner;
	}
	wp->armed = armed;
	wp->reported = reported;
	t->state = wp;
	return 0;

out_close_scanner:
	scanner_close(&wp->scanner, t);
out_free:
	free(wp);
	return ret;
}

int asyncwp_arm(struct tracking *t)
{
	struct asyncwp *wp = t->state;

	return scanner_arm(&wp->scanner, t, wp->armed);
}

int asyncwp_collect(struct tracking *t, struct region_array *out)
{
	struct asyncwp *wp = t->state;

	return scanner_collect(&wp->scanner, t, out, wp->reported, false);
}

int asyncwp_collect_and_arm(struct tracking *t, struct region_array *out)
{
	struct asyncwp *wp = t->state;

	return scanner_collect(&wp->scanner, t, out, wp->reported, true);
}

int asyncwp_disarm(struct tracking *t)
{
	struct asyncwp *wp = t->state;

	return uffd_unprotect_ranges(t, wp->uffd);
}

void asyncwp_close(struct tracking *t)
{
	struct asyncwp *wp = t->state;

	put_registration(t, wp->uffd);
	scanner_close(&wp->scanner, t);
	free(wp);
}

const char *asyncwp_misled_by(enum mapping_event event,
			      const struct params *params)
{
	(void)params;
	if (event == EVENT_FILL_HUGETLB)
		return "PAGEMAP_SCAN does not protect holes of hugetlbfs, so "
		       "that reading them counts as writing, and some kernels "
		       "hang in it";
	if (event == EVENT_GUARD)
		return ASYNCWP_GUARD_MISLEADS;
	return uffd_misled_by_mapping(event);
}

const char *asyncwp_marked_misled_by(enum mapping_event event,
				     const struct params *params)
{
	(void)params;
	if (event == EVENT_GUARD)
		return ASYNCWP_GUARD_MISLEADS;
	if (event == EVENT_MAP_BESIDE)
		return ASYNCWP_NEW_MISLEADS;
	return uffd_misled_by_mapping(event);
}
