// SPDX-License-Identifier: GPL-2.0-or-later
/* The process that changes the machine and restores it, whatever happens. */
#include "harness/machine/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/machine/foliomode.h"
#include "harness/machine/hugepool.h"
#include "harness/machine/kmodule.h"
#include "harness/machine/runlock.h"
#include "harness/machine/setting.h"
#include "harness/machine/swapfile.h"
#include "harness/machine/swapset.h"
#include "harness/machine/sysfile.h"
#include "harness/machine/thpmode.h"
#include "harness/machine/undo.h"
#include "harness/machine/zram.h"

/* Where there is no pidfd, a dead runner is noticed after this time. */
#define LOOK_EVERY_MS 100

/* Behind the standard files, the socket and the pidfd. */
#define FIRST_FREE_FD (STDERR_FILENO + 3)

struct guardian {
	struct guardian_start start;
	struct undo_log *log;
	int lock;
	struct swap_set swaps;
	struct folio_modes folios;
	struct guardian_answer answer;
};

static const struct undo_kind undo_kinds[] = {
	{ SETTING_UNDO_KIND, setting_revert, false },
	{ SWAPFILE_UNDO_KIND, swapfile_revert, true },
	{ ZRAM_UNDO_KIND, zram_revert, false },
	{ KMODULE_UNDO_KIND, kmodule_revert, false },
	{ 0 },
};

