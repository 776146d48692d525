/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a folder that can be booted from the packages of a kernel. */
#ifndef DIRTYBENCH_UNPACK_H
#define DIRTYBENCH_UNPACK_H

#include <stddef.h>

#include "harness/reason.h"
#include "kernels/bzimage.h"

/*
 * Fill the empty folder @folder with vmlinuz, config and modules/, the
 * modules a guest needs, decompressed, from @nr packages that are one kernel
 * together. config and modules/ are missing where no package has them.
 * @scratch is an empty folder on the same file system, filled and left so.
 *
 * -ENOENT: no package has an image; -EINVAL: a package or image is damaged;
 * -ECANCELED as deb_each_file(); -errno.
 */
int unpack_kernel(char *const *debs, size_t nr, const char *folder,
		  const char *scratch, char release[RELEASE_BYTES],
		  struct reason *why);

#endif
