// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reading the list of active swap areas. */
#include "harness/machine/swaplist.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

static struct swap_list list;

static void an_empty_list_has_no_room(void **state)
{
	(void)state;
	assert_int_equal(swaplist_parse(&list, HEAD), 0);
	assert_true(list.count == 0);
	assert_true(swaplist_first_free_bytes(&list, SWAP_ZRAM) == 0);
	assert_true(swaplist_first_free_bytes(&list, SWAP_FILE) == 0);
}

static void areas_count_for_their_backend(void **state)
{
	(void)state;
	assert_int_equal(swaplist_parse(&list, HEAD
					"/dev/zram1 partition 1000 100 100\n"
					"/swap\\040file file 5000 1000 -2\n"
					"/dev/vda2 partition 300 0 -3"),
			 0);
	assert_true(list.count == 3);
	assert_int_equal(list.areas[1].priority, -2);
	assert_int_equal(list.areas[0].backend, SWAP_ZRAM);
	assert_int_equal(list.areas[1].backend, SWAP_FILE);
	assert_int_equal(list.areas[2].backend, SWAP_FILE);
	assert_true(swaplist_first_free_bytes(&list, SWAP_ZRAM) ==
		    900ULL * 1024);
}

static void a_device_is_known_from_outside_its_root(void **state)
{
	(void)state;
	assert_int_equal(swaplist_parse(&list, HEAD
					"/var/root/dev/zram1 partition 9 0 1\n"
					"/zram-like/file file 9 0 0\n"
					"/dev/zram/file file 9 0 0\n"),
			 0);
	assert_int_equal(list.areas[0].backend, SWAP_ZRAM);
	assert_int_equal(list.areas[1].backend, SWAP_FILE);
	assert_int_equal(list.areas[2].backend, SWAP_FILE);
}

static void only_the_first_priority_gets_pages(void **state)
{
	(void)state;
	assert_int_equal(swaplist_parse(&list,
					HEAD "/swap file 5000 0 -2\n"
					     "/dev/zram0 partition 100 0 5\n"
					     "/dev/zram1 partition 50 0 5\n"),
			 0);
	assert_true(swaplist_first_free_bytes(&list, SWAP_ZRAM) ==
		    150ULL * 1024);
	assert_true(swaplist_first_free_bytes(&list, SWAP_FILE) == 0);
}

static void pages_shared_between_backends_go_to_neither(void **state)
{
	(void)state;
	assert_int_equal(swaplist_parse(&list,
					HEAD "/swap file 5000 0 5\n"
					     "/dev/zram0 partition 100 0 5\n"),
			 0);
	assert_true(swaplist_first_free_bytes(&list, SWAP_ZRAM) == 0);
	assert_true(swaplist_first_free_bytes(&list, SWAP_FILE) == 0);
}

static void another_form_is_refused(void **state)
{
	(void)state;
	assert_int_equal(swaplist_parse(&list, ""), -EINVAL);
	assert_int_equal(swaplist_parse(&list, HEAD "/swap file many 0 1\n"),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_list_has_no_room),
		cmocka_unit_test(areas_count_for_their_backend),
		cmocka_unit_test(a_device_is_known_from_outside_its_root),
		cmocka_unit_test(only_the_first_priority_gets_pages),
		cmocka_unit_test(pages_shared_between_backends_go_to_neither),
		cmocka_unit_test(another_form_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
