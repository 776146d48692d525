// SPDX-License-Identifier: GPL-2.0-or-later
/* PAGEMAP_SCAN: every written page once, however much a call hands over. */
#include "harness/scanner.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/asyncwp.h"
#include "harness/procfs.h"
#include "harness/uapi.h"
#include "tests/kernel/tracked.h"

/* Every other page of it is a region: more than the kernel's buffer of 512. */
enum { PAGES = 2048, REGIONS = PAGES / 2 };

/* Below, at and above 512, where the kernel empties its buffer. */
static const uint64_t vec_lens[] = {
	1, 2, 511, 512, 513, 600, 1024, 4096, 65536
};

extern const struct tracker tracker_scan, tracker_scan_criu,
	tracker_scan_softdirty, tracker_scan_wine, tracker_softdirty;

static const struct scan_query written = {
	.mask = PAGE_IS_WRITTEN,
	.returned = PAGE_IS_WRITTEN,
};

static const struct scan_query resident = {
	.mask = PAGE_IS_WRITTEN,
	.anyof = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
	.returned = PAGE_IS_WRITTEN,
};

/* Either kind of pages is handed over; one of them counts. */
static const struct scan_query only_written = {
	.anyof = PAGE_IS_PRESENT,
	.returned = PAGE_IS_WRITTEN | PAGE_IS_PRESENT,
	.kept = PAGE_IS_WRITTEN,
};

static const struct scan_query only_clean = {
	.anyof = PAGE_IS_PRESENT,
	.returned = PAGE_IS_WRITTEN | PAGE_IS_PRESENT,
	.dropped = PAGE_IS_WRITTEN,
};

static const struct scan_query *query;

static int get(struct tracking *t, struct region_array *out)
{
	struct asyncwp *wp = t->state;

	return scanner_collect(&wp->scanner, t, out, query, false);
}

static int get_and_arm(struct tracking *t, struct region_array *out)
{
	struct asyncwp *wp = t->state;

	return scanner_collect(&wp->scanner, t, out, query, true);
}

static struct scanner *scanner_of(struct tracked *s)
{
	return &((struct asyncwp *)s->t.state)->scanner;
}

static void arm(struct tracked *s)
{
	assert_int_equal(scanner_arm(scanner_of(s), &s->t, query), 0);
}

static void open_here(struct tracked *s, uint64_t vec_len)
{
	char text[24];

	tracked_use(s, &tracker_scan, NULL);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)vec_len);
	assert_int_equal(params_set(&s->params, "vec", text, NULL), 0);
	assert_int_equal(asyncwp_open(&s->t, NULL, NULL), 0);
	assert_int_equal(scanner_of(s)->vec_len, vec_len);
	query = &written;
	arm(s);
}

static void close_here(struct tracked *s)
{
	asyncwp_close(&s->t);
}

static void open_limited(struct tracked *s, uint64_t vec_len,
			 uint64_t max_pages)
{
	char text[24];

	tracked_use(s, &tracker_scan_wine, NULL);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)vec_len);
	assert_int_equal(params_set(&s->params, "vec", text, NULL), 0);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)max_pages);
	assert_int_equal(params_set(&s->params, "max-pages", text, NULL), 0);
	assert_int_equal(asyncwp_open(&s->t, NULL, NULL), 0);
	assert_int_equal(scanner_of(s)->max_pages, max_pages);
	query = &written;
	arm(s);
}

static void map(struct tracked *s)
{
	static const size_t one_range[] = { PAGES, 0 };

	tracked_map(s, one_range, true);
}

static void store_every_other(const struct tracked *s)
{
	for (size_t i = 0; i < s->pages; i += 2)
		tracked_store(s, i);
}

static void check_every_other(const bool *seen)
{
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(seen[i], i % 2 == 0);
}

