// SPDX-License-Identifier: GPL-2.0-or-later
/* The proof under writers that do not stop: what is told, lost, and a lie. */
#include "harness/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/page.h"

enum { PAGES = 8, WRITERS = 2 };

/* The second half of the pages lies apart from the first. */
static uint64_t page[PAGES];

struct scene {
	struct ledger ledger;
	struct buffers buffers;
	struct ledger_verdict verdict;
	bool separate;
};

static void open_scene(struct scene *scene, bool separate)
{
	for (size_t i = 0; i < PAGES; i++)
		page[i] = 0x10000000 + i * page_bytes() +
			  (i >= PAGES / 2) * (1ULL << 30);
	memset(scene, 0, sizeof(*scene));
	scene->separate = separate;
	assert_int_equal(ledger_open(&scene->ledger, &scene->buffers, page,
				     PAGES, 1, WRITERS),
			 0);
}

static void close_scene(struct scene *scene)
{
	ledger_close(&scene->ledger, &scene->buffers);
	assert_int_equal(scene->buffers.nr, 0);
}

static void write_page(struct scene *scene, size_t nr)
{
	ledger_tell(&scene->ledger, nr, ledger_time(&scene->ledger));
}

/* "0 3 4": report these pages, and judge. */
static void report(struct scene *scene, const char *pages)
{
	struct region v[PAGES];
	struct region_array reported = { .v = v, .max = PAGES };
	char *end;

	for (; *pages; pages = end + strspn(end, " ")) {
		size_t nr = strtoul(pages, &end, 10);

		region_append(&reported, page[nr], page[nr] + page_bytes());
	}
	ledger_judge(&scene->ledger, &reported, scene->separate,
		     &scene->verdict);
}

static void collect(struct scene *scene, const char *pages)
{
	ledger_begin(&scene->ledger);
	if (scene->separate)
		ledger_collected(&scene->ledger);
	ledger_armed(&scene->ledger);
	report(scene, pages);
}

static void check(const struct scene *scene, uint64_t missed, uint64_t lost)
{
	assert_int_equal(scene->verdict.missed, missed);
	assert_int_equal(scene->verdict.lost_in_gap, lost);
}

static void what_is_reported_is_told(void **state)
{
	struct scene scene;

	(void)state;
	for (int separate = 0; separate < 2; separate++) {
		open_scene(&scene, separate);
		collect(&scene, "");
		write_page(&scene, 0);
		write_page(&scene, 4);
		write_page(&scene, 7);
		collect(&scene, "0 4 7");
		write_page(&scene, 0);
		collect(&scene, "0");
		collect(&scene, "");
		check(&scene, 0, 0);
		close_scene(&scene);
	}
}

static void what_is_not_is_a_lie(void **state)
{
	struct scene scene;

	(void)state;
	for (int separate = 0; separate < 2; separate++) {
		open_scene(&scene, separate);
		write_page(&scene, 2);
		write_page(&scene, 5);
		collect(&scene, "2");
		check(&scene, 1, 0);
		assert_int_equal(scene.verdict.first_missed, page[5]);
		/* It is told too late then, and counts once. */
		collect(&scene, "5");
		check(&scene, 1, 0);
		/* A report before a write does not tell of it. */
		write_page(&scene, 2);
		collect(&scene, "");
		check(&scene, 2, 0);
		close_scene(&scene);
	}
}

/* Where one call collects and arms, this report or the next. */
static void a_write_during_an_atomic_collection_is_in_either(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, false);
	ledger_begin(&scene.ledger);
	write_page(&scene, 1);
	write_page(&scene, 2);
	write_page(&scene, 3);
	ledger_armed(&scene.ledger);
	report(&scene, "1");
	check(&scene, 0, 0);
	collect(&scene, "2");
	check(&scene, 1, 0);
	assert_int_equal(scene.verdict.first_missed, page[3]);
	close_scene(&scene);
}

