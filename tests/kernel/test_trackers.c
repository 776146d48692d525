// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What tracker.h promises, of every tracker of this build that this kernel can
 * run, with each value of its parameters.
 *
 * usage: test_trackers [nobody]    as a user without privileges
 */
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/pagemapfile.h"
#include "harness/procfs.h"
#include "harness/registry.h"
#include "harness/uapi.h"
#include "tests/kernel/tracked.h"

enum { PAGES = 1 + 700 + 40, MAX_VARIANTS = 128, MAX_TESTS = 1024 };

static const size_t sizes[] = { 1, 700, 40, 0 };

/* A tracker with the parameters that a test is run with. */
struct variant {
	const struct tracker *tracker;
	struct params params;
	char name[96];
};

static bool is_exact(const struct variant *variant)
{
	return variant->tracker->claim == CLAIM_EXACT;
}

static bool claims_nothing(const struct variant *variant)
{
	return variant->tracker->claim == CLAIM_NOTHING;
}

static void open_on(struct tracked *s, const struct variant *variant)
{
	tracked_use(s, variant->tracker, &variant->params);
	if (variant->tracker->open(&s->t))
		fail_msg("%s", s->t.why.text);
}

static void begin(struct tracked *s, const struct variant *variant)
{
	tracked_map(s, sizes, true);
	assert_int_equal(s->pages, PAGES);
	open_on(s, variant);
}

static void end(struct tracked *s)
{
	s->t.tracker->close(&s->t);
	tracked_unmap(s);
}

static void arm(struct tracked *s)
{
	if (s->t.tracker->arm(&s->t))
		fail_msg("%s", s->t.why.text);
}

static void disarm(struct tracked *s)
{
	if (s->t.tracker->disarm(&s->t))
		fail_msg("%s", s->t.why.text);
}

/* @seen is what the tracker reported where @set was stored to. */
static void check_seen(const struct variant *variant, const bool *set,
		       const bool *seen)
{
	size_t stored = 0;
	size_t reported = 0;

	if (claims_nothing(variant))
		return;
	for (size_t i = 0; i < PAGES; i++) {
		if (set[i])
			assert_true(seen[i]);
		else if (is_exact(variant))
			assert_false(seen[i]);
		stored += set[i];
		reported += seen[i];
	}
	/* Also of a superset something can be learnt. */
	assert_true(reported < PAGES || stored > 0);
}

static void check_epoch(struct tracked *s, const struct variant *variant,
			unsigned int percent, size_t max)
{
	bool set[PAGES], seen[PAGES];

	tracked_draw(s, set, percent);
	arm(s);
	tracked_store_set(s, set);
	tracked_collect(s, variant->tracker->collect, max, seen);
	check_seen(variant, set, seen);
}

/* Epoch after epoch: what an earlier one stored is never reported again. */
static void stores_are_reported(void **state)
{
	static const unsigned int percent[] = { 100, 50, 3,  0,	 97,
						0,   1,	 50, 20, 100 };
	const struct variant *variant = *state;
	struct tracked s;

	begin(&s, variant);
	for (size_t i = 0; i < sizeof(percent) / sizeof(percent[0]); i++)
		check_epoch(&s, variant, percent[i], PAGES);
	end(&s);
}

static void reading_is_no_store(void **state)
{
	const struct variant *variant = *state;
	bool none[PAGES] = { false };
	bool seen[PAGES];
	struct tracked s;

	begin(&s, variant);
	arm(&s);
	for (size_t i = 0; i < PAGES; i++)
		(void)*(volatile uint64_t *)(uintptr_t)tracked_address(&s, i);
	tracked_collect(&s, variant->tracker->collect, PAGES, seen);
	check_seen(variant, none, seen);
	end(&s);
}

