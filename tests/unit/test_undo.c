// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the log of steps that put the machine back. */
#include "harness/machine/undo.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test_undo.XXXXXX";
static char path[64];

/* The names reverted, each followed by a blank. */
static char reverted[64];

static int revert(const char *name, const char *value, struct reason *why)
{
	size_t used = strlen(reverted);

	(void)value;
	(void)why;
	snprintf(reverted + used, sizeof(reverted) - used, "%s ", name);
	return 0;
}

static int stubborn_left;

static int revert_later(const char *name, const char *value, struct reason *why)
{
	if (stubborn_left && stubborn_left--)
		return reason_set(why, -EBUSY, "%s is busy", name);
	return revert(name, value, why);
}

static const struct undo_kind kinds[] = {
	{ "plain", revert, false },
	{ "lasting", revert, true },
	{ "stubborn", revert_later, false },
	{ 0 },
};

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/saved.json", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int reset(void **state)
{
	(void)state;
	*reverted = '\0';
	stubborn_left = 0;
	unlink(path);
	return 0;
}

static struct undo_log *open_log(void)
{
	struct reason why = { "" };
	struct undo_log *log;

	assert_int_equal(undo_open(&log, path, kinds, &why), 0);
	return log;
}

static void push(struct undo_log *log, const char *kind, const char *name)
{
	assert_int_equal(undo_push(log, kind, name, "1", NULL), 0);
}

static void the_last_step_is_taken_back_first(void **state)
{
	struct undo_log *log = open_log();

	(void)state;
	push(log, "plain", "a");
	push(log, "lasting", "b");
	push(log, "plain", "c");
	assert_int_equal(undo_back_to(log, 1, NULL), 0);
	assert_string_equal(reverted, "c b ");
	assert_int_equal(undo_back_to(log, 0, NULL), 0);
	assert_string_equal(reverted, "c b a ");
	assert_int_equal(access(path, F_OK), -1);
	undo_close(log);
}

static void another_process_finds_the_steps(void **state)
{
	struct undo_log *log = open_log();

	(void)state;
	push(log, "plain", "a");
	push(log, "plain", "b");
	undo_close(log);
	log = open_log();
	assert_int_equal(undo_count(log), 2);
	assert_int_equal(undo_all(log, 0, NULL), 0);
	assert_string_equal(reverted, "b a ");
	undo_close(log);
}

static void a_failing_step_stays_and_does_not_stop_others(void **state)
{
	struct undo_log *log = open_log();
	struct reason why = { "" };

	(void)state;
	push(log, "plain", "a");
	push(log, "stubborn", "b");
	push(log, "plain", "c");
	stubborn_left = 1;
	assert_int_equal(undo_back_to(log, 0, &why), -EBUSY);
	assert_string_equal(why.text, "b is busy");
	assert_string_equal(reverted, "c a ");
	undo_close(log);
	log = open_log();
	assert_int_equal(undo_count(log), 1);
	stubborn_left = 1;
	assert_int_equal(undo_all(log, 5000, &why), 0);
	assert_string_equal(reverted, "c a b ");
	undo_close(log);
}

static void a_reboot_leaves_only_what_outlives_it(void **state)
{
	struct undo_log *log;
	FILE *file = fopen(path, "w");

	(void)state;
	assert_non_null(file);
	fputs("{\"v\":1,\"boot\":\"another\",\"steps\":["
	      "{\"kind\":\"plain\",\"name\":\"a\",\"value\":\"\"},"
	      "{\"kind\":\"lasting\",\"name\":\"b\",\"value\":\"\"}]}",
	      file);
	fclose(file);
	log = open_log();
	assert_int_equal(undo_all(log, 0, NULL), 0);
	assert_string_equal(reverted, "b ");
	undo_close(log);
}

static const char unknown_kind[] =
	"{\"v\":1,\"boot\":\"\",\"steps\":["
	"{\"kind\":\"rm\",\"name\":\"/\",\"value\":\"\"}]}";

static void a_damaged_file_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"{",
		"{\"v\":2,\"boot\":\"\",\"steps\":[]}",
		"{\"v\":1,\"boot\":\"\",\"steps\":{}}",
		"{\"v\":1,\"boot\":\"\",\"steps\":[7]}",
		"{\"v\":1,\"boot\":\"\",\"steps\":[{\"kind\":\"plain\"}]}",
		unknown_kind,
	};
	struct reason why;
	struct undo_log *log;
	FILE *file;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(bad[i], file);
		fclose(file);
		why.text[0] = '\0';
		assert_int_equal(undo_open(&log, path, kinds, &why), -EINVAL);
		assert_non_null(strstr(why.text, path));
	}
}

static void a_step_that_cannot_be_saved_is_not_added(void **state)
{
	struct undo_log *log;
	struct reason why = { "" };

	(void)state;
	assert_int_equal(undo_open(&log, "/nowhere/saved.json", kinds, NULL),
			 0);
	assert_int_equal(undo_push(log, "plain", "a", "", &why), -ENOENT);
	assert_non_null(strstr(why.text, "/nowhere/saved.json"));
	assert_int_equal(undo_count(log), 0);
	undo_close(log);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, reset, reset)
	const struct CMUnitTest tests[] = {
		TEST(the_last_step_is_taken_back_first),
		TEST(another_process_finds_the_steps),
		TEST(a_failing_step_stays_and_does_not_stop_others),
		TEST(a_reboot_leaves_only_what_outlives_it),
		TEST(a_damaged_file_is_refused),
		TEST(a_step_that_cannot_be_saved_is_not_added),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