/* Where arming is a call of its own, it may be lost between the two. */
static void a_write_in_the_gap_is_told_or_lost(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, true);
	ledger_begin(&scene.ledger);
	write_page(&scene, 0); /* in the report */
	write_page(&scene, 1); /* in the next one */
	write_page(&scene, 2); /* in none */
	ledger_collected(&scene.ledger);
	write_page(&scene, 3); /* in the next one */
	write_page(&scene, 4); /* the report cannot be about it */
	ledger_armed(&scene.ledger);
	report(&scene, "0 4");
	collect(&scene, "1 3");
	check(&scene, 0, 2);
	/* Counted once. */
	collect(&scene, "");
	check(&scene, 0, 2);
	close_scene(&scene);
}

static void a_write_behind_arming_cannot_be_lost(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, true);
	ledger_begin(&scene.ledger);
	ledger_collected(&scene.ledger);
	ledger_armed(&scene.ledger);
	write_page(&scene, 6);
	report(&scene, "6");
	check(&scene, 0, 0);
	collect(&scene, "");
	check(&scene, 1, 0);
	close_scene(&scene);
}

/* A writer looks at the time, and comes to store when it is over. */
static void a_late_store_is_due_when_it_may_have_come(void **state)
{
	struct scene scene;
	uint32_t before;

	(void)state;
	open_scene(&scene, false);
	before = ledger_time(&scene.ledger);
	collect(&scene, "");
	ledger_tell(&scene.ledger, 3, before);
	check(&scene, 0, 0);
	collect(&scene, "3");
	check(&scene, 0, 0);
	close_scene(&scene);
	/* And is missed where it is in none. */
	open_scene(&scene, false);
	before = ledger_time(&scene.ledger);
	collect(&scene, "");
	ledger_tell(&scene.ledger, 3, before);
	collect(&scene, "");
	check(&scene, 1, 0);
	close_scene(&scene);
}

/* In a gap, each writer may have had one such store; more is a lie. */
static void so_many_late_stores_are_lost_in_a_gap(void **state)
{
	struct scene scene;
	uint32_t before;

	(void)state;
	open_scene(&scene, true);
	before = ledger_time(&scene.ledger);
	collect(&scene, "");
	for (size_t i = 0; i < WRITERS; i++)
		ledger_tell(&scene.ledger, i, before);
	collect(&scene, "");
	check(&scene, 0, WRITERS);
	before = ledger_time(&scene.ledger);
	collect(&scene, "");
	for (size_t i = 0; i < WRITERS + 1; i++)
		ledger_tell(&scene.ledger, i, before);
	collect(&scene, "");
	check(&scene, 1, 2UL * WRITERS);
	close_scene(&scene);
}

static void the_latest_stamp_is_kept(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, false);
	ledger_tell(&scene.ledger, 1, 8);
	ledger_tell(&scene.ledger, 1, 5);
	assert_int_equal(ledger_stamp(&scene.ledger, 1), 8);
	ledger_tell(&scene.ledger, 1, 9);
	assert_int_equal(ledger_stamp(&scene.ledger, 1), 9);
	close_scene(&scene);
}

static void expected_is_what_was_written_since(void **state)
{
	struct region v[PAGES];
	struct region_array out = { .v = v, .max = PAGES };
	struct scene scene;

	(void)state;
	open_scene(&scene, false);
	ledger_begin(&scene.ledger);
	ledger_armed(&scene.ledger);
	ledger_expected(&scene.ledger, &out);
	assert_int_equal(out.nr, 0); /* nobody has ever stored */
	write_page(&scene, 1);
	ledger_begin(&scene.ledger);
	write_page(&scene, 6);
	ledger_armed(&scene.ledger);
	ledger_expected(&scene.ledger, &out);
	assert_int_equal(out.nr, 2);
	assert_int_equal(v[0].start, page[1]);
	assert_int_equal(v[1].start, page[6]);
	collect(&scene, "6"); /* page 1 was written before the one before */
	out.nr = 0;
	ledger_expected(&scene.ledger, &out);
	assert_int_equal(out.nr, 1);
	assert_int_equal(v[0].start, page[6]);
	close_scene(&scene);
}

