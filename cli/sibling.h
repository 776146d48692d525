/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs of this build lie in one folder. */
#ifndef DIRTYBENCH_SIBLING_H
#define DIRTYBENCH_SIBLING_H

#include <stddef.h>

#include "harness/reason.h"

/* The path of the program @name beside this one. -errno where it cannot be
 * executed. */
int sibling_path(const char *name, char *path, size_t bytes,
		 struct reason *why);

#endif
