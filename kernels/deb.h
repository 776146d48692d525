/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Goes through the files that a Debian package would install. */
#ifndef DIRTYBENCH_DEB_H
#define DIRTYBENCH_DEB_H

#include "harness/reason.h"

struct archive;

/*
 * Called for a regular file: its path without a leading "./" or "/", and where
 * deb_save() gets its content. Another value than 0 ends it all
 * and is returned.
 */
typedef int (*deb_file_fn)(const char *path, struct archive *content, void *arg,
			   struct reason *why);

/*
 * Call @each for every regular file of the package @deb (deb(5)). -EINVAL: not
 * a package, or damaged; -ECANCELED when this process was asked to stop
 * (harness/interrupt.h); -errno.
 */
int deb_each_file(const char *deb, deb_file_fn each, void *arg,
		  struct reason *why);

/* Write the content to the new file @path. -errno, -EINVAL: damaged. */
int deb_save(struct archive *content, const char *path, struct reason *why);

#endif
