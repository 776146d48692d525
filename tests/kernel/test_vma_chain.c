// SPDX-License-Identifier: GPL-2.0-or-later
/* vma-chain: its VMAs, one by one, what it counts, and where it ends. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/machine/sysfile.h"
#include "harness/memory.h"
#include "harness/registry.h"
#include "tests/kernel/epochs.h"
#include "tests/kernel/proof.h"
#include "tests/kernel/tracked.h"
#include "workloads/workload.h"

extern const struct workload workload_vma_chain;
extern const struct tracker tracker_none;

#define MAX_MAP_COUNT "/proc/sys/vm/max_map_count"

/* Above this, using it up takes longer than a test should. */
enum { MAX_VMAS = 1 << 18 };

/* As wide as what is counted: pages, VMAs, calls. */
#define PIECES	    ((int64_t)64)
#define PIECE_PAGES ((int64_t)4)

#define SMALL "/pieces:64/piece:16k"

static const char *const names[] = { "split", "merge",	 "beside",
				     "over",  "protect", "move" };

enum { NR_CHAINS = sizeof(names) / sizeof(names[0]) };

/* VMAs of the range once an epoch is prepared, and once it is changed. */
static const struct {
	size_t prepared, changed, calls;
} chains[NR_CHAINS] = {
	{ 1, 2 * PIECES + 1, PIECES }, { 2 * PIECES + 1, 1, PIECES },
	{ 2 * PIECES + 1, 1, PIECES }, { 1, 1, PIECES },
	{ 1, 1, 2 * PIECES + 1 },      { 1, 1, 2 * PIECES },
};

static struct work work;
static struct params params;

static void open_work(const char *chain)
{
	struct reason why = { "" };

	memset(&params, 0, sizeof(params));
	assert_int_equal(params_add(&params, workload_vma_chain.params), 0);
	assert_int_equal(params_set(&params, "chain", chain, &why), 0);
	assert_int_equal(params_set(&params, "pieces", "64", &why), 0);
	assert_int_equal(params_set(&params, "piece", "16k", &why), 0);
	work = (struct work){ .workload = &workload_vma_chain,
			      .params = &params };
	if (workload_vma_chain.open(&work))
		fail_msg("%s", work.why.text);
}

/* Some kernels (up to Linux 6.12 at least) do not let mprotect merge what was
 * populated with what was not. */
static bool stays_apart(int chain)
{
	return !strcmp(names[chain], "protect") &&
	       tracked_vmas(&work.ranges[0]) == 2 * PIECES + 1;
}

static void check_chain(int chain)
{
	open_work(names[chain]);
	assert_int_equal(work.ranges[0].end - work.ranges[0].start,
			 (2 * PIECES + 1) * PIECE_PAGES * page_bytes());
	for (unsigned int i = 0; i < 3; i++) {
		const struct epoch epoch = { i,
					     i ? EPOCH_MEASURED : EPOCH_FIRST };

		assert_true(workload_vma_chain.prepare(&work, &epoch) >= 0);
		if (tracked_vmas(&work.ranges[0]) != chains[chain].prepared)
			fail_msg("%s: %zu VMAs in epoch %u", names[chain],
				 tracked_vmas(&work.ranges[0]), i);
		work.change_calls = 0;
		assert_int_equal(workload_vma_chain.change(&work), 0);
		assert_int_equal(work.change_calls, chains[chain].calls);
		if (tracked_vmas(&work.ranges[0]) != chains[chain].changed &&
		    !stays_apart(chain))
			fail_msg("%s: %zu VMAs after epoch %u", names[chain],
				 tracked_vmas(&work.ranges[0]), i);
		workload_vma_chain.write(&work, 0, work.stores.nr);
	}
	workload_vma_chain.close(&work);
}

static void each_chain_has_as_many_vmas_as_it_says(void **state)
{
	(void)state;
	for (int i = 0; i < NR_CHAINS; i++)
		check_chain(i);
}

/* What is only looked at is all there, and accessible. */
static void control_epochs_read_what_is_populated(void **state)
{
	const struct epoch control = { 1, EPOCH_READ };

	(void)state;
	for (int i = 0; i < NR_CHAINS; i++) {
		open_work(names[i]);
		assert_true(workload_vma_chain.prepare(&work, &control) >= 0);
		workload_vma_chain.read(&work);
		workload_vma_chain.close(&work);
	}
}

static void run(const char *tracker, const char *pairs, struct outcome *outcome)
{
	struct reason why = { "" };
	struct cell cell;

	make_cell(&cell, &workload_vma_chain, tracker_find(tracker, &why),
		  pairs);
	run_epochs(&cell, outcome);
}

