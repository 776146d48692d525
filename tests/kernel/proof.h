/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs cells for tests of workloads and says how their epochs were judged. */
#ifndef DIRTYBENCH_TESTS_PROOF_H
#define DIRTYBENCH_TESTS_PROOF_H

#include "harness/reason.h"
#include "results/sample.h"

/*
 * Run the cell of @key (cell.h; what is left out has its default) in a child:
 * a first, two measured, an idle and a read epoch. The first status other than
 * STATUS_OK, with @why; STATUS_SKIP where this kernel or machine cannot run it,
 * STATUS_FAIL also where the child crashed.
 */
enum sample_status proof_run(const char *key, struct reason *why);

/*
 * Run @workload with @params ("key:value/...") under every tracker that is not
 * for tests, and with collect=atomic where a tracker has it. Prints what went
 * wrong; the number of cells that did, or -1 when fewer than two were run.
 */
int proof_run_all(const char *workload, const char *params);

/* The same under the trackers that lie; the number that was not caught. */
int proof_run_liars(const char *workload, const char *params);

#endif
