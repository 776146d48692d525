/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stopping all threads of another process for a while, by ptrace. */
#ifndef DIRTYBENCH_HALT_H
#define DIRTYBENCH_HALT_H

#include <stddef.h>
#include <sys/types.h>

#include "harness/reason.h"

/*
 * PTRACE_SEIZE and PTRACE_INTERRUPT: neither the process nor its parent sees a
 * signal, and the kernel lets the threads go on when the one that stopped them
 * dies, however it does. SIGSTOP would stay, and freezing takes a control group
 * of its own. All of it has to be done by one thread of ours.
 */
struct halted_thread {
	pid_t tid;
	int signal; /* that it was about to get */
};

struct halt {
	pid_t pid;
	struct halted_thread *threads; /* those that are stopped */
	size_t nr, max;
};

/* Room for the threads that @pid has now, and some more. -ENOMEM. */
int halt_create(struct halt *halt, pid_t pid);
void halt_destroy(struct halt *halt);

/*
 * Stop every thread, those too that are made meanwhile. -errno with @why and
 * nothing stopped: -EPERM without the right to, -ESRCH where the process has
 * ended, -EAGAIN where its threads come faster than they are stopped, -ENOMEM.
 */
int halt_stop(struct halt *halt, struct reason *why);

/* Let all go on; signals that came meanwhile are delivered. */
void halt_release(struct halt *halt);

/*
 * One thread: seize it with @options (PTRACE_O_*) and interrupt it, wait until
 * it stops. A signal that it was about to get is in *@signal, 0 for none.
 * -errno of ptrace; -ESRCH where it has ended.
 */
int halt_thread(pid_t tid, unsigned long options, int *signal);

/* Let a stopped thread go on, with the signal that it was about to get. */
void halt_let_go(pid_t tid, int signal);

/* Until a traced thread stops: the status as of waitpid(). -ESRCH where it has
 * ended. */
int halt_await(pid_t tid, int *status);

/* What is missing where ptrace, or /proc/PID, said -EPERM or -EACCES. */
int halt_not_permitted(pid_t pid, struct reason *why);

#endif
