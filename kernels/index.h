/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel packages that an archive's lists have. */
#ifndef DIRTYBENCH_INDEX_H
#define DIRTYBENCH_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"

/* A paragraph of Packages (Debian Policy 5.3), and where it was found. */
struct package {
	char *name;
	char *version;
	char *depends; /* "" where it depends on nothing */
	char *sha256;
	char *suite;
	uint64_t bytes; /* to download */
};

struct package_index {
	struct package *v;
	size_t nr, room;
};

/*
 * Add the packages whose names begin with "linux-" from the list @path, which
 * may be compressed, of the suite @suite. One that is there already in the
 * same version is not added again. -EINVAL: damaged; -ENOMEM, -errno.
 */
int package_index_add(struct package_index *index, const char *path,
		      const char *suite, struct reason *why);

/* The package @name in @version, or NULL. */
const struct package *package_index_find(const struct package_index *index,
					 const char *name, const char *version);

void package_index_free(struct package_index *index);

#endif
