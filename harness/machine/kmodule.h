/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a kernel module and what it depends on, and unloads both. */
#ifndef DIRTYBENCH_KMODULE_H
#define DIRTYBENCH_KMODULE_H

#include <stdbool.h>

#include "harness/machine/undo.h"
#include "harness/reason.h"

/* The undo kind of a module: its name is the module's, its value empty. */
#define KMODULE_UNDO_KIND "module"

/* Whether modprobe knows where to find @name; changes nothing. */
bool kmodule_exists(const char *name);

/* modprobe @name, noting in @log each module that this brought in. */
int kmodule_load(struct undo_log *log, const char *name, struct reason *why);

/* As struct undo_kind.revert. -EAGAIN, -EBUSY: still in use. */
int kmodule_revert(const char *name, const char *value, struct reason *why);

/*
 * Call @each with the modules that the text @after of /proc/modules has and
 * @before has not, the one loaded first coming first, until it returns non-0.
 */
int kmodule_each_new(const char *before, const char *after,
		     int (*each)(const char *name, void *argument),
		     void *argument);

#endif
