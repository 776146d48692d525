// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest finds on its first file system. */
#include "kernels/guestfiles.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernels/loaded.h"
#include "kernels/packing.h"

/* Places to mount something. */
static const char *const folders[] = { "/dev", "/proc", "/sys",	   "/run",
				       "/tmp", "/root", "/var/tmp" };

/* What is needed before the kernel has filled /dev, or if it never does. */
static const struct {
	const char *path;
	unsigned int major, minor;
} devices[] = {
	{ "/dev/console", 5, 1 },
	{ "/dev/null", 1, 3 },
	{ "/dev/ttyS0", 4, 64 },
	{ "/dev/ttyS1", 4, 65 },
};

static int add_base(struct packing *archive, struct reason *why)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < sizeof(folders) / sizeof(folders[0]);
	     i++)
		ret = packing_folder(archive, folders[i], why);
	for (size_t i = 0; !ret && i < sizeof(devices) / sizeof(devices[0]);
	     i++)
		ret = packing_device(archive, devices[i].path, S_IFCHR,
				     devices[i].major, devices[i].minor, why);
	return ret;
}

static int add_library(void *arg, const char *path, struct reason *why)
{
	return packing_copy(arg, path, path, 0755, why);
}

static int add_module(struct packing *archive, const struct module *module,
		      struct reason *why)
{
	char path[PATH_MAX];
	size_t length;
	char *data;
	int ret;

	ret = module_read(module, &data, &length, why);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), ORDER_MODULE_FOLDER "/%s.ko",
		 module->name);
	ret = packing_bytes(archive, path, 0644, data, length, why);
	free(data);
	return ret;
}

static int add_modules(struct packing *archive,
		       const struct module_list *modules, struct reason *why)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < modules->nr; i++)
		ret = add_module(archive, &modules->v[i], why);
	return ret;
}

static int add_config(struct packing *archive, const struct kernel_image *image,
		      struct reason *why)
{
	char path[PATH_MAX];

	if (!image->config || !image->release)
		return 0;
	snprintf(path, sizeof(path), "/boot/config-%s", image->release);
	return packing_copy(archive, path, image->config, 0644, why);
}

static int add_order(struct packing *archive, const struct module_list *modules,
		     const struct order *order, struct reason *why)
{
	struct order full = *order;
	char *text;
	int ret;

	full.nr_modules = (int)modules->nr;
	full.modules = calloc(modules->nr + 1, sizeof(*full.modules));
	if (!full.modules)
		return reason_set(why, -ENOMEM, "no memory");
	for (size_t i = 0; i < modules->nr; i++)
		full.modules[i] = modules->v[i].name;
	text = order_encode(&full);
	free(full.modules);
	if (!text)
		return reason_set(why, -ENOMEM, "no memory");
	ret = packing_bytes(archive, ORDER_PATH, 0644, text, strlen(text), why);
	free(text);
	return ret;
}

int guest_files(const char *program, const struct kernel_image *image,
		const struct module_list *modules, const struct order *order,
		struct reason *why)
{
	struct packing *archive;
	int ret;

	ret = packing_create(&archive, PACKING_INITRAMFS, why);
	if (ret)
		return ret;
	ret = add_base(archive, why);
	if (!ret)
		ret = packing_copy(archive, "/init", program, 0755, why);
	if (!ret)
		ret = loaded_each(program, add_library, archive, why);
	if (!ret)
		ret = add_modules(archive, modules, why);
	if (!ret)
		ret = add_config(archive, image, why);
	if (!ret)
		ret = add_order(archive, modules, order, why);
	if (!ret)
		return packing_finish(archive, why);
	packing_discard(archive);
	return ret;
}
