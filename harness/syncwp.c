// SPDX-License-Identifier: GPL-2.0-or-later
/* userfaultfd write protection whose faults are resolved in user space. */
#include "harness/syncwp.h"

#include <unistd.h>

#include "harness/uffd.h"

int syncwp_open(struct syncwp *wp, struct tracking *t, uint64_t features)
{
	int ret;

	ret = faultlog_open(&wp->log, t);
	if (ret)
		return ret;
	t->counts.syscalls += 2; /* userfaultfd, UFFDIO_API */
	wp->uffd = uffd_open(getpid(), features, UFFD_FEATURE_NAMES, &t->why);
	if (wp->uffd < 0) {
		ret = wp->uffd;
		goto out_close_log;
	}
	ret = uffd_register_ranges(t, wp->uffd);
	if (ret)
		goto out_close;
	return 0;

out_close:
	close(wp->uffd);
out_close_log:
	faultlog_close(&wp->log, t);
	return ret;
}

void syncwp_unregister(struct syncwp *wp, struct tracking *t)
{
	uffd_unregister_ranges(t, wp->uffd);
}

void syncwp_close(struct syncwp *wp, struct tracking *t)
{
	t->counts.syscalls++;
	close(wp->uffd);
	faultlog_close(&wp->log, t);
}

int syncwp_arm(struct syncwp *wp, struct tracking *t)
{
	int ret;

	faultlog_clear(&wp->log, t);
	ret = uffd_fill_holes(t);
	return ret ? ret : uffd_protect_parts(t, wp->uffd);
}

int syncwp_disarm(struct syncwp *wp, struct tracking *t)
{
	return uffd_unprotect_ranges(t, wp->uffd);
}

int syncwp_resolve(struct syncwp *wp, const struct tracking *t,
		   const struct mapped_range *range, uint64_t address)
{
	uint64_t bytes = tracking_granule(t, range);
	uint64_t start;
	int ret;

	faultgate_enter(&wp->log.gate);
	start = faultlog_append(&wp->log, address, bytes);
	ret = uffd_writeprotect(wp->uffd, start, start + bytes, false);
	faultgate_leave(&wp->log.gate);
	return ret;
}
