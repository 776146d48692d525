/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the instructions of a phase went from one kernel to another. */
#ifndef DIRTYBENCH_PROFILECHANGE_H
#define DIRTYBENCH_PROFILECHANGE_H

#include "results/profile/profile.h"

enum profile_presence {
	PROFILE_IN_BOTH,
	PROFILE_APPEARS,  /* not executed in base: new, or not inlined now */
	PROFILE_VANISHES, /* not executed in new: gone, or inlined now */
};

struct profile_change {
	const char *function;
	enum profile_presence presence;
	/*
	 * Of one that appears or vanishes the nearest function that calls it,
	 * directly or through others of that kind, and that both sides have:
	 * it is listed behind that one. NULL: none is known.
	 */
	const char *with;
	double base, fresh;
};

/*
 * All functions of the two parts into *@list, which the caller frees (the texts
 * belong to the parts); their number, or -ENOMEM. Functions with those listed
 * behind them come by the size of the sum of their changes, biggest first.
 */
int profile_changes(const struct profile_part *base,
		    const struct profile_part *fresh,
		    struct profile_change **list);

/* "appears", "vanishes", "" for PROFILE_IN_BOTH. */
const char *profile_presence_name(enum profile_presence presence);

#endif
