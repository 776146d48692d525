/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child of the target that does what it is told, until one of them dies. */
#ifndef DIRTYBENCH_CHILD_H
#define DIRTYBENCH_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "workloads/workload.h"

/* What the parent tells the child; as the child's answer, CHILD_DONE or an
 * errno, and what it found. The words are the workload's own, from 1 on. */
struct child_order {
	int what;
	uint64_t values[2];
};

enum { CHILD_DONE = 0 };

/* Zeroed: there is none. */
struct child {
	pid_t pid;
	int socket;
	bool lost;	  /* an order was not answered */
	const char *role; /* "the child that shares the pages": for sentences */
};

/* In the child: obey one order, and turn it into the answer. */
typedef void (*child_obey)(struct work *work, struct child_order *order);

/*
 * Fork; the child obeys what comes. The parent may have threads, so that in the
 * child only async-signal-safe functions will do. It closes all descriptors but
 * the first three, and dies with the parent. -errno with work->why.
 */
int child_start(struct child *child, struct work *work, const char *role,
		child_obey obey);

/* Tell it something; wait for the answer to what it was told before. An answer
 * that does not come is CHILD_DONE, and found by child_check(). */
void child_tell(struct child *child, const struct child_order *order);
struct child_order child_answer(struct child *child);

/* -ECHILD, with how it ended in work->why, where there is no child any more. */
int child_check(struct child *child, struct work *work);

/* Kill it, if it is there. */
void child_end(struct child *child);

#endif
