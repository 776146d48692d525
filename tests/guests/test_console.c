// SPDX-License-Identifier: GPL-2.0-or-later
/* Consoles of real boots, and what is made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/console.h"

static enum console_finding classify(const char *file, char *line, size_t bytes)
{
	static char text[1 << 20];
	char path[512];
	size_t length;
	FILE *in;

	snprintf(path, sizeof(path), CONSOLE_DIR "/%s", file);
	in = fopen(path, "re");
	if (!in)
		fail_msg("no %s", path);
	length = fread(text, 1, sizeof(text), in);
	fclose(in);
	return console_classify(text, length, line, bytes);
}

static void test_recorded(void **state)
{
	static const struct {
		const char *file;
		enum console_finding finding;
		const char *line;
	} cases[] = {
		{ "clean.log", CONSOLE_NOTHING, "" },
		{ "oops.log", CONSOLE_OOPS,
		  "BUG: kernel NULL pointer dereference, address: "
		  "0000000000000008" },
		{ "no-init.log", CONSOLE_PANIC,
		  "Kernel panic - not syncing: VFS: Unable to mount root fs on "
		  "unknown-block(0,0)" },
		{ "kvm.log", CONSOLE_EMULATOR,
		  "KVM internal error. Suberror: 1" },
	};
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(classify(cases[i].file, line, sizeof(line)),
				 cases[i].finding);
		if (strncmp(line, cases[i].line, strlen(cases[i].line)) != 0)
			fail_msg("%s: '%s'", cases[i].file, line);
	}
}

static void test_gravest_counts_and_first_of_it(void **state)
{
	static const char text[] =
		"qemu-system-x86_64: warning: TCG lacks a feature\n"
		"[    5.1][  T1] rcu: INFO: rcu_preempt self-detected stall\n"
		"[    6.1][  T1] kernel BUG at mm/memory.c:1!\r\n"
		"[    6.2] Oops: invalid opcode: 0000 [#1]\n"
		"[    6.3] Kernel panic - not syncing: Fatal exception\n"
		"qemu-system-x86_64: terminating on signal 15\n";
	char line[200];

	(void)state;
	assert_int_equal(
		console_classify(text, strlen(text), line, sizeof(line)),
		CONSOLE_OOPS);
	assert_string_equal(line, "kernel BUG at mm/memory.c:1!");
}

static void test_warnings_are_no_end(void **state)
{
	static const char text[] =
		"qemu-system-x86_64: warning: TCG lacks a feature\n"
		"[    0.1] Kernel command line: panic=-1 oops=panic\n";
	char line[200];

	(void)state;
	assert_int_equal(
		console_classify(text, strlen(text), line, sizeof(line)),
		CONSOLE_NOTHING);
	assert_string_equal(line, "");
}

static void test_line_is_cut_and_printable(void **state)
{
	static const char text[] = "Kernel panic - not syncing: \033[1mx\007y";
	char line[200], few[16];

	(void)state;
	console_classify(text, strlen(text), line, sizeof(line));
	assert_string_equal(line, "Kernel panic - not syncing: [1mxy");
	console_classify(text, strlen(text), few, sizeof(few));
	assert_string_equal(few, "Kernel panic -");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_gravest_counts_and_first_of_it),
		cmocka_unit_test(test_warnings_are_no_end),
		cmocka_unit_test(test_line_is_cut_and_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
