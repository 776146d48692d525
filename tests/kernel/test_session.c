// SPDX-License-Identifier: GPL-2.0-or-later
/* Epochs of dense: liars are caught, and figures are there where they belong.
 */
#include "harness/session.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "harness/memory.h"
#include "tests/kernel/tracked.h"

/* Small, and stores in another order than that of their addresses. */
#define PARAMS "size:4m/dirty:25%/order:shuffled"

enum { EPOCHS = 5 };

static const struct epoch plan[EPOCHS] = {
	{ 0, EPOCH_FIRST }, { 1, EPOCH_MEASURED }, { 2, EPOCH_MEASURED },
	{ 3, EPOCH_IDLE },  { 4, EPOCH_READ },
};

static struct session session;
static struct cell cell;
static struct placement place;

static void create(const char *tracker, const char *params)
{
	struct reason why = { "" };
	char key[CELL_KEY_BYTES];

	snprintf(key, sizeof(key), "dense/%s/%s", tracker, params);
	if (cell_parse(&cell, key, &why) ||
	    session_create(&session, &cell, &place, &why))
		fail_msg("%s: %s", key, why.text);
}

static bool can_run(const char *tracker, const char *params)
{
	struct reason why = { "" };
	char key[CELL_KEY_BYTES];

	snprintf(key, sizeof(key), "dense/%s/%s", tracker, params);
	assert_int_equal(cell_parse(&cell, key, &why), 0);
	if (!cell_check_kernel(&cell, &why))
		return true;
	printf("%s: %s\n", key, why.text);
	return false;
}

static void finish(struct sample_figures *figures)
{
	struct reason why = { "" };

	sample_figures_clear(figures);
	if (session_finish(&session, figures, &why))
		fail_msg("%s", why.text);
	session_destroy(&session);
}

static void run(int epoch, struct epoch_result *result)
{
	memset(result, 0xaa, sizeof(*result));
	session_epoch(&session, &plan[epoch], result);
	assert_true(result->status == STATUS_OK || result->why.text[0]);
}

static bool stores(int epoch)
{
	return plan[epoch].kind == EPOCH_FIRST ||
	       plan[epoch].kind == EPOCH_MEASURED;
}

/* The status of each epoch under @tracker. */
static void check_statuses(const char *tracker,
			   const enum sample_status statuses[EPOCHS])
{
	struct epoch_result result;
	struct sample_figures figures;

	create(tracker, PARAMS);
	for (int i = 0; i < EPOCHS; i++) {
		run(i, &result);
		if (result.status != statuses[i])
			fail_msg("%s, epoch %d: status %d, %s", tracker, i,
				 (int)result.status, result.why.text);
	}
	finish(&figures);
}

static void an_honest_tracker_is_right_in_every_epoch(void **state)
{
	static const enum sample_status ok[EPOCHS] = { STATUS_OK };

	(void)state;
	check_statuses("mprotect", ok);
}

static void a_liar_is_caught_wherever_there_are_stores(void **state)
{
	static const enum sample_status lied[EPOCHS] = {
		STATUS_LIED, STATUS_LIED, STATUS_LIED, STATUS_OK, STATUS_OK
	};
	struct epoch_result result;
	struct sample_figures figures;

	(void)state;
	check_statuses("liar", lied);
	create("liar", PARAMS);
	run(0, &result);
	assert_int_equal(result.figures.pages.missed, 1);
	assert_int_equal(result.figures.pages.extra, 0);
	assert_non_null(strstr(result.why.text, "missed 1 of 256 written"));
	finish(&figures);
}

static void a_stale_liar_is_caught_from_the_second_epoch_on(void **state)
{
	static const enum sample_status stale[EPOCHS] = {
		STATUS_OK, STATUS_INEXACT, STATUS_INEXACT, STATUS_INEXACT,
		STATUS_INEXACT
	};

	(void)state;
	check_statuses("liar-stale", stale);
}

static void who_reports_everything_is_caught_at_once(void **state)
{
	static const enum sample_status all[EPOCHS] = {
		STATUS_INEXACT, STATUS_INEXACT, STATUS_INEXACT, STATUS_INEXACT,
		STATUS_INEXACT
	};
	struct epoch_result result;
	struct sample_figures figures;

	(void)state;
	check_statuses("liar-all", all);
	create("liar-all", PARAMS);
	run(0, &result);
	assert_int_equal(result.figures.pages.reported, 1024);
	assert_int_equal(result.figures.pages.extra, 768);
	assert_int_equal(result.figures.pages.extra_in_granule, 0);
	assert_non_null(strstr(result.why.text, "reported 768 pages"));
	finish(&figures);
}

