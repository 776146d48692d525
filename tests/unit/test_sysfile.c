// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reading and writing small kernel files. */
#include "harness/machine/sysfile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/test_sysfile.XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void a_choice_is_the_word_in_brackets(void **state)
{
	char middle[] = "always [madvise] never";
	char first[] = "[always] madvise never";
	char plain[] = "Y";
	char broken[] = "always [madvise never";

	(void)state;
	assert_int_equal(sysfile_choice(middle), 0);
	assert_string_equal(middle, "madvise");
	assert_int_equal(sysfile_choice(first), 0);
	assert_string_equal(first, "always");
	assert_int_equal(sysfile_choice(plain), 0);
	assert_string_equal(plain, "Y");
	assert_int_equal(sysfile_choice(broken), -EINVAL);
}

static void text_loses_its_last_newline_only(void **state)
{
	char text[16];

	(void)state;
	assert_int_equal(sysfile_write(path, "one\ntwo\n"), 0);
	assert_int_equal(sysfile_read(path, text, sizeof(text)), 0);
	assert_string_equal(text, "one\ntwo");
	assert_int_equal(sysfile_read(path, text, 8), -E2BIG);
	assert_int_equal(truncate(path, 0), 0);
}

static void numbers_are_whole(void **state)
{
	static const char *const bad[] = {
		"", "-1", "x", "12x", "0x10", "99999999999999999999"
	};
	uint64_t value;
	size_t i;

	(void)state;
	assert_int_equal(sysfile_write_u64(path, UINT64_MAX), 0);
	assert_int_equal(sysfile_read_u64(path, &value), 0);
	assert_true(value == UINT64_MAX);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(truncate(path, 0), 0);
		assert_int_equal(sysfile_write(path, bad[i]), 0);
		assert_int_equal(sysfile_read_u64(path, &value), -EINVAL);
	}
}

static void a_missing_file_is_told_by_its_errno(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(sysfile_read_u64("/nowhere/file", &value), -ENOENT);
	assert_int_equal(sysfile_write("/nowhere/file", "1"), -ENOENT);
	assert_false(sysfile_exists("/nowhere/file"));
	assert_true(sysfile_exists(path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_choice_is_the_word_in_brackets),
		cmocka_unit_test(text_loses_its_last_newline_only),
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(a_missing_file_is_told_by_its_errno),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
