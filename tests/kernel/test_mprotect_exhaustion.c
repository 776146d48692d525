// SPDX-License-Identifier: GPL-2.0-or-later
/* Running out of VMAs is a result of mprotect with a figure, and no crash. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/machine/sysfile.h"
#include "harness/memoryguard.h"
#include "harness/procfs.h"
#include "tests/kernel/tracked.h"

/* An isolated page makes two VMAs more, and there is little else. */
#define MAX_MAP_COUNT "/proc/sys/vm/max_map_count"

/* Above this, the pages that it takes are more than a test should take. */
enum { MAX_VMAS = 1 << 18 };

extern const struct tracker tracker_mprotect;

static size_t max_vmas;

/* Pages that are stored to, every other one of the range: enough. */
static size_t nr_stores(void)
{
	return max_vmas / 2 + 1000;
}

static void begin(struct tracked *s)
{
	size_t sizes[] = { 2 * nr_stores(), 0 };

	tracked_map(s, sizes, true);
	tracked_use(s, &tracker_mprotect, NULL);
	if (tracker_mprotect.open(&s->t))
		fail_msg("%s", s->t.why.text);
	assert_int_equal(tracker_mprotect.arm(&s->t), 0);
}

static void store_isolated(const struct tracked *s)
{
	for (size_t i = 0; i < nr_stores(); i++)
		tracked_store(s, 2 * i);
}

/* Populating has stored its address to each page. */
static void check_stored(const struct tracked *s, uint64_t times)
{
	uint64_t at;

	for (size_t i = 0; i < nr_stores(); i++) {
		at = tracked_address(s, 2 * i);
		assert_int_equal(*(uint64_t *)(uintptr_t)at, at + times);
	}
}

static int64_t check_refused(struct tracked *s)
{
	struct region v[1];
	struct region_array out = { .v = v, .max = 1 };
	struct tracker_counts *counts = &s->t.counts;
	char words[64];

	assert_int_equal(tracker_mprotect.collect(&s->t, &out), -ENOMEM);
	assert_int_equal(out.nr, 0);
	assert_int_equal(counts->nr_counters, 1);
	assert_string_equal(counts->counters[0].name, "pages_until_enomem");
	snprintf(words, sizeof(words), "after %" PRId64 " pages",
		 counts->counters[0].value);
	assert_non_null(strstr(s->t.why.text, words));
	assert_non_null(strstr(s->t.why.text, "vm.max_map_count"));
	return counts->counters[0].value;
}

static void running_out_is_a_result(void **state)
{
	struct tracked s;
	int64_t pages;

	(void)state;
	begin(&s);
	store_isolated(&s);
	check_stored(&s, 1);
	pages = check_refused(&s);
	printf("%s is %zu: out of VMAs after %" PRId64 " pages\n",
	       MAX_MAP_COUNT, max_vmas, pages);
	/* What the process has besides takes at most a thousand. */
	assert_in_range(pages, max_vmas / 2 - 500, max_vmas / 2);
	/* One call has merged the range again, and all of it is writable. */
	assert_in_range(procfs_vmas(getpid()), 1, 1000);
	store_isolated(&s);
	check_stored(&s, 2);
	assert_int_equal(tracker_mprotect.disarm(&s.t), 0);
	tracker_mprotect.close(&s.t);
	store_isolated(&s);
	check_stored(&s, 3);
	tracked_unmap(&s);
}

/* Opened anew, the tracker knows nothing of it any more. */
static void it_can_be_opened_again(void **state)
{
	bool *seen = test_malloc(2 * nr_stores() * sizeof(*seen));
	struct tracked s;

	(void)state;
	begin(&s);
	store_isolated(&s);
	check_refused(&s);
	tracker_mprotect.close(&s.t);
	tracked_use(&s, &tracker_mprotect, NULL);
	assert_int_equal(tracker_mprotect.open(&s.t), 0);
	assert_int_equal(tracker_mprotect.arm(&s.t), 0);
	tracked_store(&s, 4);
	tracked_store(&s, 9);
	assert_int_equal(tracked_collect(&s, tracker_mprotect.collect, 8, seen),
			 2);
	assert_true(seen[4] && seen[9]);
	assert_int_equal(s.t.counts.nr_counters, 0);
	tracker_mprotect.close(&s.t);
	tracked_unmap(&s);
	test_free(seen);
}

/* Adjacent pages merge: the whole range can be stored to. */
static void ascending_stores_do_not_run_out(void **state)
{
	bool *seen = test_malloc(2 * nr_stores() * sizeof(*seen));
	struct tracked s;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < s.pages; i++)
		tracked_store(&s, i);
	assert_int_equal(tracked_collect(&s, tracker_mprotect.collect, 8, seen),
			 1);
	for (size_t i = 0; i < s.pages; i++)
		assert_true(seen[i]);
	tracker_mprotect.close(&s.t);
	tracked_unmap(&s);
	test_free(seen);
}

/* In a child: what it runs out of is then nobody else's. */
static int run(const struct CMUnitTest *tests, size_t nr)
{
	int status = 0;
	pid_t child = fork();

	if (!child)
		_exit(_cmocka_run_group_tests("mprotect", tests, nr, NULL,
					      NULL));
	waitpid(child, &status, 0);
	return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TRACKED_TEST(running_out_is_a_result),
		TRACKED_TEST(it_can_be_opened_again),
		TRACKED_TEST(ascending_stores_do_not_run_out),
	};
	uint64_t limit = 0;

	if (sysfile_read_u64(MAX_MAP_COUNT, &limit) || limit > MAX_VMAS) {
		printf("skipped: %s is %" PRIu64 ", which takes too long to "
		       "use up\n",
		       MAX_MAP_COUNT, limit);
		return EXIT_SKIP;
	}
	max_vmas = limit;
	if (guard_available_bytes() < 4 * nr_stores() * page_bytes()) {
		printf("skipped: too little memory for %zu pages\n",
		       2 * nr_stores());
		return EXIT_SKIP;
	}
	return run(tests, sizeof(tests) / sizeof(tests[0]));
}
