/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs another program without a shell and takes down what it says. */
#ifndef DIRTYBENCH_PROGRAM_H
#define DIRTYBENCH_PROGRAM_H

#include <stddef.h>

#include "harness/reason.h"

struct program {
	const char *const *argv; /* argv[0] is looked for in PATH; NULL ends */
	const char *folder;	 /* where it runs; NULL: here */
	const char *const *env; /* NAME=VALUE on top of ours, NULL ends; NULL */
};

/*
 * Run it to its end, in the C locale, its standard input empty. *@out gets
 * its standard output and a final zero, which the caller frees after success.
 *
 * -ENOENT: there is no such program. -EIO: it failed, and @why has the first
 * line of its standard error that begins with "E: ", else its last line.
 * -ECANCELED: this process was asked to stop (harness/interrupt.h), and the
 * program was ended. -errno.
 */
int program_run(const struct program *program, char **out, struct reason *why);

#endif
