// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels: becomes the program that stands beside this one. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/sibling.h"

int kernels_main(int argc, char **argv)
{
	char path[PATH_MAX];
	struct reason why;

	(void)argc;
	if (!sibling_path("dirtybench-kernels", path, sizeof(path), &why)) {
		argv[0] = path;
		execv(path, argv);
		reason_errno(&why, -errno, "cannot run %s", path);
	}
	fprintf(stderr, "dirtybench: %s\n", why.text);
	return EXIT_FAILED;
}
