// SPDX-License-Identifier: GPL-2.0-or-later
/* Debugging information: of this very program, in place of a kernel. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernels/profile/vmlinux.h"

static volatile int place;

/* What a sanitizer adds would come first. */
#define PLAIN __attribute__((no_sanitize("address", "thread", "undefined")))

/* These two are inlined, one in the other. */
PLAIN static inline __attribute__((always_inline)) void store_deep(int value)
{
	place = value;
}

PLAIN static inline __attribute__((always_inline)) void store(int value)
{
	store_deep(value);
	store_deep(value + 1);
}

PLAIN __attribute__((noinline)) static void outer(int value)
{
	store(value);
}

/* Whether what is inlined is found in the first bytes of outer(). */
static void look_through(struct vmlinux *vmlinux, bool *deep)
{
	struct code_place found;

	for (uintptr_t at = (uintptr_t)outer; at < (uintptr_t)outer + 8; at++) {
		found = (struct code_place){ "outer", NULL, NULL };
		vmlinux_find(vmlinux, at, &found);
		assert_string_equal(found.function, "outer");
		assert_non_null(found.line);
		assert_non_null(
			strstr(found.line, "tests/guests/test_vmlinux.c:"));
		if (found.inlined && !strcmp(found.inlined, "store_deep"))
			*deep = true;
	}
}

static void test_inlined_functions_and_lines(void **state)
{
	bool deep = false;
	struct vmlinux *vmlinux;
	struct reason why;

	(void)state;
	outer(1);
	assert_int_equal(vmlinux_open(&vmlinux, "/proc/self/exe", &why), 0);
	look_through(vmlinux, &deep);
	assert_true(deep);
	vmlinux_close(vmlinux);
}

/* A note of another kind, then the build ID, as a kernel has them. */
static size_t make_notes(char notes[128], const char *id, size_t id_bytes)
{
	static const uint32_t other[] = { 6, 4, 257 };
	const uint32_t build_id[] = { 4, (uint32_t)id_bytes, 3 };
	size_t used = 0;

	memset(notes, 0, 128);
	memcpy(notes, other, sizeof(other));
	memcpy(notes + sizeof(other), "Linux", 6);
	used = sizeof(other) + 8 + 4;
	memcpy(notes + used, build_id, sizeof(build_id));
	memcpy(notes + used + sizeof(build_id), "GNU", 4);
	used += sizeof(build_id) + 4;
	memcpy(notes + used, id, id_bytes);
	return used + id_bytes;
}

/* The linker was told to give this one. */
static const char own_id[] = { 0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78 };

static void test_build_is_compared(void **state)
{
	static const char other_id[8] = { 1 };
	struct vmlinux *vmlinux;
	struct reason why;
	char notes[128];
	size_t length;

	(void)state;
	assert_int_equal(vmlinux_open(&vmlinux, "/proc/self/exe", &why), 0);
	length = make_notes(notes, own_id, 8);
	assert_int_equal(vmlinux_check(vmlinux, notes, length, &why), 0);
	length = make_notes(notes, other_id, 8);
	assert_int_equal(vmlinux_check(vmlinux, notes, length, &why), -EINVAL);
	assert_non_null(strstr(why.text, "of another build"));
	length = make_notes(notes, own_id, 4);
	assert_int_equal(vmlinux_check(vmlinux, notes, length, &why), -EINVAL);
	/* Cut off anywhere: no ID. */
	length = make_notes(notes, own_id, 8);
	for (size_t cut = 0; cut < length; cut++) {
		assert_int_equal(vmlinux_check(vmlinux, notes, cut, &why),
				 -EINVAL);
		assert_non_null(strstr(why.text, "that kernel has no build"));
	}
	vmlinux_close(vmlinux);
}

static void refused(const char *path, int err, const char *says)
{
	struct vmlinux *vmlinux;
	struct reason why = { "" };

	assert_int_equal(vmlinux_open(&vmlinux, path, &why), err);
	assert_non_null(strstr(why.text, says));
	assert_non_null(strstr(why.text, path));
	vmlinux_close(vmlinux);
}

static void test_unusable_files(void **state)
{
	(void)state;
	refused("/no/such/file", -ENOENT, "cannot read");
	refused("/etc/passwd", -EINVAL, "/etc/passwd: ");
	refused(STRIPPED_PROGRAM, -ENODATA, "has no debugging information");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inlined_functions_and_lines),
		cmocka_unit_test(test_build_is_compared),
		cmocka_unit_test(test_unusable_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