static void more_than_512_regions_are_reported_once(void **state)
{
	bool seen[PAGES];
	struct tracked s;

	(void)state;
	map(&s);
	for (size_t i = 0; i < sizeof(vec_lens) / sizeof(vec_lens[0]); i++) {
		open_here(&s, vec_lens[i]);
		store_every_other(&s);
		s.t.counts = (struct tracker_counts){ 0 };
		assert_int_equal(tracked_collect(&s, get, PAGES, seen),
				 REGIONS);
		check_every_other(seen);
		/* The kernel did not hand over more than that, either. */
		assert_int_equal(s.t.counts.records, REGIONS);
		assert_int_equal(s.t.counts.output_bytes,
				 REGIONS * sizeof(struct page_region));
		assert_in_range(s.t.counts.syscalls, 1,
				REGIONS / vec_lens[i] + 2);
		close_here(&s);
	}
	tracked_unmap(&s);
}

/* The loop that the documentation suggests: on from walk_end, to the end. */
static size_t count_naively(const struct tracked *s, int fd, size_t vec_len)
{
	struct page_region *vec = calloc(vec_len, sizeof(*vec));
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.start = s->work.ranges[0].start,
		.end = s->work.ranges[0].end,
		.vec = (uint64_t)(uintptr_t)vec,
		.vec_len = vec_len,
		.category_mask = PAGE_IS_WRITTEN,
		.return_mask = PAGE_IS_WRITTEN,
	};
	size_t nr = 0;
	int ret;

	while (arg.start < arg.end) {
		ret = ioctl(fd, PAGEMAP_SCAN, &arg);
		assert_true(ret >= 0);
		nr += (size_t)ret;
		arg.start = arg.walk_end;
	}
	free(vec);
	return nr;
}

static void the_naive_loop_is_no_proof(void **state)
{
	struct tracked s;
	size_t nr;

	(void)state;
	map(&s);
	open_here(&s, 512);
	store_every_other(&s);
	assert_int_equal(count_naively(&s, scanner_of(&s)->fd, 512), REGIONS);
	nr = count_naively(&s, scanner_of(&s)->fd, 4096);
	if (nr > REGIONS)
		printf("going on at walk_end reports %zu regions for %d on "
		       "this kernel\n",
		       nr, REGIONS);
	else
		printf("going on at walk_end is right on this kernel\n");
	assert_true(nr >= REGIONS);
	close_here(&s);
	tracked_unmap(&s);
}

static void collecting_goes_on_where_the_array_was_full(void **state)
{
	static const size_t max[] = { 1, 2, 7, 511, 512, 513, 1023, 1024 };
	bool seen[PAGES];
	struct tracked s;

	(void)state;
	map(&s);
	for (size_t i = 0; i < sizeof(vec_lens) / sizeof(vec_lens[0]); i++) {
		open_here(&s, vec_lens[i]);
		store_every_other(&s);
		for (size_t j = 0; j < sizeof(max) / sizeof(max[0]); j++) {
			assert_int_equal(tracked_collect(&s, get, max[j], seen),
					 REGIONS);
			check_every_other(seen);
		}
		close_here(&s);
	}
	tracked_unmap(&s);
}

static size_t count_seen(const bool *seen)
{
	size_t nr = 0;

	for (size_t i = 0; i < PAGES; i++)
		nr += seen[i];
	return nr;
}

static void armed_pages_are_clean(void **state)
{
	bool seen[PAGES];
	struct tracked s;

	(void)state;
	map(&s);
	open_here(&s, 512);
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), 0);
	store_every_other(&s);
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), REGIONS);
	/* Getting leaves them written, arming does not. */
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), REGIONS);
	arm(&s);
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), 0);
	tracked_store(&s, 7);
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), 1);
	assert_true(seen[7]);
	close_here(&s);
	tracked_unmap(&s);
}

