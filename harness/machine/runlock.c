// SPDX-License-Identifier: GPL-2.0-or-later
/* Lets one run at a time prepare the machine. */
#include "harness/machine/runlock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/machine/errand.h"

/* A guardian whose runner is dead is done within a few seconds as a rule. */
#define WAIT_LIMIT_MS 10000
#define LOOK_EVERY_MS 50

static pid_t read_owner(int fd)
{
	char text[16] = ""; /* a process id */

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		return 0;
	return (pid_t)strtol(text, NULL, 10);
}

static bool lives(pid_t pid)
{
	return pid > 0 && (!kill(pid, 0) || errno == EPERM);
}

static int busy(pid_t owner, struct reason *why)
{
	if (lives(owner))
		return reason_set(
			why, -EBUSY,
			"another dirtybench run (pid %d) has prepared "
			"this machine",
			(int)owner);
	return reason_set(why, -EBUSY,
			  "what an earlier dirtybench run (pid %d) prepared is "
			  "still being put back",
			  (int)owner);
}

/* Whether the locked file still is the one that others find at @path. */
static bool is_current(const char *path, int fd)
{
	struct stat locked, found;

	return !fstat(fd, &locked) && !stat(path, &found) &&
	       locked.st_dev == found.st_dev && locked.st_ino == found.st_ino;
}

/* The lock's descriptor, -EAGAIN where it is held by *owner, or -errno. */
static int try_lock(const char *path, pid_t *owner)
{
	int err = -EAGAIN;
	int fd;

	*owner = 0;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		err = errno == EWOULDBLOCK ? -EAGAIN : -errno;
		*owner = read_owner(fd);
	} else if (is_current(path, fd)) {
		return fd;
	}
	close(fd);
	return err;
}

static int write_owner(int fd, pid_t owner)
{
	if (ftruncate(fd, 0) || dprintf(fd, "%d\n", (int)owner) < 0)
		return -errno;
	return 0;
}

int runlock_take(const char *path, pid_t owner, struct reason *why)
{
	unsigned long long end_ms = errand_now_ms() + WAIT_LIMIT_MS;
	pid_t holder;
	int fd, err;

	for (;;) {
		fd = try_lock(path, &holder);
		if (fd != -EAGAIN)
			break;
		if ((holder != owner && lives(holder)) ||
		    errand_now_ms() >= end_ms)
			return busy(holder, why);
		errand_sleep(LOOK_EVERY_MS);
	}
	if (fd < 0)
		return reason_errno(why, fd, "cannot lock %s", path);
	err = write_owner(fd, owner);
	if (err) {
		runlock_drop(path, fd);
		return reason_errno(why, err, "cannot write %s", path);
	}
	return fd;
}

void runlock_drop(const char *path, int fd)
{
	unlink(path);
	close(fd);
}
