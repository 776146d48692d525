/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest finds on its first file system. */
#ifndef DIRTYBENCH_GUESTFILES_H
#define DIRTYBENCH_GUESTFILES_H

#include "harness/reason.h"
#include "kernels/image.h"
#include "kernels/modules.h"
#include "kernels/order.h"

/*
 * The archive for a guest that runs @image: our @program as its first process,
 * the libraries that it needs, @modules, the kernel's configuration, @order
 * (whose list of modules is set from @modules). A descriptor, for the caller to
 * close; -errno.
 */
int guest_files(const char *program, const struct kernel_image *image,
		const struct module_list *modules, const struct order *order,
		struct reason *why);

#endif
