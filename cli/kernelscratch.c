// SPDX-License-Identifier: GPL-2.0-or-later
/* Boots whose runs nobody keeps. */
#include "cli/kernelscratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "kernels/cachedir.h"

int kernelscratch_run(const struct kernels_options *options, const char *word)
{
	struct kernels_options run = *options;
	const char *tmp = getenv("TMPDIR");
	char folder[PATH_MAX];
	struct reason why;
	int code;

	if (run.folder)
		return kernels_run_all(&run);
	snprintf(folder, sizeof(folder), "%s/dirtybench-%s-XXXXXX",
		 tmp && tmp[0] ? tmp : "/tmp", word);
	if (!mkdtemp(folder)) {
		fprintf(stderr, "dirtybench: %s: %s\n", folder,
			strerror(errno));
		return EXIT_FAILED;
	}
	run.folder = folder;
	code = kernels_run_all(&run);
	if (folder_remove(folder, &why))
		fprintf(stderr, "dirtybench: %s\n", why.text);
	return code;
}
