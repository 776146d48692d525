// SPDX-License-Identifier: GPL-2.0-or-later
/* When copying a process that goes on ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/pursuit.h"

static const struct pursuit plan = { .max_iterations = 4, .threshold = 64 };

static void it_goes_on_while_the_set_shrinks(void **state)
{
	(void)state;
	assert_int_equal(pursuit_judge(&plan, 1, 1000, 999), PURSUIT_GOES_ON);
	assert_int_equal(pursuit_judge(&plan, 3, 999, 65), PURSUIT_GOES_ON);
}

static void few_pages_are_few_enough(void **state)
{
	(void)state;
	assert_int_equal(pursuit_judge(&plan, 1, 1000, 64), PURSUIT_CONVERGED);
	assert_int_equal(pursuit_judge(&plan, 1, 1000, 0), PURSUIT_CONVERGED);
	/* Also where it does not shrink, and at the limit. */
	assert_int_equal(pursuit_judge(&plan, 2, 10, 20), PURSUIT_CONVERGED);
	assert_int_equal(pursuit_judge(&plan, 4, 100, 20), PURSUIT_CONVERGED);
}

static void a_set_that_does_not_shrink_never_will(void **state)
{
	(void)state;
	assert_int_equal(pursuit_judge(&plan, 1, 1000, 1000), PURSUIT_STALLED);
	assert_int_equal(pursuit_judge(&plan, 2, 500, 501), PURSUIT_STALLED);
	assert_int_equal(pursuit_judge(&plan, 4, 500, 501), PURSUIT_STALLED);
}

static void there_is_a_limit(void **state)
{
	(void)state;
	assert_int_equal(pursuit_judge(&plan, 4, 1000, 999), PURSUIT_LIMIT);
	assert_int_equal(pursuit_judge(&plan, 5, 1000, 999), PURSUIT_LIMIT);
}

/* A threshold of none is met by an empty set only. */
static void none_may_have_to_be_left(void **state)
{
	const struct pursuit none = { .max_iterations = 4 };

	(void)state;
	assert_int_equal(pursuit_judge(&none, 1, 10, 1), PURSUIT_GOES_ON);
	assert_int_equal(pursuit_judge(&none, 1, 10, 0), PURSUIT_CONVERGED);
}

static void every_end_has_a_name_of_its_own(void **state)
{
	(void)state;
	assert_null(pursuit_end_name(PURSUIT_GOES_ON));
	for (int i = PURSUIT_GOES_ON + 1; i < PURSUIT_ENDS; i++)
		for (int j = PURSUIT_GOES_ON + 1; j < i; j++)
			assert_string_not_equal(pursuit_end_name(i),
						pursuit_end_name(j));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_goes_on_while_the_set_shrinks),
		cmocka_unit_test(few_pages_are_few_enough),
		cmocka_unit_test(a_set_that_does_not_shrink_never_will),
		cmocka_unit_test(there_is_a_limit),
		cmocka_unit_test(none_may_have_to_be_left),
		cmocka_unit_test(every_end_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