static void getting_and_arming_makes_clean(void **state)
{
	bool seen[PAGES];
	struct tracked s;

	(void)state;
	map(&s);
	for (size_t i = 0; i < sizeof(vec_lens) / sizeof(vec_lens[0]); i++) {
		open_here(&s, vec_lens[i]);
		store_every_other(&s);
		assert_int_equal(tracked_collect(&s, get_and_arm, 3, seen),
				 REGIONS);
		check_every_other(seen);
		assert_int_equal(tracked_collect(&s, get_and_arm, 3, seen), 0);
		store_every_other(&s);
		assert_int_equal(tracked_collect(&s, get_and_arm, PAGES, seen),
				 REGIONS);
		check_every_other(seen);
		close_here(&s);
	}
	tracked_unmap(&s);
}

/* Whatever is stored while regions are being handed out in small portions is
 * in this pass or in the next one. */
static void check_between_portions(struct tracked *s, size_t max)
{
	bool seen[PAGES] = { false };
	bool early[PAGES] = { false };
	bool again[PAGES];
	size_t page;
	int ret;

	store_every_other(s);
	do {
		ret = tracked_collect_part(s, get_and_arm, max, seen);
		page = (size_t)random() % PAGES;
		early[page] = true;
		tracked_store(s, page);
	} while (ret == 1);
	tracked_collect(s, get_and_arm, PAGES, again);
	for (size_t i = 0; i < PAGES; i++) {
		if (i % 2 == 0)
			assert_true(seen[i]);
		if (early[i])
			assert_true(seen[i] || again[i]);
		else
			assert_int_equal(seen[i], i % 2 == 0);
		/* Once reported, only another store brings it back. */
		assert_true(!again[i] || early[i]);
	}
}

static void getting_and_arming_loses_nothing(void **state)
{
	static const size_t max[] = { 1, 2, 7, 64 };
	struct tracked s;

	(void)state;
	map(&s);
	srandom(1);
	for (size_t i = 0; i < sizeof(vec_lens) / sizeof(vec_lens[0]); i++) {
		for (size_t j = 0; j < sizeof(max) / sizeof(max[0]); j++) {
			open_here(&s, vec_lens[i]);
			check_between_portions(&s, max[j]);
			close_here(&s);
		}
	}
	tracked_unmap(&s);
}

static void check_limit(struct tracked *s, uint64_t max_pages,
			collect_hook collect, const bool *set, size_t stored)
{
	bool seen[PAGES];

	s->t.counts = (struct tracker_counts){ 0 };
	tracked_collect(s, collect, PAGES, seen);
	assert_memory_equal(seen, set, sizeof(seen));
	/* No call reported more, and none of them nothing but the last. */
	assert_true(s->t.counts.syscalls * max_pages >= stored);
	assert_true(s->t.counts.syscalls <= stored + 1);
}

/* The limit cuts regions, at any page and at the last one. */
static void a_limit_of_pages_loses_none(void **state)
{
	static const uint64_t limits[] = { 1,	      2,     3,	       511,
					   512,	      513,   700,      1024,
					   PAGES - 1, PAGES, PAGES + 1 };
	static const uint64_t lens[] = { 1, 32, 512, 1024, 4096 };
	static const unsigned int percent[] = { 3, 50, 97, 100 };
	bool set[PAGES], none[PAGES] = { false };
	struct tracked s;
	size_t stored;

	(void)state;
	map(&s);
	srandom(3);
	for (unsigned int i = 0; i < 11 * 5 * 4; i++) {
		uint64_t limit = limits[i % 11];

		open_limited(&s, lens[i % 5], limit);
		tracked_draw(&s, set, percent[i % 4]);
		tracked_store_set(&s, set);
		stored = count_seen(set);
		check_limit(&s, limit, get, set, stored);
		check_limit(&s, limit, get_and_arm, set, stored);
		check_limit(&s, limit, get, none, 0);
		close_here(&s);
	}
	tracked_unmap(&s);
}

