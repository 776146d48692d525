// SPDX-License-Identifier: GPL-2.0-or-later
/* env.json says what a machine is, leaks nothing, and is written whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "harness/environment.h"

static char name_of_program[] = "dirtybench", verb[] = "run";
static char *command[] = { name_of_program, verb, NULL };

static json_t *capture(const char *tree)
{
	char root[PATH_MAX];
	struct environment_request request = {
		.root = tree ? root : NULL,
		.run = "r1",
		.argc = 2,
		.argv = command,
		.version = "0.1.0",
		.commit = "0123456789ab",
		.hwloc_version = "2.9.0",
	};
	json_t *environment;

	if (tree)
		snprintf(root, sizeof(root), "%s/%s", TESTS_DATA, tree);
	environment = environment_capture(&request);
	assert_non_null(environment);
	return environment;
}

static const json_t *at(const json_t *value, const char *path)
{
	char copy[128], *rest = copy, *key;

	snprintf(copy, sizeof(copy), "%s", path);
	while ((key = strsep(&rest, "/"))) {
		value = json_object_get(value, key);
		if (!value)
			fail_msg("there is no \"%s\" in \"%s\"", key, path);
	}
	return value;
}

static void expect_text(const json_t *value, const char *path, const char *text)
{
	value = at(value, path);
	assert_true(json_is_string(value));
	assert_string_equal(json_string_value(value), text);
}

static void expect_int(const json_t *value, const char *path, json_int_t number)
{
	value = at(value, path);
	assert_true(json_is_integer(value));
	assert_int_equal(json_integer_value(value), number);
}

static void expect_null(const json_t *value, const char *path)
{
	assert_true(json_is_null(at(value, path)));
}

/* --- what is in it --- */

static void quiet_server(void **state)
{
	json_t *env = capture("quiet");

	(void)state;
	expect_int(env, "v", ENVIRONMENT_VERSION);
	expect_text(env, "run", "r1");
	expect_null(env, "label");
	expect_text(env, "boot", "0b2c9d5e-6f3a-4f2b-9f10-2d5c6f7a8b90");
	expect_text(env, "tools/dirtybench", "0.1.0");
	expect_text(env, "tools/commit", "0123456789ab");
	expect_text(env, "tools/hwloc", "2.9.0");
	expect_null(env, "tools/benchmark");
	expect_text(env, "kernel/release", "6.12.107+deb13-amd64");
	expect_text(env, "kernel/machine", "x86_64");
	expect_text(env, "kernel/config_source",
		    "/boot/config-6.12.107+deb13-amd64");
	expect_text(env, "cpu/model",
		    "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz");
	expect_int(env, "cpu/online", 4);
	expect_null(env, "cpu/quota");
	assert_true(json_is_false(at(env, "cpu/smt")));
	expect_int(env, "cpufreq/governors/performance", 2);
	assert_true(json_is_false(at(env, "cpufreq/turbo")));
	expect_int(env, "memory/total_kb", 65536000);
	expect_int(env, "memory/page_bytes", sysconf(_SC_PAGESIZE));
	expect_int(env, "memory/nodes", 2);
	expect_text(env, "thp/enabled", "madvise");
	expect_text(env, "thp/shmem_enabled", "never");
	expect_text(env, "thp/sizes/64kB/enabled", "never");
	expect_null(env, "thp/sizes/64kB/shmem_enabled");
	expect_int(env, "thp/khugepaged/scan_sleep_ms", 4294967295);
	expect_int(env, "ksm/run", 0);
	assert_int_equal(json_array_size(at(env, "swap/areas")), 0);
	expect_text(env, "mitigations/meltdown", "Not affected");
	assert_true(json_is_false(at(env, "virtualisation/guest")));
	expect_null(env, "virtualisation/hypervisor");
	expect_text(env, "virtualisation/product", "PowerEdge R640");
	expect_text(env, "clock/source", "tsc");
	expect_null(env, "clock/cost_ns");
	assert_int_equal(json_array_size(at(env, "noise")), 0);
	json_decref(env);
}

static void noisy_laptop(void **state)
{
	json_t *env = capture("noisy");
	const json_t *areas = at(env, "swap/areas");

	(void)state;
	expect_text(env, "kernel/config_source", "/proc/config.gz");
	expect_int(env, "cpu/online", 8);
	assert_true(json_real_value(at(env, "cpu/quota")) == 1.5);
	expect_int(env, "cpufreq/governors/powersave", 1);
	expect_text(env, "cpufreq/energy_preference", "balance_performance");
	assert_int_equal(json_array_size(areas), 2);
	expect_text(json_array_get(areas, 0), "backend", "file");
	expect_int(json_array_get(areas, 0), "used_kb", 2097152);
	expect_int(json_array_get(areas, 0), "priority", -2);
	expect_text(json_array_get(areas, 1), "backend", "zram");
	assert_true(json_is_true(at(env, "virtualisation/guest")));
	expect_text(json_array_get(at(env, "noise"), 0), "id", "debug-kernel");
	expect_text(json_array_get(at(env, "noise"), 0), "severity", "serious");
	json_decref(env);
}

