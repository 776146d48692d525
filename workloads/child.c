// SPDX-License-Identifier: GPL-2.0-or-later
/* A child of the target that does what it is told, until one of them dies. */
#include "workloads/child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the child has its end of the socket; it closes everything above, the
 * target's own descriptors among them. A socket tells of the death of its other
 * side; shared memory would not. */
enum { CHILD_SOCKET = 3 };

static int send_order(int socket, const struct child_order *order)
{
	ssize_t sent;

	do {
		sent = send(socket, order, sizeof(*order), MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == sizeof(*order) ? 0 : -EPIPE;
}

/* -EPIPE when the other side has ended. */
static int receive_order(int socket, struct child_order *order)
{
	ssize_t got;

	do {
		got = recv(socket, order, sizeof(*order), 0);
	} while (got < 0 && errno == EINTR);
	return got == sizeof(*order) ? 0 : -EPIPE;
}

/* In the child, until the parent is gone. */
__attribute__((noreturn)) static void serve(struct work *work, int socket,
					    pid_t parent, child_obey obey)
{
	struct child_order order = { .what = CHILD_DONE };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || dup2(socket, CHILD_SOCKET) < 0)
		_exit(1);
	closefrom(CHILD_SOCKET + 1);
	while (!send_order(CHILD_SOCKET, &order) &&
	       !receive_order(CHILD_SOCKET, &order))
		obey(work, &order);
	_exit(0);
}

/* As waitpid(). */
static pid_t reap(pid_t child, int *status, int options)
{
	pid_t got;

	do {
		got = waitpid(child, status, options);
	} while (got < 0 && errno == EINTR);
	return got;
}

void child_end(struct child *child)
{
	int status;

	if (!child->pid)
		return;
	kill(child->pid, SIGKILL);
	reap(child->pid, &status, 0);
	close(child->socket);
	child->pid = 0;
}

static int report_end(struct child *child, struct work *work, int status)
{
	close(child->socket);
	child->pid = 0;
	if (WIFSIGNALED(status))
		return reason_set(&work->why, -ECHILD,
				  "%s died of signal %d (%s)", child->role,
				  WTERMSIG(status),
				  strsignal(WTERMSIG(status)));
	return reason_set(&work->why, -ECHILD,
			  "%s ended by itself, exit status %d", child->role,
			  WEXITSTATUS(status));
}

int child_check(struct child *child, struct work *work)
{
	int status;

	/* Where an answer is missing, its end is near. */
	if (reap(child->pid, &status, child->lost ? 0 : WNOHANG) == child->pid)
		return report_end(child, work, status);
	return 0;
}

void child_tell(struct child *child, const struct child_order *order)
{
	/* Without the order, the answer does not come either. */
	send_order(child->socket, order);
}

struct child_order child_answer(struct child *child)
{
	struct child_order answer = { .what = CHILD_DONE };

	child->lost = receive_order(child->socket, &answer) != 0;
	return answer;
}

int child_start(struct child *child, struct work *work, const char *role,
		child_obey obey)
{
	pid_t parent = getpid();
	int ends[2];
	pid_t pid;
	int ret;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return reason_errno(&work->why, -errno, "socketpair");
	pid = fork();
	if (!pid)
		serve(work, ends[1], parent, obey);
	ret = -errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return reason_errno(&work->why, ret, "forking %s", role);
	}
	*child = (struct child){ .pid = pid, .socket = ends[0], .role = role };
	/* It must not still be starting while something is timed. */
	child_answer(child);
	return child_check(child, work);
}