/* As a sweep of the array has it: what a run compares are the same regions. */
static void every_array_gives_the_same_regions(void **state)
{
	static const size_t many_pages[] = { 262144, 0 };
	static struct region first[65536], next[65536];
	struct region_array out = { .v = first, .max = 65536 };
	struct tracked s;

	(void)state;
	tracked_map(&s, many_pages, true);
	open_here(&s, 32);
	/* Regions of one page and of two, 65536 of them. */
	for (size_t i = 0; i < s.pages; i += 4) {
		tracked_store(&s, i);
		if (i % 8)
			tracked_store(&s, i + 1);
	}
	assert_int_equal(get(&s.t, &out), 0);
	assert_int_equal(out.nr, 65536);
	out.v = next;
	for (uint64_t vec = 64; vec <= 65536; vec *= 2) {
		scanner_close(scanner_of(&s), &s.t);
		s.params.v[params_find(&s.params, "vec") - s.params.v].value =
			vec;
		assert_int_equal(scanner_open(scanner_of(&s), &s.t), 0);
		out.nr = 0;
		s.t.counts = (struct tracker_counts){ 0 };
		assert_int_equal(get(&s.t, &out), 0);
		assert_int_equal(out.nr, 65536);
		assert_memory_equal(first, next, sizeof(first));
		assert_int_equal(s.t.counts.records, 65536);
		assert_in_range(s.t.counts.syscalls, 65536 / vec,
				65536 / vec + 1);
	}
	close_here(&s);
	tracked_unmap(&s);
}

static void categories_choose_what_counts(void **state)
{
	bool seen[PAGES];
	struct tracked s;

	(void)state;
	map(&s);
	open_here(&s, 64);
	store_every_other(&s);
	query = &only_written;
	assert_int_equal(tracked_collect(&s, get, 7, seen), REGIONS);
	check_every_other(seen);
	query = &only_clean;
	assert_int_equal(tracked_collect(&s, get, 7, seen), REGIONS);
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(seen[i], i % 2 == 1);
	close_here(&s);
	tracked_unmap(&s);
}

static void a_page_is_seen_as_the_query_has_it(void **state)
{
	uint64_t page;
	struct tracked s;
	int fd;

	(void)state;
	map(&s);
	open_here(&s, 64);
	fd = scanner_of(&s)->fd;
	tracked_store(&s, 4);
	page = tracked_address(&s, 4);
	assert_int_equal(scanner_sees(fd, page, page + 1, &written), 1);
	assert_int_equal(scanner_sees(fd, page, page + 1, &only_written), 1);
	assert_int_equal(scanner_sees(fd, page, page + 1, &only_clean), 0);
	page = tracked_address(&s, 5);
	assert_int_equal(scanner_sees(fd, page, page + 1, &written), 0);
	assert_int_equal(scanner_sees(fd, page, page + 1, &only_written), 0);
	assert_int_equal(scanner_sees(fd, page, page + 1, &only_clean), 1);
	assert_int_equal(scanner_sees(-1, page, page + 1, &written), -EBADF);
	close_here(&s);
	tracked_unmap(&s);
}

static void a_category_is_known_or_not(void **state)
{
	struct tracked s;
	int fd;

	(void)state;
	map(&s);
	open_here(&s, 1);
	fd = scanner_of(&s)->fd;
	assert_int_equal(scanner_knows(fd, PAGE_IS_WRITTEN), 1);
	/* The last bit will be the last to be given a meaning. */
	assert_int_equal(scanner_knows(fd, 1ULL << 63), 0);
	assert_int_equal(scanner_knows(fd, PAGE_IS_WRITTEN | 1ULL << 63), 0);
	assert_int_equal(scanner_knows(-1, PAGE_IS_WRITTEN), -EBADF);
	close_here(&s);
	tracked_unmap(&s);
}

/* The bits are one thing, whoever looks at them: also where the kernel takes
 * every call and keeps no bits. */
static void soft_dirty_is_there_for_all_or_for_none(void **state)
{
	static const struct tracker *const others[] = { &tracker_scan_softdirty,
							&tracker_scan_criu };
	struct reason why = { "" }, other = { "" };
	struct tracked s;
	int ret;

	(void)state;
	map(&s);
	open_here(&s, 1);
	if (scanner_knows(scanner_of(&s)->fd, PAGE_IS_SOFT_DIRTY)) {
		ret = tracker_softdirty.probe(PAGE_KIND_BASE, NULL, &why);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(
				others[i]->probe(PAGE_KIND_BASE, NULL, &other),
				ret);
			assert_string_equal(other.text, why.text);
		}
	}
	close_here(&s);
	tracked_unmap(&s);
}

