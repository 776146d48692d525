// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands that become the program that stands beside this one. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/bundle.h"
#include "cli/commands.h"
#include "cli/sibling.h"

static int become(char **argv, const char *name)
{
	char path[PATH_MAX];
	struct reason why;

	if (!sibling_path("dirtybench-kernels", path, sizeof(path), &why)) {
		argv[0] = name ? (char *)name : path;
		execv(path, argv);
		reason_errno(&why, -errno, "cannot run %s", path);
	}
	fprintf(stderr, "dirtybench: %s\n", why.text);
	return EXIT_FAILED;
}

int kernels_main(int argc, char **argv)
{
	(void)argc;
	return become(argv, NULL);
}

int bundle_main(int argc, char **argv)
{
	(void)argc;
	return become(argv, BUNDLE_COMMAND);
}
