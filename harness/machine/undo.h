/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A log, kept in a file, of the steps that put the machine back. */
#ifndef DIRTYBENCH_UNDO_H
#define DIRTYBENCH_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/reason.h"

/* One way to take something back. */
struct undo_kind {
	const char *name; /* as written in the file; NULL ends a table */
	/*
	 * Take it back; called again later where it failed, and harmless where
	 * the thing was never done or is already taken back. 0 or -errno with
	 * @why filled.
	 */
	int (*revert)(const char *name, const char *value, struct reason *why);
	bool outlives_boot; /* a reboot does not take it back by itself */
};

struct undo_log;

/*
 * The log of the file @path, with the steps that somebody left there when
 * there are any. Steps of an earlier boot that the reboot has taken back are
 * dropped. @kinds and @path stay the caller's and have to outlive the log.
 * Errors: -EINVAL a file that this program did not write; -errno of reading.
 */
int undo_open(struct undo_log **log, const char *path,
	      const struct undo_kind *kinds, struct reason *why);

/* Forget the log in memory; the file stays. NULL is allowed. */
void undo_close(struct undo_log *log);

size_t undo_count(const struct undo_log *log);

/*
 * Add a step and save the file: to be called before the thing is done, so that
 * whoever comes later can take it back. On failure nothing is added.
 */
int undo_push(struct undo_log *log, const char *kind, const char *name,
	      const char *value, struct reason *why);

/*
 * Take back all but the first @keep steps, the last one first. Those that fail
 * stay in the log; the others are tried nevertheless. The file is gone when
 * the log is empty. Returns the first failure.
 */
int undo_back_to(struct undo_log *log, size_t keep, struct reason *why);

/* Take back everything, trying again for @limit_ms. */
int undo_all(struct undo_log *log, unsigned int limit_ms, struct reason *why);

#endif
