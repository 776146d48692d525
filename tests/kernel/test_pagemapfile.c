// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading pagemap: over the borders of reads and ranges, in any portions. */
#include "harness/pagemapfile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/uapi.h"
#include "tests/kernel/tracked.h"

/* Entries of one read. */
enum { CHUNK = PAGEMAP_READ_BYTES / 8 };

/* Two whole reads and a bit, then a range of its own, then a single page. */
enum { FIRST = 2 * CHUNK + 100, SECOND = 300, PAGES = FIRST + SECOND + 1 };
static const size_t sizes[] = { FIRST, SECOND, 1, 0 };

/* Mapped by this process alone: not the zero page. Linux 4.2. */
#define EXCLUSIVE (1ULL << 56)

extern const struct tracker tracker_none;

static struct pagemap_reader reader;
static uint64_t any, none;

static int collect(struct tracking *t, struct region_array *out)
{
	return pagemap_collect(&reader, t, out, any, none);
}

static void open_here(struct tracked *s)
{
	tracked_map(s, sizes, false);
	tracked_use(s, &tracker_none, NULL);
	assert_int_equal(pagemap_reader_open(&reader, &s->t), 0);
	any = PAGEMAP_PRESENT;
	none = 0;
}

static void close_here(struct tracked *s)
{
	pagemap_reader_close(&reader, &s->t);
	tracked_unmap(s);
}

static void read_page(const struct tracked *s, size_t page)
{
	(void)*(volatile uint64_t *)(uintptr_t)tracked_address(s, page);
}

static void present_pages_are_told_from_holes(void **state)
{
	static const size_t present[] = {
		0,	   5,	  CHUNK - 2, CHUNK,    (size_t)2 * CHUNK,
		FIRST - 1, FIRST, PAGES - 2, PAGES - 1
	};
	static bool set[PAGES], seen[PAGES];
	struct tracked s;

	(void)state;
	open_here(&s);
	assert_int_equal(tracked_collect(&s, collect, 16, seen), 0);
	for (size_t i = 0; i < sizeof(present) / sizeof(present[0]); i++) {
		set[present[i]] = true;
		tracked_store(&s, present[i]);
	}
	/* Ranges never merge: 9 pages are 9 regions. */
	assert_int_equal(tracked_collect(&s, collect, 16, seen), 9);
	assert_memory_equal(seen, set, sizeof(set));
	close_here(&s);
}

static void a_region_goes_over_the_border_of_reads(void **state)
{
	static bool seen[PAGES];
	struct tracked s;

	(void)state;
	open_here(&s);
	for (size_t i = CHUNK - 3; i < CHUNK + 3; i++)
		tracked_store(&s, i);
	assert_int_equal(tracked_collect(&s, collect, 1, seen), 1);
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(seen[i], i >= CHUNK - 3 && i < CHUNK + 3);
	close_here(&s);
}

static void everything_present_is_a_region_a_range(void **state)
{
	static bool seen[PAGES];
	struct tracked s;

	(void)state;
	open_here(&s);
	for (size_t i = 0; i < PAGES; i++)
		tracked_store(&s, i);
	assert_int_equal(tracked_collect(&s, collect, 1, seen), 3);
	for (size_t i = 0; i < PAGES; i++)
		assert_true(seen[i]);
	close_here(&s);
}

static void collecting_goes_on_where_the_array_was_full(void **state)
{
	static const size_t max[] = { 1, 2, 7, 100, 4096, 65536 };
	static bool set[PAGES], seen[PAGES];
	struct tracked s;

	(void)state;
	open_here(&s);
	srandom(1);
	tracked_draw(&s, set, 30);
	tracked_store_set(&s, set);
	for (size_t i = 0; i < sizeof(max) / sizeof(max[0]); i++) {
		tracked_collect(&s, collect, max[i], seen);
		assert_memory_equal(seen, set, sizeof(set));
	}
	close_here(&s);
}

