/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command whose output goes into a file, and that ends when we are to end. */
#ifndef DIRTYBENCH_CHILDLOG_H
#define DIRTYBENCH_CHILDLOG_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/reason.h"

struct childlog {
	const char *const *argv; /* argv[0] is looked for in PATH; NULL ends */
	const char *folder;	 /* where it runs; NULL: here */
	const char *log;	 /* is appended to; relative to here */
	bool to_the_end;	 /* even where we are to end: it puts back */
};

/*
 * Run it to its end, with nothing on its standard input, in a process group of
 * its own. *@status as waitpid() has it. -ECANCELED: this process was asked to
 * stop (harness/interrupt.h), and the group was, too; -errno.
 */
int childlog_run(const struct childlog *child, int *status, struct reason *why);

/* The last line of the file that is not empty; "" where there is none. */
void childlog_last_line(const char *log, char *line, size_t bytes);

#endif
