/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tracker's signal handler in front of whatever handled the signal before. */
#ifndef DIRTYBENCH_FAULTSIGNAL_H
#define DIRTYBENCH_FAULTSIGNAL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "trackers/tracker.h"

/*
 * Resolve the fault at @address, which lies in @range. Runs in the signal
 * handler: only async-signal-safe calls. False hands the fault on.
 */
typedef bool (*fault_resolver)(struct tracking *t,
			       const struct mapped_range *range,
			       uint64_t address);

/*
 * Handle @signal (SIGSEGV or SIGBUS) with @resolve for faults inside the
 * ranges of @t; others go to the previous handler. One tracking at a time can
 * have a signal, and another one the other: -EBUSY otherwise.
 */
int faultsignal_install(int signal, struct tracking *t, fault_resolver resolve);
void faultsignal_remove(int signal);

#endif
