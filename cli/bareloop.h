/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The phases of some trackers written by hand, to hold ours against. */
#ifndef DIRTYBENCH_BARELOOP_H
#define DIRTYBENCH_BARELOOP_H

#include <stdint.h>

#include "harness/region.h"

/* Memory and regions are made by the caller; everything is of this process. */
struct bareloop {
	uint64_t start, end;
	struct region_array regions; /* filled by collect */
	uint64_t *log;		     /* room for every page */
};

/* One way to track: what a program without our contracts would do. Errors
 * end the program, since there is nothing to compare then. */
struct bareloop_kind {
	const char *name; /* of the tracker that does the same */
	void (*open)(struct bareloop *loop);
	void (*arm)(struct bareloop *loop);
	void (*collect)(struct bareloop *loop);
};

/* Ended by a NULL name. */
extern const struct bareloop_kind bareloops[];

#endif
