// SPDX-License-Identifier: GPL-2.0-or-later
/* A tracker's signal handler in front of whatever handled the signal before. */
#include "harness/faultsignal.h"

#include <errno.h>
#include <stddef.h>

#include "harness/faultlog.h"

/* A signal handler has no argument of its own. */
static struct {
	struct tracking *t;
	fault_resolver resolve;
	int signal;
	struct sigaction previous;
} active;

/* By a process, not by the kernel for a fault: the address means nothing. */
static bool was_sent(const siginfo_t *info)
{
	return info->si_code <= 0;
}

static void hand_on(int signal, siginfo_t *info, void *context)
{
	const struct sigaction *previous = &active.previous;

	if (previous->sa_flags & SA_SIGINFO) {
		previous->sa_sigaction(signal, info, context);
		return;
	}
	if (previous->sa_handler != SIG_DFL &&
	    previous->sa_handler != SIG_IGN) {
		previous->sa_handler(signal);
		return;
	}
	if (was_sent(info) && previous->sa_handler == SIG_IGN)
		return;
	/* A fault comes again when this returns, and then kills; what was sent
	 * has to be sent again. */
	sigaction(signal, previous, NULL);
	if (was_sent(info))
		raise(signal);
}

static void handle(int signal, siginfo_t *info, void *context)
{
	uint64_t address = (uint64_t)(uintptr_t)info->si_addr;
	const struct mapped_range *range = NULL;
	int saved = errno;

	if (!was_sent(info))
		range = faultlog_range(active.t, address);
	if (!range || !active.resolve(active.t, range, address))
		hand_on(signal, info, context);
	errno = saved;
}

int faultsignal_install(int signal, struct tracking *t, fault_resolver resolve)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };

	if (active.t)
		return reason_set(&t->why, -EBUSY,
				  "another tracker handles the signal");
	action.sa_sigaction = handle;
	sigemptyset(&action.sa_mask);
	active.t = t;
	active.resolve = resolve;
	active.signal = signal;
	t->counts.syscalls++;
	if (sigaction(signal, &action, &active.previous)) {
		active.t = NULL;
		return reason_errno(&t->why, -errno, "sigaction");
	}
	return 0;
}

void faultsignal_remove(void)
{
	if (!active.t)
		return;
	active.t->counts.syscalls++;
	sigaction(active.signal, &active.previous, NULL);
	active.t = NULL;
}
