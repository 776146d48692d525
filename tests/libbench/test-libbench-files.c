// SPDX-License-Identifier: GPL-2.0-or-later
/* A report file is whole, or is not there, and a failure is told. */
#include "tests/libbench/script.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char *folder;
	const char *path;
	char flag[300]; /* --benchmark_out=PATH */
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture.folder = folder_make();
	fixture.path = in_folder(fixture.folder, "out");
	snprintf(fixture.flag, sizeof(fixture.flag), "--benchmark_out=%s",
		 fixture.path);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	folder_remove(fixture->folder);
	return 0;
}

static void assert_file(const char *path, const char *text)
{
	char *found = file_text(path);

	assert_non_null(found);
	assert_string_equal(found, text);
	free(found);
}

static void two_files_are_written(void **state)
{
	struct fixture *fixture = *state;
	struct play task = {
		.flags = { fixture->flag },
		.options = { .json_path = in_folder(fixture->folder, "json") },
		.scripts = { { "a", "1", 0 } },
	};
	json_t *one, *two;

	assert_int_equal(play(&task), 0);
	one = report_load(fixture->path);
	two = report_load(task.options.json_path);
	assert_true(json_equal(one, two));
	assert_int_equal(folder_count(fixture->folder), 2);
	json_decref(one);
	json_decref(two);
}

static void a_file_may_have_another_format(void **state)
{
	struct fixture *fixture = *state;
	struct play task = {
		.flags = { fixture->flag, "--benchmark_out_format=csv" },
		.options = { .json_path = in_folder(fixture->folder, "json") },
		.scripts = { { "a", "1", 0 } },
	};
	char *csv;

	assert_int_equal(play(&task), 0);
	json_decref(report_load(task.options.json_path));
	csv = file_text(fixture->path);
	assert_non_null(strstr(csv, "\n\"a\",1,1000,"));
	free(csv);
}

/* Trap: what the library has written when it is killed is not JSON. */
static void trap_a_kill_leaves_no_file(void **state)
{
	struct fixture *fixture = *state;
	struct play task = {
		.flags = { fixture->flag },
		.options = { .repetitions = 2 },
		.scripts = { { "a", "1", 0 }, { "b", "1k", 0 } },
	};
	struct captured captured = play_in_child(&task);

	assert_true(WIFSIGNALED(captured.status));
	assert_int_equal(WTERMSIG(captured.status), SIGKILL);
	assert_int_equal(folder_count(fixture->folder), 0);
	captured_free(&captured);
}

static void trap_a_kill_leaves_the_file_before(void **state)
{
	struct fixture *fixture = *state;
	struct play task = {
		.flags = { fixture->flag },
		.scripts = { { "a", "1", 0 }, { "b", "k", 0 } },
	};
	struct captured captured;

	file_write(fixture->path, "before");
	captured = play_in_child(&task);
	assert_true(WIFSIGNALED(captured.status));
	assert_file(fixture->path, "before");
	assert_int_equal(folder_count(fixture->folder), 1);
	captured_free(&captured);
}

/*
 * Let the flag name a device that is always full. Root gets one of the test's
 * own: were devices ever replaced by files, the machine's would be lost.
 */
static void use_full_device(struct fixture *fixture)
{
	int fd;

	if (geteuid()) {
		strcpy(fixture->flag, "--benchmark_out=/dev/full");
		return;
	}
	if (mknod(fixture->path, S_IFCHR | 0600, makedev(1, 7)))
		skip();
	fd = open(fixture->path, O_WRONLY);
	if (fd < 0)
		skip();
	close(fd);
}

/* Trap: the library exits with 0 when the disk is full. */
static void trap_a_full_device_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	struct play task = {
		.flags = { fixture->flag },
		.scripts = { { "a", "1", 0 } },
	};
	struct stat status;

	use_full_device(fixture);
	assert_int_equal(play(&task), -ENOSPC);
	assert_non_null(strstr(task.error, ": No space left on device"));
	assert_int_equal(strncmp(task.error, "cannot write /", 14), 0);
	assert_int_equal(stat(strchr(fixture->flag, '/'), &status), 0);
	assert_true(S_ISCHR(status.st_mode));
}

