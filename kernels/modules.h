/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel modules in a folder: which there are, in the order to load them. */
#ifndef DIRTYBENCH_MODULES_H
#define DIRTYBENCH_MODULES_H

#include <stddef.h>

#include "harness/reason.h"

struct module {
	char *name; /* with '-' as '_', without folder and ending */
	char *path;
};

struct module_list {
	struct module *v;
	size_t nr;
};

/* What a guest needs to swap, to mount and to talk to its host; where a kernel
 * has them built in they are no modules. NULL-terminated. */
extern const char *const modules_for_guest[];

/*
 * The modules of @folder that are among @wanted, and those that they depend
 * on: each once, behind all that it depends on, else in the order of @wanted.
 * Those of @wanted that are not there are left out.
 *
 * @folder is one of /lib/modules/RELEASE, a build tree, or any folder of
 * modules; they may be compressed (.ko.xz, .ko.zst).
 *
 * -ENOENT: no such folder, or a module is missing that another depends on.
 * -EINVAL: a file is no module. -ENOMEM, -errno. The list has to be freed
 * after success only.
 */
int modules_find(struct module_list *list, const char *folder,
		 const char *const *wanted, struct reason *why);

void modules_free(struct module_list *list);

/*
 * The content of a module, decompressed, and its bytes; the caller frees it.
 * -errno, -EINVAL where it cannot be decompressed.
 */
int module_read(const struct module *module, char **data, size_t *bytes,
		struct reason *why);

#endif
