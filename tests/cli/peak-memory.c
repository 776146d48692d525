// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs a program and writes its own peak resident memory, without that of the
 * processes that it starts, to a file: wait4() would count them in. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_WRONG = 99, STATUS_SKIP = 77 };

/* The peak in KiB of a process that still has its memory; -1 without it. */
static long read_peak_kb(pid_t pid)
{
	char path[64], line[256];
	long kb = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "VmHWM:", 6))
			kb = strtol(line + 6, NULL, 10);
	fclose(file);
	return kb;
}

/* The child starts the program when its pipe is at its end. */
static pid_t start(char **argv, int *go)
{
	int ends[2];
	char nothing;
	pid_t pid;

	if (pipe(ends))
		return -1;
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		if (read(ends[0], &nothing, 1) < 0)
			_exit(STATUS_WRONG);
		close(ends[0]);
		execv(argv[0], argv);
		_exit(STATUS_WRONG);
	}
	close(ends[0]);
	*go = ends[1];
	return pid;
}

static int is_end(int status)
{
	return status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8);
}

/* Until it is gone: *peak_kb is what it had when its end began. */
static int watch(pid_t pid, long *peak_kb)
{
	int status, signal_number;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		signal_number = status >> 16 ? 0 : WSTOPSIG(status);
		if (is_end(status))
			*peak_kb = read_peak_kb(pid);
		if (ptrace(PTRACE_CONT, pid, NULL, (long)signal_number))
			return STATUS_WRONG;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int write_peak(const char *path, long peak_kb)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return -1;
	fprintf(file, "%ld\n", peak_kb);
	return fclose(file);
}

int main(int argc, char **argv)
{
	long peak_kb = -1;
	int status, go;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr,
			"usage: peak-memory FILE PROGRAM ARGUMENT...\n");
		return STATUS_WRONG;
	}
	pid = start(argv + 2, &go);
	if (pid < 0)
		return STATUS_WRONG;
	if (ptrace(PTRACE_SEIZE, pid, NULL,
		   (long)(PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL))) {
		fprintf(stderr, "tracing is not allowed here: %s\n",
			strerror(errno));
		kill(pid, SIGKILL);
		return STATUS_SKIP;
	}
	close(go);
	status = watch(pid, &peak_kb);
	return write_peak(argv[1], peak_kb) ? STATUS_WRONG : status;
}
