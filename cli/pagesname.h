/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the pages of a cell are called among those of a plan. */
#ifndef DIRTYBENCH_PAGESNAME_H
#define DIRTYBENCH_PAGESNAME_H

#include <stdbool.h>

#include "cli/plan.h"

/* Room for a workload's name and the parameters that tell its pages apart. */
enum { PAGES_BYTES = 160 };

/* "thp state=split": the workload, and what tells @cell from others of it; of
 * the tracker's parameters only @with_tracker. */
void pagesname(const struct plan *plan, const struct cell *cell,
	       bool with_tracker, char pages[PAGES_BYTES]);

/* Whether a cell has @name from its workload, not from its tracker. */
bool is_workload_param(const struct cell *cell, const char *name);

#endif
