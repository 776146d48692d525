// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of boots: every kernel once a round, rounds mirrored in pairs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/schedule.h"

enum { KERNELS = 4, BOOTS = 6, TURNS = KERNELS * BOOTS };

static void test_every_kernel_once_a_round(void **state)
{
	int order[TURNS];

	(void)state;
	schedule_make(KERNELS, BOOTS, 1, order);
	for (int boot = 0; boot < BOOTS; boot++) {
		int seen = 0;

		for (int i = 0; i < KERNELS; i++)
			seen |= 1 << order[boot * KERNELS + i];
		assert_int_equal(seen, (1 << KERNELS) - 1);
	}
}

static void test_pairs_of_rounds_mirror(void **state)
{
	int order[TURNS];

	(void)state;
	schedule_make(KERNELS, BOOTS, 2, order);
	for (int pair = 0; pair < BOOTS; pair += 2)
		for (int i = 0; i < 2 * KERNELS; i++)
			assert_int_equal(order[pair * KERNELS + i],
					 order[(pair + 2) * KERNELS - 1 - i]);
}

static void test_two_kernels_are_abba(void **state)
{
	int order[8];

	(void)state;
	schedule_make(2, 4, 3, order);
	assert_int_not_equal(order[0], order[1]);
	assert_int_equal(order[1], order[2]);
	assert_int_equal(order[0], order[3]);
}

static void test_seed_is_the_order(void **state)
{
	int first[TURNS], again[TURNS], other[TURNS];
	int differ = 0;

	(void)state;
	schedule_make(KERNELS, BOOTS, 7, first);
	schedule_make(KERNELS, BOOTS, 7, again);
	assert_memory_equal(first, again, sizeof(first));
	for (uint64_t seed = 8; seed < 16; seed++) {
		schedule_make(KERNELS, BOOTS, seed, other);
		differ += memcmp(first, other, sizeof(first)) != 0;
	}
	assert_true(differ > 4);
}

static void test_pairs_are_drawn_anew(void **state)
{
	int order[KERNELS * 40];
	int differ = 0;

	(void)state;
	schedule_make(KERNELS, 40, 5, order);
	for (int boot = 2; boot < 40; boot += 2)
		differ += memcmp(order, order + (ptrdiff_t)boot * KERNELS,
				 KERNELS * sizeof(int)) != 0;
	assert_true(differ > 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kernel_once_a_round),
		cmocka_unit_test(test_pairs_of_rounds_mirror),
		cmocka_unit_test(test_two_kernels_are_abba),
		cmocka_unit_test(test_seed_is_the_order),
		cmocka_unit_test(test_pairs_are_drawn_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