/* As samples have them; what a process has besides changes by a few. */
static void samples_have_its_vmas_and_its_calls(void **state)
{
	const struct sample_figures *figures;
	struct outcome outcome;
	char pairs[64];

	(void)state;
	for (int i = 0; i < NR_CHAINS; i++) {
		int64_t grown = (int64_t)chains[i].changed -
				(int64_t)chains[i].prepared;

		snprintf(pairs, sizeof(pairs), "chain=%s pieces=64 piece=16k",
			 names[i]);
		run("none", pairs, &outcome);
		if (outcome.status != STATUS_OK)
			fail_msg("%s: %s", names[i], outcome.why.text);
		figures = &outcome.figures;
		assert_int_equal(figures->change_calls, chains[i].calls);
		assert_true(figures->ns.change > 0);
		/* As many as above, or as the kernel makes of it. */
		if (!strcmp(names[i], "protect"))
			continue;
		assert_in_range(figures->vmas.after - figures->vmas.armed + 500,
				grown + 500 - 4, grown + 500 + 4);
		assert_in_range(figures->vmas.peak - figures->vmas.armed,
				grown > 0 ? grown - 4 : 0,
				grown > 0 ? grown + 4 : 4);
	}
}

static void all_who_are_not_misled_prove_it(void **state)
{
	char key[64];

	(void)state;
	/* Of whoever has to see new mappings nobody is left. */
	for (int i = 0; i < 4; i++) {
		snprintf(key, sizeof(key), "chain:%s" SMALL, names[i]);
		assert_int_equal(proof_run_all("vma-chain", key), 0);
		assert_int_equal(proof_run_liars("vma-chain", key), 0);
	}
}

/* Also once tracking has ended over mappings that were never registered. */
static void it_leaves_memory_that_can_be_used(void **state)
{
	char pairs[64];

	(void)state;
	for (int i = 0; i < 4; i++) {
		snprintf(pairs, sizeof(pairs), "chain=%s pieces=64 piece=16k",
			 names[i]);
		assert_true(check_trackers(&workload_vma_chain, pairs) > 0);
		assert_int_equal(failures, 0);
	}
}

/* Nothing is stored to new mappings: a tracker of stores has to miss them. */
static void what_a_new_mapping_takes_away_is_a_page_to_report(void **state)
{
	struct outcome outcome;

	(void)state;
	run("mprotect", "chain=move pieces=64 piece=16k", &outcome);
	assert_int_equal(outcome.status, STATUS_LIED);
	assert_int_equal(outcome.figures.pages.missed, PIECES * PIECE_PAGES);
	assert_int_equal(outcome.figures.pages.extra, 0);
	/* Besides, the program's mprotect lets it miss stores. */
	run("mprotect", "chain=protect pieces=64 piece=16k", &outcome);
	assert_int_equal(outcome.status, STATUS_LIED);
	assert_true(outcome.figures.pages.missed > PIECES * PIECE_PAGES);
}

static void check_wall(const char *chain, uint64_t limit)
{
	struct outcome outcome;
	char pairs[64], words[64];
	unsigned long long made = 0;

	snprintf(pairs, sizeof(pairs), "chain=%s pieces=%" PRIu64, chain,
		 limit / 2 + 100);
	run("none", pairs, &outcome);
	assert_int_equal(outcome.status, STATUS_FAIL);
	assert_int_equal(
		sscanf(outcome.why.text, "out of VMAs after %llu of ", &made),
		1);
	/* What the process has besides takes at most a thousand. */
	assert_in_range(made, limit / 2 - 500, limit / 2);
	snprintf(words, sizeof(words),
		 "raise vm.max_map_count, which is %" PRIu64 ",", limit);
	assert_non_null(strstr(outcome.why.text, words));
}

static void a_chain_that_does_not_fit_says_how_far_it_came(void **state)
{
	uint64_t limit = 0;

	(void)state;
	if (sysfile_read_u64(MAX_MAP_COUNT, &limit) || limit > MAX_VMAS)
		skip();
	check_wall("split", limit); /* by its calls */
	check_wall("merge", limit); /* by what they undo */
}

static int clean(void **state)
{
	(void)state;
	if (work.nr_ranges)
		workload_vma_chain.close(&work);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			each_chain_has_as_many_vmas_as_it_says, clean),
		cmocka_unit_test_teardown(control_epochs_read_what_is_populated,
					  clean),
		cmocka_unit_test(samples_have_its_vmas_and_its_calls),
		cmocka_unit_test(all_who_are_not_misled_prove_it),
		cmocka_unit_test(it_leaves_memory_that_can_be_used),
		cmocka_unit_test(
			what_a_new_mapping_takes_away_is_a_page_to_report),
		cmocka_unit_test(
			a_chain_that_does_not_fit_says_how_far_it_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