static void check_pages(int epoch, const struct sample_figures *figures)
{
	int64_t dirtied = stores(epoch) ? 256 : 0;

	assert_int_equal(figures->pages.range, 1024);
	assert_int_equal(figures->pages.resident, 1024);
	assert_int_equal(figures->pages.unit, 1);
	assert_int_equal(figures->pages.dirtied, dirtied);
	assert_int_equal(figures->pages.reported, dirtied);
	assert_int_equal(figures->pages.missed, 0);
	assert_int_equal(figures->pages.extra, 0);
	assert_int_equal(figures->pages.extra_in_granule, 0);
	assert_int_equal(figures->regions.final, figures->regions.ideal);
	assert_int_equal(figures->regions.ideal > 0, stores(epoch));
	assert_true(figures->regions.ideal <= dirtied);
}

static void check_phases(int epoch, const struct sample_figures *figures)
{
	const struct sample_phases *ns = &figures->ns;

	assert_int_equal(ns->open != SAMPLE_NULL, epoch == 0);
	assert_true(ns->arm > 0);
	assert_true(ns->collect > 0);
	assert_int_equal(ns->write != SAMPLE_NULL, stores(epoch));
	assert_true(ns->write == SAMPLE_NULL || ns->write > 0);
	assert_int_equal(ns->collect_arm, SAMPLE_NULL);
	assert_int_equal(ns->disarm, SAMPLE_NULL);
	assert_int_equal(ns->close, SAMPLE_NULL);
	assert_true(sample_phases_empty(&figures->insn));
}

static void check_usage(int epoch, const struct sample_figures *figures)
{
	int64_t dirtied = stores(epoch) ? 256 : 0;

	/* A fault, a call and a return for each page; one call arms. */
	assert_int_equal(figures->records, dirtied);
	assert_true(figures->output_bytes >= dirtied);
	assert_in_range(figures->syscalls, 2 * dirtied + 1, 2 * dirtied + 4);
	assert_true(figures->faults.minor >= 0);
	assert_int_equal(figures->faults.major, 0);
	assert_true(figures->switches.voluntary >= 0);
	assert_true(figures->switches.involuntary >= 0);
	assert_true(figures->vmas.before > 0);
	assert_true(figures->vmas.after > 0);
	assert_int_equal(figures->vmas.armed, SAMPLE_NULL);
	assert_int_equal(figures->vmas.peak, SAMPLE_NULL);
	assert_true(figures->pagetable_kb.before > 0);
	assert_int_equal(figures->pagetable_kb.peak, SAMPLE_NULL);
}

static void figures_are_there_where_they_belong(void **state)
{
	struct epoch_result result;
	struct sample_figures figures;

	(void)state;
	create("mprotect", PARAMS);
	for (int i = 0; i < EPOCHS; i++) {
		run(i, &result);
		assert_int_equal(result.status, STATUS_OK);
		check_pages(i, &result.figures);
		check_phases(i, &result.figures);
		check_usage(i, &result.figures);
	}
	finish(&figures);
	assert_true(figures.ns.disarm > 0);
	assert_true(figures.ns.close > 0);
	assert_int_equal(figures.ns.open, SAMPLE_NULL);
}

static void a_replay_shows_the_peak(void **state)
{
	struct epoch_result result;
	struct sample_figures figures;
	struct reason why;

	(void)state;
	create("mprotect", PARAMS);
	run(0, &result);
	run(1, &result);
	figures = result.figures;
	assert_int_equal(session_replay(&session, &plan[1], &figures, &why), 0);
	assert_int_equal(figures.vmas.armed, figures.vmas.before);
	/* 256 random pages of 1024 make some 190 runs, two VMAs each. */
	assert_in_range(figures.vmas.peak, figures.vmas.before + 300,
			figures.vmas.before + 512);
	assert_true(figures.pagetable_kb.peak > 0);
	assert_int_equal(figures.anon_huge_kb.before, 0);
	assert_int_equal(figures.anon_huge_kb.after, 0);
	/* Nothing that was measured is touched. */
	assert_int_equal(figures.ns.arm, result.figures.ns.arm);
	assert_int_equal(figures.ns.write, result.figures.ns.write);
	assert_int_equal(figures.ns.collect, result.figures.ns.collect);
	assert_int_equal(figures.syscalls, result.figures.syscalls);
	/* And the next epoch is not disturbed by it. */
	run(2, &result);
	assert_int_equal(result.status, STATUS_OK);
	check_pages(2, &result.figures);
	check_usage(2, &result.figures);
	finish(&figures);
}