static void trap_a_file_cut_short_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	struct play task = {
		.flags = { fixture->flag },
		.scripts = { { "a", "1", 0 } },
	};
	/* Less than the shortest report. */
	struct rlimit limit, small = { .rlim_cur = 100 };

	file_write(fixture->path, "before");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small.rlim_max = limit.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	play(&task);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(task.err, -EFBIG);
	assert_file(fixture->path, "before");
	assert_int_equal(folder_count(fixture->folder), 1);
}

static void a_full_standard_output_is_an_error(void **state)
{
	struct play task = {
		.options = { .display = BENCH_CONSOLE },
		.scripts = { { "a", "1", 0 } },
	};
	int before;

	(void)state;
	fflush(stdout);
	before = dup(STDOUT_FILENO);
	assert_true(before >= 0);
	assert_non_null(freopen("/dev/full", "w", stdout));
	play(&task);
	clearerr(stdout);
	assert_true(dup2(before, STDOUT_FILENO) >= 0);
	close(before);
	assert_int_equal(task.err, -ENOSPC);
	assert_string_equal(task.error, "cannot write to standard output: "
					"No space left on device");
}

static void what_cannot_be_written_is_told_before_anything_runs(void **state)
{
	struct play no_folder = {
		.flags = { "--benchmark_out=/nonexistent/x.json" },
		.scripts = { { "a", "1", 0 } },
	};
	struct play a_folder = {
		.options = { .json_path = "/tmp" },
		.scripts = { { "a", "1", 0 } },
	};
	/* Nobody may create a file here, root included. */
	struct play locked_folder = {
		.options = { .json_path = "/proc/x.json" },
		.scripts = { { "a", "1", 0 } },
	};

	(void)state;
	assert_int_equal(play(&no_folder), -ENOENT);
	assert_string_equal(no_folder.error, "cannot write /nonexistent/x.json"
					     ": No such file or directory");
	assert_int_equal(no_folder.scripts[0].calls, 0);
	assert_int_equal(play(&a_folder), -EISDIR);
	assert_int_equal(a_folder.scripts[0].calls, 0);
	assert_true(play(&locked_folder) < 0);
	assert_int_equal(locked_folder.scripts[0].calls, 0);
}

static void a_link_is_followed(void **state)
{
	struct fixture *fixture = *state;
	const char *target = in_folder(fixture->folder, "target");
	struct play task = {
		.flags = { fixture->flag },
		.scripts = { { "a", "1", 0 } },
	};
	struct stat status;

	file_write(target, "before");
	assert_int_equal(symlink(target, fixture->path), 0);
	assert_int_equal(play(&task), 0);
	assert_int_equal(lstat(fixture->path, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	json_decref(report_load(target));
}

static void one_failure_does_not_cost_the_other_file(void **state)
{
	struct fixture *fixture = *state;
	struct play task = {
		.flags = { fixture->flag, "--benchmark_out_format=csv" },
		.options = { .json_path = in_folder(fixture->folder, "json") },
		.scripts = { { "a", "1", 0 } },
	};
	json_t *report;

	use_full_device(fixture);
	assert_int_equal(play(&task), -ENOSPC);
	report = report_load(task.options.json_path);
	assert_non_null(report_row(report, "a", 0));
	json_decref(report);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(two_files_are_written),
		FILE_TEST(a_file_may_have_another_format),
		FILE_TEST(trap_a_kill_leaves_no_file),
		FILE_TEST(trap_a_kill_leaves_the_file_before),
		FILE_TEST(trap_a_full_device_is_an_error),
		FILE_TEST(trap_a_file_cut_short_is_an_error),
		FILE_TEST(a_full_standard_output_is_an_error),
		FILE_TEST(what_cannot_be_written_is_told_before_anything_runs),
		FILE_TEST(a_link_is_followed),
		FILE_TEST(one_failure_does_not_cost_the_other_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
