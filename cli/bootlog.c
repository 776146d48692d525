// SPDX-License-Identifier: GPL-2.0-or-later
/* boots.jsonl: in which order which kernels were booted, and how it went. */
#include "cli/bootlog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bootlog {
	FILE *file;
	char *path;
};

int bootlog_open(struct bootlog **log, const char *path, struct reason *why)
{
	struct bootlog *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return reason_set(why, -ENOMEM, "no memory");
	made->path = strdup(path);
	made->file = made->path ? fopen(path, "wxe") : NULL;
	if (made->file) {
		*log = made;
		return 0;
	}
	err = -errno;
	free(made->path);
	free(made);
	return reason_errno(why, err, "cannot create %s", path);
}

int bootlog_append(struct bootlog *log, json_t *line, struct reason *why)
{
	int ret = 0;

	if (!line)
		return reason_set(why, -ENOMEM, "no memory");
	if (json_dumpf(line, log->file, JSON_COMPACT) ||
	    fputc('\n', log->file) == EOF || fflush(log->file))
		ret = reason_set(why, -EIO, "cannot write to %s", log->path);
	json_decref(line);
	return ret;
}

void bootlog_close(struct bootlog *log)
{
	if (!log)
		return;
	fclose(log->file);
	free(log->path);
	free(log);
}

json_t *bootlog_read(const char *path)
{
	FILE *file = fopen(path, "re");
	json_t *lines, *line;

	if (!file)
		return NULL;
	lines = json_array();
	while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)))
		json_array_append_new(lines, line);
	fclose(file);
	return lines;
}

const char *bootlog_label(const json_t *lines)
{
	const json_t *kernels =
		json_object_get(json_array_get(lines, 0), "kernels");

	return json_string_value(
		json_object_get(json_array_get(kernels, 0), "label"));
}

const char *bootlog_reason(const json_t *lines)
{
	const char *reason = NULL;

	for (size_t i = json_array_size(lines); i-- > 1 && !reason;)
		reason = json_string_value(
			json_object_get(json_array_get(lines, i), "reason"));
	return reason;
}