static void arm64_board(void **state)
{
	json_t *env = capture("arm64");

	(void)state;
	expect_text(env, "cpu/model",
		    "implementer 0x41, variant 0x0, part 0xd05, revision 1 + "
		    "implementer 0x41, variant 0x3, part 0xd0c, revision 1");
	expect_text(env, "kernel/machine", "aarch64");
	expect_null(env, "kernel/config");
	expect_null(env, "kernel/config_source");
	expect_null(env, "mitigations");
	expect_null(env, "swap/areas");
	expect_text(env, "virtualisation/board", "Example Board rev 2");
	expect_text(env, "virtualisation/hypervisor", "linux,kvm");
	assert_true(json_is_true(at(env, "cpufreq/turbo")));
	json_decref(env);
}

static void absent_is_null(void **state)
{
	json_t *env = capture("there-is-no-such-tree");

	(void)state;
	expect_null(env, "boot");
	expect_null(env, "kernel/release");
	expect_null(env, "kernel/command_line");
	expect_null(env, "cpu/model");
	expect_null(env, "cpu/smt");
	expect_null(env, "cpufreq/governors");
	expect_null(env, "memory/total_kb");
	expect_null(env, "thp/enabled");
	expect_null(env, "thp/sizes");
	expect_null(env, "virtualisation/guest");
	expect_null(env, "clock/source");
	json_decref(env);
}

static void options_of_the_kernel(void **state)
{
	json_t *env = capture("quiet");

	(void)state;
	expect_text(env, "kernel/config/MEM_SOFT_DIRTY", "y");
	expect_text(env, "kernel/config/ZRAM", "m");
	expect_text(env, "kernel/config/KASAN", "n");
	expect_text(env, "kernel/config/HZ", "250");
	expect_text(env, "kernel/config/PREEMPT", "n");
	expect_text(env, "kernel/config/PREEMPT_VOLUNTARY", "y");
	expect_text(env, "kernel/config/CC_VERSION_TEXT",
		    "gcc-12 (Debian 12.2.0-14) 12.2.0");
	/* Not mentioned is not the same as not set. */
	expect_null(env, "kernel/config/LOCKDEP");
	json_decref(env);
	env = capture("noisy");
	expect_text(env, "kernel/config/KASAN", "y");
	expect_text(env, "kernel/config/HUGETLBFS", "y");
	json_decref(env);
}

static void live_machine(void **state)
{
	json_t *env = capture(NULL);
	struct utsname names;

	(void)state;
	assert_int_equal(uname(&names), 0);
	expect_text(env, "kernel/release", names.release);
	expect_text(env, "kernel/machine", names.machine);
	assert_true(json_real_value(at(env, "clock/cost_ns")) > 0);
	assert_true(json_integer_value(at(env, "clock/resolution_ns")) > 0);
	assert_true(json_integer_value(at(env, "memory/total_kb")) > 0);
	json_decref(env);
}

static void start_is_utc(void **state)
{
	json_t *env = capture("quiet");
	const char *start = json_string_value(at(env, "start"));
	struct tm utc = { 0 };
	time_t then;

	(void)state;
	assert_non_null(start);
	assert_int_equal(strlen(start), strlen("2026-01-31T23:59:59Z"));
	assert_non_null(strptime(start, "%Y-%m-%dT%H:%M:%SZ", &utc));
	then = timegm(&utc);
	assert_true(time(NULL) - then <= 60 && time(NULL) >= then);
	json_decref(env);
}

/* --- what is not in it --- */

static void expect_absent(const json_t *env, const char *word)
{
	char *text = json_dumps(env, 0);

	assert_non_null(text);
	if (text && strcasestr(text, word))
		fail_msg("\"%s\" is in %s", word, text);
	free(text);
}

static void nothing_private(void **state)
{
	json_t *env = capture("noisy");

	(void)state;
	expect_text(env, "kernel/command_line",
		    "BOOT_IMAGE=/vmlinuz root=- ro mitigations=off "
		    "transparent_hugepage=always rd.luks.uuid=- "
		    "systemd.hostname=- vendor.password=- quiet");
	expect_absent(env, "alice");
	expect_absent(env, "444455556666");
	expect_absent(env, "77aa");
	expect_absent(env, "hunter2");
	expect_absent(env, "abcdef");
	expect_absent(env, "SERIAL");
	json_decref(env);
	/* A control group's path has the number of the user. */
	env = capture("quiet");
	expect_absent(env, "user-1000");
	json_decref(env);
}

static void nothing_private_of_this_machine(void **state)
{
	struct utsname names;
	json_t *env;

	(void)state;
	setenv("DIRTYBENCH_TEST_SECRET", "swordfish-4711", 1);
	env = capture(NULL);
	expect_absent(env, "swordfish-4711");
	assert_null(json_object_get(env, "host"));
	assert_int_equal(uname(&names), 0);
	/* A short name could be part of any word. */
	if (strlen(names.nodename) > 6)
		expect_absent(env, names.nodename);
	json_decref(env);
}

