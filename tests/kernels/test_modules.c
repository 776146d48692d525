// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of finding modules and the order to load them. */
#include "kernels/modules.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "madekernel.h"

static char *folder;

static int set_up(void **state)
{
	(void)state;
	folder = made_folder();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	made_folder_remove(folder);
	return 0;
}

static void add(const char *name, const char *depends)
{
	size_t bytes;
	char *module = made_module(depends, &bytes);

	made_write(made_path(folder, name), module, bytes);
	free(module);
}

static void expect(const char *const *wanted, const char *names)
{
	struct module_list list;
	struct reason why = { "" };
	char found[256] = "";
	size_t used = 0;

	if (modules_find(&list, folder, wanted, &why))
		fail_msg("%s", why.text);
	for (size_t i = 0; i < list.nr; i++)
		used += (size_t)snprintf(found + used, sizeof(found) - used,
					 "%s ", list.v[i].name);
	modules_free(&list);
	assert_string_equal(found, names);
}

static const char *const zram[] = { "lzo_rle", "zram", NULL };

/* A folder as it was unpacked, or flat. */
static void test_order(void **state)
{
	static const char *const both[] = { "zram", "zsmalloc", "lz4", NULL };

	(void)state;
	add("drivers/zram.ko.xz", "zsmalloc,lz4hc_compress,lz4_compress");
	add("mm/zsmalloc.ko.zst", "");
	add("lib/lz4hc_compress.ko", "lz4_compress");
	add("lib/lz4_compress.ko.xz", "");
	add("crypto/lzo-rle.ko.xz", "");
	add("net/unwanted.ko", "");
	expect(zram, "lzo_rle zsmalloc lz4_compress lz4hc_compress zram ");
	expect(both, "zsmalloc lz4_compress lz4hc_compress zram ");
}

/* Built in, or not built: both are no modules. */
static void test_absent(void **state)
{
	(void)state;
	expect(zram, "");
	add("zram.ko", "");
	expect(zram, "zram ");
}

static void test_modules_order(void **state)
{
	static const char installed[] = "kernel/drivers/zram.ko\n"
					"kernel/mm/zsmalloc.ko\n"
					"kernel/crypto/lzo-rle.ko\n";
	static const char built[] = "drivers/zram.o\nmm/zsmalloc.o\n";

	(void)state;
	add("kernel/drivers/zram.ko.xz", "zsmalloc");
	add("kernel/mm/zsmalloc.ko.xz", "");
	made_write(made_path(folder, "modules.order"), installed,
		   sizeof(installed) - 1);
	expect(zram, "zsmalloc zram ");
	/* The same lines in a build tree, and the newer ones. */
	add("drivers/zram.ko", "zsmalloc");
	add("mm/zsmalloc.ko", "");
	expect(zram, "zsmalloc zram ");
	made_write(made_path(folder, "modules.order"), built,
		   sizeof(built) - 1);
	expect(zram, "zsmalloc zram ");
}

static void expect_refused(int err, const char *words)
{
	struct module_list list;
	struct reason why;

	assert_int_equal(modules_find(&list, folder, zram, &why), err);
	assert_non_null(strstr(why.text, words));
}

static void test_missing(void **state)
{
	(void)state;
	add("zram.ko", "zsmalloc");
	expect_refused(-ENOENT, "zram.ko depends on the module zsmalloc");
}

static void test_circle(void **state)
{
	(void)state;
	add("zram.ko", "zsmalloc");
	add("zsmalloc.ko", "zram");
	expect_refused(-EINVAL, "in a circle");
}

static void test_no_module(void **state)
{
	(void)state;
	made_write(made_path(folder, "zram.ko"), "no module", 9);
	expect_refused(-EINVAL, "is not a kernel module");
}

static void test_no_folder(void **state)
{
	struct module_list list;
	struct reason why;

	(void)state;
	assert_int_equal(modules_find(&list, "/nowhere/modules", zram, &why),
			 -ENOENT);
	assert_non_null(strstr(why.text, "/nowhere/modules"));
	made_write(made_path(folder, "file"), "x", 1);
	assert_int_equal(
		modules_find(&list, made_path(folder, "file"), zram, &why),
		-ENOENT);
}

static void test_read(void **state)
{
	static const char *const endings[] = { "zram.ko", "zram.ko.xz",
					       "zram.ko.zst" };
	size_t bytes, read_bytes;
	char *module = made_module("", &bytes);
	struct reason why;
	char *data;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct module file = { .path = (char *)made_path(folder,
								 endings[i]) };

		made_write(file.path, module, bytes);
		assert_int_equal(module_read(&file, &data, &read_bytes, &why),
				 0);
		assert_int_equal(read_bytes, bytes);
		assert_memory_equal(data, module, bytes);
		free(data);
	}
	free(module);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_order),	       IN_FOLDER(test_absent),
		IN_FOLDER(test_modules_order), IN_FOLDER(test_missing),
		IN_FOLDER(test_circle),	       IN_FOLDER(test_no_module),
		IN_FOLDER(test_no_folder),     IN_FOLDER(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
