// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of running another program. */
#include "kernels/program.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct reason why;
static char *out;

static int run(const char *script, const char *folder, const char *const *env)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct program program = { argv, folder, env };

	return program_run(&program, &out, &why);
}

static void test_output(void **state)
{
	static const char *const env[] = { "WORD=seven", NULL };

	(void)state;
	assert_int_equal(run("echo $WORD; echo aside >&2; pwd; read x; "
			     "echo $LC_ALL",
			     "/usr", env),
			 0);
	assert_string_equal(out, "seven\n/usr\nC\n");
	free(out);
	/* More than a pipe holds, on both. */
	assert_int_equal(run("head -c 300000 /dev/zero | tr '\\0' x; "
			     "head -c 300000 /dev/zero >&2",
			     NULL, NULL),
			 0);
	assert_int_equal(strlen(out), 300000);
	free(out);
}

static void expect_told(const char *script, const char *text)
{
	assert_int_equal(run(script, NULL, NULL), -EIO);
	assert_null(out);
	assert_string_equal(why.text, text);
}

static void test_errors(void **state)
{
	(void)state;
	expect_told("(echo W: old; echo E: no room; echo E: gave up) >&2; "
		    "exit 100",
		    "sh: no room");
	expect_told("(echo one; echo two) >&2; exit 1", "sh: two");
	expect_told("echo lost; exit 1", "sh failed");
	expect_told("kill -KILL $$", "sh was ended by signal 9");
}

static void test_no_program(void **state)
{
	const char *const argv[] = { "no-such-program-here", NULL };
	const struct program program = { .argv = argv };

	(void)state;
	assert_int_equal(program_run(&program, &out, &why), -ENOENT);
	assert_non_null(strstr(why.text, "no-such-program-here"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_no_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