static void set_signals(void)
{
	static const int ignored[] = { SIGINT,	SIGTERM, SIGHUP,  SIGQUIT,
				       SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE,
				       SIGUSR1, SIGUSR2, SIGALRM };
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	/* Ignored, it would reap the errands before their result is read. */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Move @fd out of the way, to a number that keep_files() does not give out. */
static int move_up(int *fd)
{
	if (*fd < 0)
		return 0;
	*fd = fcntl(*fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
	return *fd < 0 ? -errno : 0;
}

/*
 * Keep the socket and the pidfd only: an inherited pipe would keep the reader
 * of the runner's output waiting for the guardian.
 */
static int keep_files(struct guardian_start *start)
{
	int *const kept[] = { &start->socket, &start->runner_fd };
	int fd, null, err;
	size_t i;

	err = move_up(&start->socket);
	if (!err)
		err = move_up(&start->runner_fd);
	if (err)
		return err;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	for (i = 0, fd = STDERR_FILENO + 1; i < 2; i++) {
		if (*kept[i] < 0)
			continue;
		if (dup3(*kept[i], fd, O_CLOEXEC) < 0)
			return -errno;
		*kept[i] = fd++;
	}
	closefrom(fd);
	return 0;
}

static int detach(struct guardian_start *start)
{
	int err;

	setsid();
	set_signals();
	/* The kernel keeps 15 characters of a name. */
	prctl(PR_SET_NAME, "dirtybenchguard");
	/* A runner that set this for itself means its targets, not us. */
	prctl(PR_SET_PDEATHSIG, 0);
	/* Not allowed everywhere; without it we are just like others. */
	sysfile_write("/proc/self/oom_score_adj", "-1000");
	err = keep_files(start);
	if (!err && chdir("/"))
		err = -errno;
	return err;
}

static int recover_locked(struct undo_log **log, unsigned int limit_ms,
			  struct reason *why)
{
	struct reason cause = { "" };
	int err;

	err = undo_open(log, GUARDIAN_SAVED_PATH, undo_kinds, why);
	if (err)
		return err;
	err = undo_all(*log, limit_ms, &cause);
	if (!err)
		return 0;
	undo_close(*log);
	*log = NULL;
	return reason_set(why, err,
			  "what an earlier run changed cannot be put back: %s",
			  cause.text);
}

int guardian_recover(pid_t owner, struct reason *why)
{
	struct undo_log *log;
	int lock, err;

	lock = runlock_take(GUARDIAN_LOCK_PATH, owner, why);
	if (lock < 0)
		return lock;
	err = recover_locked(&log, GUARDIAN_RESTORE_LIMIT_MS, why);
	if (!err)
		undo_close(log);
	runlock_drop(GUARDIAN_LOCK_PATH, lock);
	return err;
}

static int open_books(struct guardian *guardian, struct reason *why)
{
	int err;

	guardian->lock =
		runlock_take(GUARDIAN_LOCK_PATH, guardian->start.runner, why);
	if (guardian->lock < 0)
		return guardian->lock;
	err = recover_locked(&guardian->log, GUARDIAN_RESTORE_LIMIT_MS, why);
	if (err)
		runlock_drop(GUARDIAN_LOCK_PATH, guardian->lock);
	return err;
}

static void make_swaps(struct guardian *guardian)
{
	const struct machine_needs *needs = guardian->start.needs;
	struct guardian_answer *answer = &guardian->answer;
	enum swap_backend backend;

	guardian->swaps.log = guardian->log;
	guardian->swaps.folder = guardian->start.folder;
	for (backend = SWAP_NONE + 1; backend < SWAP_BACKENDS; backend++)
		if (needs->swap_bytes[backend])
			swapset_add(&guardian->swaps, backend,
				    needs->swap_bytes[backend],
				    &answer->swap[backend]);
	for (backend = SWAP_NONE + 1; backend < SWAP_BACKENDS; backend++)
		if (!swapset_use(&guardian->swaps, backend, NULL))
			break;
}

/* What thpmode_allow() has changed is what the sizes then go back to. */
static int save_folios(struct guardian *guardian, struct reason *why)
{
	int err = thpmode_allow_defrag(guardian->log, why);

	return err ? err
		   : foliomode_save(&guardian->folios, guardian->log, why);
}

/* The pool comes last: given back first, it makes room for a swapoff. */
static void meet_needs(struct guardian *guardian)
{
	const struct machine_needs *needs = guardian->start.needs;
	struct guardian_answer *answer = &guardian->answer;

	if (needs->thp)
		thpmode_allow(guardian->log, &answer->thp);
	if (needs->folio)
		save_folios(guardian, &answer->folio);
	make_swaps(guardian);
	if (needs->hugetlb_bytes)
		hugepool_grow(guardian->log, needs->hugetlb_bytes,
			      &answer->hugetlb);
}

static void send_answer(struct guardian *guardian, enum guardian_verb verb,
			int err)
{
	guardian->answer.verb = verb;
	guardian->answer.err = err;
	/* A runner that is gone is noticed in wait_for_request(). */
	send(guardian->start.socket, &guardian->answer,
	     sizeof(guardian->answer), MSG_NOSIGNAL);
	memset(&guardian->answer, 0, sizeof(guardian->answer));
}

static bool runner_lives(const struct guardian_start *start)
{
	struct pollfd runner = { .fd = start->runner_fd, .events = POLLIN };

	if (start->runner_fd < 0)
		return getppid() == start->runner;
	return poll(&runner, 1, 0) == 0;
}

/* The end of the runner, however it comes, is a request to end. */
static void wait_for_request(const struct guardian_start *start,
			     struct guardian_request *request)
{
	struct pollfd fds[] = { { .fd = start->socket, .events = POLLIN },
				{ .fd = start->runner_fd, .events = POLLIN } };
	int limit_ms = start->runner_fd < 0 ? LOOK_EVERY_MS : -1;

	request->verb = GUARDIAN_END;
	while (runner_lives(start)) {
		if (poll(fds, 2, limit_ms) <= 0 || !fds[0].revents)
			continue;
		if (recv(start->socket, request, sizeof(*request), 0) !=
		    sizeof(*request))
			request->verb = GUARDIAN_END;
		return;
	}
}

static int meet_request(struct guardian *guardian,
			const struct guardian_request *request)
{
	struct reason *why = &guardian->answer.why;

	if (request->verb == GUARDIAN_FOLIO)
		return foliomode_choose(&guardian->folios, request->folio_bytes,
					why);
	return swapset_use(&guardian->swaps, request->backend, why);
}

static void serve(struct guardian *guardian)
{
	struct guardian_request request;
	int err;

	for (;;) {
		wait_for_request(&guardian->start, &request);
		if (request.verb == GUARDIAN_END)
			return;
		err = meet_request(guardian, &request);
		send_answer(guardian, request.verb, err);
	}
}

int guardian_run(const struct guardian_start *start)
{
	struct guardian guardian = { .start = *start };
	struct reason *why = &guardian.answer.why;
	int err;

	err = detach(&guardian.start);
	if (err)
		reason_errno(why, err, "cannot start the guardian process");
	else
		err = open_books(&guardian, why);
	if (err) {
		send_answer(&guardian, GUARDIAN_START, err);
		return EXIT_FAILURE;
	}
	meet_needs(&guardian);
	send_answer(&guardian, GUARDIAN_START, 0);
	serve(&guardian);
	err = undo_all(guardian.log, GUARDIAN_RESTORE_LIMIT_MS, why);
	undo_close(guardian.log);
	runlock_drop(GUARDIAN_LOCK_PATH, guardian.lock);
	send_answer(&guardian, GUARDIAN_END, err);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
