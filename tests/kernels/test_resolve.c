// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of choosing the packages of a kernel from an archive's lists. */
#include "kernels/resolve.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "madekernel.h"

static char *folder;
static struct package_index index_;

static int set_up(void **state)
{
	(void)state;
	folder = made_folder();
	index_ = (struct package_index){ .v = NULL };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	package_index_free(&index_);
	made_folder_remove(folder);
	return 0;
}

/* Lines of "name version depends". */
static void archive_has(const char *suite, const char *lines)
{
	static char text[16384];
	const char *path = made_path(folder, "Packages.xz");
	char name[128], version[64], depends[256];
	struct reason why;
	size_t used = 0;
	int length;

	for (; *lines; lines += length + (lines[length] == '\n')) {
		length = (int)strcspn(lines, "\n");
		assert_int_equal(sscanf(lines, "%127s %63s %255[^\n]", name,
					version, depends),
				 3);
		used += (size_t)snprintf(
			text + used, sizeof(text) - used,
			"Package: %s\nSource: linux\nVersion: %s\n"
			"Depends: %s\nDescription: a kernel\n with Size: 7\n"
			"Size: 1000\nSHA256: 0123\n\n",
			name, version, depends);
	}
	made_write(path, text, used);
	assert_int_equal(package_index_add(&index_, path, suite, &why), 0);
}

/* @parts: names with a space behind each. */
static void expect(const char *word, const char *version, const char *parts)
{
	struct kernel_parts found;
	struct reason why = { "" };
	char names[512] = "";
	size_t used = 0;

	if (kernel_resolve(&found, &index_, word, &why))
		fail_msg("%s", why.text);
	for (size_t i = 0; i < found.nr; i++) {
		used += (size_t)snprintf(names + used, sizeof(names) - used,
					 "%s ", found.v[i]->name);
		assert_string_equal(found.v[i]->version, version);
	}
	assert_string_equal(names, parts);
}

static const char stable[] =
	"linux-image-6.1.0-9-cloud-amd64 6.1.9-1 kmod, linux-base (>= 4.3~)\n"
	"linux-image-6.1.0-10-cloud-amd64 6.1.10-1 kmod\n"
	"linux-image-6.1.0-10-amd64 6.1.10-1 kmod\n"
	"linux-image-6.1.0-11-rt-amd64 6.1.11-1 kmod\n"
	"linux-image-cloud-amd64 6.1.12-1 linux-image-6.1.0-10-cloud-amd64\n"
	"linux-headers-6.1.0-11-cloud-amd64 6.1.11-1 kmod\n"
	"linux-image-6.12.9+deb13-cloud-amd64 6.12.9-1~bpo12+1 kmod";

static void test_newest(void **state)
{
	(void)state;
	archive_has("stable", stable);
	archive_has("security",
		    "linux-image-6.12.9+deb14-cloud-amd64 6.12.9-1 kmod");
	expect("6.1", "6.1.10-1", "linux-image-6.1.0-10-cloud-amd64 ");
	/* By Debian's order: a ~ is before the end. */
	expect("6.12", "6.12.9-1", "linux-image-6.12.9+deb14-cloud-amd64 ");
	expect("6.1.9", "6.1.9-1", "linux-image-6.1.0-9-cloud-amd64 ");
	expect("6.1.0-10-amd64", "6.1.10-1", "linux-image-6.1.0-10-amd64 ");
}

static void test_suite(void **state)
{
	struct kernel_parts found;
	struct reason why;

	(void)state;
	archive_has("stable", stable);
	archive_has("later", stable);
	assert_int_equal(kernel_resolve(&found, &index_, "6.1", &why), 0);
	assert_int_equal(found.nr, 1);
	assert_string_equal(found.v[0]->suite, "stable");
	assert_int_equal(found.v[0]->bytes, 1000);
	assert_string_equal(found.v[0]->sha256, "0123");
}

static void test_other_flavour(void **state)
{
	(void)state;
	archive_has("s", "linux-image-6.5.1-amd64 6.5.1-1 kmod\n"
			 "linux-image-6.5.2-rt-amd64 6.5.2-1 kmod");
	expect("6.5", "6.5.1-1", "linux-image-6.5.1-amd64 ");
}

static const char split[] =
	"linux-image-7.2.13+deb14-cloud-amd64 7.2.13-1 dracut | initramfs, "
	"linux-base-7.2.13+deb14-cloud-amd64 (= 7.2.13-1), "
	"linux-binary-7.2.13+deb14-cloud-amd64 (= 7.2.13-1), "
	"linux-modules-7.2.13+deb14-cloud-amd64 (= 7.2.13-1)\n"
	"linux-base-7.2.13+deb14-cloud-amd64 7.2.13-1 x\n"
	"linux-binary-7.2.13+deb14-cloud-amd64 7.2.13-1 "
	"linux-base-7.2.13+deb14-cloud-amd64 (= 7.2.13-1)\n"
	"linux-modules-7.2.13+deb14-cloud-amd64 7.2.13-1 x";

