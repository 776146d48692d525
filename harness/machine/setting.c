// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes a setting of the kernel so that it can be put back. */
#include "harness/machine/setting.h"

#include <errno.h>
#include <string.h>

#include "harness/machine/sysfile.h"

int setting_save(struct undo_log *log, const char *path, struct reason *why)
{
	char old[SETTING_BYTES];
	int err;

	err = sysfile_read_choice(path, old, sizeof(old));
	if (err)
		return reason_errno(why, err, "cannot read %s", path);
	return undo_push(log, SETTING_UNDO_KIND, path, old, why);
}

int setting_change(struct undo_log *log, const char *path, const char *value,
		   struct reason *why)
{
	size_t mark = undo_count(log);
	char old[SETTING_BYTES];
	int err;

	err = sysfile_read_choice(path, old, sizeof(old));
	if (err)
		return reason_errno(why, err, "cannot read %s", path);
	if (!strcmp(old, value))
		return 0;
	err = undo_push(log, SETTING_UNDO_KIND, path, old, why);
	if (err)
		return err;
	err = sysfile_write(path, value);
	if (err) {
		undo_back_to(log, mark, NULL);
		return reason_errno(why, err, "cannot write %s to %s", value,
				    path);
	}
	return 0;
}

int setting_revert(const char *name, const char *value, struct reason *why)
{
	char now[SETTING_BYTES];
	int err;

	err = sysfile_read_choice(name, now, sizeof(now));
	if (!err && !strcmp(now, value))
		return 0;
	err = sysfile_write(name, value);
	if (!err)
		err = sysfile_read_choice(name, now, sizeof(now));
	if (err)
		return reason_errno(why, err, "cannot put %s back to %s", name,
				    value);
	if (strcmp(now, value) != 0)
		return reason_set(why, -EAGAIN, "%s was %s and stays at %s",
				  name, value, now);
	return 0;
}
