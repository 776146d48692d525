/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs all epochs of a cell in a child of the test, instead of in a target. */
#ifndef DIRTYBENCH_TESTS_EPOCHS_H
#define DIRTYBENCH_TESTS_EPOCHS_H

#include <stdio.h>

#include "harness/cell.h"
#include "harness/session.h"
#include "tests/kernel/tracked.h"

extern int failures;

#define CHECK(condition)                                                  \
	do {                                                              \
		if (!(condition)) {                                       \
			printf("%s:%d: not so: %s\n", __func__, __LINE__, \
			       #condition);                               \
			failures++;                                       \
		}                                                         \
	} while (0)

/* The worst of all epochs, with its reason and figures; the measured epoch's
 * figures where all are fine. */
struct outcome {
	enum sample_status status;
	struct reason why;
	struct sample_figures figures;
};

/* First, two measured ones, a replay, idle, read, finish; in a child, because
 * trackers may keep something in static variables. */
void run_epochs(const struct cell *cell, struct outcome *outcome);

/* A cell of @workload and @tracker with parameters "key=value key=value". */
void make_cell(struct cell *cell, const struct workload *workload,
	       const struct tracker *tracker, const char *pairs);

/*
 * For every tracker of this build that @workload with @pairs can be measured
 * with here: all epochs are as the tracker promises. The number of trackers.
 */
int check_trackers(const struct workload *workload, const char *pairs);

/* The trackers that lie about @workload with @pairs are caught. */
void check_liars(const struct workload *workload, const char *pairs);

#endif
