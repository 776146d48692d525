/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy of another process's memory, and whether it is one still. */
#ifndef DIRTYBENCH_REPLICA_H
#define DIRTYBENCH_REPLICA_H

#include <stdint.h>
#include <sys/types.h>

#include "harness/pagekind.h"
#include "harness/reason.h"
#include "harness/region.h"

struct replica {
	pid_t pid;
	const struct mapped_range *ranges; /* of the process, sorted */
	int nr_ranges;
	unsigned char *copy; /* of the ranges, one behind the other */
	uint64_t bytes;
	unsigned char *theirs; /* of a part, while it is compared */
};

/* Address space for a copy of @ranges, which stay the caller's. -ENOMEM;
 * replica_close() in any case. */
int replica_open(struct replica *replica, pid_t pid,
		 const struct mapped_range *ranges, int nr_ranges);
void replica_close(struct replica *replica);

/* Let our pages for @regions be there, so that copying takes no fault for
 * them. */
void replica_populate(struct replica *replica,
		      const struct region_array *regions);

/*
 * Copy @regions of the process, which may be running. Pages that it has no
 * more are passed over. -errno where it cannot be read: -ESRCH where it has
 * ended, -EPERM.
 */
int replica_update(struct replica *replica, const struct region_array *regions);

/* What differs. */
struct replica_verdict {
	uint64_t pages;
	uint64_t first; /* its address */
};

/* Compare @regions, page by page; what cannot be read is passed over. Errors as
 * replica_update(). */
int replica_compare(struct replica *replica, const struct region_array *regions,
		    struct replica_verdict *verdict);

#endif
