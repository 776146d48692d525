// SPDX-License-Identifier: GPL-2.0-or-later
/* A tracker's signal handler in front of whatever handled the signal before. */
#include "harness/faultsignal.h"

#include <errno.h>
#include <stddef.h>

#include "harness/faultlog.h"

/* SIGSEGV and SIGBUS. */
enum { MAX_SIGNALS = 2 };

/* A signal handler has no argument of its own. */
static struct active {
	int signal;
	struct tracking *t; /* NULL: nobody has the signal */
	fault_resolver resolve;
	struct sigaction previous;
} actives[MAX_SIGNALS];

static struct active *find_active(int signal)
{
	for (int i = 0; i < MAX_SIGNALS; i++)
		if (actives[i].t && actives[i].signal == signal)
			return &actives[i];
	return NULL;
}

static struct active *find_free(void)
{
	for (int i = 0; i < MAX_SIGNALS; i++)
		if (!actives[i].t)
			return &actives[i];
	return NULL;
}

/* By a process, not by the kernel for a fault: the address means nothing. */
static bool was_sent(const siginfo_t *info)
{
	return info->si_code <= 0;
}

static void hand_on(const struct sigaction *previous, int signal,
		    siginfo_t *info, void *context)
{
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
	const struct active *active = find_active(signal);
	const struct mapped_range *range = NULL;
	int saved = errno;

	if (!was_sent(info))
		range = faultlog_range(active->t, address);
	if (!range || !active->resolve(active->t, range, address))
		hand_on(&active->previous, signal, info, context);
	errno = saved;
}

int faultsignal_install(int signal, struct tracking *t, fault_resolver resolve)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };
	struct active *active = find_free();

	if (!active || find_active(signal))
		return reason_set(&t->why, -EBUSY,
				  "another tracker handles the signal");
	action.sa_sigaction = handle;
	sigemptyset(&action.sa_mask);
	*active =
		(struct active){ .signal = signal, .t = t, .resolve = resolve };
	t->counts.syscalls++;
	if (sigaction(signal, &action, &active->previous)) {
		active->t = NULL;
		return reason_errno(&t->why, -errno, "sigaction");
	}
	return 0;
}

void faultsignal_remove(int signal)
{
	struct active *active = find_active(signal);

	if (!active)
		return;
	active->t->counts.syscalls++;
	sigaction(signal, &active->previous, NULL);
	active->t = NULL;
}