static void storing_twice_is_reported_once(void **state)
{
	const struct variant *variant = *state;
	bool set[PAGES], seen[PAGES];
	struct tracked s;

	begin(&s, variant);
	tracked_draw(&s, set, 30);
	arm(&s);
	tracked_store_set(&s, set);
	tracked_store_set(&s, set);
	tracked_collect(&s, variant->tracker->collect, 16, seen);
	check_seen(variant, set, seen);
	end(&s);
}

static void collecting_goes_on_where_the_array_was_full(void **state)
{
	static const size_t max[] = { 1, 2, 3, 7, 64, 1000 };
	const struct variant *variant = *state;
	struct tracked s;

	begin(&s, variant);
	for (size_t i = 0; i < sizeof(max) / sizeof(max[0]); i++)
		for (unsigned int percent = 0; percent <= 100; percent += 25)
			check_epoch(&s, variant, percent, max[i]);
	end(&s);
}

/* Page after page in falling order, as a log of faults gets them. */
static void the_order_of_stores_does_not_matter(void **state)
{
	const struct variant *variant = *state;
	bool set[PAGES] = { false };
	bool seen[PAGES];
	struct tracked s;

	begin(&s, variant);
	arm(&s);
	for (size_t i = PAGES / 2; i > 0; i--) {
		set[2 * i] = true;
		tracked_store(&s, 2 * i);
	}
	tracked_collect(&s, variant->tracker->collect, 5, seen);
	check_seen(variant, set, seen);
	end(&s);
}

static volatile sig_atomic_t signals;
static sigjmp_buf after_signal;

static void note_signal(int signal)
{
	(void)signal;
	signals++;
	siglongjmp(after_signal, 1);
}

static void check_protected(struct tracked *s)
{
	uint64_t entry;
	int fd = pagemap_open(getpid(), NULL);

	assert_true(fd >= 0);
	for (size_t i = 0; i < s->pages; i++) {
		assert_int_equal(
			pagemap_entry(fd, tracked_address(s, i), &entry), 0);
		assert_false(entry & PAGEMAP_UFFD_WP);
	}
	close(fd);
}

/* Stores to every page cause no signal, and no page is protected. */
static void check_free(struct tracked *s)
{
	struct sigaction action = { .sa_handler = note_signal };
	struct sigaction old_segv, old_bus;
	bool all[PAGES];

	check_protected(s);
	memset(all, true, sizeof(all));
	sigaction(SIGSEGV, &action, &old_segv);
	sigaction(SIGBUS, &action, &old_bus);
	signals = 0;
	if (!sigsetjmp(after_signal, 1))
		tracked_store_set(s, all);
	sigaction(SIGSEGV, &old_segv, NULL);
	sigaction(SIGBUS, &old_bus, NULL);
	assert_int_equal(signals, 0);
}

static void check_refilled(const struct tracked *s)
{
	const struct mapped_range *range;

	for (int i = 0; i < s->work.nr_ranges; i++) {
		range = &s->work.ranges[i];
		assert_int_equal(madvise((void *)(uintptr_t)range->start,
					 range->end - range->start,
					 MADV_DONTNEED),
				 0);
		memory_touch(range->start, range->end, page_bytes());
	}
}

static void disarmed_memory_is_as_before(void **state)
{
	const struct variant *variant = *state;
	struct tracked s;

	begin(&s, variant);
	check_epoch(&s, variant, 30, PAGES);
	disarm(&s);
	check_free(&s);
	check_refilled(&s);
	/* And arming works again, also when nothing was stored between. */
	check_epoch(&s, variant, 30, PAGES);
	arm(&s);
	disarm(&s);
	check_free(&s);
	check_epoch(&s, variant, 60, PAGES);
	end(&s);
}

/* Descriptors or threads of this process. */
static size_t count_entries(const char *path)
{
	DIR *dir = opendir(path);
	size_t nr = 0;

	assert_non_null(dir);
	while (readdir(dir))
		nr++;
	closedir(dir);
	return nr;
}

