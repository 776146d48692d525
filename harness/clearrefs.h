/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Soft-dirty bits: cleared through /proc/PID/clear_refs, found by effect. */
#ifndef DIRTYBENCH_CLEARREFS_H
#define DIRTYBENCH_CLEARREFS_H

#include "harness/probe.h"
#include "trackers/tracker.h"

/* The descriptor or -errno, counted in @t. */
int clearrefs_open(struct tracking *t);
void clearrefs_close(struct tracking *t, int fd);

/* Makes every page of the process clean: Documentation/admin-guide/mm/
 * soft-dirty.rst. */
int clearrefs_arm(struct tracking *t, int fd);

/*
 * How a tracker learns whether the first page of @memory counts as written:
 * 1, 0 or -errno with @why. @pagemap is open; @arg is the tracker's own.
 */
typedef int (*clearrefs_seen)(int pagemap, const struct probe_memory *memory,
			      const void *arg, struct reason *why);

/*
 * Whether a store is seen once the bits were cleared, and only then. Kernels
 * without the feature clear, read and scan, and report nothing.
 */
int clearrefs_probe(clearrefs_seen seen, const void *arg, struct reason *why);

/* What every such tracker has. */
#define CLEARREFS_ARMS_MORE                                        \
	"clear_refs arms the whole process, and what was written " \
	"elsewhere and not collected yet is forgotten"
int clearrefs_disarm(struct tracking *t);
const char *clearrefs_misled_by(enum mapping_event event,
				const struct params *params);

#endif
