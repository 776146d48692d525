/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A package archive seen through apt, with lists and settings of its own. */
#ifndef DIRTYBENCH_APTROOT_H
#define DIRTYBENCH_APTROOT_H

#include "harness/reason.h"
#include "kernels/index.h"
#include "kernels/resolve.h"

/* Everything of apt's lies in one folder; the system's is only read. */
struct apt_root {
	char *folder;
	char *config_env; /* APT_CONFIG=... */
	int lock;
};

/*
 * Make the folder @path an apt of its own, or take up what is there, for the
 * suites of Debian that have kernels. Mirror, proxy and what else reaches an
 * archive are those of the system's apt. -EBUSY: another process uses it;
 * -ENOENT: no apt, no archive of Debian among its sources, or no keys of that
 * archive; -ENOSPC; -errno.
 */
int apt_root_open(struct apt_root *apt, const char *path, struct reason *why);

/* Bring the lists up to date. -EIO: some could not be had, the others are
 * there; -ECANCELED and others as program_run(). */
int apt_root_update(const struct apt_root *apt, struct reason *why);

/* All kernel packages of all lists that are there; the caller frees it. */
int apt_root_index(const struct apt_root *apt, struct package_index *index,
		   struct reason *why);

/* Download the packages into @folder. -EIO where one cannot be had. */
int apt_root_download(const struct apt_root *apt,
		      const struct kernel_parts *parts, const char *folder,
		      struct reason *why);

void apt_root_close(struct apt_root *apt);

#endif
