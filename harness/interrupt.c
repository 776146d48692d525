// SPDX-License-Identifier: GPL-2.0-or-later
/* Being asked to stop: SIGINT, SIGTERM and SIGHUP, seen by poll(). */
#include "harness/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const int caught[] = { SIGINT, SIGTERM, SIGHUP };

static volatile sig_atomic_t seen;
static int event = -1;

static void note(int signal)
{
	int saved = errno;
	uint64_t one = 1;

	seen = signal;
	/* An eventfd takes it unless its counter is full: readable already. */
	if (write(event, &one, sizeof(one)) != sizeof(one))
		seen = signal;
	errno = saved;
}

int interrupt_install(void)
{
	struct sigaction action = { .sa_handler = note };
	struct sigaction before;

	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (event < 0)
		return -errno;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		/* nohup asks to outlive the terminal. */
		if (caught[i] == SIGHUP && !sigaction(SIGHUP, NULL, &before) &&
		    before.sa_handler == SIG_IGN)
			continue;
		if (sigaction(caught[i], &action, NULL))
			return -errno;
	}
	return 0;
}

int interrupt_fd(void)
{
	return event;
}

int interrupt_signal(void)
{
	return seen;
}

void interrupt_die(int signal_number)
{
	sigset_t set;

	signal(signal_number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signal_number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal_number);
	_exit(128 + signal_number);
}