/* All pages at last: there are many VMAs only on the way there. */
static void a_peak_in_the_middle_is_seen(void **state)
{
	struct epoch_result result;
	struct sample_figures figures;
	struct reason why;

	(void)state;
	create("mprotect", "size:4m/dirty:100%/order:shuffled");
	run(0, &result);
	figures = result.figures;
	assert_int_equal(figures.vmas.after, figures.vmas.before);
	assert_int_equal(session_replay(&session, &plan[0], &figures, &why), 0);
	/* Half of the pages at random are some 256 runs. */
	assert_in_range(figures.vmas.peak, figures.vmas.before + 400,
			figures.vmas.before + 600);
	finish(&figures);
}

static void without_stores_a_replay_has_no_more_than_before(void **state)
{
	struct epoch_result result;
	struct sample_figures figures;
	struct reason why;

	(void)state;
	create("none", PARAMS);
	run(0, &result);
	figures = result.figures;
	assert_int_equal(session_replay(&session, &plan[0], &figures, &why), 0);
	assert_int_equal(figures.vmas.peak, figures.vmas.before);
	assert_int_equal(figures.pagetable_kb.peak,
			 figures.pagetable_kb.before);
	finish(&figures);
}

static void no_tracking_claims_nothing_and_calls_nothing(void **state)
{
	struct epoch_result result;
	struct sample_figures figures;

	(void)state;
	create("none", PARAMS);
	for (int i = 0; i < EPOCHS; i++) {
		run(i, &result);
		assert_int_equal(result.status, STATUS_OK);
		assert_int_equal(result.figures.syscalls, 0);
		assert_int_equal(result.figures.records, 0);
		assert_int_equal(result.figures.output_bytes, 0);
		assert_int_equal(result.figures.pages.dirtied,
				 stores(i) ? 256 : 0);
		assert_int_equal(result.figures.pages.reported, SAMPLE_NULL);
		assert_int_equal(result.figures.pages.missed, SAMPLE_NULL);
		assert_int_equal(result.figures.pages.extra, SAMPLE_NULL);
		assert_int_equal(result.figures.pages.extra_in_granule,
				 SAMPLE_NULL);
		assert_int_equal(result.figures.regions.final, SAMPLE_NULL);
		assert_int_equal(result.figures.ns.write != SAMPLE_NULL,
				 stores(i));
	}
	finish(&figures);
}

/* Armed once, then with every collect; again only after disarming. */
static void atomic_collecting_has_no_phase_for_arming(void **state)
{
	struct epoch_result result;
	struct sample_figures figures;
	struct reason why;

	(void)state;
	if (!can_run("scan", PARAMS "/collect:atomic"))
		skip();
	create("scan", PARAMS "/collect:atomic");
	for (int i = 0; i < EPOCHS; i++) {
		run(i, &result);
		assert_int_equal(result.status, STATUS_OK);
		check_pages(i, &result.figures);
		assert_int_equal(result.figures.ns.arm != SAMPLE_NULL, i == 0);
		assert_int_equal(result.figures.ns.collect, SAMPLE_NULL);
		assert_true(result.figures.ns.collect_arm > 0);
		/* The kernel resolves them, and they are faults all the same.
		 */
		assert_true(result.figures.faults.minor >=
			    result.figures.pages.dirtied);
		if (i == 2)
			assert_int_equal(session_replay(&session, &plan[i],
							&result.figures, &why),
					 0);
	}
	finish(&figures);
	assert_true(figures.ns.disarm > 0);
}

/* More regions than one call may fill: collect is called again. */
static void more_regions_than_a_chunk_are_collected(void **state)
{
	struct epoch_result result;
	struct sample_figures figures;

	(void)state;
	create("mprotect", "size:64m/dirty:50%/pattern:stride");
	/* As many as a small array of the caller's would hold. */
	session.follower.chunk.max = 100;
	run(0, &result);
	assert_int_equal(result.status, STATUS_OK);
	assert_int_equal(result.figures.regions.final, 8192);
	assert_int_equal(result.figures.pages.reported, 8192);
	finish(&figures);
}

static int fail_to_arm(struct tracking *t)
{
	return reason_set(&t->why, -EIO, "arming is out of order");
}

static int fail_to_open(struct tracking *t)
{
	return reason_set(&t->why, -EMFILE, "opening is out of order");
}

static int fail_to_collect(struct tracking *t, struct region_array *out)
{
	(void)out;
	t->counts.counters[0].name = "broken";
	t->counts.counters[0].value = 7;
	t->counts.nr_counters = 1;
	return reason_set(&t->why, -EIO, "collecting is out of order");
}

