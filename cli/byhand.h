/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standalone C programs that make and time one cell by hand. */
#ifndef DIRTYBENCH_BYHAND_H
#define DIRTYBENCH_BYHAND_H

#include "harness/cell.h"
#include "harness/placement.h"
#include "harness/reason.h"

/* A file of the tree that is in the program. */
struct embedded_text {
	const char *name; /* without its folder; NULL ends the table */
	const char *text;
};

/*
 * The parts of programs: cli/repro/skeleton-repro.c, or the PART of which the
 * workload says #define REPRO_SKELETON "PART", which has the rest included,
 * trackers/repro/NAME-repro.c, workloads/repro/NAME-repro.c, and what these
 * include. Only directives about names that begin with REPRO_ are
 * resolved:
 *
 *   #ifdef REPRO_KEY_VALUE     the cell has key=value
 *   #define REPRO_NAME         for parts that come later: workload, tracker,
 *                              skeleton is the order
 *   #error "key=value: why"    there is no such program
 *   #include "PART", <HEADER>  the part here, the header on top
 *
 * Parameters without choices are also constants: KEY_BYTES for sizes, KEY for
 * counts, KEY(whole) for portions. UNITS are what portions are of: mapping
 * units, of a sparse range those populated. A value that no directive names, in
 * a comment at least, and no line uses as a constant has no effect, so there is
 * no such program either. A part's first comment goes into the program's.
 */
extern const struct embedded_text byhand_texts[];

/*
 * The program for @cell as a text that the caller frees, with the processors
 * of @place as constants. -EOPNOTSUPP with the sentence when there is none;
 * -ENOMEM.
 */
int byhand_make(const struct cell *cell, const struct placement *place,
		char **text, struct reason *why);

#endif
