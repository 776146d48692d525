// SPDX-License-Identifier: GPL-2.0-or-later
/* Small files of the kernel, read below a directory that stands in for /. */
#include "harness/rooted.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int rooted_path(const char *root, const char *path, char full[PATH_MAX])
{
	int length = snprintf(full, PATH_MAX, "%s%s", root, path);

	return length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int rooted_fd(const char *root, const char *path)
{
	char full[PATH_MAX];
	int fd, ret;

	ret = rooted_path(root, path, full);
	if (ret)
		return ret;
	fd = open(full, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* What @fd still has, zero-terminated, cut at @size; its length. */
ssize_t read_up_to(int fd, char *text, size_t size)
{
	size_t used = 0;

	while (used + 1 < size) {
		ssize_t got = read(fd, text + used, size - 1 - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		used += (size_t)got;
	}
	text[used] = '\0';
	return (ssize_t)used;
}

int rooted_read(const char *root, const char *path, char *text, size_t size)
{
	ssize_t used;
	int fd;

	fd = rooted_fd(root, path);
	if (fd < 0)
		return fd;
	used = read_up_to(fd, text, size);
	close(fd);
	while (used > 0 && isspace((unsigned char)text[used - 1]))
		text[--used] = '\0';
	return (int)used;
}

int rooted_read_int(const char *root, const char *path, int64_t *value)
{
	char text[64], *end; /* a 64-bit number has 20 digits at most */
	int ret;

	ret = rooted_read(root, path, text, sizeof(text));
	if (ret < 0)
		return ret;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return errno || end == text || *end ? -EINVAL : 0;
}

int rooted_read_choice(const char *root, const char *path, char *text,
		       size_t size)
{
	char all[256], *open, *close; /* the longest has six short words */
	int ret;

	ret = rooted_read(root, path, all, sizeof(all));
	if (ret < 0)
		return ret;
	open = strchr(all, '[');
	close = open ? strchr(open, ']') : NULL;
	if (!close)
		return -EINVAL;
	*close = '\0';
	snprintf(text, size, "%s", open + 1);
	return 0;
}

int rooted_read_list_count(const char *root, const char *path, int64_t *count)
{
	char text[4096], *rest = text, *part; /* sysfs gives a page at most */
	int ret;

	ret = rooted_read(root, path, text, sizeof(text));
	if (ret < 0)
		return ret;
	*count = 0;
	while ((part = strsep(&rest, ","))) {
		char *end;
		long first = strtol(part, &end, 10), last = first;

		if (end == part)
			return -EINVAL;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (*end || last < first)
			return -EINVAL;
		*count += last - first + 1;
	}
	return 0;
}

FILE *rooted_open(const char *root, const char *path)
{
	FILE *file;
	int fd;

	fd = rooted_fd(root, path);
	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	file = fdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

int rooted_meminfo_kb(const char *root, const char *key, int64_t *value_kb)
{
	size_t length = strlen(key);
	char line[256]; /* a name, a number and "kB" */
	FILE *file;
	int ret = -ENOENT;

	file = rooted_open(root, "/proc/meminfo");
	if (!file)
		return -errno;
	while (ret && fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, length) != 0 || line[length] != ':')
			continue;
		*value_kb = strtoll(line + length + 1, NULL, 10);
		ret = 0;
	}
	fclose(file);
	return ret;
}

int rooted_glob(const char *root, const char *pattern, glob_t *found)
{
	char full[PATH_MAX];
	int ret;

	ret = rooted_path(root, pattern, full);
	if (ret)
		return ret;
	switch (glob(full, 0, NULL, found)) {
	case 0:
		return 0;
	case GLOB_NOSPACE:
		globfree(found);
		return -ENOMEM;
	default:
		globfree(found);
		return -ENOENT;
	}
}
