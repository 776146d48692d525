/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shared libraries that a program needs, as the dynamic loader finds them.
 */
#ifndef DIRTYBENCH_LOADED_H
#define DIRTYBENCH_LOADED_H

#include "harness/reason.h"

/*
 * Call @each with the path of every library of @program and of its loader,
 * until it returns not 0. The loader itself is asked: @program has to be one
 * that may be executed here. A program without a loader needs none. 0, what
 * @each returned, -ENOENT for a library that is missing, or -errno.
 */
int loaded_each(const char *program,
		int (*each)(void *arg, const char *path, struct reason *why),
		void *arg, struct reason *why);

/* Take the path out of a line of the loader's list, in place. NULL: it has
 * none (the kernel's own library). @missing is set when it was not found. */
const char *loaded_path(char *line, int *missing);

#endif
