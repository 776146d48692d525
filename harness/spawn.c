// SPDX-License-Identifier: GPL-2.0-or-later
/* Starts a target, hears its reports, and is there when it goes wrong. */
#include "harness/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/interrupt.h"

/* How long the kernel may take to let a killed target die: unmapping tens of
 * gigabytes takes seconds. */
static const int64_t death_ns = 10000000000;

struct child {
	pid_t pid;
	int pidfd;
	int socket;
	int reports;
	bool failed;   /* a report said so */
	bool lockstep; /* the target waits for an answer */
};

static void prefer_for_oom(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	/* Raising one's own score is always allowed. */
	if (fd >= 0 && write(fd, "1000", 4) == 4)
		close(fd);
}

/* Between fork and exec; what is set here outlives the exec. */
__attribute__((noreturn)) static void
become_target(const struct spawn_request *request, int socket, pid_t runner)
{
	struct rlimit data = { request->data_limit, request->data_limit };
	struct rlimit no_core = { 0, 0 };
	char name[] = "dirtybench";
	char command[] = TARGET_COMMAND;
	char key[CELL_KEY_BYTES];
	char *argv[] = { name, command, key, NULL };

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != runner)
		_exit(2);
	prefer_for_oom();
	setrlimit(RLIMIT_CORE, &no_core);
	if (request->data_limit)
		setrlimit(RLIMIT_DATA, &data);
	if (request->topology &&
	    placement_apply(request->topology, &request->order.place))
		_exit(2);
	if (socket == TARGET_SOCKET)
		fcntl(socket, F_SETFD, 0);
	else
		dup2(socket, TARGET_SOCKET);
	if (request->records)
		dup2(request->records, TARGET_RECORDS);
	memcpy(key, request->order.key, sizeof(key));
	execv("/proc/self/exe", argv);
	_exit(2);
}

static int start(const struct spawn_request *request, struct child *child,
		 struct reason *why)
{
	pid_t runner = getpid();
	int pair[2];
	int ret;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return reason_errno(why, -errno, "socketpair");
	child->pid = fork();
	if (child->pid == 0)
		become_target(request, pair[1], runner);
	ret = -errno;
	close(pair[1]);
	if (child->pid < 0) {
		close(pair[0]);
		return reason_errno(why, ret, "fork");
	}
	child->socket = pair[0];
	child->reports = 0;
	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	if (child->pidfd < 0) {
		ret = -errno;
		kill(child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
		close(child->socket);
		return reason_errno(why, ret, "pidfd_open");
	}
	send(child->socket, &request->order, sizeof(request->order),
	     MSG_NOSIGNAL);
	return 0;
}

/* Every report that is there by now. */
static void drain(struct child *child, report_fn report, void *arg)
{
	/* Too large for a stack, and one target runs at a time. */
	static struct sample_detail detail;
	struct target_report message;
	struct iovec parts[] = {
		{ &message, sizeof(message) },
		{ &detail, sizeof(detail) },
	};
	struct msghdr header = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t got;

	while ((got = recvmsg(child->socket, &header, MSG_DONTWAIT)) >=
	       (ssize_t)sizeof(message)) {
		message.detail =
			got > (ssize_t)sizeof(message) ? &detail : NULL;
		child->reports++;
		child->failed |= message.result.status == STATUS_FAIL;
		report(&message, arg);
		if (child->lockstep)
			send(child->socket, "", 1, MSG_NOSIGNAL);
	}
}

static int wait_ms(int64_t deadline_ns)
{
	int64_t left = deadline_ns - clock_now_ns();

	return left <= 0 ? 0 : (int)(left / 1000000) + 1;
}

/* Until the target has ended (0), is out of time or is not wanted any more. */
static int listen_to(struct child *child, int64_t deadline_ns, report_fn report,
		     void *arg)
{
	struct pollfd fds[] = {
		{ .fd = child->pidfd, .events = POLLIN },
		{ .fd = interrupt_fd(), .events = POLLIN },
		{ .fd = child->socket, .events = POLLIN },
	};
	int got;

	for (;;) {
		got = poll(fds, 3, wait_ms(deadline_ns));
		if (got < 0 && errno != EINTR)
			return -errno;
		drain(child, report, arg);
		if (interrupt_signal())
			return -ECANCELED;
		if (got > 0 && fds[0].revents)
			return 0;
		/* The socket is at its end before the process is. */
		if (got > 0 && (fds[2].revents & POLLHUP))
			fds[2].fd = -1;
		if (clock_now_ns() >= deadline_ns)
			return -ETIMEDOUT;
	}
}

/* Kill the target's whole group; false when it does not die. */
static bool bury(struct child *child, int *status)
{
	struct pollfd fd = { .fd = child->pidfd, .events = POLLIN };
	int64_t deadline_ns = clock_now_ns() + death_ns;
	int got;

	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL);
	do {
		got = poll(&fd, 1, wait_ms(deadline_ns));
	} while (got < 0 && errno == EINTR);
	return got > 0 && waitpid(child->pid, status, 0) == child->pid;
}

static int explain_end(const struct child *child, int expected, int status,
		       struct reason *why)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return reason_set(why, -ECHILD,
				  "the target was killed: out of memory, or "
				  "by somebody");
	if (WIFSIGNALED(status))
		return reason_set(
			why, -ECHILD, "the target died of signal %d (%s)",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (!child->reports)
		return reason_set(why, -ECHILD,
				  "the target ended without a report, exit "
				  "status %d",
				  WEXITSTATUS(status));
	/* What is proved is proved by all epochs, the controls included. */
	if (!child->failed && (status || child->reports < expected))
		return reason_set(
			why, -ECHILD,
			"the target ended after %d of %d reports, exit "
			"status %d",
			child->reports, expected, WEXITSTATUS(status));
	return 0;
}

int spawn_target(const struct spawn_request *request, report_fn report,
		 void *arg, struct reason *why)
{
	struct child child = { .pid = 0, .lockstep = request->order.lockstep };
	int status = 0;
	int ret;

	ret = start(request, &child, why);
	if (ret || !child.pid)
		return ret;
	ret = listen_to(&child, clock_now_ns() + request->time_limit_ns, report,
			arg);
	if (ret == -ETIMEDOUT)
		reason_set(why, ret, "did not end within %g s",
			   (double)request->time_limit_ns / 1e9);
	if (!bury(&child, &status))
		ret = reason_set(why, -EDEADLK,
				 "the kernel does not let the target die "
				 "(process %d is left behind)",
				 (int)child.pid);
	drain(&child, report, arg);
	if (!ret)
		ret = explain_end(&child, target_reports(&request->order),
				  status, why);
	close(child.pidfd);
	close(child.socket);
	return ret;
}
