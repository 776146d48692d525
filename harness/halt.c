// SPDX-License-Identifier: GPL-2.0-or-later
/* Stopping all threads of another process for a while, by ptrace. */
#include "harness/halt.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/procfs.h"

/* Threads that may come while the first are being stopped. */
enum { SPARE_THREADS = 64 };

static DIR *open_tasks(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	return opendir(path);
}

/* The next thread; 0 behind the last. */
static pid_t next_task(DIR *tasks)
{
	struct dirent *entry;

	while ((entry = readdir(tasks)))
		if (entry->d_name[0] != '.')
			return (pid_t)strtol(entry->d_name, NULL, 10);
	return 0;
}

int halt_create(struct halt *halt, pid_t pid)
{
	DIR *tasks = open_tasks(pid);

	*halt = (struct halt){ .pid = pid, .max = SPARE_THREADS };
	while (tasks && next_task(tasks))
		halt->max++;
	if (tasks)
		closedir(tasks);
	halt->threads = calloc(halt->max, sizeof(*halt->threads));
	return halt->threads ? 0 : -ENOMEM;
}

void halt_destroy(struct halt *halt)
{
	halt_release(halt);
	free(halt->threads);
	halt->threads = NULL;
}

static int64_t status_line(pid_t tid, const char *key)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	return procfs_line(path, key);
}

int halt_not_permitted(pid_t pid, struct reason *why)
{
	int64_t tracer = status_line(pid, "TracerPid");

	if (tracer > 0)
		return reason_set(why, -EPERM,
				  "process %d is traced by process %lld",
				  (int)pid, (long long)tracer);
	return reason_set(why, -EPERM,
			  "no right to follow process %d: that takes its user, "
			  "and of a process that is no child of ours sysctl "
			  "kernel.yama.ptrace_scope=0, or CAP_SYS_PTRACE",
			  (int)pid);
}

/*
 * A traced thread that has died stays until whoever traces it has waited for
 * it, and its process with it. Not a child of ours: its status is for whoever
 * started it.
 */
static void bury(pid_t tid)
{
	if (status_line(tid, "PPid") == getpid() &&
	    status_line(tid, "Tgid") == tid)
		return;
	while (waitpid(tid, NULL, __WALL) < 0 && errno == EINTR)
		;
}

int halt_await(pid_t tid, int *status)
{
	siginfo_t seen;
	int ret;

	do {
		ret = waitid(P_PID, (id_t)tid, &seen,
			     WSTOPPED | WEXITED | WNOWAIT | __WALL);
	} while (ret && errno == EINTR);
	if (ret)
		return -ESRCH;
	if (seen.si_code == CLD_TRAPPED || seen.si_code == CLD_STOPPED)
		return waitpid(tid, status, __WALL) == tid ? 0 : -ESRCH;
	bury(tid);
	return -ESRCH;
}

int halt_thread(pid_t tid, unsigned long options, int *signal)
{
	int status, ret;

	if (ptrace(PTRACE_SEIZE, tid, NULL, options)) {
		ret = -errno;
		/* One that ends is not ours to trace any more. */
		return status_line(tid, "VmSize") < 0 ? -ESRCH : ret;
	}
	if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL)) {
		ret = -errno;
		bury(tid);
		return ret;
	}
	ret = halt_await(tid, &status);
	if (ret)
		return ret;
	/* Not by us, but about to get a signal: it stays stopped as well. */
	*signal = status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
	return 0;
}

void halt_let_go(pid_t tid, int signal)
{
	if (ptrace(PTRACE_DETACH, tid, NULL, (unsigned long)signal) &&
	    errno == ESRCH)
		bury(tid);
}

static bool is_halted(const struct halt *halt, pid_t tid)
{
	for (size_t i = 0; i < halt->nr; i++)
		if (halt->threads[i].tid == tid)
			return true;
	return false;
}

/* Those that are listed and not stopped yet. */
static int stop_more(struct halt *halt, DIR *tasks)
{
	struct halted_thread *thread;
	int ret;
	pid_t tid;

	while ((tid = next_task(tasks))) {
		if (is_halted(halt, tid))
			continue;
		if (halt->nr == halt->max)
			return -ENOSPC;
		thread = &halt->threads[halt->nr];
		thread->tid = tid;
		ret = halt_thread(tid, 0, &thread->signal);
		if (ret && ret != -ESRCH)
			return ret;
		halt->nr += !ret;
	}
	return 0;
}

/* A thread that ends while it is listed ends the list: the kernel's count
 * tells whether all are stopped. */
static bool are_all(const struct halt *halt)
{
	return status_line(halt->pid, "Threads") == (int64_t)halt->nr;
}

/* Of one whose threads come and go, a few rounds are enough. */
enum { MOST_ROUNDS = 10000 };

/* Threads that have ended are passed over; a process without any has. */
static int stop_all(struct halt *halt)
{
	int rounds = 0;
	DIR *tasks;
	int ret;

	do {
		tasks = open_tasks(halt->pid);
		if (!tasks)
			return errno == ENOENT ? -ESRCH : -errno;
		ret = stop_more(halt, tasks);
		closedir(tasks);
	} while (!ret && halt->nr && !are_all(halt) && ++rounds < MOST_ROUNDS);
	if (ret)
		return ret;
	if (!halt->nr)
		return -ESRCH;
	return rounds < MOST_ROUNDS ? 0 : -EAGAIN;
}

/* While nothing is stopped: nobody waits for an allocation. */
static int make_room(struct halt *halt)
{
	size_t max = 2 * halt->max + SPARE_THREADS;
	void *grown = realloc(halt->threads, max * sizeof(*halt->threads));

	if (!grown)
		return -ENOMEM;
	halt->threads = grown;
	halt->max = max;
	return 0;
}

int halt_stop(struct halt *halt, struct reason *why)
{
	int ret = stop_all(halt);

	while (ret == -ENOSPC) {
		halt_release(halt);
		ret = make_room(halt);
		if (!ret)
			ret = stop_all(halt);
	}
	if (!ret)
		return 0;
	halt_release(halt);
	if (ret == -ESRCH)
		return reason_set(why, ret,
				  "process %d ended while it was followed",
				  (int)halt->pid);
	if (ret == -EPERM)
		return halt_not_permitted(halt->pid, why);
	if (ret == -EAGAIN)
		return reason_set(why, ret,
				  "process %d makes threads faster than they "
				  "can be stopped",
				  (int)halt->pid);
	return reason_errno(why, ret, "stopping the threads of process %d",
			    (int)halt->pid);
}

void halt_release(struct halt *halt)
{
	while (halt->nr) {
		const struct halted_thread *thread = &halt->threads[--halt->nr];

		halt_let_go(thread->tid, thread->signal);
	}
}
