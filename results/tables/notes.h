/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tables leave out: cells that lied, failed or were skipped, and why. */
#ifndef DIRTYBENCH_NOTES_H
#define DIRTYBENCH_NOTES_H

#include <stdbool.h>
#include <stdio.h>

#include "results/summary/summary.h"

struct notes {
	const struct summary *summary;
	int columns;
	/* Which cells are spoken of; NULL: all. */
	bool (*wanted)(const void *arg, const struct summary_cell *cell);
	const void *arg;
};

/*
 * Trackers that lied or were inexact, and failed cells, each with its first
 * reason. Nothing when there is none. 0, -ENOMEM, or -EIO when @out is in
 * error afterwards.
 */
int notes_print_problems(FILE *out, const struct notes *notes);

/* Skipped cells, summed up by reason. The same otherwise. */
int notes_print_skips(FILE *out, const struct notes *notes);

#endif
