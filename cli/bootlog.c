// SPDX-License-Identifier: GPL-2.0-or-later
/* boots.jsonl: in which order which kernels were booted, and how it went. */
#include "cli/bootlog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct bootlog {
	FILE *file;
};

int bootlog_open(struct bootlog **log, const char *path, struct reason *why)
{
	struct bootlog *made = calloc(1, sizeof(*made));

	if (!made)
		return reason_set(why, -ENOMEM, "no memory");
	made->file = fopen(path, "wxe");
	if (made->file) {
		*log = made;
		return 0;
	}
	free(made);
	return reason_errno(why, -errno, "cannot create %s", path);
}

int bootlog_append(struct bootlog *log, json_t *line, struct reason *why)
{
	int ret = 0;

	if (!line)
		return reason_set(why, -ENOMEM, "no memory");
	if (json_dumpf(line, log->file, JSON_COMPACT) ||
	    fputc('\n', log->file) == EOF || fflush(log->file))
		ret = reason_set(why, -EIO, "cannot write to boots.jsonl");
	json_decref(line);
	return ret;
}

void bootlog_close(struct bootlog *log)
{
	if (!log)
		return;
	fclose(log->file);
	free(log);
}