/* A page that was handed to the scanner, but not on yet, is stored to again:
 * it has to come twice. */
static void what_waits_in_the_buffer_is_armed_already(void **state)
{
	bool seen[PAGES] = { false };
	struct tracked s;

	(void)state;
	map(&s);
	open_here(&s, 512);
	tracked_store(&s, 10);
	tracked_store(&s, 20);
	assert_int_equal(tracked_collect_part(&s, get_and_arm, 1, seen), 1);
	tracked_store(&s, 20);
	assert_int_equal(tracked_collect_part(&s, get_and_arm, 64, seen), 0);
	assert_true(seen[10] && seen[20]);
	assert_int_equal(count_seen(seen), 2);
	assert_int_equal(tracked_collect(&s, get_and_arm, PAGES, seen), 1);
	assert_true(seen[20]);
	close_here(&s);
	tracked_unmap(&s);
}

static void several_ranges_are_one_list(void **state)
{
	static const size_t sizes[] = { 1, 1000, 3, 513, 0 };
	static const uint64_t lens[] = { 1, 2, 512, 4096 };
	bool set[1517], seen[1517];
	struct tracked s;

	(void)state;
	tracked_map(&s, sizes, true);
	assert_int_equal(s.pages, 1517);
	srandom(2);
	for (unsigned int i = 0; i < 64; i++) {
		open_here(&s, lens[i % 4]);
		tracked_draw(&s, set, i * 100 / 63);
		tracked_store_set(&s, set);
		tracked_collect(&s, get, 1 + (size_t)random() % 600, seen);
		assert_memory_equal(seen, set, sizeof(set));
		tracked_collect(&s, get_and_arm, 1 + (size_t)random() % 600,
				seen);
		assert_memory_equal(seen, set, sizeof(set));
		assert_int_equal(tracked_collect(&s, get, 8, seen), 0);
		close_here(&s);
	}
	tracked_unmap(&s);
}

/* @query arms holes or finds none; stores to them are seen either way. */
static void check_holes(const struct scan_query *asked)
{
	static const size_t sizes[] = { 700, PAGES - 700, 0 };
	bool seen[PAGES];
	struct tracked s;

	tracked_map(&s, sizes, false);
	/* Tables are there for some of them. */
	tracked_store(&s, 3);
	tracked_store(&s, 900);
	open_here(&s, 512);
	query = asked;
	arm(&s);
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), 0);
	tracked_store(&s, 5);
	tracked_store(&s, 699);
	tracked_store(&s, 700);
	tracked_store(&s, PAGES - 1);
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), 4);
	assert_true(seen[5] && seen[699] && seen[700] && seen[PAGES - 1]);
	close_here(&s);
	tracked_unmap(&s);
}

static void stores_to_holes_are_seen(void **state)
{
	(void)state;
	check_holes(&written);
	check_holes(&resident);
}

static void reading_an_armed_hole_is_no_store(void **state)
{
	static const size_t sizes[] = { PAGES, 0 };
	bool seen[PAGES];
	struct tracked s;

	(void)state;
	tracked_map(&s, sizes, false);
	tracked_store(&s, 3);
	open_here(&s, 512);
	for (size_t i = 0; i < PAGES; i++)
		(void)*(volatile uint64_t *)(uintptr_t)tracked_address(&s, i);
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), 0);
	close_here(&s);
	tracked_unmap(&s);
}

