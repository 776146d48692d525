/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packages of an archive make the newest kernel of a series. */
#ifndef DIRTYBENCH_RESOLVE_H
#define DIRTYBENCH_RESOLVE_H

#include <stdbool.h>

#include "harness/reason.h"
#include "kernels/index.h"

/* A metapackage, image, modules, configuration, and one more to be safe. */
enum { KERNEL_MAX_PARTS = 8 };

/* The packages that are one kernel together; they belong to the index. */
struct kernel_parts {
	const struct package *v[KERNEL_MAX_PARTS];
	size_t nr;
	bool image;	   /* one of them has the image */
	char missing[160]; /* a package that should be here; "": none */
};

/*
 * The newest kernel that @word names: a series (6.12), a version (6.12.107) or
 * a whole release. A build all of whose packages are there comes before a
 * newer one that lacks some; among equals the preferred flavour wins.
 *
 * -ENOENT: the archive has none, @why says which series it has. -errno when
 * dpkg, which compares versions, cannot be run.
 */
int kernel_resolve(struct kernel_parts *parts,
		   const struct package_index *index, const char *word,
		   struct reason *why);

#endif
