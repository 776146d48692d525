// SPDX-License-Identifier: GPL-2.0-or-later
/* What every program by hand has: errors, a clock, regions. */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include REPRO_CONSTANTS

#define MUST(call) ((long)(call) < 0 ? err(1, #call) : (void)0)

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}
#ifndef REPRO_NOTHING_REPORTED

static struct list {
	size_t nr;
	uint64_t v[REPRO_RESIDENT][2]; /* start and end */
} REPRO_LISTS;

static void append(struct list *to, uint64_t start, uint64_t end)
{
	if (!to->nr || to->v[to->nr - 1][1] != start)
		to->v[to->nr++][0] = start;
	to->v[to->nr - 1][1] = end;
}
#endif
