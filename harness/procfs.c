// SPDX-License-Identifier: GPL-2.0-or-later
/* What /proc says of a process: VMAs, page tables, huge pages. */
#include "harness/procfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Static, so that reading neither maps memory nor grows the stack. */
static char chunk[1 << 16];

int64_t procfs_vmas(pid_t pid)
{
	char path[32];
	int64_t lines = 0;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return INT64_MIN;
	while ((got = read(fd, chunk, sizeof(chunk))) > 0)
		for (ssize_t i = 0; i < got; i++)
			lines += chunk[i] == '\n';
	close(fd);
	return got < 0 ? INT64_MIN : lines;
}

int64_t procfs_line(const char *path, const char *key)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = strlen(key);
	size_t used = 0;
	ssize_t got;
	char *at;

	if (fd < 0)
		return INT64_MIN;
	while (used < sizeof(chunk) - 1 &&
	       (got = read(fd, chunk + used, sizeof(chunk) - 1 - used)) > 0)
		used += (size_t)got;
	close(fd);
	chunk[used] = '\0';
	for (at = chunk; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, key, len) && at[len] == ':')
			return strtoll(at + len + 1, NULL, 10);
	}
	return INT64_MIN;
}

int64_t procfs_pagetable_kb(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return procfs_line(path, "VmPTE");
}

int64_t procfs_anon_huge_kb(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	return procfs_line(path, "AnonHugePages");
}