/* What a tracker might leave behind in a process. */
struct traces {
	size_t descriptors, threads;
	struct sigaction segv, bus;
};

static void take_traces(struct traces *traces)
{
	memset(traces, 0, sizeof(*traces));
	traces->descriptors = count_entries("/proc/self/fd");
	traces->threads = count_entries("/proc/self/task");
	sigaction(SIGSEGV, NULL, &traces->segv);
	sigaction(SIGBUS, NULL, &traces->bus);
}

static void check_traces(const struct traces *before)
{
	struct traces after;

	take_traces(&after);
	assert_int_equal(after.descriptors, before->descriptors);
	assert_int_equal(after.threads, before->threads);
	assert_ptr_equal(after.segv.sa_handler, before->segv.sa_handler);
	assert_ptr_equal(after.bus.sa_handler, before->bus.sa_handler);
}

static void closing_leaves_nothing_behind(void **state)
{
	const struct variant *variant = *state;
	struct traces before;
	struct tracked s;

	tracked_map(&s, sizes, true);
	take_traces(&before);
	for (int i = 0; i < 3; i++) {
		open_on(&s, variant);
		if (i > 0)
			check_epoch(&s, variant, 40, PAGES);
		if (i > 1)
			disarm(&s);
		variant->tracker->close(&s.t);
		assert_int_equal(s.buffers.nr, 0);
		check_traces(&before);
		check_free(&s);
	}
	tracked_unmap(&s);
}

/* Closing is allowed where the ranges were mapped anew since. */
static void closing_copes_with_memory_mapped_anew(void **state)
{
	const struct variant *variant = *state;
	struct tracked s;

	begin(&s, variant);
	check_epoch(&s, variant, 40, PAGES);
	for (int i = 0; i < s.work.nr_ranges; i++)
		assert_int_equal(
			memory_replace(&s.work, i, MAP_PRIVATE | MAP_ANONYMOUS),
			0);
	variant->tracker->close(&s.t);
	check_refilled(&s);
	open_on(&s, variant);
	check_epoch(&s, variant, 40, PAGES);
	end(&s);
}

static void what_it_does_is_counted(void **state)
{
	const struct variant *variant = *state;
	const struct tracker_counts *counts;
	struct tracked s;

	begin(&s, variant);
	counts = &s.t.counts;
	check_epoch(&s, variant, 50, PAGES);
	if (claims_nothing(variant)) {
		assert_int_equal(counts->syscalls, 0);
		assert_int_equal(counts->records, 0);
		assert_int_equal(counts->output_bytes, 0);
	} else {
		assert_true(counts->syscalls > 0);
		assert_true(counts->records > 0);
		assert_true(counts->output_bytes >= counts->records);
	}
	assert_in_range(counts->nr_counters, 0, TRACKER_MAX_COUNTERS);
	end(&s);
}

/*
 * Of 256 MiB of holes. A marker in each takes half a megabyte of page tables;
 * who does not say that it puts them there must not.
 */
static void holes_are_armed_as_declared(void **state)
{
	static const size_t hole[] = { 65536, 0 };
	static bool set[65536], seen[65536];
	const struct variant *variant = *state;
	const struct tracker *tracker = variant->tracker;
	bool arms =
		tracker->arms_holes && tracker->arms_holes(&variant->params);
	struct tracked s;
	int64_t kb;

	tracked_map(&s, hole, false);
	open_on(&s, variant);
	kb = procfs_pagetable_kb(getpid());
	arm(&s);
	kb = procfs_pagetable_kb(getpid()) - kb;
	assert_in_range(kb, 0, arms ? 600 : 64);
	if (arms) {
		memset(set, 0, sizeof(set));
		tracked_draw(&s, set, 1);
		tracked_store_set(&s, set);
		tracked_collect(&s, tracker->collect, 100, seen);
		assert_memory_equal(seen, set, sizeof(set));
	}
	end(&s);
}

