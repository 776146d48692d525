// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes a zram device of our own for swap and removes it. */
#include "harness/machine/zram.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/machine/kmodule.h"
#include "harness/machine/swaparea.h"
#include "harness/machine/sysfile.h"

#define ZRAM_CONTROL "/sys/class/zram-control"
#define HOT_ADD	     ZRAM_CONTROL "/hot_add"
#define HOT_REMOVE   ZRAM_CONTROL "/hot_remove"

/* "/sys/block/zram", a 32-bit number and the longest name used below. */
#define ZRAM_PATH_BYTES 64

static void zram_file(char *path, const char *number, const char *name)
{
	snprintf(path, ZRAM_PATH_BYTES, "/sys/block/zram%s/%s", number, name);
}

bool zram_exists(void)
{
	if (sysfile_exists(HOT_ADD))
		return true;
	return !sysfile_exists("/sys/block/zram0") && kmodule_exists("zram");
}

static int have_control(struct undo_log *log, struct reason *why)
{
	int err;

	if (sysfile_exists(HOT_ADD))
		return 0;
	if (sysfile_exists("/sys/block/zram0"))
		return reason_set(why, -ENODEV,
				  "zram of this kernel adds no devices "
				  "(needs Linux 4.2)");
	if (!kmodule_exists("zram"))
		return reason_set(
			why, -ENODEV,
			"this kernel has no zram: it needs CONFIG_ZRAM "
			"and, where that is a module, modprobe and the "
			"module's file");
	err = kmodule_load(log, "zram", why);
	if (err)
		return err;
	if (!sysfile_exists(HOT_ADD))
		return reason_set(why, -ENODEV, "zram has no %s", HOT_ADD);
	return 0;
}

/* Reading hot_add makes a device: it is read exactly once. */
static int add_device(struct undo_log *log, char *number, size_t number_bytes,
		      struct reason *why)
{
	int err;

	err = sysfile_read(HOT_ADD, number, number_bytes);
	if (err)
		return reason_errno(why, err, "cannot add a zram device by %s",
				    HOT_ADD);
	err = undo_push(log, ZRAM_UNDO_KIND, number, "", why);
	if (err)
		sysfile_write(HOT_REMOVE, number);
	return err;
}

static int format_device(const char *number, const char *node,
			 uint64_t area_bytes)
{
	char path[ZRAM_PATH_BYTES];
	int fd, err;

	zram_file(path, number, "disksize");
	err = sysfile_write_u64(path, area_bytes);
	if (err)
		return err;
	fd = open(node, O_RDWR | O_CLOEXEC);
	err = fd < 0 ? -errno : swaparea_format(fd, area_bytes);
	if (fd >= 0)
		close(fd);
	if (err) {
		/* Empty it, so that zram_revert() may remove it. */
		zram_file(path, number, "reset");
		sysfile_write(path, "1");
	}
	return err;
}

int zram_make(struct undo_log *log, uint64_t bytes, char *path,
	      size_t path_bytes, struct reason *why)
{
	char number[16]; /* a 32-bit number */
	int err;

	err = have_control(log, why);
	if (err)
		return err;
	err = add_device(log, number, sizeof(number), why);
	if (err)
		return err;
	snprintf(path, path_bytes, "/dev/zram%s", number);
	err = format_device(number, path, swaparea_bytes(bytes));
	if (err)
		return reason_errno(why, err, "cannot set up %s for swap",
				    path);
	return 0;
}

int zram_revert(const char *name, const char *value, struct reason *why)
{
	char path[ZRAM_PATH_BYTES], node[ZRAM_PATH_BYTES];
	uint64_t disk_bytes;
	int err;

	(void)value;
	zram_file(path, name, "disksize");
	if (sysfile_read_u64(path, &disk_bytes))
		return 0; /* gone */
	snprintf(node, sizeof(node), "/dev/zram%s", name);
	if (disk_bytes && !swaparea_is_ours(node))
		return 0;
	err = swaparea_off(node, why);
	if (err)
		return err;
	err = sysfile_write(HOT_REMOVE, name);
	if (err && err != -ENODEV)
		return reason_errno(why, err, "cannot remove %s", node);
	return 0;
}
