// SPDX-License-Identifier: GPL-2.0-or-later
/* What a KERNEL on the command line names: an image and what belongs to it. */
#include "kernels/image.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernels/bzimage.h"
#include "kernels/cachedir.h"
#include "kernels/imagename.h"
#include "kernels/kernelcache.h"

/* Where a build leaves it; the second is a link to the first. */
static const char *const built_images[] = { "arch/x86/boot/bzImage",
					    "arch/x86_64/boot/bzImage" };

static bool is_folder(const char *path)
{
	struct stat stat_;

	return !stat(path, &stat_) && S_ISDIR(stat_.st_mode);
}

static bool is_file(const char *path)
{
	struct stat stat_;

	return !stat(path, &stat_) && S_ISREG(stat_.st_mode);
}

/* Set *@to, unless it is set, to @folder/@name where @is finds it so. */
static int try(char **to, bool (*is)(const char *), const char *folder,
	       const char *name)
{
	char *path;

	if (*to)
		return 0;
	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -ENOMEM;
	if (is(path))
		*to = path;
	else
		free(path);
	return 0;
}

static int find_modules(struct kernel_image *image, const char *folder)
{
	/* Where the folder is lib/modules/RELEASE itself or a build tree. */
	static const char order[] = "modules.order";
	char installed[32 + RELEASE_BYTES];
	char *listed = NULL;
	int err;

	err = try(&image->modules, is_folder, folder, "modules");
	snprintf(installed, sizeof(installed), "lib/modules/%s",
		 image->release);
	if (!err)
		err = try(&image->modules, is_folder, folder, installed);
	if (!err)
		err = try(&listed, is_file, folder, order);
	if (!err && listed && !image->modules) {
		image->modules = strdup(folder);
		err = image->modules ? 0 : -ENOMEM;
	}
	free(listed);
	snprintf(installed, sizeof(installed), "../lib/modules/%s",
		 image->release);
	if (!err)
		err = try(&image->modules, is_folder, folder, installed);
	return err;
}

static int find_config(struct kernel_image *image, const char *folder)
{
	const char *name = strrchr(image->vmlinuz, '/');
	const char *dash = name ? strchr(name, '-') : NULL;
	char *beside;
	int err = 0;

	if (dash) {
		if (asprintf(&beside, "config%s", dash) < 0)
			return -ENOMEM;
		err = try(&image->config, is_file, folder, beside);
		free(beside);
	}
	if (!err)
		err = try(&image->config, is_file, folder, ".config");
	if (!err)
		err = try(&image->config, is_file, folder, "config");
	return err;
}

static int find_vmlinux(struct kernel_image *image, const char *folder)
{
	char name[RELEASE_BYTES + 32];
	int err = try(&image->vmlinux, is_file, folder, "vmlinux");

	for (size_t i = 0; !err && i < 2; i++) {
		snprintf(name, sizeof(name),
			 i ? "lib/modules/%s/vmlinux" : "boot/vmlinux-%s",
			 image->release);
		err = try(&image->vmlinux, is_file, "/usr/lib/debug", name);
	}
	return err;
}

/* Fill the rest of an image of which vmlinuz is known. */
static int complete(struct kernel_image *image, const char *folder,
		    struct reason *why)
{
	char release[RELEASE_BYTES];
	int err;

	err = bzimage_release(image->vmlinuz, release, why);
	if (err)
		return err;
	image->release = strdup(release);
	err = image->release ? find_config(image, folder) : -ENOMEM;
	if (!err)
		err = find_modules(image, folder);
	if (!err)
		err = find_vmlinux(image, folder);
	return err ? reason_errno(why, err, "%s", image->vmlinuz) : 0;
}

static int find_in_folder(struct kernel_image *image, const char *word,
			  struct reason *why)
{
	char *folder = realpath(word, NULL);
	int err = 0;

	if (!folder)
		return reason_errno(why, -errno, "no kernel %s", word);
	for (size_t i = 0; !err && i < 2; i++)
		err = try(&image->vmlinuz, is_file, folder, built_images[i]);
	if (!err)
		err = try(&image->vmlinuz, is_file, folder, "vmlinuz");
	if (err)
		reason_errno(why, err, "%s", word);
	else if (!image->vmlinuz)
		err = reason_set(why, -ENOENT,
				 "no kernel in %s: it has neither "
				 "arch/x86/boot/bzImage nor vmlinuz",
				 word);
	else
		err = complete(image, folder, why);
	free(folder);
	return err;
}

/* Bytes of @path before one of built_images; 0: it is not in a build tree. */
static size_t tree_length(const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < 2; i++) {
		size_t tail = strlen(built_images[i]);

		if (length > tail && path[length - tail - 1] == '/' &&
		    !strcmp(path + length - tail, built_images[i]))
			return length - tail - 1;
	}
	return 0;
}

static int find_file(struct kernel_image *image, const char *word,
		     struct reason *why)
{
	char *folder;
	size_t tree;
	int err;

	/* A link has its kernel's modules beside what it leads to. */
	image->vmlinuz = realpath(word, NULL);
	if (!image->vmlinuz)
		return reason_errno(why, -errno, "no kernel %s", word);
	tree = tree_length(image->vmlinuz);
	if (!tree)
		tree = (size_t)(strrchr(image->vmlinuz, '/') - image->vmlinuz);
	folder = strndup(image->vmlinuz, tree);
	if (!folder)
		return reason_errno(why, -ENOMEM, "%s", word);
	err = complete(image, folder, why);
	free(folder);
	return err;
}

static int tell_cached(const struct kernel_cache *cache, const char *word,
		       struct reason *why)
{
	char text[250] = "";
	size_t used = 0;

	for (size_t i = 0; i < cache->nr && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", i ? ", " : "; the cache has ",
					 cache->v[i].release);
	return reason_set(why, -ENOENT,
			  "no kernel %s: 'dirtybench kernels fetch %s' gets "
			  "it%s",
			  word, word, text);
}

static int find_in_cache(struct kernel_image *image, const char *word,
			 struct reason *why)
{
	const struct cached_kernel *kernel;
	struct kernel_cache cache;
	char *folder;
	int err;

	err = cachedir_path(&folder, "kernels", why);
	if (err)
		return err;
	err = kernel_cache_read(&cache, folder, why);
	free(folder);
	if (err)
		return err;
	kernel = kernel_cache_find(&cache, word);
	if (kernel)
		err = find_in_folder(image, kernel->folder, why);
	else if (!access(word, F_OK))
		err = is_folder(word) ? find_in_folder(image, word, why)
				      : find_file(image, word, why);
	else
		err = tell_cached(&cache, word, why);
	kernel_cache_free(&cache);
	return err;
}

int image_find(const char *word, struct kernel_image *image, struct reason *why)
{
	int err;

	*image = (struct kernel_image){ .name = strdup(word) };
	if (!image->name)
		err = reason_errno(why, -ENOMEM, "%s", word);
	else if (!*word)
		err = reason_set(why, -ENOENT, "a kernel without a name");
	else if (!strchr(word, '/') && kernel_word_valid(word))
		err = find_in_cache(image, word, why);
	else if (is_folder(word))
		err = find_in_folder(image, word, why);
	else
		err = find_file(image, word, why);
	if (err)
		image_free(image);
	return err;
}

void image_free(struct kernel_image *image)
{
	free(image->name);
	free(image->release);
	free(image->vmlinuz);
	free(image->config);
	free(image->modules);
	free(image->vmlinux);
	*image = (struct kernel_image){ .name = NULL };
}
