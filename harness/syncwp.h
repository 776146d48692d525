/* SPDX-License-Identifier: GPL-2.0-or-later */
/* userfaultfd write protection whose faults are resolved in user space. */
#ifndef DIRTYBENCH_SYNCWP_H
#define DIRTYBENCH_SYNCWP_H

#include "harness/faultlog.h"
#include "trackers/tracker.h"

/*
 * Whoever takes the faults notes each in the log and lets the page be written
 * again with syncwp_resolve(). Linux 5.7, userfaultfd.rst.
 */
struct syncwp {
	int uffd;
	struct faultlog log;
};

/* Register the ranges with @features (UFFD_FEATURE_*). -errno with
 * tracking->why. */
int syncwp_open(struct syncwp *wp, struct tracking *t, uint64_t features);

/* Unregister. Whoever takes the faults may go on until syncwp_close(). */
void syncwp_unregister(struct syncwp *wp, struct tracking *t);
void syncwp_close(struct syncwp *wp, struct tracking *t);

int syncwp_arm(struct syncwp *wp, struct tracking *t);
int syncwp_disarm(struct syncwp *wp, struct tracking *t);

/* A store to @address, in @range, took a fault. Async-signal-safe. */
int syncwp_resolve(struct syncwp *wp, const struct tracking *t,
		   const struct mapped_range *range, uint64_t address);

#endif
