/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lets one run at a time prepare the machine. */
#ifndef DIRTYBENCH_RUNLOCK_H
#define DIRTYBENCH_RUNLOCK_H

#include <sys/types.h>

#include "harness/reason.h"

/*
 * Take the lock file @path in the name of process @owner. It is free again
 * when the descriptor returned is closed in this process and those it forked.
 * When the owner that holds it is dead, or @owner itself, wait a while for what
 * still works in its name.
 * Errors: -EBUSY with @why naming the holder; -errno of opening.
 */
int runlock_take(const char *path, pid_t owner, struct reason *why);

/* Remove the file and give the lock back. */
void runlock_drop(const char *path, int fd);

#endif
