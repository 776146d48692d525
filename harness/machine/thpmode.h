/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether MADV_HUGEPAGE has an effect, and how to make it so. */
#ifndef DIRTYBENCH_THPMODE_H
#define DIRTYBENCH_THPMODE_H

#include <stdbool.h>

#include "harness/machine/undo.h"
#include "harness/reason.h"

#define THP_FOLDER "/sys/kernel/mm/transparent_hugepage"
#define THP_MODE   THP_FOLDER "/enabled"

/*
 * Whether the mode of transparent huge pages of PMD size is madvise or always:
 * that size's own mode (Linux 6.8), or the global one that it inherits.
 */
bool thpmode_works(void);

/*
 * Set what is `never` to `madvise`: the mode that matters, and `defrag`, so
 * that a fault in MADV_HUGEPAGE memory compacts instead of giving up. Other
 * values stay.
 */
int thpmode_allow(struct undo_log *log, struct reason *why);

/* `defrag` alone, which decides for all sizes. */
int thpmode_allow_defrag(struct undo_log *log, struct reason *why);

#endif
