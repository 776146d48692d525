// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs another program without a shell and takes down what it says. */
#include "kernels/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/interrupt.h"

/* Shells tell by this that a program was not there. */
enum { STATUS_NOT_FOUND = 127 };

/* apt's lists of files have some kilobytes. */
enum { CHUNK_BYTES = 16 << 10 };

struct stream {
	int fd;
	char *text; /* always zero-terminated once there is any */
	size_t nr;
};

enum { OUT, ERR, NR_STREAMS };

static void become(const struct program *program, const int fds[NR_STREAMS])
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(fds[OUT], STDOUT_FILENO) < 0 ||
	    dup2(fds[ERR], STDERR_FILENO) < 0)
		_exit(STATUS_NOT_FOUND - 1);
	setenv("LC_ALL", "C", 1);
	for (int i = 0; program->env && program->env[i]; i++)
		putenv((char *)program->env[i]);
	if (program->folder && chdir(program->folder))
		_exit(STATUS_NOT_FOUND - 1);
	execvp(program->argv[0], (char *const *)program->argv);
	_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_FOUND - 1);
}

static int start(const struct program *program, struct stream s[NR_STREAMS],
		 pid_t *child)
{
	int out[2], err[2], ends[NR_STREAMS];

	if (pipe2(out, O_CLOEXEC))
		return -errno;
	if (pipe2(err, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return -errno;
	}
	ends[OUT] = out[1];
	ends[ERR] = err[1];
	*child = fork();
	if (!*child)
		become(program, ends);
	close(out[1]);
	close(err[1]);
	s[OUT].fd = out[0];
	s[ERR].fd = err[0];
	return *child < 0 ? -EAGAIN : 0;
}

/* Close the stream at its end. */
static int take(struct stream *stream)
{
	char *text = realloc(stream->text, stream->nr + CHUNK_BYTES + 1);
	ssize_t got;

	if (!text)
		return -ENOMEM;
	stream->text = text;
	got = read(stream->fd, text + stream->nr, CHUNK_BYTES);
	if (got < 0)
		return errno == EINTR ? 0 : -errno;
	stream->nr += (size_t)got;
	text[stream->nr] = '\0';
	if (!got) {
		close(stream->fd);
		stream->fd = -1;
	}
	return 0;
}

static int listen_to(struct stream s[NR_STREAMS])
{
	struct pollfd polls[NR_STREAMS + 1];
	int err = 0;

	while (!err && (s[OUT].fd >= 0 || s[ERR].fd >= 0)) {
		for (int i = 0; i < NR_STREAMS; i++)
			polls[i] = (struct pollfd){ s[i].fd, POLLIN, 0 };
		polls[NR_STREAMS] =
			(struct pollfd){ interrupt_fd(), POLLIN, 0 };
		if (poll(polls, NR_STREAMS + 1, -1) < 0 && errno != EINTR)
			err = -errno;
		if (interrupt_signal())
			err = -ECANCELED;
		for (int i = 0; !err && i < NR_STREAMS; i++)
			if (s[i].fd >= 0 && polls[i].revents)
				err = take(&s[i]);
	}
	return err;
}

static int wait_for(pid_t child, int *status)
{
	while (waitpid(child, status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* The line worth telling: apt's first error, or the last of all. */
static int told(const struct program *program, char *text, struct reason *why)
{
	char *line = text && !strncmp(text, "E: ", 3) ? text : NULL;
	size_t length = text ? strlen(text) : 0;

	if (!line && text && (line = strstr(text, "\nE: ")))
		line++;
	while (!line && length && text[length - 1] == '\n')
		text[--length] = '\0';
	if (!line && length) {
		line = strrchr(text, '\n');
		line = line ? line + 1 : text;
	}
	if (!line)
		return reason_set(why, -EIO, "%s failed", program->argv[0]);
	line[strcspn(line, "\n")] = '\0';
	return reason_set(why, -EIO, "%s: %s", program->argv[0],
			  strncmp(line, "E: ", 3) ? line : line + 3);
}

static int judge(const struct program *program, int status, char *errors,
		 struct reason *why)
{
	const char *name = program->argv[0];

	if (WIFSIGNALED(status))
		return reason_set(why, -EIO, "%s was ended by signal %d", name,
				  WTERMSIG(status));
	if (WEXITSTATUS(status) == STATUS_NOT_FOUND)
		return reason_set(why, -ENOENT,
				  "no program %s: packages are fetched with "
				  "Debian's apt",
				  name);
	return WEXITSTATUS(status) ? told(program, errors, why) : 0;
}

int program_run(const struct program *program, char **out, struct reason *why)
{
	struct stream s[NR_STREAMS] = { { .fd = -1 }, { .fd = -1 } };
	int status = 0;
	pid_t child = -1;
	int err;

	*out = NULL;
	err = start(program, s, &child);
	if (!err) {
		err = listen_to(s);
		/* Between its last word and its end there is nothing. */
		if (err)
			kill(child, SIGTERM);
		if (wait_for(child, &status) && !err)
			err = -ECHILD;
	}
	for (int i = 0; i < NR_STREAMS; i++)
		if (s[i].fd >= 0)
			close(s[i].fd);
	if (err)
		reason_errno(why, err, "%s", program->argv[0]);
	else
		err = judge(program, status, s[ERR].text, why);
	free(s[ERR].text);
	if (err)
		free(s[OUT].text);
	else
		*out = s[OUT].text;
	return err;
}
