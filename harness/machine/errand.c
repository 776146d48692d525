// SPDX-License-Identifier: GPL-2.0-or-later
/* Has a child process do one thing, within a time limit. */
#include "harness/machine/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Short beside a swapoff of a few megabytes, long beside a system call. */
#define LOOK_EVERY_MS 2

unsigned long long errand_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long long)now.tv_sec * 1000 +
	       (unsigned long long)now.tv_nsec / 1000000;
}

void errand_sleep(unsigned int ms)
{
	struct timespec rest = { .tv_sec = ms / 1000,
				 .tv_nsec = (ms % 1000) * 1000000L };

	while (nanosleep(&rest, &rest) && errno == EINTR)
		continue;
}

static int reap(pid_t child, int *status, unsigned int limit_ms)
{
	unsigned long long end_ms = errand_now_ms() + limit_ms;
	pid_t got;

	for (;;) {
		got = waitpid(child, status, WNOHANG);
		if (got == child)
			return 0;
		if (got < 0 && errno != EINTR)
			return -errno;
		if (errand_now_ms() >= end_ms)
			break;
		errand_sleep(LOOK_EVERY_MS);
	}
	kill(child, SIGKILL);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		continue;
	return -ETIMEDOUT;
}

int errand_run(int (*work)(void *argument), void *argument,
	       unsigned int limit_ms)
{
	int status, err;
	pid_t child;

	child = fork();
	if (child < 0)
		return -errno;
	if (!child)
		_exit(-work(argument));
	err = reap(child, &status, limit_ms);
	if (err)
		return err;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ENOMEM;
}

static int exec_quietly(void *argument)
{
	char *const *argv = argument;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
	}
	execv(argv[0], argv);
	return -EIO;
}

int errand_exec(char *const argv[], unsigned int limit_ms)
{
	int err = errand_run(exec_quietly, (void *)argv, limit_ms);

	if (err == -ETIMEDOUT || err == -ENOMEM)
		return err;
	return err ? -EIO : 0;
}