static void a_page_is_armed_until_it_is_written(void **state)
{
	(void)state;
	/* Never written, before the first collection. */
	assert_true(ledger_is_armed(0, 2, true));
	assert_false(ledger_is_armed(2, 2, true));
	/* Collection 1 is going on, and has not armed all again. */
	assert_false(ledger_is_armed(2, 3, true));
	assert_false(ledger_is_armed(2, 4, true));
	/* It has ended. */
	assert_true(ledger_is_armed(2, 5, true));
	assert_true(ledger_is_armed(2, 5, false));
	assert_false(ledger_is_armed(5, 5, true));
	assert_false(ledger_is_armed(5, 7, true));
	assert_true(ledger_is_armed(6, 8, true));
}

/* The store may have met the tracker already, behind the arming of its page. */
static void what_is_written_while_it_is_armed_may_be_armed_no_more(void **state)
{
	(void)state;
	assert_true(ledger_is_armed(3, 5, true));
	assert_false(ledger_is_armed(4, 5, true));
	assert_false(ledger_is_armed(3, 5, false));
	assert_false(ledger_is_armed(6, 8, false));
}

static void stopping_leaves_the_time_as_it_is(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, false);
	collect(&scene, "");
	ledger_stop(&scene.ledger);
	assert_int_equal(ledger_time(&scene.ledger), LEDGER_STOP | 5);
	collect(&scene, "");
	assert_int_equal(ledger_time(&scene.ledger), LEDGER_STOP | 8);
	ledger_go_on(&scene.ledger);
	assert_int_equal(ledger_time(&scene.ledger), 8);
	close_scene(&scene);
}

/* Where the tracker tells less apart, a write to any page of a granule is the
 * one that meets it; each page is proved by itself nevertheless. */
static void granules_have_the_highest_stamp_of_their_pages(void **state)
{
	struct scene scene;
	struct ledger *ledger = &scene.ledger;
	uint32_t now;

	(void)state;
	open_scene(&scene, false);
	ledger_close(ledger, &scene.buffers);
	assert_int_equal(
		ledger_open(ledger, &scene.buffers, page, PAGES, 4, WRITERS),
		0);
	now = ledger_time(ledger);
	assert_true(
		ledger_is_armed(ledger_granule_stamp(ledger, 1), now, false));
	write_page(&scene, 3);
	for (size_t i = 0; i < PAGES; i++) {
		assert_int_equal(ledger_granule_stamp(ledger, i),
				 i < 4 ? now : 0);
		assert_int_equal(ledger_stamp(ledger, i), i == 3 ? now : 0);
	}
	write_page(&scene, 4);
	collect(&scene, "0 1 2 3");
	check(&scene, 1, 0);
	assert_int_equal(scene.verdict.first_missed, page[4]);
	close_scene(&scene);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_reported_is_told),
		cmocka_unit_test(what_is_not_is_a_lie),
		cmocka_unit_test(
			a_write_during_an_atomic_collection_is_in_either),
		cmocka_unit_test(a_write_in_the_gap_is_told_or_lost),
		cmocka_unit_test(a_write_behind_arming_cannot_be_lost),
		cmocka_unit_test(a_late_store_is_due_when_it_may_have_come),
		cmocka_unit_test(so_many_late_stores_are_lost_in_a_gap),
		cmocka_unit_test(the_latest_stamp_is_kept),
		cmocka_unit_test(expected_is_what_was_written_since),
		cmocka_unit_test(a_page_is_armed_until_it_is_written),
		cmocka_unit_test(
			what_is_written_while_it_is_armed_may_be_armed_no_more),
		cmocka_unit_test(stopping_leaves_the_time_as_it_is),
		cmocka_unit_test(
			granules_have_the_highest_stamp_of_their_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
