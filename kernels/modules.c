// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel modules in a folder: which there are, in the order to load them. */
#include "kernels/modules.h"

#include <errno.h>
#include <libkmod.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/modulefiles.h"
#include "kernels/rawfile.h"

/* Compressors stand before zram: up to 6.11 it asks for them by an alias,
 * which nobody in the guest resolves. The same for ext4 and its checksum. */
const char *const modules_for_guest[] = { "virtio_pci",
					  "virtio_console",
					  "virtio_blk",
					  "loop",
					  "lzo",
					  "lzo_rle",
					  "lz4",
					  "zstd",
					  "zram",
					  "crc32c_generic",
					  "crc32c_cryptoapi",
					  "ext4",
					  NULL };

/* Chains are about six long (zram, zsmalloc; ext4, jbd2); a loop never ends. */
enum { MAX_DEPTH = 32 };

struct search {
	struct module_files files;
	struct kmod_ctx *kmod;
	struct module_list *list;
	const char *folder;
	struct reason *why;
};

static int no_memory(struct search *search)
{
	return reason_errno(search->why, -ENOMEM, "%s", search->folder);
}

static bool has(const struct module_list *list, const char *path)
{
	for (size_t i = 0; i < list->nr; i++)
		if (!strcmp(list->v[i].path, path))
			return true;
	return false;
}

/* Takes @path over. */
static int append(struct search *search, char *path)
{
	struct module_list *list = search->list;
	struct module *v;
	char *name;

	v = reallocarray(list->v, list->nr + 1, sizeof(*v));
	if (v)
		list->v = v;
	if (!v || !module_name(path, &name)) {
		free(path);
		return no_memory(search);
	}
	list->v[list->nr++] = (struct module){ .name = name, .path = path };
	return 0;
}

/* The names that the module at @path depends on, with commas between; the
 * caller frees them. */
static int read_depends(struct search *search, const char *path, char **depends)
{
	struct kmod_module *module;
	struct kmod_list *info = NULL, *entry;
	int err;

	*depends = NULL;
	err = kmod_module_new_from_path(search->kmod, path, &module);
	if (err)
		return reason_errno(search->why, err, "%s", path);
	err = kmod_module_get_info(module, &info);
	kmod_module_unref(module);
	if (err < 0)
		return reason_set(search->why, -EINVAL,
				  "%s is not a kernel module", path);
	kmod_list_foreach(
		entry,
		info) if (!strcmp(kmod_module_info_get_key(entry), "depends") &&
			  !*depends) *depends =
		strdup(kmod_module_info_get_value(entry));
	kmod_module_info_free_list(info);
	if (!*depends)
		*depends = strdup("");
	return *depends ? 0 : no_memory(search);
}

static int take(struct search *search, const char *name, const char *needed_by,
		int depth);

static int take_depends(struct search *search, const char *path, int depth)
{
	char *depends, *rest;
	const char *name;
	int err;

	if (depth == MAX_DEPTH)
		return reason_set(search->why, -EINVAL,
				  "%s: its dependencies go round in a circle",
				  path);
	err = read_depends(search, path, &depends);
	if (err)
		return err;
	rest = depends;
	while (!err && (name = strsep(&rest, ",")))
		if (*name)
			err = take(search, name, path, depth + 1);
	free(depends);
	return err;
}

static int take(struct search *search, const char *name, const char *needed_by,
		int depth)
{
	char *path = module_files_path(&search->files, name);
	int err;

	if (!path && !needed_by)
		return 0;
	if (!path)
		return reason_set(search->why, -ENOENT,
				  "%s depends on the module %s, which is not "
				  "below %s",
				  needed_by, name, search->folder);
	if (has(search->list, path)) {
		free(path);
		return 0;
	}
	err = take_depends(search, path, depth);
	if (err) {
		free(path);
		return err;
	}
	return append(search, path);
}

int modules_find(struct module_list *list, const char *folder,
		 const char *const *wanted, struct reason *why)
{
	/* Not the configuration of this machine. */
	static const char *const no_files[] = { "/dev/null", NULL };
	struct search search = { .list = list, .folder = folder, .why = why };
	int err;

	*list = (struct module_list){ .v = NULL };
	err = module_files_read(&search.files, folder, why);
	if (err)
		return err;
	search.kmod = kmod_new(folder, no_files);
	if (!search.kmod)
		err = no_memory(&search);
	else
		kmod_set_log_fn(search.kmod, NULL, NULL);
	for (; !err && *wanted; wanted++)
		err = take(&search, *wanted, NULL, 0);
	kmod_unref(search.kmod);
	module_files_free(&search.files);
	if (err)
		modules_free(list);
	return err;
}

void modules_free(struct module_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		free(list->v[i].name);
		free(list->v[i].path);
	}
	free(list->v);
	*list = (struct module_list){ .v = NULL };
}

int module_read(const struct module *module, char **data, size_t *bytes,
		struct reason *why)
{
	return rawfile_read(module->path, data, bytes, why);
}
