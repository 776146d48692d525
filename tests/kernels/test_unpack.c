// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of unpacking a kernel from its packages. */
#include "kernels/unpack.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernels/cachedir.h"
#include "madekernel.h"
#include "results/side/jsonfile.h"

#define R "6.12.1+deb13-cloud-amd64"

static char *folder, *image, *module, *packed;
static size_t module_bytes, packed_bytes;
static char release[RELEASE_BYTES];
static struct reason why;

static int set_up(void **state)
{
	(void)state;
	folder = made_folder();
	image = made_image(R);
	module = made_module("", &module_bytes);
	packed = made_compressed(".xz", module, module_bytes, &packed_bytes);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	made_folder_remove(folder);
	free(image);
	free(module);
	free(packed);
	return 0;
}

static int unpack(const char *first, const char *second)
{
	char *debs[] = { (char *)first, (char *)second };
	const char *out = made_path(folder, "out");
	const char *scratch = made_path(folder, "scratch");

	assert_int_equal(folder_remove(out, &why), 0);
	assert_int_equal(folder_remove(scratch, &why), 0);
	assert_int_equal(folder_make(out, &why), 0);
	assert_int_equal(folder_make(scratch, &why), 0);
	return unpack_kernel(debs, second ? 2 : 1, out, scratch, release, &why);
}

static void expect_file(const char *name, const char *data, size_t bytes)
{
	char *text;
	size_t length;

	if (jsonfile_read(made_path(folder, name), &text, &length, &why))
		fail_msg("%s", why.text);
	assert_int_equal(length, bytes);
	assert_memory_equal(text, data, bytes);
	free(text);
}

static bool is_there(const char *name)
{
	return !access(made_path(folder, name), F_OK);
}

static void test_one_package(void **state)
{
	const struct made_file files[] = {
		{ "boot/System.map-" R, "ffff", 4 },
		{ "boot/config-" R, "CONFIG_X=y\n", 11 },
		{ "boot/vmlinuz-" R, image, MADE_IMAGE_BYTES },
		{ "lib/modules/" R "/kernel/drivers/block/zram/zram.ko", module,
		  module_bytes },
		{ "lib/modules/" R "/kernel/crypto/lzo-rle.ko.xz", packed,
		  packed_bytes },
		{ "lib/modules/" R "/kernel/net/unwanted.ko", module,
		  module_bytes },
		{ "lib/modules/" R "/modules.builtin", "x", 1 },
	};

	(void)state;
	made_deb(made_path(folder, "one.deb"), files, 7);
	assert_int_equal(unpack(made_path(folder, "one.deb"), NULL), 0);
	assert_string_equal(release, R);
	expect_file("out/vmlinuz", image, MADE_IMAGE_BYTES);
	expect_file("out/config", "CONFIG_X=y\n", 11);
	expect_file("out/modules/zram.ko", module, module_bytes);
	expect_file("out/modules/lzo_rle.ko", module, module_bytes);
	assert_false(is_there("out/modules/unwanted.ko"));
}

/* Split, merged into /usr, not signed. */
static void test_split_packages(void **state)
{
	const struct made_file binary[] = {
		{ "usr/lib/modules/" R "/vmlinuz.unsigned", image,
		  MADE_IMAGE_BYTES },
	};
	const struct made_file others[] = {
		{ "usr/lib/modules/" R "/config", "CONFIG_X=y\n", 11 },
		{ "usr/lib/modules/" R "/kernel/zram.ko.xz", packed,
		  packed_bytes },
	};

	(void)state;
	made_deb(made_path(folder, "a.deb"), binary, 1);
	made_deb(made_path(folder, "b.deb"), others, 2);
	assert_int_equal(
		unpack(made_path(folder, "a.deb"), made_path(folder, "b.deb")),
		0);
	expect_file("out/vmlinuz", image, MADE_IMAGE_BYTES);
	expect_file("out/config", "CONFIG_X=y\n", 11);
	expect_file("out/modules/zram.ko", module, module_bytes);
}

static void test_image_alone(void **state)
{
	const struct made_file files[] = {
		{ "usr/lib/modules/" R "/vmlinuz", image, MADE_IMAGE_BYTES },
	};

	(void)state;
	made_deb(made_path(folder, "a.deb"), files, 1);
	assert_int_equal(unpack(made_path(folder, "a.deb"), NULL), 0);
	assert_true(is_there("out/vmlinuz"));
	assert_false(is_there("out/modules"));
	assert_false(is_there("out/config"));
}

static void test_no_image(void **state)
{
	const struct made_file files[] = { { "etc/x", "y", 1 } };

	(void)state;
	made_deb(made_path(folder, "a.deb"), files, 1);
	assert_int_equal(unpack(made_path(folder, "a.deb"), NULL), -ENOENT);
	assert_non_null(strstr(why.text, "no kernel image in "));
}

static void test_damaged(void **state)
{
	const struct made_file files[] = {
		{ "boot/vmlinuz-" R, image, MADE_IMAGE_BYTES },
	};
	const struct made_file cut[] = {
		{ "boot/vmlinuz-" R, image, MADE_IMAGE_BYTES - 1 },
	};
	size_t length;
	char *text;

	(void)state;
	made_deb(made_path(folder, "a.deb"), files, 1);
	assert_int_equal(
		jsonfile_read(made_path(folder, "a.deb"), &text, &length, &why),
		0);
	made_write(made_path(folder, "b.deb"), text, length - 100);
	free(text);
	assert_int_equal(unpack(made_path(folder, "b.deb"), NULL), -EINVAL);
	assert_non_null(strstr(why.text, "b.deb"));
	made_write(made_path(folder, "b.deb"), "<html>", 6);
	assert_int_equal(unpack(made_path(folder, "b.deb"), NULL), -EINVAL);
	assert_non_null(strstr(why.text, "b.deb"));
	made_deb(made_path(folder, "c.deb"), cut, 1);
	assert_int_equal(unpack(made_path(folder, "c.deb"), NULL), -EINVAL);
	assert_non_null(strstr(why.text, "is cut short"));
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_one_package), IN_FOLDER(test_split_packages),
		IN_FOLDER(test_image_alone), IN_FOLDER(test_no_image),
		IN_FOLDER(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
