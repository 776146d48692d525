/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boots.jsonl: in which order which kernels were booted, and how it went. */
#ifndef DIRTYBENCH_BOOTLOG_H
#define DIRTYBENCH_BOOTLOG_H

#include <jansson.h>

#include "harness/reason.h"

struct bootlog;

/* Make @path, which must not exist. -errno. */
int bootlog_open(struct bootlog **log, const char *path, struct reason *why);

/* Append one line, at once; takes over the reference. -errno. */
int bootlog_append(struct bootlog *log, json_t *line, struct reason *why);
void bootlog_close(struct bootlog *log);

/* The lines of such a file, an array, for the caller to drop; as many as are
 * whole. NULL where there is none. */
json_t *bootlog_read(const char *path);

/* Of such lines, which may be NULL; valid as long as they are. The label of the
 * first kernel, and why the last boot that was not complete was not; NULL. */
const char *bootlog_label(const json_t *lines);
const char *bootlog_reason(const json_t *lines);

#endif
