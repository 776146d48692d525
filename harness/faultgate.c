// SPDX-License-Identifier: GPL-2.0-or-later
/* Lets any number of fault handlers in, or one that wants none to be in. */
#include "harness/faultgate.h"

#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Beside the number of handlers inside: nobody gets in; somebody waits to. */
#define CLOSED	(1U << 31)
#define WAITING (1U << 30)

/* Until the state is another one than @seen, or for no reason. */
static void wait_while(struct faultgate *gate, uint32_t seen)
{
	syscall(SYS_futex, &gate->state, FUTEX_WAIT_PRIVATE, seen, NULL, NULL,
		0);
}

static void wake_all(struct faultgate *gate)
{
	syscall(SYS_futex, &gate->state, FUTEX_WAKE_PRIVATE, INT_MAX, NULL,
		NULL, 0);
}

void faultgate_enter(struct faultgate *gate)
{
	uint32_t seen =
		atomic_load_explicit(&gate->state, memory_order_relaxed);

	for (;;) {
		uint32_t next = seen & CLOSED ? seen | WAITING : seen + 1;

		if (!atomic_compare_exchange_weak_explicit(
			    &gate->state, &seen, next, memory_order_acquire,
			    memory_order_relaxed))
			continue;
		if (!(seen & CLOSED))
			return;
		wait_while(gate, next);
		seen = atomic_load_explicit(&gate->state, memory_order_relaxed);
	}
}

void faultgate_leave(struct faultgate *gate)
{
	uint32_t before = atomic_fetch_sub_explicit(&gate->state, 1,
						    memory_order_release);

	if ((before & ~WAITING) == (CLOSED | 1))
		wake_all(gate);
}

void faultgate_close(struct faultgate *gate)
{
	uint32_t seen = CLOSED | atomic_fetch_or_explicit(&gate->state, CLOSED,
							  memory_order_acquire);

	while ((seen & ~WAITING) != CLOSED) {
		wait_while(gate, seen);
		seen = atomic_load_explicit(&gate->state, memory_order_acquire);
	}
}

void faultgate_open(struct faultgate *gate)
{
	if (atomic_exchange_explicit(&gate->state, 0, memory_order_release) &
	    WAITING)
		wake_all(gate);
}
