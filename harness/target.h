/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The target: a fresh process in which one cell runs once. */
#ifndef DIRTYBENCH_TARGET_H
#define DIRTYBENCH_TARGET_H

#include <stdbool.h>

#include "harness/cell.h"
#include "harness/clock.h"
#include "harness/disagreement.h"
#include "harness/placement.h"
#include "harness/session.h"

/* What the runner tells a target, as one message on its socket. */
struct target_order {
	char key[CELL_KEY_BYTES];
	struct placement place;
	int measured_epochs;
	/* Whether every report is answered with a byte before the target goes
	 * on: where the runner has no other processor, its work would fall into
	 * a phase. With one, waiting would idle the target's, and cool its
	 * cache. */
	bool lockstep;
	enum clock_meaning clock;
	/* Cells of the same workload whose trackers are compared with that of
	 * @key, in place of measuring it. */
	char others[TESTIMONIES_MAX - 1][CELL_KEY_BYTES];
	int nr_others;
};

/* What a target tells the runner: one message an epoch, and one behind. */
struct target_report {
	enum sample_kind kind; /* KIND_NONE: the target never got to an epoch */
	unsigned int epoch;
	struct epoch_result result;
	/* Behind the report, in the same message: NULL for nothing. Of whoever
	 * holds the report, and valid for as long. */
	const struct sample_detail *detail;
};

/* Epochs of a target: the first, the measured ones, two controls. */
static inline int target_epochs(int measured)
{
	return measured + 3;
}

/* What a target has to report: its epochs, and what they leave behind, of which
 * comparing says nothing. */
static inline int target_reports(const struct target_order *order)
{
	return target_epochs(order->measured_epochs) + !order->nr_others;
}

/* Where the runner leaves the socket for the program it execs, and the file of
 * what trackers that are compared differ on (struct gathering_record). */
enum { TARGET_SOCKET = 3, TARGET_RECORDS };

/* The word that makes our program a target when it is its first argument. */
#define TARGET_COMMAND "target"

/*
 * Be a target: read the order from TARGET_SOCKET, run the epochs (first,
 * measured, idle, read), report each, and what they leave behind. The exit
 * status of the process.
 */
int target_main(void);

#endif
