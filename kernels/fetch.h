/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gets kernels from Debian's archive into the cache. */
#ifndef DIRTYBENCH_FETCH_H
#define DIRTYBENCH_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/reason.h"
#include "kernels/aptroot.h"
#include "kernels/bzimage.h"

struct fetching {
	char *folder; /* of the kernels */
	struct apt_root apt;
	struct package_index index;
};

struct fetched {
	char release[RELEASE_BYTES];
	uint64_t download_bytes, cache_bytes;
	int modules; /* how many */
	bool has_config;
	bool was_there;
};

/*
 * Read what the archive has. *@stale is set, and @why says why, where the
 * lists could not all be brought up to date and what is there is used. The
 * same errors as apt_root_open(); -EIO: there are no lists at all.
 */
int fetch_open(struct fetching *fetching, bool *stale, struct reason *why);

/*
 * Get one kernel, unless the cache has it. In the cache it is whole or not
 * there at all. -EINVAL: the packages are damaged; -EIO: they cannot be had;
 * -ECANCELED: this process was asked to stop; -errno, for example -ENOSPC.
 */
int fetch_kernel(struct fetching *fetching, const struct kernel_parts *parts,
		 struct fetched *fetched, struct reason *why);

void fetch_close(struct fetching *fetching);

#endif
