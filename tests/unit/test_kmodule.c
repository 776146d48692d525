// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of telling which kernel modules a modprobe brought in. */
#include "harness/machine/kmodule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char seen[128];

static int note(const char *name, void *argument)
{
	int *stop_after = argument;
	size_t used = strlen(seen);

	snprintf(seen + used, sizeof(seen) - used, "%s ", name);
	return stop_after && !--*stop_after ? -7 : 0;
}

static const char before[] = "ext4 700 1 - Live 0x0\n"
			     "zram_like 5 0 - Live 0x0";
static const char after[] = "zram 40 0 - Live 0x0\n"
			    "zsmalloc 30 1 zram, Live 0x0\n"
			    "ext4 700 1 - Live 0x0\n"
			    "zram_like 5 0 - Live 0x0";

static void new_modules_come_in_order_of_loading(void **state)
{
	(void)state;
	*seen = '\0';
	assert_int_equal(kmodule_each_new(before, after, note, NULL), 0);
	assert_string_equal(seen, "zsmalloc zram ");
	*seen = '\0';
	assert_int_equal(kmodule_each_new("", before, note, NULL), 0);
	assert_string_equal(seen, "zram_like ext4 ");
	*seen = '\0';
	assert_int_equal(kmodule_each_new(after, after, note, NULL), 0);
	assert_int_equal(kmodule_each_new("", "", note, NULL), 0);
	assert_string_equal(seen, "");
}

static void a_failure_ends_the_walk(void **state)
{
	int stop_after = 1;

	(void)state;
	*seen = '\0';
	assert_int_equal(kmodule_each_new(before, after, note, &stop_after),
			 -7);
	assert_string_equal(seen, "zsmalloc ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_modules_come_in_order_of_loading),
		cmocka_unit_test(a_failure_ends_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
