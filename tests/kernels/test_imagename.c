// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of Debian's names of kernels. */
#include "kernels/imagename.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect_release(const char *name, const char *release)
{
	size_t length;
	const char *found = image_name_release(name, &length);

	assert_non_null(found);
	assert_int_equal(length, strlen(release));
	assert_memory_equal(found, release, length);
}

static void test_releases(void **state)
{
	size_t length;

	(void)state;
	expect_release("linux-image-5.10.0-46-cloud-amd64",
		       "5.10.0-46-cloud-amd64");
	expect_release("linux-image-6.12.117+deb13-amd64-unsigned",
		       "6.12.117+deb13-amd64");
	expect_release("linux-binary-7.2.13+deb14-amd64", "7.2.13+deb14-amd64");
	expect_release("linux-binary-unsigned-7.3.4+deb13-cloud-amd64",
		       "7.3.4+deb13-cloud-amd64");
	assert_null(image_name_release("linux-image-cloud-amd64", &length));
	assert_null(image_name_release("linux-base-7.3-amd64", &length));
	assert_null(
		image_name_release("linux-headers-6.1.0-56-amd64", &length));
}

static bool has_flavour(const char *release, const char *flavour)
{
	return release_has_flavour(release, strlen(release), flavour);
}

static void test_flavours(void **state)
{
	(void)state;
	assert_true(has_flavour("6.12.117+deb13-amd64", "amd64"));
	assert_true(has_flavour("5.10.0-46-amd64", "amd64"));
	assert_true(has_flavour("6.1.0-0.deb11.52-amd64", "amd64"));
	assert_true(has_flavour("7.3-cloud-amd64", "cloud-amd64"));
	assert_false(has_flavour("6.12.117+deb13-rt-amd64", "amd64"));
	assert_false(has_flavour("6.12.117+deb13-cloud-amd64", "amd64"));
	assert_false(has_flavour("6.12.117+deb13-amd64", "cloud-amd64"));
	assert_false(has_flavour("6.12.117+deb13-cloud-arm64", "cloud-amd64"));
}

static void test_words(void **state)
{
	(void)state;
	assert_true(kernel_word_valid("6.12"));
	assert_true(kernel_word_valid("6.12.117+deb13-cloud-amd64"));
	assert_true(kernel_word_valid("7.3~rc7"));
	assert_false(kernel_word_valid(""));
	assert_false(kernel_word_valid("6"));
	assert_false(kernel_word_valid("6."));
	assert_false(kernel_word_valid("6.x"));
	assert_false(kernel_word_valid("v6.12"));
	assert_false(kernel_word_valid("6.12 "));
	assert_false(kernel_word_valid("6.12/../.."));
	assert_false(kernel_word_valid("6.12*"));
	assert_true(kernel_word_matches("6.1", "6.1.192-2"));
	assert_false(kernel_word_matches("6.1", "6.12.117-1"));
	assert_true(kernel_word_matches("7.3", "7.3~rc7-1~exp1"));
	assert_true(kernel_word_matches("6.12.11", "6.12.11-1"));
	assert_false(kernel_word_matches("6.12.11", "6.12.117-1"));
	assert_false(kernel_word_matches("6.12", "5.6.12"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_releases),
		cmocka_unit_test(test_flavours),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
