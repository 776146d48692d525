// SPDX-License-Identifier: GPL-2.0-or-later
/* A file that appears whole under its name or not at all. */
#include "wholefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct names {
	char *final;	 /* @path itself, or what the link leads to */
	char *temporary; /* beside it: rename() stays on one file system */
};

static void names_free(struct names *names)
{
	free(names->temporary);
	free(names->final);
}

static int names_of(const char *path, struct names *names)
{
	names->final = realpath(path, NULL);
	if (!names->final && asprintf(&names->final, "%s", path) < 0)
		return -ENOMEM;
	if (asprintf(&names->temporary, "%s.%d.tmp", names->final, getpid()) <
	    0) {
		free(names->final);
		return -ENOMEM;
	}
	return 0;
}

static int open_temporary(const struct names *names)
{
	/* 0666: who may read it is for the umask to say. */
	int fd = open(names->temporary,
		      O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		      0666);

	return fd < 0 ? -errno : fd;
}

/* Replacing a device by a file would be a disaster; a folder is an error. */
static bool is_special(const char *path, int *err)
{
	struct stat status;

	*err = 0;
	if (stat(path, &status))
		return false;
	if (S_ISDIR(status.st_mode))
		*err = -EISDIR;
	return !S_ISREG(status.st_mode);
}

int wholefile_check(const char *path)
{
	struct names names;
	int err, fd;

	if (is_special(path, &err)) {
		if (!err && access(path, W_OK))
			err = -errno;
		return err;
	}
	err = names_of(path, &names);
	if (err)
		return err;
	fd = open_temporary(&names);
	if (fd < 0) {
		err = fd;
	} else {
		close(fd);
		unlink(names.temporary);
	}
	names_free(&names);
	return err;
}

static int write_all(int fd, const char *text, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t n = write(fd, text + done, length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return 0;
}

static int write_in_place(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, text, length);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

static int write_replacing(const struct names *names, const char *text,
			   size_t length)
{
	int fd = open_temporary(names);
	int err;

	if (fd < 0)
		return fd;
	err = write_all(fd, text, length);
	/* Some file systems find out only here that there is no room. */
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(names->temporary, names->final))
		err = -errno;
	if (err)
		unlink(names->temporary);
	return err;
}

int wholefile_write(const char *path, const char *text, size_t length)
{
	struct names names;
	int err;

	if (is_special(path, &err))
		return err ? err : write_in_place(path, text, length);
	err = names_of(path, &names);
	if (err)
		return err;
	err = write_replacing(&names, text, length);
	names_free(&names);
	return err;
}
