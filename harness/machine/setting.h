/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes a setting of the kernel so that it can be put back. */
#ifndef DIRTYBENCH_SETTING_H
#define DIRTYBENCH_SETTING_H

#include "harness/machine/undo.h"
#include "harness/reason.h"

/* The undo kind of a setting: its name is the path, its value the old one. */
#define SETTING_UNDO_KIND "setting"

/* Longer than any value written here: numbers and words such as "madvise". */
#define SETTING_BYTES 128

/* Note the present value of @path in @log, changing nothing yet. */
int setting_save(struct undo_log *log, const char *path, struct reason *why);

/* Give @path the @value, unless it has it, noting the old one in @log. */
int setting_change(struct undo_log *log, const char *path, const char *value,
		   struct reason *why);

/* As struct undo_kind.revert. -EAGAIN: the kernel kept another value. */
int setting_revert(const char *name, const char *value, struct reason *why);

#endif
