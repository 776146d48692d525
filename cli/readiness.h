/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine as cells need it, and whether they can be run on it. */
#ifndef DIRTYBENCH_READINESS_H
#define DIRTYBENCH_READINESS_H

#include "cli/plan.h"
#include "harness/prepare.h"
#include "harness/reason.h"

/* Zeroed: the machine is left as it is. prepare_end() takes @prep. */
struct readiness {
	struct preparation *prep;
	struct reason unprepared; /* why prep is NULL although it should not */
};

/* As root, prepare the machine for @plan; what could not be had shows where
 * cells are checked. @folder, which may be "", can hold a swap file. */
void readiness_start(struct readiness *readiness, const struct plan *plan,
		     const char *folder);

/* Whether the cell can be run here and now. 0, or -errno with the sentence that
 * it is skipped with. */
int readiness_check(struct readiness *readiness, const struct cell *cell,
		    struct reason *why);

/* Switch to the swap and to the size of folios that the cell needs: of both,
 * one is on at a time. */
int readiness_take_turn(struct readiness *readiness, const struct cell *cell,
			struct reason *why);

#endif