/* A read maps the zero page: there is something now, and nobody wrote it. */
static void reading_holes_is_no_store(void **state)
{
	const struct variant *variant = *state;
	const struct tracker *tracker = variant->tracker;
	bool seen[PAGES];
	struct tracked s;

	/* A superset need not tell; who arms holes depends on the kernel. */
	if (!is_exact(variant) ||
	    (tracker->arms_holes && tracker->arms_holes(&variant->params)))
		skip();
	tracked_map(&s, sizes, false);
	open_on(&s, variant);
	arm(&s);
	for (size_t i = 0; i < PAGES; i++)
		(void)*(volatile uint64_t *)(uintptr_t)tracked_address(&s, i);
	assert_int_equal(tracked_collect(&s, tracker->collect, 8, seen), 0);
	end(&s);
}

/* Armed once, then nothing but the call that does both. */
static void collecting_atomically_arms(void **state)
{
	const struct variant *variant = *state;
	bool set[PAGES], seen[PAGES];
	struct tracked s;

	begin(&s, variant);
	arm(&s);
	for (size_t i = 0; i < 40; i++) {
		tracked_draw(&s, set, i % 4 * 25);
		tracked_store_set(&s, set);
		tracked_collect(&s, variant->tracker->collect_and_arm,
				1 + i * i, seen);
		check_seen(variant, set, seen);
	}
	end(&s);
}

static void both_ways_to_collect_alternate(void **state)
{
	const struct variant *variant = *state;
	const struct tracker *tracker = variant->tracker;
	bool set[PAGES], seen[PAGES];
	struct tracked s;

	begin(&s, variant);
	arm(&s);
	for (size_t i = 0; i < 20; i++) {
		tracked_draw(&s, set, 30);
		tracked_store_set(&s, set);
		tracked_collect(&s, tracker->collect, 9, seen);
		check_seen(variant, set, seen);
		if (i % 3 == 0) {
			arm(&s);
			continue;
		}
		tracked_collect(&s, tracker->collect_and_arm, 9, seen);
		check_seen(variant, set, seen);
	}
	end(&s);
}

/* Storing all over the ranges, as fast as it goes, until told to stop. */
struct scribbler {
	const struct tracked *s;
	_Atomic bool stop;
	_Atomic size_t rounds;
};

static void *scribble(void *arg)
{
	struct scribbler *scribbler = arg;
	uint64_t x = 1;

	while (!atomic_load(&scribbler->stop)) {
		for (int i = 0; i < 256; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			tracked_store(scribbler->s, x % PAGES);
		}
		atomic_fetch_add(&scribbler->rounds, 1);
	}
	return NULL;
}

/* Take over the pages that were reported, as a migration does. */
static void copy_reported(struct tracked *s, collect_hook collect, size_t max,
			  uint64_t copy[PAGES])
{
	bool seen[PAGES];

	tracked_collect(s, collect, max, seen);
	for (size_t i = 0; i < PAGES; i++)
		if (seen[i])
			copy[i] = *(volatile uint64_t *)(uintptr_t)
					  tracked_address(s, i);
}

/* While another thread stores, every store is in this pass or the next. */
static void nothing_is_lost_while_storing_goes_on(void **state)
{
	const struct variant *variant = *state;
	collect_hook collect = variant->tracker->collect_and_arm;
	struct scribbler scribbler = { .stop = false };
	uint64_t copy[PAGES];
	struct tracked s;
	pthread_t thread;

	begin(&s, variant);
	arm(&s);
	for (size_t i = 0; i < PAGES; i++)
		copy[i] = *(uint64_t *)(uintptr_t)tracked_address(&s, i);
	scribbler.s = &s;
	assert_int_equal(pthread_create(&thread, NULL, scribble, &scribbler),
			 0);
	for (size_t i = 0; i < 200 || atomic_load(&scribbler.rounds) < 100; i++)
		copy_reported(&s, collect, 1 + i % 50, copy);
	atomic_store(&scribbler.stop, true);
	pthread_join(thread, NULL);
	copy_reported(&s, collect, PAGES, copy);
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(
			copy[i],
			*(uint64_t *)(uintptr_t)tracked_address(&s, i));
	end(&s);
}

