// SPDX-License-Identifier: GPL-2.0-or-later
/* partial: a part is armed and collected, and the rest is not forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/page.h"
#include "harness/session.h"
#include "proof.h"
#include "tests/kernel/tracked.h"

extern const struct tracker tracker_mprotect;

/* 1024 pages, of which 102 are looked at; 256 are stored to, shuffled. */
#define PARAMS "size:4m/part:10%/dirty:25%/order:shuffled"

enum { PAGES = 1024, PART = 102, STORES = 256 };

static const struct epoch measured = { 1, EPOCH_MEASURED };

static struct session session;
static struct cell cell;
static struct placement place = { .other_cpu = -1 };

static void create(const struct tracker *tracker, const char *params)
{
	struct reason why = { "" };
	char key[CELL_KEY_BYTES];

	snprintf(key, sizeof(key), "partial/%s/%s", tracker->name, params);
	if (cell_parse(&cell, key, &why) ||
	    session_create(&session, &cell, &place, &why))
		fail_msg("%s: %s", key, why.text);
	session.follower.tracking.tracker = tracker;
}

static int clean(void **state)
{
	if (session.work.nr_ranges)
		session_destroy(&session);
	return tracked_clean(state);
}

/* A measured epoch, and the look at the rest. */
static void run(const struct tracker *tracker, struct epoch_result *result)
{
	struct reason why = { "" };

	create(tracker, PARAMS);
	session_epoch(&session, &measured, result);
	assert_int_equal(result->status, STATUS_OK);
	assert_int_equal(result->figures.nr_counters, 0);
	if (session_check_rest(&session, &measured, result, &why))
		fail_msg("%s", why.text);
}

/* How many stores go to pages outside of the part. */
static int64_t stores_outside(void)
{
	const struct mapped_range *part = session.work.parts;
	int64_t nr = 0;

	for (size_t i = 0; i < session.work.stores.nr; i++)
		nr += session.work.stores.picked[i] < part->start ||
		      session.work.stores.picked[i] >= part->end;
	return nr;
}

static void the_part_is_in_the_middle(void **state)
{
	const struct mapped_range *range, *part;

	(void)state;
	create(&tracker_mprotect, PARAMS);
	range = session.work.ranges;
	part = session.work.parts;
	assert_int_equal(session.work.nr_parts, 1);
	assert_int_equal((part->end - part->start) / page_bytes(), PART);
	assert_int_equal(part->start - range->start,
			 (PAGES - PART) / 2 * page_bytes());
	assert_int_equal(part->kind, range->kind);
	assert_int_equal(part->unit_bytes, range->unit_bytes);
}

static void all_of_it_is_no_part(void **state)
{
	struct epoch_result result;
	struct reason why = { "" };

	(void)state;
	create(&tracker_mprotect, "size:4m/part:100%");
	assert_int_equal(session.work.nr_parts, 0);
	session_epoch(&session, &measured, &result);
	assert_int_equal(result.figures.pages.part_range, SAMPLE_NULL);
	assert_int_equal(result.figures.pages.part_resident, SAMPLE_NULL);
	assert_int_equal(session_check_rest(&session, &measured, &result, &why),
			 0);
	assert_int_equal(result.figures.nr_counters, 0);
}

static void figures_tell_the_part_from_all(void **state)
{
	const struct sample_figures *figures;
	struct epoch_result result;

	(void)state;
	run(&tracker_mprotect, &result);
	figures = &result.figures;
	assert_int_equal(result.status, STATUS_OK);
	assert_int_equal(figures->pages.range, PAGES);
	assert_int_equal(figures->pages.resident, PAGES);
	assert_int_equal(figures->pages.part_range, PART);
	assert_int_equal(figures->pages.part_resident, PART);
	assert_int_equal(figures->pages.dirtied, STORES);
	assert_int_equal(figures->pages.reported, STORES - stores_outside());
	assert_int_equal(figures->pages.missed, 0);
	assert_int_equal(figures->pages.extra, 0);
	/* Stores elsewhere take no fault: a call and a return for each page. */
	assert_in_range(figures->syscalls, 2 * figures->pages.reported + 1,
			2 * figures->pages.reported + 4);
}

static void check_counter(const struct epoch_result *result, int64_t value)
{
	assert_int_equal(result->figures.nr_counters, 1);
	assert_string_equal(result->figures.counters[0].name,
			    "forgotten_outside");
	assert_int_equal(result->figures.counters[0].value, value);
}

static void what_was_written_elsewhere_is_still_reported(void **state)
{
	struct epoch_result result;

	(void)state;
	run(&tracker_mprotect, &result);
	assert_int_equal(result.status, STATUS_OK);
	assert_in_range(stores_outside(), 1, STORES - 1);
	check_counter(&result, 0);
	/* And the epochs behind it are what they were. */
	session_epoch(&session, &measured, &result);
	assert_int_equal(result.status, STATUS_OK);
}

/* As clear_refs does: all is clean afterwards. */
static int arm_all(struct tracking *t)
{
	struct tracking all = *t;
	int ret;

	all.parts = t->ranges;
	all.nr_parts = t->nr_ranges;
	ret = tracker_mprotect.arm(&all);
	t->counts = all.counts;
	return ret;
}

static void who_forgets_lies(void **state)
{
	struct tracker forgetful = tracker_mprotect;
	struct epoch_result result;

	(void)state;
	forgetful.arm = arm_all;
	run(&forgetful, &result);
	assert_int_equal(result.status, STATUS_LIED);
	assert_non_null(strstr(result.why.text, "arming a part forgot"));
	check_counter(&result, stores_outside());
}

static void who_says_that_it_forgets_is_believed(void **state)
{
	struct tracker forgetful = tracker_mprotect;
	struct epoch_result result;

	(void)state;
	forgetful.arm = arm_all;
	forgetful.arms_more = "it cannot do otherwise";
	run(&forgetful, &result);
	assert_int_equal(result.status, STATUS_OK);
	check_counter(&result, stores_outside());
}

static int arm_nothing(struct tracking *t)
{
	return t->parts == t->ranges ? tracker_mprotect.arm(t) : 0;
}

/* An epoch before has armed the part, and the look at the rest arms all. */
static void who_does_not_arm_the_part_is_inexact(void **state)
{
	struct tracker lazy = tracker_mprotect;
	struct epoch_result result;
	struct reason why = { "" };

	(void)state;
	create(&tracker_mprotect, PARAMS);
	session_epoch(&session, &measured, &result);
	assert_int_equal(result.status, STATUS_OK);
	lazy.arm = arm_nothing;
	session.follower.tracking.tracker = &lazy;
	assert_int_equal(session_check_rest(&session, &measured, &result, &why),
			 0);
	assert_int_equal(result.status, STATUS_INEXACT);
	assert_non_null(strstr(result.why.text, "arming a part left"));
}

static void every_tracker_is_proved(void **state)
{
	(void)state;
	assert_int_equal(proof_run_all("partial", "size:2m/part:1%"), 0);
	assert_int_equal(proof_run_all("partial", "size:2m/part:50%"), 0);
	assert_int_equal(proof_run_liars("partial", "size:2m/part:50%"), 0);
}

#define TEST(function) cmocka_unit_test_teardown(function, clean)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_part_is_in_the_middle),
		TEST(all_of_it_is_no_part),
		TEST(figures_tell_the_part_from_all),
		TEST(what_was_written_elsewhere_is_still_reported),
		TEST(who_forgets_lies),
		TEST(who_says_that_it_forgets_is_believed),
		TEST(who_does_not_arm_the_part_is_inexact),
		TEST(every_tracker_is_proved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
