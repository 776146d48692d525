// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets up what cells need of the machine, and always puts it back. */
#include "harness/prepare.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/machine/errand.h"
#include "harness/machine/guardian.h"

/* pidfd_open() of Linux 5.3: one number on all architectures since then. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/*
 * The guardian may spend its restore limit on what an earlier run left, and
 * as long again on filling a swap file of a few GiB on a slow disk.
 */
#define ANSWER_LIMIT_MS (2ULL * GUARDIAN_RESTORE_LIMIT_MS)

struct preparation {
	pid_t guardian;
	int socket;
	bool folio; /* was among the needs */
	struct guardian_answer first;
};

static int receive_answer(int socket, struct guardian_answer *answer)
{
	unsigned long long end_ms = errand_now_ms() + ANSWER_LIMIT_MS;
	struct pollfd readable = { .fd = socket, .events = POLLIN };
	unsigned long long now_ms;
	ssize_t got;

	do {
		now_ms = errand_now_ms();
		if (now_ms >= end_ms)
			return -ETIMEDOUT;
	} while (poll(&readable, 1, (int)(end_ms - now_ms)) <= 0);
	do {
		got = recv(socket, answer, sizeof(*answer), 0);
	} while (got < 0 && errno == EINTR);
	return got == sizeof(*answer) ? 0 : -EPIPE;
}

static int call(const struct preparation *prep,
		const struct guardian_request *request,
		struct guardian_answer *answer)
{
	int err;

	if (send(prep->socket, request, sizeof(*request), MSG_NOSIGNAL) < 0)
		return -EPIPE;
	/* An answer that came too late for its request is not this one's. */
	do {
		err = receive_answer(prep->socket, answer);
	} while (!err && answer->verb != request->verb);
	return err;
}

static void guardian_process(const struct machine_needs *needs,
			     const char *folder, pid_t runner, int runner_fd,
			     int socket)
{
	struct guardian_start start = { .needs = needs,
					.folder = folder,
					.runner = runner,
					.runner_fd = runner_fd,
					.socket = socket };

	_exit(guardian_run(&start));
}

static int fork_guardian(struct preparation *prep,
			 const struct machine_needs *needs, const char *folder)
{
	pid_t runner = getpid();
	sigset_t all, old;
	int sockets[2];
	int runner_fd, err = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		return -errno;
	/* Opened here: in the child, the number could be another's already. */
	runner_fd = (int)syscall(SYS_pidfd_open, runner, 0);
	/* A Ctrl-C now must not end the guardian before it ignores it. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	prep->guardian = fork();
	if (!prep->guardian)
		guardian_process(needs, folder, runner, runner_fd, sockets[1]);
	if (prep->guardian < 0)
		err = -errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(sockets[1]);
	if (runner_fd >= 0)
		close(runner_fd);
	prep->socket = sockets[0];
	if (err)
		close(prep->socket);
	return err;
}

/* Closing the socket makes a guardian that still lives restore and end. */
static void release(struct preparation *prep, bool wait_for_end)
{
	close(prep->socket);
	while (waitpid(prep->guardian, NULL, wait_for_end ? 0 : WNOHANG) < 0 &&
	       errno == EINTR)
		continue;
	free(prep);
}

static int start_guardian(struct preparation *prep,
			  const struct machine_needs *needs, const char *folder,
			  struct reason *why)
{
	int err;

	err = fork_guardian(prep, needs, folder);
	if (err) {
		free(prep);
		return reason_errno(why, err,
				    "cannot start a process that "
				    "guards the machine's settings");
	}
	err = receive_answer(prep->socket, &prep->first);
	if (err)
		reason_errno(why, err,
			     "the process that prepares the machine does not "
			     "answer");
	else if (prep->first.err)
		err = reason_set(why, prep->first.err, "%s",
				 prep->first.why.text);
	if (err)
		release(prep, err != -ETIMEDOUT);
	return err;
}

int prepare_start(struct preparation **prep, const struct machine_needs *needs,
		  const char *folder, struct reason *why)
{
	char absolute[PATH_MAX];
	struct preparation *made;
	int err;

	if (geteuid())
		return reason_set(why, -EPERM,
				  "setting up huge pages, swap and THP needs "
				  "root");
	if (folder && !realpath(folder, absolute))
		return reason_errno(why, -errno, "cannot use the folder %s",
				    folder);
	made = calloc(1, sizeof(*made));
	if (!made)
		return reason_errno(why, -ENOMEM, "cannot prepare the machine");
	made->folio = needs->folio;
	err = start_guardian(made, needs, folder ? absolute : NULL, why);
	if (!err)
		*prep = made;
	return err;
}

int prepare_swap(struct preparation *prep, enum swap_backend backend,
		 struct reason *why)
{
	struct guardian_request request = { .verb = GUARDIAN_SWAP,
					    .backend = backend };
	struct guardian_answer answer;
	int err;

	if (*prepare_swap_reason(prep, backend)->text)
		return reason_set(why, -ENOENT, "%s",
				  prepare_swap_reason(prep, backend)->text);
	err = call(prep, &request, &answer);
	if (err)
		return reason_errno(why, err, "cannot switch swap to %s",
				    swap_backend_name(backend));
	return answer.err ? reason_set(why, answer.err, "%s", answer.why.text)
			  : 0;
}

int prepare_folio(struct preparation *prep, uint64_t bytes, struct reason *why)
{
	struct guardian_request request = { .verb = GUARDIAN_FOLIO,
					    .folio_bytes = bytes };
	struct guardian_answer answer;
	int err;

	/* Where no size could be chosen, none was. */
	if (!bytes && (!prep->folio || *prep->first.folio.text))
		return 0;
	if (!prep->folio || *prep->first.folio.text)
		return reason_set(why, -ENOENT, "%s",
				  prep->folio ? prep->first.folio.text
					      : "no folios were asked for");
	err = call(prep, &request, &answer);
	if (err)
		return reason_errno(why, err, "cannot choose a size of folios");
	return answer.err ? reason_set(why, answer.err, "%s", answer.why.text)
			  : 0;
}

const struct reason *prepare_hugetlb_reason(const struct preparation *prep)
{
	return &prep->first.hugetlb;
}

const struct reason *prepare_swap_reason(const struct preparation *prep,
					 enum swap_backend backend)
{
	return &prep->first.swap[backend];
}

const struct reason *prepare_thp_reason(const struct preparation *prep)
{
	return &prep->first.thp;
}

const struct reason *prepare_folio_reason(const struct preparation *prep)
{
	return &prep->first.folio;
}

int prepare_end(struct preparation *prep, struct reason *why)
{
	struct guardian_request request = { .verb = GUARDIAN_END };
	struct guardian_answer answer;
	int err;

	if (!prep)
		return 0;
	err = call(prep, &request, &answer);
	if (!err && answer.err)
		err = reason_set(why, answer.err,
				 "cannot put the machine back: %s",
				 answer.why.text);
	if (err == -ETIMEDOUT)
		reason_set(why, err,
			   "process %d still puts huge pages and swap back",
			   (int)prep->guardian);
	release(prep, err != -ETIMEDOUT);
	/* The guardian was killed: do its work from its notes. */
	return err == -EPIPE ? guardian_recover(getpid(), why) : err;
}