/* 512 MiB: tables of 1 MiB where every hole gets a marker. */
static void only_written_alone_arms_holes_in_tables(void **state)
{
	static const size_t sizes[] = { 131072, 0 };
	int64_t before, resident_kb, written_kb;
	struct tracked s;

	(void)state;
	tracked_map(&s, sizes, false);
	before = procfs_pagetable_kb(getpid());
	open_here(&s, 512);
	written_kb = procfs_pagetable_kb(getpid()) - before;
	close_here(&s);
	tracked_unmap(&s);

	tracked_map(&s, sizes, false);
	before = procfs_pagetable_kb(getpid());
	tracked_use(&s, &tracker_scan, NULL);
	assert_int_equal(asyncwp_open(&s.t, NULL, NULL), 0);
	query = &resident;
	arm(&s);
	resident_kb = procfs_pagetable_kb(getpid()) - before;
	close_here(&s);
	tracked_unmap(&s);
	printf("arming 512 MiB of holes took %lld kB of page tables, and "
	       "%lld kB when asked for what is resident\n",
	       (long long)written_kb, (long long)resident_kb);
	assert_in_range(resident_kb, 0, 64);
	assert_in_range(written_kb, resident_kb, 2048);
}

static void a_failure_is_told_and_starts_anew(void **state)
{
	struct region v[1];
	struct region_array out = { .v = v, .max = 1 };
	bool seen[PAGES];
	struct tracked s;
	int fd;

	(void)state;
	map(&s);
	open_here(&s, 1);
	store_every_other(&s);
	assert_int_equal(get(&s.t, &out), 1);
	fd = scanner_of(&s)->fd;
	scanner_of(&s)->fd = -1;
	out.nr = 0;
	assert_int_equal(get(&s.t, &out), -EBADF);
	assert_non_null(strstr(s.t.why.text, "PAGEMAP_SCAN"));
	assert_int_equal(scanner_arm(scanner_of(&s), &s.t, query), -EBADF);
	assert_non_null(strstr(s.t.why.text, "PM_SCAN_WP_MATCHING"));
	scanner_of(&s)->fd = fd;
	assert_int_equal(tracked_collect(&s, get, PAGES, seen), REGIONS);
	check_every_other(seen);
	close_here(&s);
	tracked_unmap(&s);
}

static void a_process_that_is_gone_cannot_be_scanned(void **state)
{
	struct scanner scanner;
	struct tracked s;

	(void)state;
	map(&s);
	tracked_use(&s, &tracker_scan, NULL);
	/* No process has the number of the idle task. */
	s.t.pid = 0;
	assert_int_equal(scanner_open(&scanner, &s.t), -ENOENT);
	assert_non_null(strstr(s.t.why.text, "/proc/0/pagemap"));
	tracked_unmap(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TRACKED_TEST(more_than_512_regions_are_reported_once),
		TRACKED_TEST(the_naive_loop_is_no_proof),
		TRACKED_TEST(collecting_goes_on_where_the_array_was_full),
		TRACKED_TEST(armed_pages_are_clean),
		TRACKED_TEST(getting_and_arming_makes_clean),
		TRACKED_TEST(getting_and_arming_loses_nothing),
		TRACKED_TEST(a_limit_of_pages_loses_none),
		TRACKED_TEST(every_array_gives_the_same_regions),
		TRACKED_TEST(categories_choose_what_counts),
		TRACKED_TEST(a_page_is_seen_as_the_query_has_it),
		TRACKED_TEST(a_category_is_known_or_not),
		TRACKED_TEST(soft_dirty_is_there_for_all_or_for_none),
		TRACKED_TEST(what_waits_in_the_buffer_is_armed_already),
		TRACKED_TEST(several_ranges_are_one_list),
		TRACKED_TEST(stores_to_holes_are_seen),
		TRACKED_TEST(reading_an_armed_hole_is_no_store),
		TRACKED_TEST(only_written_alone_arms_holes_in_tables),
		TRACKED_TEST(a_failure_is_told_and_starts_anew),
		TRACKED_TEST(a_process_that_is_gone_cannot_be_scanned),
	};
	struct reason why;

	if (scanner_probe(PAGE_KIND_BASE, &written, &why)) {
		printf("skipped: %s\n", why.text);
		return EXIT_SKIP;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
