/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums up what ran, by function, from blocks. */
#ifndef DIRTYBENCH_FUNCTIONCOUNTS_H
#define DIRTYBENCH_FUNCTIONCOUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "harness/mark.h"
#include "harness/reason.h"
#include "kernels/profile/codeplace.h"
#include "results/profile/profilerow.h"

/* What it needs to know, and who gets what comes of it. */
struct counting {
	/* Where the mark is executed that begins phases. */
	void (*begun)(void *arg, uint64_t address);
	/* Whose the instruction at @address is; the texts stay. The same
	 * pointer for the same function. */
	void (*find)(void *arg, uint64_t address, struct code_place *place);
	/* A phase of row @number, counted from 0, biggest function first; may
	 * end all with not 0. */
	int (*phase)(void *arg, int number, enum mark phase,
		     const struct profile_function *functions, int nr);
	void *arg;
};

/*
 * Gives the phases of all rows in the words that the emulator's plugin wrote.
 * *@nr_rows gets their number. As blocks_read().
 */
int function_counts(const uint64_t *words, size_t nr,
		    const struct counting *counting, int *nr_rows,
		    struct reason *why);

#endif
