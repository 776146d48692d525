// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory of every page kind, small: that it is what its kind says. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/page.h"
#include "harness/pagemapfile.h"
#include "harness/probe.h"
#include "harness/scratchfile.h"
#include "harness/uapi.h"

enum { FILE_BYTES = 1 << 20 };

/* Pages of a file, shared memory included, not those copied from one. */
#define PAGEMAP_FILE (1ULL << 61)

static void each_kind_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int kind = 0; kind < PAGE_KINDS; kind++) {
		assert_non_null(page_kind_name(kind));
		for (int other = 0; other < kind; other++)
			assert_string_not_equal(page_kind_name(kind),
						page_kind_name(other));
	}
}

/* Whether both pages are populated with what bit 61 says of them. */
static void check_pages(enum page_kind kind, bool file)
{
	struct probe_memory memory;
	struct reason why = { "" };
	uint64_t entry;
	int fd = pagemap_open(getpid(), &why);

	assert_true(fd >= 0);
	if (probe_map(&memory, kind, &why))
		fail_msg("%s: %s", page_kind_name(kind), why.text);
	assert_int_equal(memory.unit_bytes, page_bytes());
	assert_int_equal(memory.end - memory.start, 2 * page_bytes());
	for (uint64_t at = memory.start; at < memory.end; at += page_bytes()) {
		assert_int_equal(pagemap_entry(fd, at, &entry), 0);
		assert_true(entry & PAGEMAP_PRESENT);
		if (!!(entry & PAGEMAP_FILE) != file)
			fail_msg("%s: 0x%" PRIx64, page_kind_name(kind), entry);
	}
	probe_unmap(&memory);
	close(fd);
}

static void base_pages_are_populated_as_their_kind_says(void **state)
{
	(void)state;
	check_pages(PAGE_KIND_BASE, false);
	check_pages(PAGE_KIND_SHMEM, true);
	/* The store has made a copy of what was mapped. */
	check_pages(PAGE_KIND_SHMEM_PRIVATE, false);
	check_pages(PAGE_KIND_FILE_PRIVATE, false);
	check_pages(PAGE_KIND_FILE_SHARED, true);
}

/* Both pages are one: what tells it from a page that was stored to. */
static void the_zero_page_is_one(void **state)
{
	struct probe_memory memory;
	struct reason why = { "" };
	uint64_t entry[2];
	int fd = pagemap_open(getpid(), &why);

	(void)state;
	if (geteuid())
		skip(); /* page frames are for root */
	assert_int_equal(probe_map(&memory, PAGE_KIND_ZERO, &why), 0);
	assert_int_equal(pagemap_entry(fd, memory.start, &entry[0]), 0);
	assert_int_equal(
		pagemap_entry(fd, memory.start + page_bytes(), &entry[1]), 0);
	assert_true(entry[0] & PAGEMAP_PRESENT);
	assert_int_equal(entry[0], entry[1]);
	probe_unmap(&memory);
	close(fd);
}

static void a_scratch_file_is_no_shared_memory_and_has_no_name(void **state)
{
	struct reason why = { "" };
	struct statfs fs;
	struct stat st;
	int fd = scratch_file(FILE_BYTES, &why);

	(void)state;
	if (fd < 0)
		fail_msg("%s", why.text);
	assert_int_equal(fstatfs(fd, &fs), 0);
	assert_int_not_equal(fs.f_type, TMPFS_MAGIC);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, FILE_BYTES);
	assert_int_equal(st.st_nlink, 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

static void a_file_that_would_fill_the_disk_is_refused(void **state)
{
	struct reason why = { "" };
	struct statfs fs;

	(void)state;
	assert_int_equal(statfs(scratch_folder(), &fs), 0);
	if (!fs.f_blocks)
		skip(); /* in memory */
	assert_int_equal(
		scratch_file((uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize,
			     &why),
		-ENOSPC);
	assert_non_null(strstr(why.text, "leaves too little room in /"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_a_name_of_its_own),
		cmocka_unit_test(base_pages_are_populated_as_their_kind_says),
		cmocka_unit_test(the_zero_page_is_one),
		cmocka_unit_test(
			a_scratch_file_is_no_shared_memory_and_has_no_name),
		cmocka_unit_test(a_file_that_would_fill_the_disk_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