static void command_without_home(void **state)
{
	char output[] = "-o/home/ann/r", other[] = "/home/anna/r";
	char home[] = "/home/ann", both[] = "/home/ann/a:/home/anna";
	char twice[] = "/home/anna:/home/ann/b,/home/ann";
	char *argv[] = { name_of_program, output, other, home, both, twice };
	struct environment_request request = { .argc = 6, .argv = argv };
	const char *now = getenv("HOME");
	char *before = now ? strdup(now) : NULL;
	const json_t *list;
	json_t *env;

	(void)state;
	setenv("HOME", "/home/ann", 1);
	env = environment_capture(&request);
	assert_non_null(env);
	list = at(env, "command");
	assert_string_equal(json_string_value(json_array_get(list, 1)),
			    "-o~/r");
	assert_string_equal(json_string_value(json_array_get(list, 2)),
			    "/home/anna/r");
	assert_string_equal(json_string_value(json_array_get(list, 3)), "~");
	assert_string_equal(json_string_value(json_array_get(list, 4)),
			    "~/a:/home/anna");
	assert_string_equal(json_string_value(json_array_get(list, 5)),
			    "/home/anna:~/b,~");
	json_decref(env);
	if (before)
		setenv("HOME", before, 1);
	else
		unsetenv("HOME");
	free(before);
}

static void bytes_that_are_not_utf8(void **state)
{
	char odd[] = "r\xff\xfe";
	char *argv[] = { odd };
	struct environment_request request = { .argc = 1, .argv = argv };
	json_t *env = environment_capture(&request);

	(void)state;
	assert_non_null(env);
	assert_string_equal(
		json_string_value(json_array_get(at(env, "command"), 0)),
		"r??");
	json_decref(env);
}

/* --- the file --- */

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test-environment-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static void path_of(char path[PATH_MAX], const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s", folder, name);
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "env.json", "env.json.part" };
	char path[PATH_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_of(path, names[i]);
		(void)remove(path);
	}
	return rmdir(folder);
}

static bool part_is_left(void)
{
	char path[PATH_MAX];

	path_of(path, "env.json.part");
	return !access(path, F_OK);
}

static void file_reads_back(void **state)
{
	json_t *env = capture("noisy"), *again;
	char path[PATH_MAX];
	struct reason why = { "" };

	(void)state;
	path_of(path, "env.json");
	assert_int_equal(environment_write(env, path, &why), 0);
	again = json_load_file(path, 0, NULL);
	assert_true(json_equal(env, again));
	assert_false(part_is_left());
	json_decref(again);
	json_decref(env);
}

static void no_folder_is_an_error(void **state)
{
	json_t *env = capture("quiet");
	char path[PATH_MAX];
	struct reason why = { "" };

	(void)state;
	path_of(path, "missing/env.json");
	assert_int_equal(environment_write(env, path, &why), -ENOENT);
	assert_non_null(strstr(why.text, "missing/env.json"));
	json_decref(env);
}

static void a_folder_in_the_way(void **state)
{
	json_t *env = capture("quiet");
	char path[PATH_MAX];
	struct reason why = { "" };

	(void)state;
	path_of(path, "env.json");
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(environment_write(env, path, &why), -EISDIR);
	assert_false(part_is_left());
	json_decref(env);
}

/* A limit on the size of files stands for a disk that fills up. */
static void full_disk_keeps_the_old_file(void **state)
{
	json_t *env = capture("noisy"), *old = json_pack("{s:i}", "v", 0);
	struct rlimit before, small;
	char path[PATH_MAX];
	struct reason why = { "" };
	int ret;

	(void)state;
	path_of(path, "env.json");
	assert_int_equal(environment_write(old, path, NULL), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 1000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	ret = environment_write(env, path, &why);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(ret, -EFBIG);
	assert_false(part_is_left());
	json_decref(env);
	env = json_load_file(path, 0, NULL);
	assert_true(json_equal(env, old));
	json_decref(env);
	json_decref(old);
}

#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_server),
		cmocka_unit_test(noisy_laptop),
		cmocka_unit_test(arm64_board),
		cmocka_unit_test(absent_is_null),
		cmocka_unit_test(options_of_the_kernel),
		cmocka_unit_test(live_machine),
		cmocka_unit_test(start_is_utc),
		cmocka_unit_test(nothing_private),
		cmocka_unit_test(nothing_private_of_this_machine),
		cmocka_unit_test(command_without_home),
		cmocka_unit_test(bytes_that_are_not_utf8),
		IN_FOLDER(file_reads_back),
		IN_FOLDER(no_folder_is_an_error),
		IN_FOLDER(a_folder_in_the_way),
		IN_FOLDER(full_disk_keeps_the_old_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
