/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why something could not be done: one sentence that a user can act on. */
#ifndef DIRTYBENCH_REASON_H
#define DIRTYBENCH_REASON_H

struct reason {
	char text[400];
};

/*
 * Fill @why (may be NULL) and hand back @err, so that a failing function ends
 * in `return reason_set(why, -ENOMEM, "...")`. The text carries no newline and
 * no final stop, because it is printed inside longer lines; control characters
 * that an argument brings become question marks.
 */
int reason_set(struct reason *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As reason_set(), followed by ": " and what @err (a -errno) means. */
int reason_errno(struct reason *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
