/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a file is a whole x86 kernel image, and which release it is. */
#ifndef DIRTYBENCH_BZIMAGE_H
#define DIRTYBENCH_BZIMAGE_H

#include "harness/reason.h"

/* __NEW_UTS_LEN of the kernel, and the final zero. */
enum { RELEASE_BYTES = 65 };

/*
 * The release (uname -r) that the image at @path will have, by its boot
 * header (Documentation/arch/x86/boot.rst). -EINVAL: another kind of file, or
 * shorter than its header says; else -errno of open() and read(). @why names
 * the file.
 */
int bzimage_release(const char *path, char release[RELEASE_BYTES],
		    struct reason *why);

#endif
