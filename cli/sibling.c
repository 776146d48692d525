// SPDX-License-Identifier: GPL-2.0-or-later
/* The programs of this build lie in one folder. */
#include "cli/sibling.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int sibling_path(const char *name, char *path, size_t bytes, struct reason *why)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return reason_errno(why, -errno, "/proc/self/exe");
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	if (snprintf(path, bytes, "%s/%s", self, name) >= (int)bytes)
		return reason_set(why, -ENAMETOOLONG, "%s: too long", self);
	return access(path, X_OK)
		       ? reason_errno(why, -errno, "cannot run %s", path)
		       : 0;
}