/* Parts that lie within two of the three ranges, by numbers of pages. */
static const size_t part_pages[][2] = { { 100, 300 }, { 710, 711 } };
enum { NR_PARTS = sizeof(part_pages) / sizeof(part_pages[0]) };

static bool is_looked_at(size_t page)
{
	for (size_t i = 0; i < NR_PARTS; i++)
		if (page >= part_pages[i][0] && page < part_pages[i][1])
			return true;
	return false;
}

static void narrow(struct tracked *s, struct mapped_range parts[NR_PARTS])
{
	for (size_t i = 0; i < NR_PARTS; i++) {
		parts[i] = s->work.ranges[i + 1];
		parts[i].start = tracked_address(s, part_pages[i][0]);
		parts[i].end =
			tracked_address(s, part_pages[i][1] - 1) + page_bytes();
	}
	s->t.parts = parts;
	s->t.nr_parts = NR_PARTS;
}

static void widen(struct tracked *s)
{
	s->t.parts = s->t.ranges;
	s->t.nr_parts = s->t.nr_ranges;
}

static void keep_inside(bool *set)
{
	for (size_t i = 0; i < PAGES; i++)
		set[i] = set[i] && is_looked_at(i);
}

/* Arming a part forgets nothing of the rest, unless the tracker says so. */
static void check_parts(struct tracked *s, const struct variant *variant,
			collect_hook collect)
{
	bool old[PAGES], new[PAGES], inside[PAGES], seen[PAGES];
	struct mapped_range parts[NR_PARTS];

	tracked_draw(s, old, 40);
	tracked_draw(s, new, 40);
	arm(s);
	tracked_store_set(s, old);
	narrow(s, parts);
	arm(s);
	tracked_store_set(s, new);
	tracked_collect(s, collect, 13, seen);
	memcpy(inside, new, sizeof(new));
	keep_inside(inside);
	check_seen(variant, inside, seen);
	widen(s);
	tracked_collect(s, variant->tracker->collect, 17, seen);
	for (size_t i = 0; i < PAGES; i++) {
		if (!is_looked_at(i) && !variant->tracker->arms_more)
			new[i] |= old[i];
		if (is_looked_at(i) && collect != variant->tracker->collect)
			new[i] = false;
	}
	check_seen(variant, new, seen);
}

static void parts_are_armed_and_collected_alone(void **state)
{
	const struct variant *variant = *state;
	struct tracked s;

	begin(&s, variant);
	for (int i = 0; i < 20; i++)
		check_parts(&s, variant, variant->tracker->collect);
	disarm(&s);
	check_free(&s);
	end(&s);
}

static void parts_are_armed_by_collecting_them(void **state)
{
	const struct variant *variant = *state;
	struct tracked s;

	begin(&s, variant);
	for (int i = 0; i < 20; i++)
		check_parts(&s, variant, variant->tracker->collect_and_arm);
	end(&s);
}

struct property {
	const char *name;
	void (*check)(void **state);
	bool atomic; /* for those with collect_and_arm */
};

#define PROPERTY(function)                 \
	{                                  \
#function, function, false \
	}
#define PROPERTY_ATOMIC(function)         \
	{                                 \
#function, function, true \
	}

