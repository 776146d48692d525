// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of telling a whole kernel image from what is none. */
#include "kernels/bzimage.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "madekernel.h"

static char *folder;
static const char *path;

static int set_up(void **state)
{
	(void)state;
	folder = made_folder();
	path = made_path(folder, "vmlinuz");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	made_folder_remove(folder);
	return 0;
}

static void expect_refused(const char *data, size_t bytes, const char *words)
{
	char release[RELEASE_BYTES];
	struct reason why;

	made_write(path, data, bytes);
	assert_int_equal(bzimage_release(path, release, &why), -EINVAL);
	assert_non_null(strstr(why.text, words));
	assert_non_null(strstr(why.text, path));
}

static void test_release(void **state)
{
	char *image = made_image("6.12.117+deb13-cloud-amd64");
	char release[RELEASE_BYTES];
	struct reason why;

	(void)state;
	made_write(path, image, MADE_IMAGE_BYTES);
	assert_int_equal(bzimage_release(path, release, &why), 0);
	assert_string_equal(release, "6.12.117+deb13-cloud-amd64");
	free(image);
}

/* What is signed is longer than its header says. */
static void test_longer(void **state)
{
	char *image = made_image("6.1.0-56-amd64");
	char release[RELEASE_BYTES];
	struct reason why;
	char *longer;

	(void)state;
	longer = calloc(1, MADE_IMAGE_BYTES + 1500);
	assert_non_null(longer);
	memcpy(longer, image, MADE_IMAGE_BYTES);
	made_write(path, longer, MADE_IMAGE_BYTES + 1500);
	assert_int_equal(bzimage_release(path, release, &why), 0);
	assert_string_equal(release, "6.1.0-56-amd64");
	free(longer);
	free(image);
}

static void test_cut_short(void **state)
{
	char *image = made_image("6.12.0");

	(void)state;
	expect_refused(image, MADE_IMAGE_BYTES - 1,
		       "is cut short: it has 16383 of 16384 bytes");
	expect_refused(image, 0x300, "is cut short");
	expect_refused(image, 0x200, "no boot header");
	expect_refused(image, 0, "is empty");
	free(image);
}

static void test_other_files(void **state)
{
	char *image = made_image("6.12.0");
	size_t bytes;
	char *module = made_module("", &bytes);

	(void)state;
	expect_refused(module, bytes, "is an ELF file");
	image[0x202] = 'h';
	expect_refused(image, MADE_IMAGE_BYTES, "no boot header");
	memcpy(image + 0x202, "HdrS", 4);
	image[0x1fe] = 0;
	expect_refused(image, MADE_IMAGE_BYTES, "no boot header");
	free(module);
	free(image);
}

static void test_release_unknown(void **state)
{
	char long_name[RELEASE_BYTES + 1];
	char *image = made_image("");

	(void)state;
	expect_refused(image, MADE_IMAGE_BYTES, "does not tell its release");
	free(image);
	/* It becomes the name of a folder. */
	image = made_image("6.1/../../etc");
	expect_refused(image, MADE_IMAGE_BYTES, "does not tell its release");
	free(image);
	image = made_image("..");
	expect_refused(image, MADE_IMAGE_BYTES, "does not tell its release");
	free(image);
	memset(long_name, '6', RELEASE_BYTES);
	long_name[RELEASE_BYTES] = '\0';
	image = made_image(long_name);
	expect_refused(image, MADE_IMAGE_BYTES, "does not tell its release");
	/* Behind the end of the file. */
	image[0x20f] = (char)0xff;
	expect_refused(image, MADE_IMAGE_BYTES, "does not tell its release");
	free(image);
}

static void test_no_file(void **state)
{
	char release[RELEASE_BYTES];
	struct reason why;

	(void)state;
	assert_int_equal(bzimage_release("/nowhere/at/all", release, &why),
			 -ENOENT);
	assert_int_equal(bzimage_release(folder, release, &why), -EINVAL);
	assert_non_null(strstr(why.text, "is not a file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_release, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_longer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_short, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_other_files, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_release_unknown, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_no_file, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
