/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 'dirtybench kernels run' of one image, for commands that judge what it did.
 */
#ifndef DIRTYBENCH_KERNELCHILD_H
#define DIRTYBENCH_KERNELCHILD_H

#include <linux/limits.h>

#include "harness/reason.h"

/*
 * Boot @image with icount and measure, as @args (NULL ends) say, into @folder,
 * which exists; what is printed goes to run.log there. @runs gets the folder of
 * the image's runs, and @why what broke in them, or "".
 *
 * -ENODATA: nothing was measured, and @why is what the boot, or else the
 * command, said; -ECANCELED: this process was asked to stop; -errno.
 */
int kernelchild_run(const char *image, const char *folder,
		    const char *const *args, char runs[PATH_MAX],
		    struct reason *why);

#endif