static void test_metapackage(void **state)
{
	(void)state;
	archive_has("sid", split);
	expect("7.2", "7.2.13-1",
	       "linux-image-7.2.13+deb14-cloud-amd64 "
	       "linux-base-7.2.13+deb14-cloud-amd64 "
	       "linux-binary-7.2.13+deb14-cloud-amd64 "
	       "linux-modules-7.2.13+deb14-cloud-amd64 ");
}

/* A metapackage of a series, and an image that is whole in itself. */
static void test_series_package(void **state)
{
	(void)state;
	archive_has("s", "linux-image-6.12-cloud-amd64 6.12.3-1 "
			 "linux-image-6.12.3+deb12-cloud-amd64 (= 6.12.3-1)\n"
			 "linux-image-6.12.3+deb12-cloud-amd64 6.12.3-1 "
			 "linux-base-6.12.3+deb12-cloud-amd64 (= 6.12.3-1)");
	expect("6.12", "6.12.3-1",
	       "linux-image-6.12-cloud-amd64 "
	       "linux-image-6.12.3+deb12-cloud-amd64 ");
}

/* The newest build is not signed yet. */
static void test_unsigned(void **state)
{
	(void)state;
	archive_has("e", "linux-image-7.3-cloud-amd64 7.3~rc7-1 kmod\n"
			 "linux-base-7.3.4-cloud-amd64 7.3.4-1 x\n"
			 "linux-binary-unsigned-7.3.4-cloud-amd64 7.3.4-1 "
			 "linux-base-7.3.4-cloud-amd64 (= 7.3.4-1)\n"
			 "linux-modules-7.3.4-cloud-amd64 7.3.4-1 x");
	expect("7.3", "7.3.4-1",
	       "linux-binary-unsigned-7.3.4-cloud-amd64 "
	       "linux-base-7.3.4-cloud-amd64 "
	       "linux-modules-7.3.4-cloud-amd64 ");
}

static void test_signed_first(void **state)
{
	(void)state;
	archive_has("a", "linux-image-6.9-cloud-amd64-unsigned 6.9.1-1 x");
	archive_has("b", "linux-image-6.9-cloud-amd64 6.9.1-1 x");
	expect("6.9", "6.9.1-1", "linux-image-6.9-cloud-amd64 ");
}

static void test_whole_first(void **state)
{
	(void)state;
	archive_has("sid", split);
	archive_has("x", "linux-binary-7.2.14+deb14-cloud-amd64 7.2.14-1 "
			 "linux-base-7.2.14+deb14-cloud-amd64 (= 7.2.14-1)");
	expect("7.2.13", "7.2.13-1",
	       "linux-image-7.2.13+deb14-cloud-amd64 "
	       "linux-base-7.2.13+deb14-cloud-amd64 "
	       "linux-binary-7.2.13+deb14-cloud-amd64 "
	       "linux-modules-7.2.13+deb14-cloud-amd64 ");
	expect("7.2", "7.2.13-1",
	       "linux-image-7.2.13+deb14-cloud-amd64 "
	       "linux-base-7.2.13+deb14-cloud-amd64 "
	       "linux-binary-7.2.13+deb14-cloud-amd64 "
	       "linux-modules-7.2.13+deb14-cloud-amd64 ");
}

/* Better an image alone than none; a metapackage without it is none. */
static void test_image_alone(void **state)
{
	struct kernel_parts found;
	struct reason why;

	(void)state;
	archive_has("x", "linux-image-7.1.9-cloud-amd64 7.1.9-1 "
			 "linux-binary-7.1.9-cloud-amd64 (= 7.1.9-1)\n"
			 "linux-binary-7.1.8-cloud-amd64 7.1.8-1 "
			 "linux-base-7.1.8-cloud-amd64 (= 7.1.8-1)");
	expect("7.1", "7.1.8-1", "linux-binary-7.1.8-cloud-amd64 ");
	assert_int_equal(kernel_resolve(&found, &index_, "7.1", &why), 0);
	assert_string_equal(found.missing, "linux-base-7.1.8-cloud-amd64");
}

static void test_none(void **state)
{
	struct kernel_parts found;
	struct reason why;

	(void)state;
	archive_has("stable", stable);
	assert_int_equal(kernel_resolve(&found, &index_, "6.13", &why),
			 -ENOENT);
	assert_string_equal(why.text, "the archive offers no kernel 6.13; it "
				      "has 6.1, 6.12");
}

int main(void)
{
#define WITH_INDEX(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_INDEX(test_newest),	 WITH_INDEX(test_suite),
		WITH_INDEX(test_other_flavour),	 WITH_INDEX(test_metapackage),
		WITH_INDEX(test_series_package), WITH_INDEX(test_unsigned),
		WITH_INDEX(test_signed_first),	 WITH_INDEX(test_whole_first),
		WITH_INDEX(test_image_alone),	 WITH_INDEX(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
