// SPDX-License-Identifier: GPL-2.0-or-later
/* A command whose output goes into a file, and that ends when we are to end. */
#include "cli/childlog.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/interrupt.h"

/* What a shell says of a command that cannot be executed. */
enum { CANNOT_RUN = 126 };

/* What a group that was asked to end may take: a guest, to be taken down. */
enum { FAREWELL_MS = 15000 };

/* Of a log, what its last line is looked for in. */
enum { TAIL_BYTES = 4096 };

__attribute__((noreturn)) static void become(const struct childlog *child,
					     int log)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0 ||
	    (child->folder && chdir(child->folder)))
		_exit(CANNOT_RUN);
	execvp(child->argv[0], (char *const *)child->argv);
	_exit(CANNOT_RUN);
}

/* Ask the group to end, and make it. */
static void end(pid_t pid, int pidfd)
{
	struct pollfd fd = { .fd = pidfd, .events = POLLIN };

	kill(-pid, interrupt_signal());
	poll(&fd, 1, FAREWELL_MS);
	kill(-pid, SIGKILL);
}

static int wait_for(pid_t pid, bool to_the_end, int *status)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd fds[] = { { .fd = pidfd, .events = POLLIN },
				{ .fd = interrupt_fd(), .events = POLLIN } };
	int ret = 0;

	while (pidfd >= 0 && !fds[0].revents && !ret) {
		if (poll(fds, to_the_end ? 1 : 2, -1) < 0 && errno != EINTR)
			break;
		if (interrupt_signal() && !to_the_end) {
			end(pid, pidfd);
			ret = -ECANCELED;
		}
	}
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (pidfd >= 0)
		close(pidfd);
	return ret;
}

int childlog_run(const struct childlog *child, int *status, struct reason *why)
{
	int log = open(child->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
		       0666);
	pid_t pid;
	int ret;

	if (log < 0)
		return reason_errno(why, -errno, "cannot write to %s",
				    child->log);
	pid = fork();
	if (pid == 0)
		become(child, log);
	ret = pid < 0 ? -errno : 0;
	close(log);
	if (!ret) {
		/* Whoever of the two comes first. */
		setpgid(pid, pid);
		ret = wait_for(pid, child->to_the_end, status);
	}
	if (ret == -ECANCELED)
		return reason_set(why, ret, "interrupted");
	return ret ? reason_errno(why, ret, "%s", child->argv[0]) : 0;
}

void childlog_last_line(const char *log, char *line, size_t bytes)
{
	char text[TAIL_BYTES + 1];
	FILE *file = fopen(log, "re");
	char *start;
	size_t length;

	line[0] = '\0';
	if (!file)
		return;
	if (fseek(file, -TAIL_BYTES, SEEK_END))
		rewind(file);
	length = fread(text, 1, TAIL_BYTES, file);
	fclose(file);
	while (length && strchr("\r\n\t ", text[length - 1]))
		length--;
	text[length] = '\0';
	start = strrchr(text, '\n');
	snprintf(line, bytes, "%s", start ? start + 1 : text);
}
