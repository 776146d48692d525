/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of kernel modules below a folder, found by the module's name. */
#ifndef DIRTYBENCH_MODULEFILES_H
#define DIRTYBENCH_MODULEFILES_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/reason.h"

struct module_file {
	char *name; /* as the kernel has it: '_' for every '-' */
	char *stem; /* its path without .ko and what follows */
};

struct module_files {
	struct module_file *v;
	size_t nr, room;
};

/*
 * Learn of all modules below @folder: from its modules.order, or by looking
 * through it where it has none. -ENOENT: no such folder; -errno.
 */
int module_files_read(struct module_files *files, const char *folder,
		      struct reason *why);

void module_files_free(struct module_files *files);

/*
 * The path of the module @name, which the caller frees; NULL where there is no
 * such file, because the module is built in or was not built.
 */
char *module_files_path(const struct module_files *files, const char *name);

/*
 * Copy the name of the module in the file @path, which may have folders, '-',
 * and .ko, .o or .ko.xz at its end. False: not a module's file, no memory.
 */
bool module_name(const char *path, char **name);

#endif
