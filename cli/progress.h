/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line on a terminal: which cell runs, of how many, and time left. */
#ifndef DIRTYBENCH_PROGRESS_H
#define DIRTYBENCH_PROGRESS_H

#include <stdint.h>

struct progress {
	int total; /* repetitions of all cells */
	int done;
	int shown;	  /* 0: standard error is no terminal */
	int64_t start_ns; /* when the first repetition began */
};

void progress_start(struct progress *progress, int total);
/* A repetition of @cell begins. */
void progress_show(struct progress *progress, const char *cell);
/* It has ended. */
void progress_step(struct progress *progress);
/* Take the line away. */
void progress_end(struct progress *progress);

#endif