extern const struct tracker tracker_mprotect;

static void check_failure(const struct tracker *broken, const char *words)
{
	struct epoch_result result;
	struct sample_figures figures;

	create("mprotect", PARAMS);
	session.follower.tracking.tracker = broken;
	run(0, &result);
	assert_int_equal(result.status, STATUS_FAIL);
	assert_string_equal(result.why.text, words);
	assert_int_equal(result.figures.pages.reported, SAMPLE_NULL);
	finish(&figures);
}

static void a_failing_hook_fails_the_epoch_with_its_reason(void **state)
{
	struct tracker broken = tracker_mprotect;

	(void)state;
	broken.arm = fail_to_arm;
	check_failure(&broken, "arming is out of order");
	broken = tracker_mprotect;
	broken.open = fail_to_open;
	check_failure(&broken, "opening is out of order");
	broken = tracker_mprotect;
	broken.collect = fail_to_collect;
	check_failure(&broken, "collecting is out of order");
}

static void counters_of_a_failed_epoch_are_kept(void **state)
{
	struct tracker broken = tracker_mprotect;
	struct epoch_result result;
	struct sample_figures figures;

	(void)state;
	broken.collect = fail_to_collect;
	create("mprotect", PARAMS);
	session.follower.tracking.tracker = &broken;
	run(0, &result);
	assert_int_equal(result.status, STATUS_FAIL);
	assert_int_equal(result.figures.nr_counters, 1);
	assert_string_equal(result.figures.counters[0].name, "broken");
	assert_int_equal(result.figures.counters[0].value, 7);
	finish(&figures);
}

/* An epoch's figures start from nothing, whatever the one before had. */
static void a_failed_replay_is_told(void **state)
{
	struct tracker broken = tracker_mprotect;
	struct epoch_result result;
	struct sample_figures figures;
	struct reason why = { "" };

	(void)state;
	create("mprotect", PARAMS);
	run(0, &result);
	broken.collect = fail_to_collect;
	session.follower.tracking.tracker = &broken;
	assert_int_equal(
		session_replay(&session, &plan[0], &result.figures, &why),
		-EIO);
	assert_string_equal(why.text, "collecting is out of order");
	finish(&figures);
}

/* All epochs, then what they leave behind; the session lives on. */
static void run_to_the_end(const struct tracker *tracker,
			   struct sample_figures *left)
{
	const struct epoch behind = { EPOCHS, EPOCH_MEASURED };
	struct epoch_result result;
	struct sample_figures figures;
	struct reason why = { "" };

	create(tracker->name, PARAMS);
	session.follower.tracking.tracker = tracker;
	for (int i = 0; i < EPOCHS; i++)
		run(i, &result);
	sample_figures_clear(&figures);
	assert_int_equal(session_finish(&session, &figures, &why), 0);
	sample_figures_clear(left);
	if (session_aftermath(&session, &behind, left, &why))
		fail_msg("%s", why.text);
	assert_false(session.follower.opened);
}

static void the_aftermath_is_read_and_written_untracked(void **state)
{
	struct sample_figures left;

	(void)state;
	run_to_the_end(&tracker_mprotect, &left);
	assert_true(left.ns.read > 0);
	assert_true(left.ns.write > 0);
	assert_int_equal(left.ns.open, SAMPLE_NULL);
	assert_int_equal(left.ns.arm, SAMPLE_NULL);
	assert_int_equal(left.ns.collect, SAMPLE_NULL);
	assert_int_equal(left.ns.disarm, SAMPLE_NULL);
	assert_int_equal(left.ns.close, SAMPLE_NULL);
	assert_int_equal(left.pages.resident, 1024);
	assert_int_equal(left.pages.dirtied, 256);
	assert_int_equal(left.pages.reported, SAMPLE_NULL);
	assert_int_equal(left.pages.missed, SAMPLE_NULL);
	assert_int_equal(left.regions.ideal, SAMPLE_NULL);
	assert_int_equal(left.syscalls, SAMPLE_NULL);
	assert_int_equal(left.vmas.after, left.vmas.before);
	assert_true(left.pagetable_kb.before > 0);
	assert_true(left.pagetable_kb.after > 0);
	/* Of base pages there is nothing to count. */
	assert_int_equal(left.anon_huge_kb.before, SAMPLE_NULL);
	assert_int_equal(left.anon_huge_kb.after, SAMPLE_NULL);
	session_destroy(&session);
}

