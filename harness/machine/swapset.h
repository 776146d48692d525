/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The swap areas made for a run, of which one at a time is on. */
#ifndef DIRTYBENCH_SWAPSET_H
#define DIRTYBENCH_SWAPSET_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/machine/undo.h"
#include "harness/prepare.h"

struct swap_set {
	struct undo_log *log; /* the caller's */
	const char *folder; /* the caller's; where a swap file goes, or NULL */
	char path[SWAP_BACKENDS][PATH_MAX]; /* empty: not made */
	bool machines[SWAP_BACKENDS];	    /* the machine's own swap does */
	enum swap_backend on; /* of those made; SWAP_NONE where none is */
};

/*
 * Make what @bytes pages of @backend need, unless the machine's own swap is of
 * that kind, is used first and has that much room. On failure all is as before.
 */
int swapset_add(struct swap_set *set, enum swap_backend backend, uint64_t bytes,
		struct reason *why);

/*
 * Have pages go to @backend: switch the area that is on off, and that one on.
 * SWAP_NONE switches off only. -ENOENT: swapset_add() has not provided it.
 */
int swapset_use(struct swap_set *set, enum swap_backend backend,
		struct reason *why);

#endif
