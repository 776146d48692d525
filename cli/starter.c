// SPDX-License-Identifier: GPL-2.0-or-later
/* Starts the program of a bundle, from wherever that was unpacked. It needs no
 * library itself. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernels/bundlefiles.h"

/* What a command that cannot be executed is told by. */
enum { CANNOT_RUN = 126 };

static int fail(const char *path)
{
	fputs("dirtybench: ", stderr);
	perror(path);
	return CANNOT_RUN;
}

int main(int argc, char **argv)
{
	static const char program[] = "/bin/dirtybench";
	static const char libraries[] = "/" BUNDLE_LIBRARIES;
	char self[PATH_MAX], path[PATH_MAX + sizeof(libraries)];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int folder;

	if (argc < 1 || length < 0)
		return fail("/proc/self/exe, is /proc mounted?");
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(path, sizeof(path), "%s%s", self, libraries);
	folder = open(path, O_PATH | O_DIRECTORY);
	if (folder < 0 || dup2(folder, BUNDLE_LIBRARY_FD) < 0)
		return fail(path);
	if (folder != BUNDLE_LIBRARY_FD)
		close(folder);
	/* Here are none; this machine's are for its own hwloc and libc. */
	setenv("HWLOC_PLUGINS_PATH", self, 1);
	snprintf(path, sizeof(path), "%s%s", self, program);
	/* Under its own name, which may be that of a workload. */
	execv(path, argv);
	return fail(path);
}