/* The epoch stored to pages that cost nothing any more. */
static void the_aftermath_stores_to_other_pages(void **state)
{
	struct sample_figures left;
	uint64_t value;

	(void)state;
	run_to_the_end(&tracker_mprotect, &left);
	assert_int_equal(session.work.stores.nr, 256);
	value = session.work.stores.value;
	for (size_t i = 0; i < session.work.stores.nr; i++)
		assert_int_equal(
			*(uint64_t *)(uintptr_t)session.work.stores.order[i],
			value);
	stores_choose(&session.work.stores, session.work.params, EPOCHS);
	assert_int_not_equal(session.work.stores.value, value);
	session_destroy(&session);
}

/* A page of the range is left with a VMA of its own. */
static void close_carelessly(struct tracking *t)
{
	uint64_t page = t->ranges[0].start + 16 * page_bytes();

	tracker_mprotect.close(t);
	madvise((void *)(uintptr_t)page, page_bytes(), MADV_DONTDUMP);
}

/* Also what it left the first time it was closed, behind the epochs. */
static void what_a_tracker_leaves_is_counted_from_its_start(void **state)
{
	struct tracker careless = tracker_mprotect;
	struct sample_figures left;

	(void)state;
	careless.close = close_carelessly;
	run_to_the_end(&careless, &left);
	assert_int_equal(left.vmas.after, left.vmas.before + 2);
	session_destroy(&session);
}

static void a_failed_aftermath_is_told(void **state)
{
	const struct epoch behind = { 1, EPOCH_MEASURED };
	struct tracker broken = tracker_mprotect;
	struct epoch_result result;
	struct sample_figures left;
	struct reason why = { "" };

	(void)state;
	create("mprotect", PARAMS);
	run(0, &result);
	broken.collect = fail_to_collect;
	session.follower.tracking.tracker = &broken;
	assert_int_equal(session_aftermath(&session, &behind, &left, &why),
			 -EIO);
	assert_string_equal(why.text, "collecting is out of order");
	session_destroy(&session);
}

static void memory_that_cannot_be_mapped_is_told(void **state)
{
	struct reason why = { "" };
	struct work work = { .nr_ranges = 0 };

	(void)state;
	/* Its place is taken. */
	assert_int_equal(memory_add_range(&work, page_bytes(),
					  MAP_PRIVATE | MAP_ANONYMOUS,
					  PAGE_KIND_BASE, page_bytes()),
			 0);
	assert_int_equal(cell_parse(&cell, "dense/none/size:4m", &why), 0);
	assert_int_equal(session_create(&session, &cell, &place, &why),
			 -EEXIST);
	assert_string_equal(why.text, "cannot map 4m of memory: File exists");
	session_destroy(&session);
	memory_unmap(&work);
	/* What was in the way is gone, and nothing else is. */
	create("none", PARAMS);
	session_destroy(&session);
}

static void nothing_is_left_of_a_session(void **state)
{
	struct epoch_result result;

	(void)state;
	/* Destroyed while it is armed: its place is free at once. */
	for (int i = 0; i < 3; i++) {
		create("mprotect", PARAMS);
		run(0, &result);
		assert_int_equal(result.status, STATUS_OK);
		session_destroy(&session);
		assert_int_equal(session.follower.buffers.nr, 0);
	}
}

static int clean(void **state)
{
	if (session.work.nr_ranges)
		session_destroy(&session);
	return tracked_clean(state);
}

#define TEST(function) cmocka_unit_test_teardown(function, clean)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_honest_tracker_is_right_in_every_epoch),
		TEST(a_liar_is_caught_wherever_there_are_stores),
		TEST(a_stale_liar_is_caught_from_the_second_epoch_on),
		TEST(who_reports_everything_is_caught_at_once),
		TEST(figures_are_there_where_they_belong),
		TEST(a_replay_shows_the_peak),
		TEST(a_peak_in_the_middle_is_seen),
		TEST(without_stores_a_replay_has_no_more_than_before),
		TEST(no_tracking_claims_nothing_and_calls_nothing),
		TEST(atomic_collecting_has_no_phase_for_arming),
		TEST(more_regions_than_a_chunk_are_collected),
		TEST(a_failing_hook_fails_the_epoch_with_its_reason),
		TEST(counters_of_a_failed_epoch_are_kept),
		TEST(a_failed_replay_is_told),
		TEST(the_aftermath_is_read_and_written_untracked),
		TEST(the_aftermath_stores_to_other_pages),
		TEST(what_a_tracker_leaves_is_counted_from_its_start),
		TEST(a_failed_aftermath_is_told),
		TEST(memory_that_cannot_be_mapped_is_told),
		TEST(nothing_is_left_of_a_session),
	};

	place.other_cpu = -1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
