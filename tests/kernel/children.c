// SPDX-License-Identifier: GPL-2.0-or-later
/* Children of a test, which end with it, also where an assertion fails. */
#include "tests/kernel/children.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* More than any test has at once. */
enum { MOST_CHILDREN = 8 };

/* Below the limit of a test program, which may have more tests to run. */
enum { LIMIT_SECONDS = 120 };

static pid_t children[MOST_CHILDREN];
static int nr_children;

/* As cmocka itself leaves a test by a signal. */
static void too_long(int signal)
{
	(void)signal;
	fail_msg("it waits for longer than %d s", LIMIT_SECONDS);
}

int children_begin(void **state)
{
	/* Its handler does not return: the signal must not stay blocked. */
	struct sigaction action = { .sa_handler = too_long,
				    .sa_flags = SA_NODEFER };

	(void)state;
	sigaction(SIGALRM, &action, NULL);
	alarm(LIMIT_SECONDS);
	return 0;
}

static bool forget(pid_t pid)
{
	for (int i = 0; i < nr_children; i++) {
		if (children[i] != pid)
			continue;
		children[i] = children[--nr_children];
		return true;
	}
	return false;
}

/* A process stays until its threads that this one traces were waited for: all
 * that there are. */
int children_end(void **state)
{
	pid_t pid;

	(void)state;
	alarm(LIMIT_SECONDS);
	for (int i = 0; i < nr_children; i++)
		kill(children[i], SIGKILL);
	while (nr_children) {
		pid = waitpid(-1, NULL, __WALL);
		if (pid < 0 && errno != EINTR)
			break;
		forget(pid);
	}
	alarm(0);
	return nr_children ? -1 : 0;
}

pid_t children_start(void)
{
	pid_t parent = getpid();
	pid_t pid;

	assert_in_range(nr_children, 0, MOST_CHILDREN - 1);
	pid = fork();
	assert_true(pid >= 0);
	if (pid) {
		children[nr_children++] = pid;
		return pid;
	}
	nr_children = 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	return 0;
}

int children_wait(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	forget(pid);
	return status;
}

void children_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	children_wait(pid);
}
