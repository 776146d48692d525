/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One boot of one kernel: what it measures is kept as it comes. */
#ifndef DIRTYBENCH_BOOT_H
#define DIRTYBENCH_BOOT_H

#include <stdbool.h>

#include "harness/cell.h"
#include "kernels/emulator.h"
#include "kernels/order.h"
#include "kernels/profile/profiling.h"
#include "results/sample.h"

struct boot_request {
	struct emulator_request emulator; /* without its console */
	const struct order *order;
	const char *folder;	  /* exists; gets the files of a run */
	const struct cell *cells; /* all of the plan */
	int nr_cells;
	/* Of every cell, whether nothing of it is left to do. Updated. */
	bool *done;
	/* Gets what a profile is made of; NULL: none is. */
	struct profiling *profiling;
	double silence_s; /* a guest that says nothing for so long hangs */
	/* Gets every sample; not 0 ends the boot. */
	int (*sample)(void *arg, const struct sample *sample);
	/* Gets what trackers said together, as a line; the same. */
	int (*agreement)(void *arg, const char *line);
	void *arg;
};

enum boot_end {
	BOOT_COMPLETE,	  /* all cells had their turn */
	BOOT_NEVER_UP,	  /* our first process was never heard of */
	BOOT_BROKE,	  /* panic, oops, hang, killed */
	BOOT_NOT_KEPT,	  /* a result could not be written */
	BOOT_INTERRUPTED, /* this process was asked to stop */
	NR_BOOT_ENDS,
};

enum boot_break {
	BREAK_OTHER,
	BREAK_HANG, /* no word any more, or a process that does not die */
	BREAK_OOPS, /* or a panic */
};

struct boot_result {
	enum boot_end end;
	enum boot_break how; /* for BOOT_BROKE */
	struct reason why;   /* for all but BOOT_COMPLETE */
	int cell;	     /* that it broke in; -1 */
	int rows;
	char release[72], boot[40];
};

const char *boot_end_name(enum boot_end end);

/*
 * Boot, and come back when the guest is gone. Whatever the guest was doing when
 * it broke gets a failed sample and counts as done.
 */
void boot_run(const struct boot_request *request, struct boot_result *result);

#endif
