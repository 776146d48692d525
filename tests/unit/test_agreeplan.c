// SPDX-License-Identifier: GPL-2.0-or-later
/* Which cells are compared with which. */
#include "cli/agreeplan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct plan plan;

static int clean(void **state)
{
	(void)state;
	plan_destroy(&plan);
	return 0;
}

/* The plan of these keys; what making it returns. */
static int make(const char *const *keys, int nr, bool in_guest)
{
	struct reason why;

	assert_int_equal(plan_from_keys(&plan, (char *const *)keys, nr, &why),
			 0);
	return agreeplan_make(&plan, in_guest, &why);
}

static void expect_cell(int nr, const char *start)
{
	assert_in_range(nr, 0, plan.nr - 1);
	if (strncmp(plan.cells[nr].key, start, strlen(start)) != 0)
		fail_msg("%s, not %s", plan.cells[nr].key, start);
}

static void the_same_pages_are_compared(void **state)
{
	static const char *const keys[] = {
		"dense/mprotect/size:2m", "thp/scan",	"dense/scan/size:4m",
		"thp/mprotect",		  "dense/scan", "dense/scan/size:2m",
		"dense/mprotect/size:4m",
	};

	(void)state;
	assert_int_equal(make(keys, 7, false), 0);
	/* One alone is not compared with anything. */
	assert_int_equal(plan.nr, 6);
	expect_cell(0, "dense/mprotect/");
	expect_cell(1, "dense/scan/");
	assert_int_equal(agreeplan_end(&plan, 0), 2);
	expect_cell(2, "thp/scan/");
	expect_cell(3, "thp/mprotect/");
	assert_int_equal(agreeplan_end(&plan, 2), 4);
	expect_cell(4, "dense/scan/");
	expect_cell(5, "dense/mprotect/");
	assert_int_equal(agreeplan_end(&plan, 4), 6);
}

/* A tracker's own parameters make no other pages. */
static void one_tracker_may_be_there_twice(void **state)
{
	static const char *const keys[] = { "dense/uffd-wp", "dense/mprotect",
					    "dense/uffd-wp/unpopulated:yes" };

	(void)state;
	assert_int_equal(make(keys, 3, false), 0);
	assert_int_equal(agreeplan_end(&plan, 0), 3);
}

static void what_cannot_be_compared_is_left_out(void **state)
{
	static const char *const keys[] = {
		"dense/none",
		"dense/scan/collect:atomic",
		"dense/scan",
		"dense/mprotect",
		"forked/mprotect/tracked:child",
		"forked/scan/tracked:child",
		"dense/scan/threads:2",
		"dense/mprotect/threads:2",
		"dense/scan/idle-threads:2",
		"dense/mprotect/idle-threads:2",
	};

	(void)state;
	assert_int_equal(make(keys, 10, false), 0);
	assert_int_equal(plan.nr, 2);
	expect_cell(0, "dense/scan/collect:separate/");
	expect_cell(1, "dense/mprotect/");
}

static void too_few_are_refused(void **state)
{
	static const char *const keys[] = { "dense/mprotect", "dense/none",
					    "thp/scan" };

	(void)state;
	assert_int_equal(make(keys, 3, false), -EINVAL);
}

/* Where a kernel may hang in it, only a guest does what is not claimed. */
static void holes_of_hugetlbfs_are_for_guests(void **state)
{
	static const char *const keys[] = { "holes/scan/pages:hugetlb",
					    "holes/mprotect/pages:hugetlb",
					    "hugetlb/scan",
					    "hugetlb/softdirty" };

	(void)state;
	assert_int_equal(make(keys, 4, false), 0);
	assert_false(plan.cells[0].unclaimed);
	assert_true(plan.cells[2].unclaimed);
	plan_destroy(&plan);
	assert_int_equal(make(keys, 4, true), 0);
	assert_true(plan.cells[0].unclaimed);
	assert_true(plan.cells[2].unclaimed);
}

#define TEST(name) cmocka_unit_test_teardown(name, clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_pages_are_compared),
		TEST(one_tracker_may_be_there_twice),
		TEST(what_cannot_be_compared_is_left_out),
		TEST(too_few_are_refused),
		TEST(holes_of_hugetlbfs_are_for_guests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
