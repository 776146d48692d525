/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells whose trackers are compared: those of one workload together. */
#ifndef DIRTYBENCH_AGREEPLAN_H
#define DIRTYBENCH_AGREEPLAN_H

#include <stdbool.h>

#include "cli/plan.h"

/*
 * Leave of @plan only what can be compared, cells of the same workload with
 * the same parameters behind each other. A tracker follows also what it
 * declares it cannot: in a guest, which may hang, whatever that is; else not
 * where some kernels hang. -EINVAL with a sentence where no two trackers are
 * left for anything.
 */
int agreeplan_make(struct plan *plan, bool in_guest, struct reason *why);

/* The end of the cells that are compared with that at @first. */
int agreeplan_end(const struct plan *plan, int first);

#endif
