// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays of regions grow, merge, and say when they are full. */
#include "harness/region.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void adjacent_pages_are_one_region(void **state)
{
	struct region v[2];
	struct region_array regions = { .v = v, .max = 2 };

	(void)state;
	assert_true(region_append(&regions, 0x1000, 0x2000));
	assert_true(region_append(&regions, 0x2000, 0x4000));
	assert_int_equal(regions.nr, 1);
	assert_int_equal(v[0].start, 0x1000);
	assert_int_equal(v[0].end, 0x4000);
	assert_true(region_append(&regions, 0x5000, 0x6000));
	assert_int_equal(regions.nr, 2);
	assert_int_equal(v[0].end, 0x4000);
	assert_int_equal(v[1].start, 0x5000);
	assert_int_equal(v[1].end, 0x6000);
}

static void a_full_array_stays_as_it_is(void **state)
{
	struct region v[2] = { [1] = { .start = 7, .end = 8 } };
	struct region_array regions = { .v = v, .max = 1 };

	(void)state;
	assert_true(region_append(&regions, 0x1000, 0x2000));
	assert_false(region_append(&regions, 0x3000, 0x4000));
	assert_int_equal(regions.nr, 1);
	assert_int_equal(v[0].start, 0x1000);
	assert_int_equal(v[0].end, 0x2000);
	assert_int_equal(v[1].start, 7);
	assert_int_equal(v[1].end, 8);
}

static void a_full_array_still_takes_what_touches_its_end(void **state)
{
	struct region v[1];
	struct region_array regions = { .v = v, .max = 1 };

	(void)state;
	assert_true(region_append(&regions, 0x1000, 0x2000));
	assert_true(region_append(&regions, 0x2000, 0x3000));
	assert_int_equal(regions.nr, 1);
	assert_int_equal(v[0].end, 0x3000);
}

static void an_array_without_room_takes_nothing(void **state)
{
	struct region_array regions = { .v = NULL };

	(void)state;
	assert_false(region_append(&regions, 0, 0x1000));
	assert_int_equal(regions.nr, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adjacent_pages_are_one_region),
		cmocka_unit_test(a_full_array_stays_as_it_is),
		cmocka_unit_test(a_full_array_still_takes_what_touches_its_end),
		cmocka_unit_test(an_array_without_room_takes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