static const struct property properties[] = {
	PROPERTY(stores_are_reported),
	PROPERTY(reading_is_no_store),
	PROPERTY(storing_twice_is_reported_once),
	PROPERTY(collecting_goes_on_where_the_array_was_full),
	PROPERTY(the_order_of_stores_does_not_matter),
	PROPERTY(disarmed_memory_is_as_before),
	PROPERTY(closing_leaves_nothing_behind),
	PROPERTY(closing_copes_with_memory_mapped_anew),
	PROPERTY(what_it_does_is_counted),
	PROPERTY(holes_are_armed_as_declared),
	PROPERTY(reading_holes_is_no_store),
	PROPERTY(parts_are_armed_and_collected_alone),
	PROPERTY_ATOMIC(collecting_atomically_arms),
	PROPERTY_ATOMIC(both_ways_to_collect_alternate),
	PROPERTY_ATOMIC(nothing_is_lost_while_storing_goes_on),
	PROPERTY_ATOMIC(parts_are_armed_by_collecting_them),
};

static struct variant variants[MAX_VARIANTS];
static size_t nr_variants;
static struct CMUnitTest tests[MAX_TESTS];
static size_t nr_tests;

static void add_tests(struct variant *variant)
{
	char *name;

	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]);
	     i++) {
		if (properties[i].atomic && !variant->tracker->collect_and_arm)
			continue;
		if (nr_tests == MAX_TESTS ||
		    asprintf(&name, "%s: %s", variant->name,
			     properties[i].name) < 0)
			abort();
		tests[nr_tests++] = (struct CMUnitTest){
			.name = name,
			.test_func = properties[i].check,
			.teardown_func = tracked_clean,
			.initial_state = variant,
		};
	}
}

/* @name=@text beside the tracker's defaults; NULL for the defaults alone. */
static void add_variant(const struct tracker *tracker, const char *name,
			const char *text)
{
	struct variant *variant = &variants[nr_variants];
	struct reason why = { "" };

	if (nr_variants == MAX_VARIANTS)
		abort();
	memset(variant, 0, sizeof(*variant));
	variant->tracker = tracker;
	snprintf(variant->name, sizeof(variant->name), "%s%s%s%s%s",
		 tracker->name, name ? " " : "", name ? name : "",
		 name ? "=" : "", text ? text : "");
	if (params_add(&variant->params, tracker->params) ||
	    (name && params_set(&variant->params, name, text, &why)))
		abort();
	if (tracker->probe(PAGE_KIND_BASE, &variant->params, &why)) {
		printf("%s: %s\n", variant->name, why.text);
		return;
	}
	nr_variants++;
	add_tests(variant);
}

static void add_choices(const struct tracker *tracker,
			const struct param *param)
{
	const char *at = param->choices;
	char text[PARAM_TEXT_BYTES];
	size_t len;

	for (;; at += len + 1) {
		len = strcspn(at, "|");
		snprintf(text, sizeof(text), "%.*s", (int)len, at);
		if (!param->fallback || strcmp(text, param->fallback) != 0)
			add_variant(tracker, param->name, text);
		if (!at[len])
			return;
	}
}

static void add_bounds(const struct tracker *tracker, const struct param *param)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)param->min);
	add_variant(tracker, param->name, text);
	if (!param->max)
		return;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)param->max);
	add_variant(tracker, param->name, text);
}

static void add_tracker(const struct tracker *tracker)
{
	const struct param *param;

	add_variant(tracker, NULL, NULL);
	for (param = tracker->params; param && param->name; param++) {
		if (param->type == PARAM_CHOICE)
			add_choices(tracker, param);
		else if (param->type == PARAM_COUNT)
			add_bounds(tracker, param);
	}
}

/* 65534 is nobody wherever there is one, and owns nothing anywhere. */
static int become_nobody(void)
{
	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		return -errno;
	/* Or the process may not look at itself in /proc any more. */
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) ? -errno : 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "nobody") && become_nobody()) {
		printf("skipped: only root can become nobody\n");
		return EXIT_SKIP;
	}
	srandom(1);
	for (int i = 0; trackers[i]; i++)
		if (!trackers[i]->hidden)
			add_tracker(trackers[i]);
	return _cmocka_run_group_tests("trackers", tests, nr_tests, NULL, NULL);
}
