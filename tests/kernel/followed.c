// SPDX-License-Identifier: GPL-2.0-or-later
/* For tests: a program that stores to its memory until it is killed. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { BYTES = 8 << 20, PAGE = 4096 };

/* Below all else that it writes to: stacks are written and stay the same. */
static char memory[BYTES] __attribute__((aligned(PAGE)));

struct part {
	volatile uint64_t *start;
	uint64_t words;
};

/* Some stores a millisecond, each of a value that was never there. */
static void *store(void *arg)
{
	const struct timespec nap = { .tv_nsec = 1000000 };
	const struct part *part = arg;
	uint64_t value = 1;

	for (;;) {
		for (int i = 0; i < 20; i++, value++)
			part->start[value * 7919 % part->words] = value;
		nanosleep(&nap, NULL);
	}
	return NULL;
}

/* A program that is another one, and does nothing. */
static void become_another(int signal)
{
	(void)signal;
	execl("/bin/sleep", "sleep", "1000", (char *)NULL);
	_exit(127);
}

static void *do_nothing(void *arg)
{
	pause();
	return arg;
}

/* Threads that come at SIGUSR2. */
enum { MORE_THREADS = 200 };

static void wait_for_signals(void)
{
	pthread_t thread;
	sigset_t set;
	int signal;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	while (!sigwait(&set, &signal))
		for (int i = 0; i < MORE_THREADS; i++)
			pthread_create(&thread, NULL, do_nothing, NULL);
}

/* usage: followed THREADS; it says when it has begun, at SIGUSR1 executes
 * another program, and at SIGUSR2 gets more threads. */
int main(int argc, char **argv)
{
	long threads = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	struct part part;
	pthread_t thread;
	sigset_t set;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGUSR1, become_another);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (int at = 0; at < BYTES; at += PAGE)
		memory[at] = 1;
	part = (struct part){ (uint64_t *)(uintptr_t)memory,
			      BYTES / sizeof(uint64_t) };
	for (long i = 0; i < threads; i++)
		if (pthread_create(&thread, NULL, store, &part))
			return 1;
	printf("%d\n", (int)getpid());
	fflush(stdout);
	wait_for_signals();
	return 0;
}