static void bits_can_be_asked_for_and_excluded(void **state)
{
	static bool stored[PAGES], loaded[PAGES], seen[PAGES];
	struct tracked s;

	(void)state;
	open_here(&s);
	srandom(2);
	tracked_draw(&s, stored, 20);
	tracked_draw(&s, loaded, 20);
	for (size_t i = 0; i < PAGES; i++)
		if (loaded[i])
			read_page(&s, i);
	tracked_store_set(&s, stored);
	tracked_collect(&s, collect, 1000, seen);
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(seen[i], stored[i] || loaded[i]);
	any = EXCLUSIVE;
	tracked_collect(&s, collect, 1000, seen);
	assert_memory_equal(seen, stored, sizeof(seen));
	any = PAGEMAP_PRESENT | PAGEMAP_SWAPPED;
	none = EXCLUSIVE;
	tracked_collect(&s, collect, 1000, seen);
	for (size_t i = 0; i < PAGES; i++)
		assert_int_equal(seen[i], loaded[i] && !stored[i]);
	close_here(&s);
}

static void what_the_kernel_handed_over_is_counted(void **state)
{
	static bool seen[PAGES];
	struct tracked s;

	(void)state;
	open_here(&s);
	for (int i = 1; i <= 3; i++) {
		s.t.counts = (struct tracker_counts){ 0 };
		tracked_collect(&s, collect, 1, seen);
		assert_int_equal(s.t.counts.records, PAGES);
		assert_int_equal(s.t.counts.output_bytes, PAGES * 8);
		/* Three reads, then one for each range that is smaller. */
		assert_int_equal(s.t.counts.syscalls, 5);
	}
	close_here(&s);
}

static void a_failure_is_told_and_starts_anew(void **state)
{
	struct region v[4];
	struct region_array out = { .v = v, .max = 4 };
	static bool seen[PAGES];
	struct tracked s;
	int fd;

	(void)state;
	open_here(&s);
	fd = reader.fd;
	reader.fd = -1;
	assert_int_equal(collect(&s.t, &out), -EBADF);
	assert_non_null(strstr(s.t.why.text, "reading pagemap"));
	reader.fd = fd;
	tracked_store(&s, 0);
	tracked_store(&s, PAGES - 1);
	assert_int_equal(tracked_collect(&s, collect, 4, seen), 2);
	close_here(&s);
}

static void one_entry_can_be_had(void **state)
{
	struct reason why = { "" };
	struct tracked s;
	uint64_t entry;
	int fd;

	(void)state;
	open_here(&s);
	fd = pagemap_open(getpid(), &why);
	assert_true(fd >= 0);
	tracked_store(&s, 7);
	assert_int_equal(pagemap_entry(fd, tracked_address(&s, 7), &entry), 0);
	assert_true(entry & PAGEMAP_PRESENT);
	assert_int_equal(pagemap_entry(fd, tracked_address(&s, 8), &entry), 0);
	assert_false(entry & PAGEMAP_PRESENT);
	/* There is no such address in a process. */
	assert_int_equal(pagemap_entry(fd, 1ULL << 62, &entry), -ENODATA);
	assert_int_equal(pagemap_entry(-1, 0, &entry), -EBADF);
	close(fd);
	close_here(&s);
}

static void a_process_that_is_gone_has_no_pagemap(void **state)
{
	struct reason why = { "" };

	(void)state;
	assert_int_equal(pagemap_open(0, &why), -ENOENT);
	assert_string_equal(why.text,
			    "/proc/0/pagemap: No such file or directory");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TRACKED_TEST(present_pages_are_told_from_holes),
		TRACKED_TEST(a_region_goes_over_the_border_of_reads),
		TRACKED_TEST(everything_present_is_a_region_a_range),
		TRACKED_TEST(collecting_goes_on_where_the_array_was_full),
		TRACKED_TEST(bits_can_be_asked_for_and_excluded),
		TRACKED_TEST(what_the_kernel_handed_over_is_counted),
		TRACKED_TEST(a_failure_is_told_and_starts_anew),
		TRACKED_TEST(one_entry_can_be_had),
		TRACKED_TEST(a_process_that_is_gone_has_no_pagemap),
	};
	struct reason why;
	int fd = pagemap_open(getpid(), &why);

	if (fd < 0) {
		printf("skipped: %s\n", why.text);
		return EXIT_SKIP;
	}
	close(fd);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
