// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes a swap file and removes it. */
#include "harness/machine/swapfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/machine/swaparea.h"

/* Process ids come again after a crash; so often they do not. */
#define NAMES_TO_TRY 100

/* btrfs takes a swap file only without copy-on-write, set while empty. */
static void refuse_copy_on_write(int fd)
{
	int flags;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags))
		return;
	flags |= FS_NOCOW_FL;
	/* Refused where a file system has no copy-on-write to refuse. */
	(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

static int fill_file(int fd, uint64_t area_bytes)
{
	int err;

	refuse_copy_on_write(fd);
	/* Has no holes; that the blocks are unwritten does not matter. */
	do {
		err = posix_fallocate(fd, 0, (off_t)area_bytes);
	} while (err == EINTR);
	return err ? -err : swaparea_format(fd, area_bytes);
}

/* A name that no file has: nobody else's file may be deleted later. */
static int choose_path(const char *folder, char *path, size_t path_bytes)
{
	unsigned int i;

	for (i = 0; i < NAMES_TO_TRY; i++) {
		if ((size_t)snprintf(path, path_bytes,
				     "%s/dirtybench-swap-%d-%u", folder,
				     (int)getpid(), i) >= path_bytes)
			return -ENAMETOOLONG;
		if (access(path, F_OK))
			return errno == ENOENT ? 0 : -errno;
	}
	return -EEXIST;
}

static int make_file(const char *path, uint64_t area_bytes)
{
	int fd, err;

	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0600);
	if (fd < 0)
		return -errno;
	err = fill_file(fd, area_bytes);
	close(fd);
	return err;
}

int swapfile_make(struct undo_log *log, const char *folder, uint64_t bytes,
		  char *path, size_t path_bytes, struct reason *why)
{
	uint64_t area_bytes = swaparea_bytes(bytes);
	int err;

	err = choose_path(folder, path, path_bytes);
	if (err)
		return reason_errno(why, err, "cannot make a swap file in %s",
				    folder);
	err = undo_push(log, SWAPFILE_UNDO_KIND, path, "", why);
	if (err)
		return err;
	err = make_file(path, area_bytes);
	if (err)
		return reason_errno(why, err,
				    "cannot make the swap file %s of %" PRIu64
				    " MiB",
				    path, area_bytes >> 20);
	return 0;
}

int swapfile_on(const char *path, struct reason *why)
{
	int err = swaparea_on(path, why);

	if (err == -EINVAL)
		reason_set(why, err,
			   "the file system of %s takes no swap file: choose a "
			   "folder on ext4, xfs or btrfs (tmpfs and overlayfs "
			   "refuse)",
			   path);
	return err;
}

int swapfile_revert(const char *name, const char *value, struct reason *why)
{
	int err;

	(void)value;
	err = swaparea_off(name, why);
	if (err)
		return err;
	if (unlink(name) && errno != ENOENT)
		return reason_errno(why, -errno, "cannot delete %s", name);
	return 0;
}
