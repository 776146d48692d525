// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes a folder that can be booted from the packages of a kernel. */
#include "kernels/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernels/deb.h"
#include "kernels/modulefiles.h"
#include "kernels/modules.h"

struct unpacking {
	const char *folder;
	const char *scratch; /* gets all modules, as they were packed */
	bool image, config, modules;
};

/* What is below the folder of modules of a release, or NULL:
 * [usr/]lib/modules/RELEASE/... */
static const char *below_modules(const char *path)
{
	static const char root[] = "lib/modules/";
	const char *slash;

	if (!strncmp(path, "usr/", 4))
		path += 4;
	if (strncmp(path, root, sizeof(root) - 1) != 0)
		return NULL;
	slash = strchr(path + sizeof(root) - 1, '/');
	return slash ? slash + 1 : NULL;
}

static bool is_image(const char *path, const char *inside)
{
	return !strncmp(path, "boot/vmlinuz-", strlen("boot/vmlinuz-")) ||
	       (inside && (!strcmp(inside, "vmlinuz") ||
			   !strcmp(inside, "vmlinuz.unsigned")));
}

static bool is_config(const char *path, const char *inside)
{
	return !strncmp(path, "boot/config-", strlen("boot/config-")) ||
	       (inside && !strcmp(inside, "config"));
}

static int save(struct archive *content, const char *folder, const char *name,
		struct reason *why)
{
	char *path;
	int err;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return reason_errno(why, -ENOMEM, "%s", name);
	err = deb_save(content, path, why);
	free(path);
	return err;
}

static int take_file(const char *path, struct archive *content, void *arg,
		     struct reason *why)
{
	struct unpacking *unpacking = arg;
	const char *inside = below_modules(path);
	const char *slash = strrchr(path, '/');
	char *module;
	int err = 0;

	if (is_image(path, inside) && !unpacking->image) {
		unpacking->image = true;
		err = save(content, unpacking->folder, "vmlinuz", why);
	} else if (is_config(path, inside) && !unpacking->config) {
		unpacking->config = true;
		err = save(content, unpacking->folder, "config", why);
	} else if (inside && slash && module_name(path, &module)) {
		free(module);
		unpacking->modules = true;
		err = save(content, unpacking->scratch, slash + 1, why);
	}
	return err;
}

static int write_file(const char *path, const char *data, size_t bytes,
		      struct reason *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	ssize_t put = 0;
	int err = 0;

	if (fd < 0)
		return reason_errno(why, -errno, "%s", path);
	while (!err && bytes) {
		put = write(fd, data, bytes);
		if (put < 0 && errno != EINTR)
			err = -errno;
		if (put > 0) {
			data += put;
			bytes -= (size_t)put;
		}
	}
	if (close(fd) && !err)
		err = -errno;
	return err ? reason_errno(why, err, "%s", path) : 0;
}

static int keep_module(const struct module *module, const char *folder,
		       struct reason *why)
{
	char *data, *path;
	size_t bytes;
	int err;

	err = module_read(module, &data, &bytes, why);
	if (err)
		return err;
	if (asprintf(&path, "%s/%s.ko", folder, module->name) < 0) {
		err = reason_errno(why, -ENOMEM, "%s", module->name);
	} else {
		err = write_file(path, data, bytes, why);
		free(path);
	}
	free(data);
	return err;
}

static int keep_modules(const struct unpacking *unpacking, struct reason *why)
{
	struct module_list list;
	char *folder;
	int err;

	err = modules_find(&list, unpacking->scratch, modules_for_guest, why);
	if (err)
		return err;
	if (asprintf(&folder, "%s/modules", unpacking->folder) < 0) {
		modules_free(&list);
		return reason_errno(why, -ENOMEM, "modules");
	}
	if (mkdir(folder, 0755))
		err = reason_errno(why, -errno, "%s", folder);
	for (size_t i = 0; !err && i < list.nr; i++)
		err = keep_module(&list.v[i], folder, why);
	free(folder);
	modules_free(&list);
	return err;
}

static int check_image(const struct unpacking *unpacking, char *const *debs,
		       char release[RELEASE_BYTES], struct reason *why)
{
	char *path;
	int err;

	if (!unpacking->image)
		return reason_set(why, -ENOENT, "no kernel image in %s",
				  debs[0]);
	if (asprintf(&path, "%s/vmlinuz", unpacking->folder) < 0)
		return reason_errno(why, -ENOMEM, "vmlinuz");
	err = bzimage_release(path, release, why);
	free(path);
	return err;
}

int unpack_kernel(char *const *debs, size_t nr, const char *folder,
		  const char *scratch, char release[RELEASE_BYTES],
		  struct reason *why)
{
	struct unpacking unpacking = { .folder = folder, .scratch = scratch };
	int err = 0;

	for (size_t i = 0; !err && i < nr; i++)
		err = deb_each_file(debs[i], take_file, &unpacking, why);
	if (!err)
		err = check_image(&unpacking, debs, release, why);
	if (!err && unpacking.modules)
		err = keep_modules(&unpacking, why);
	return err;
}
