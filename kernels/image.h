/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a KERNEL on the command line names: an image and what belongs to it. */
#ifndef DIRTYBENCH_IMAGE_H
#define DIRTYBENCH_IMAGE_H

#include "harness/reason.h"

struct kernel_image {
	char *name;    /* the word on the command line */
	char *release; /* uname -r, from the image's header */
	char *vmlinuz; /* the image, which is whole and for x86 */
	char *config;  /* or NULL */
	char *modules; /* folder for modules_find(), or NULL */
	char *vmlinux; /* may have debugging information; or NULL */
};		       /* the last four are absolute paths */

/*
 * @word names, in this order,
 * - where it has no slash and begins as a version does: the newest kernel of
 *   the cache in that series or version, or of that release;
 * - a build tree or another folder with arch/x86/boot/bzImage or vmlinuz in
 *   it, with .config or config, and modules in modules/ or in the folder;
 * - an image file. What belongs to it is taken from the build tree that it
 *   lies in, else from beside it: config, .config, or config-NAME for
 *   vmlinuz-NAME; modules/, or lib/modules/RELEASE there or one folder up.
 * vmlinux is that of the build tree or beside the image, else that of
 * /usr/lib/debug for the release, where distributions install it.
 *
 * -ENOENT: there is no such kernel; -EINVAL: the file is none, or is cut
 * short; -errno. @why is one sentence and names @word or the file.
 */
int image_find(const char *word, struct kernel_image *image,
	       struct reason *why);

void image_free(struct kernel_image *image);

#endif
