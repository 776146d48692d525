// SPDX-License-Identifier: GPL-2.0-or-later
/* 'dirtybench kernels run' of one image, for commands that judge what it did.
 */
#include "cli/kernelchild.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bootlog.h"
#include "cli/childlog.h"

/* What the program's own lines begin with. */
static const char own_prefix[] = "dirtybench: ";

static int say_last_line(const char *log, struct reason *why)
{
	char line[300];
	const char *text = line;

	childlog_last_line(log, line, sizeof(line));
	if (!strncmp(text, own_prefix, sizeof(own_prefix) - 1))
		text += sizeof(own_prefix) - 1;
	return reason_set(why, -ENODATA, "%s",
			  text[0] ? text : "nothing was measured");
}

static bool has_samples(const char *runs)
{
	char pattern[PATH_MAX + 32];
	glob_t found;
	bool any;

	snprintf(pattern, sizeof(pattern), "%s/boot-*/samples.jsonl", runs);
	any = !glob(pattern, 0, NULL, &found);
	globfree(&found);
	return any;
}

static int judge(const char *folder, char runs[PATH_MAX], struct reason *why)
{
	char path[PATH_MAX];
	const char *label, *said;
	json_t *lines;

	snprintf(path, sizeof(path), "%s/boots.jsonl", folder);
	lines = bootlog_read(path);
	label = bootlog_label(lines);
	said = bootlog_reason(lines);
	if (label)
		snprintf(runs, PATH_MAX, "%s/%s", folder, label);
	if (label && has_samples(runs)) {
		reason_set(why, 0, "%s", said ? said : "");
		json_decref(lines);
		return 0;
	}
	if (said) {
		reason_set(why, 0, "%s", said);
	} else {
		snprintf(path, sizeof(path), "%s/run.log", folder);
		say_last_line(path, why);
	}
	json_decref(lines);
	return -ENODATA;
}

int kernelchild_run(const char *image, const char *folder,
		    const char *const *args, char runs[PATH_MAX],
		    struct reason *why)
{
	char log[PATH_MAX];
	const char **argv;
	struct childlog child = { .log = log };
	size_t nr = 0, nr_args = 0;
	int status, ret;

	while (args[nr_args])
		nr_args++;
	argv = calloc(nr_args + 8, sizeof(*argv));
	if (!argv)
		return reason_errno(why, -ENOMEM, "%s", image);
	argv[nr++] = "/proc/self/exe";
	argv[nr++] = "run";
	argv[nr++] = "--engine=icount";
	argv[nr++] = "-o";
	argv[nr++] = folder;
	for (size_t i = 0; i < nr_args; i++)
		argv[nr++] = args[i];
	argv[nr++] = "--";
	argv[nr] = image;
	child.argv = argv;
	snprintf(log, sizeof(log), "%s/run.log", folder);
	ret = childlog_run(&child, &status, why);
	free(argv);
	return ret ? ret : judge(folder, runs, why);
}
