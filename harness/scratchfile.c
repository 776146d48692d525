// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that a run needs for a while, on a file system that has page cache. */
#include "harness/scratchfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

static const char *const folders[] = { "/var/tmp", "." };

enum { NR_FOLDERS = sizeof(folders) / sizeof(folders[0]) };

/* Left to everything else that writes there meanwhile: logs, mostly. */
static const uint64_t reserve_bytes = 64ULL << 20;

static bool is_fit(const char *folder)
{
	struct statfs fs;

	return !statfs(folder, &fs) && fs.f_type != TMPFS_MAGIC &&
	       !access(folder, W_OK | X_OK);
}

const char *scratch_folder(void)
{
	for (int i = 0; i < NR_FOLDERS; i++)
		if (is_fit(folders[i]))
			return folders[i];
	return NULL;
}

static int open_nameless(const char *folder)
{
	char path[64];
	int fd;

	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "%s/dirtybench-XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}

/* One in memory has no blocks. */
static bool has_blocks(const struct statfs *fs)
{
	return fs->f_blocks != 0;
}

static bool has_room(int fd, uint64_t bytes)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) || !has_blocks(&fs))
		return true;
	return (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize >=
	       bytes + reserve_bytes;
}

int scratch_file(uint64_t bytes, struct reason *why)
{
	const char *folder = scratch_folder();
	int fd, ret;

	if (!folder)
		return reason_set(why, -ENOENT,
				  "no folder for a file: /var/tmp and the "
				  "current one are tmpfs or cannot be written "
				  "to");
	fd = open_nameless(folder);
	if (fd < 0)
		return reason_errno(why, fd, "cannot make a file in %s",
				    folder);
	if (!has_room(fd, bytes)) {
		close(fd);
		return reason_set(why, -ENOSPC,
				  "a file of %" PRIu64
				  " MiB leaves too little room in %s: free "
				  "some, or choose a smaller size=",
				  bytes >> 20, folder);
	}
	if (!ftruncate(fd, (off_t)bytes))
		return fd;
	ret = -errno;
	close(fd);
	return reason_errno(why, ret, "cannot make a file of %" PRIu64 " MiB",
			    bytes >> 20);
}

int scratch_fill(int fd, uint64_t bytes, struct reason *why)
{
	static char data[1 << 16]; /* fewer calls than pages, and no heap */
	size_t chunk = sizeof(data);
	ssize_t got;

	memset(data, 'd', sizeof(data));
	for (uint64_t at = 0; at < bytes; at += (uint64_t)got) {
		if (bytes - at < chunk)
			chunk = bytes - at;
		got = pwrite(fd, data, chunk, (off_t)at);
		if (got < 0)
			return reason_errno(why, -errno,
					    "cannot fill a file in %s",
					    scratch_folder());
	}
	if (fdatasync(fd))
		return reason_errno(why, -errno, "fdatasync");
	return 0;
}

bool scratch_is_memory(void)
{
	const char *folder = scratch_folder();
	struct statfs fs;

	return folder && !statfs(folder, &fs) && !has_blocks(&fs);
}

/* Whether @path is the mount point @dir or lies below it. */
static bool is_below(const char *path, const char *dir)
{
	size_t length = strlen(dir);

	if (!strcmp(dir, "/"))
		return true;
	return !strncmp(path, dir, length) &&
	       (path[length] == '/' || !path[length]);
}

void scratch_filesystem(char *name, size_t name_bytes)
{
	const char *folder = scratch_folder();
	struct mntent *mount;
	char path[PATH_MAX];
	size_t longest = 0;
	FILE *file;

	name[0] = '\0';
	if (!folder || !realpath(folder, path))
		return;
	file = setmntent("/proc/self/mounts", "re");
	if (!file)
		return;
	/* Of mounts on one place, the last covers the others. */
	while ((mount = getmntent(file))) {
		if (!is_below(path, mount->mnt_dir) ||
		    strlen(mount->mnt_dir) < longest)
			continue;
		longest = strlen(mount->mnt_dir);
		snprintf(name, name_bytes, "%s", mount->mnt_type);
	}
	endmntent(file);
}
