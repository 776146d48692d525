// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what a word on the command line names as a kernel. */
#include "kernels/image.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernels/cachedir.h"
#include "madekernel.h"

static char *folder;
static struct kernel_image image;
static struct reason why;

static int set_up(void **state)
{
	(void)state;
	folder = made_folder();
	setenv("XDG_CACHE_HOME", folder, 1);
	return chdir(folder);
}

static int tear_down(void **state)
{
	(void)state;
	made_folder_remove(folder);
	return 0;
}

static void put_image(const char *name, const char *release)
{
	char *data = made_image(release);

	made_write(made_path(folder, name), data, MADE_IMAGE_BYTES);
	free(data);
}

static void put(const char *name, const char *text)
{
	made_write(made_path(folder, name), text, strlen(text));
}

static void expect_path(const char *path, const char *name)
{
	if (!name) {
		assert_null(path);
		return;
	}
	assert_non_null(path);
	assert_string_equal(path, made_path(folder, name));
}

/* Of the names, NULL is what is not there. */
static void expect(const char *word, const char *release, const char *vmlinuz,
		   const char *config, const char *modules)
{
	if (image_find(word, &image, &why))
		fail_msg("%s", why.text);
	assert_string_equal(image.name, word);
	assert_string_equal(image.release, release);
	expect_path(image.vmlinuz, vmlinuz);
	expect_path(image.config, config);
	expect_path(image.modules, modules);
	image_free(&image);
}

static void expect_refused(const char *word, int err, const char *words)
{
	assert_int_equal(image_find(word, &image, &why), err);
	assert_null(image.name);
	if (!strstr(why.text, words))
		fail_msg("%s", why.text);
}

static void put_cached(const char *release, const char *version)
{
	char name[200], record[200];

	snprintf(name, sizeof(name), "dirtybench/kernels/%s/vmlinuz", release);
	put_image(name, release);
	snprintf(name, sizeof(name), "dirtybench/kernels/%s/package", release);
	snprintf(record, sizeof(record), "Package: p\nVersion: %s\n", version);
	put(name, record);
}

#define CACHE "dirtybench/kernels/"

static void test_cached(void **state)
{
	(void)state;
	put_cached("6.1.0-9-amd64", "6.1.90-1");
	put_cached("6.1.0-10-amd64", "6.1.100-1");
	put_cached("6.12.9+deb13-amd64", "6.12.9-1");
	put(CACHE "6.1.0-10-amd64/config", "");
	put(CACHE "6.1.0-10-amd64/modules/zram.ko", "");
	put(CACHE ".unfinished/kernel/vmlinuz", "");
	expect("6.1", "6.1.0-10-amd64", CACHE "6.1.0-10-amd64/vmlinuz",
	       CACHE "6.1.0-10-amd64/config", CACHE "6.1.0-10-amd64/modules");
	expect("6.1.90", "6.1.0-9-amd64", CACHE "6.1.0-9-amd64/vmlinuz", NULL,
	       NULL);
	expect("6.12.9+deb13-amd64", "6.12.9+deb13-amd64",
	       CACHE "6.12.9+deb13-amd64/vmlinuz", NULL, NULL);
	expect_refused("6.13", -ENOENT,
		       "no kernel 6.13: 'dirtybench kernels fetch 6.13' gets "
		       "it; the cache has 6.1.0-9-amd64, 6.1.0-10-amd64, "
		       "6.12.9+deb13-amd64");
}

static void test_no_cache(void **state)
{
	(void)state;
	expect_refused("6.12", -ENOENT, "kernels fetch 6.12' gets it");
}

static void test_cached_damaged(void **state)
{
	(void)state;
	put(CACHE "6.5.1-amd64/vmlinuz", "");
	expect_refused("6.5", -EINVAL, "6.5.1-amd64/vmlinuz is empty");
	put(CACHE "6.6.1-amd64/config", "");
	expect_refused("6.6", -ENOENT, "no kernel in ");
}

static void test_file(void **state)
{
	(void)state;
	put_image("bzImage", "6.99.0-mine");
	expect("./bzImage", "6.99.0-mine", "bzImage", NULL, NULL);
	expect("bzImage", "6.99.0-mine", "bzImage", NULL, NULL);
	put("config", "");
	put("modules/zram.ko", "");
	expect("./bzImage", "6.99.0-mine", "bzImage", "config", "modules");
	/* A name that a version could have. */
	put_image("6.99", "6.99.0-mine");
	expect("6.99", "6.99.0-mine", "6.99", "config", "modules");
}

static void test_boot(void **state)
{
	(void)state;
	put_image("boot/vmlinuz-6.5.1", "6.5.1");
	put("boot/config-6.5.1", "");
	put("boot/config-6.5.2", "");
	put("lib/modules/6.5.1/modules.order", "");
	put("lib/modules/6.5.2/modules.order", "");
	expect(made_path(folder, "boot/vmlinuz-6.5.1"), "6.5.1",
	       "boot/vmlinuz-6.5.1", "boot/config-6.5.1",
	       "boot/../lib/modules/6.5.1");
}

static void test_build_tree(void **state)
{
	(void)state;
	put_image("linux/arch/x86/boot/bzImage", "7.0.0-rc1+");
	put("linux/.config", "");
	expect("linux", "7.0.0-rc1+", "linux/arch/x86/boot/bzImage",
	       "linux/.config", NULL);
	put("linux/modules.order", "");
	/* The kernel's own sources of modules are in no such folder. */
	expect("./linux/", "7.0.0-rc1+", "linux/arch/x86/boot/bzImage",
	       "linux/.config", "linux");
	expect("linux/arch/x86/boot/bzImage", "7.0.0-rc1+",
	       "linux/arch/x86/boot/bzImage", "linux/.config", "linux");
	assert_int_equal(folder_make("linux/arch/x86_64/boot", &why), 0);
	assert_int_equal(symlink("../../x86/boot/bzImage",
				 "linux/arch/x86_64/boot/bzImage"),
			 0);
	expect("linux/arch/x86_64/boot/bzImage", "7.0.0-rc1+",
	       "linux/arch/x86/boot/bzImage", "linux/.config", "linux");
}

static void test_refused(void **state)
{
	(void)state;
	expect_refused("", -ENOENT, "without a name");
	expect_refused("nothing", -ENOENT, "no kernel nothing");
	expect_refused("./6.12", -ENOENT, "no kernel ./6.12");
	put("empty/x", "");
	expect_refused("empty", -ENOENT, "neither arch/x86/boot/bzImage nor");
	expect_refused("empty/x", -EINVAL, "is empty");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_cached),		IN_FOLDER(test_no_cache),
		IN_FOLDER(test_cached_damaged), IN_FOLDER(test_file),
		IN_FOLDER(test_boot),		IN_FOLDER(test_build_tree),
		IN_FOLDER(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
