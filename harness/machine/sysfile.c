// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes the small text files of /proc and /sys. */
#include "harness/machine/sysfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int read_all(int fd, char *text, size_t text_bytes)
{
	size_t used = 0;
	ssize_t got;

	while (used < text_bytes) {
		got = read(fd, text + used, text_bytes - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	if (used == text_bytes)
		return -E2BIG;
	while (used && text[used - 1] == '\n')
		used--;
	text[used] = '\0';
	return 0;
}

int sysfile_read(const char *path, char *text, size_t text_bytes)
{
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = read_all(fd, text, text_bytes);
	close(fd);
	return err;
}

int sysfile_choice(char *text)
{
	char *open = strchr(text, '[');
	char *close;

	if (!open)
		return 0;
	close = strchr(open, ']');
	if (!close)
		return -EINVAL;
	*close = '\0';
	memmove(text, open + 1, (size_t)(close - open));
	return 0;
}

int sysfile_read_choice(const char *path, char *text, size_t text_bytes)
{
	int err = sysfile_read(path, text, text_bytes);

	return err ? err : sysfile_choice(text);
}

static int parse_u64(const char *text, uint64_t *value)
{
	char *end;

	/* strtoull() takes "-1" for a huge number. */
	text += strspn(text, " \t");
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (errno || (*end && !strchr(" \t\n", *end)))
		return -EINVAL;
	return 0;
}

int sysfile_read_u64(const char *path, uint64_t *value)
{
	char text[64]; /* a 64-bit number has 20 digits */
	int err = sysfile_read(path, text, sizeof(text));

	return err ? err : parse_u64(text, value);
}

int sysfile_write(const char *path, const char *text)
{
	size_t length = strlen(text);
	ssize_t put;
	int fd, err;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	put = write(fd, text, length);
	err = put < 0 ? -errno : 0;
	if (!err && (size_t)put != length)
		err = -EIO;
	close(fd);
	return err;
}

int sysfile_write_u64(const char *path, uint64_t value)
{
	char text[24]; /* 20 digits and the zero */

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return sysfile_write(path, text);
}

bool sysfile_exists(const char *path)
{
	return !access(path, F_OK);
}
