/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lets any number of fault handlers in, or one that wants none to be in. */
#ifndef DIRTYBENCH_FAULTGATE_H
#define DIRTYBENCH_FAULTGATE_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * A handler notes a page and lets it be written to again. If the log were
 * cleared and the page protected between the two, the page would be writable
 * and in no log: what is written to it later would be lost. All functions are
 * async-signal-safe; who waits sleeps, because the one that is waited for may
 * need the same processor. Zeroed is open.
 */
struct faultgate {
	_Atomic uint32_t state; /* handlers inside, and two bits of ours */
};

/* For handlers. What comes before leave is seen behind close. */
void faultgate_enter(struct faultgate *gate);
void faultgate_leave(struct faultgate *gate);

/* Wait until no handler is inside and keep others waiting. Of one thread at a
 * time, which stores to nothing that is tracked until it opens again. */
void faultgate_close(struct faultgate *gate);
void faultgate_open(struct faultgate *gate);

#endif
