// SPDX-License-Identifier: GPL-2.0-or-later
/* asan-shadow beside a program built with -fsanitize=address. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/procfs.h"
#include "harness/uapi.h"
#include "tests/kernel/shadowed.h"
#include "workloads/asan-layout.h"
#include "workloads/workload.h"

extern const struct workload workload_asan_shadow;

#define SKIP	       77
#define REAL_SIZE_TEXT "14t"

#define SHADOW(address) (((address) >> ASAN_SHADOW_SCALE) + ASAN_SHADOW_OFFSET)

/* In shadow: what a region can be filled with here, and where its list is. */
#define REGION_SPACING (ASAN_ALLOCATOR_REGION >> ASAN_SHADOW_SCALE)
#define LIST_OFFSET    (REGION_SPACING / 8 * 7)
#define REGION_LOOKED  (16ULL << 20)
#define LIST_LOOKED    (1ULL << 20)
/* Below the end of the high shadow: stacks, libraries, mappings. */
#define TOP_LOOKED (512ULL << 20)
/* A mapping that is written or read leaves runs longer than this. */
#define CLUSTER_PAGES  16
#define PAGEMAP_SINGLE (1ULL << 56)

/* A process whose shadows lie at @base + the real addresses. */
struct shadowed {
	pid_t pid;
	uint64_t base;
	struct part low, gap, high;
	int pagemap;
	struct kinds low_kinds, regions[ASAN_REGIONS], lists[ASAN_REGIONS], top;
	uint64_t region_written, used_regions;
};

static struct shadowed reference, ours;
static struct work work;
static struct params params;

/*
 * How the system calls that open verifies with are made to answer; the
 * definitions below come before those of libc.
 */
static enum { HONESTLY, NO_ZERO_PAGES, NO_PAGEMAP, NOTHING_MAPPED } answer;

int open(const char *path, int flags, ...)
{
	if (answer >= NO_PAGEMAP && strstr(path, "pagemap")) {
		errno = ENOENT;
		return -1;
	}
	/* Nothing here makes files, so there is no mode. */
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags);
}

ssize_t pread(int fd, void *buffer, size_t bytes, off_t at)
{
	ssize_t got = syscall(SYS_pread64, fd, buffer, bytes, at);

	if (answer == NO_ZERO_PAGES && got > 0)
		*((uint64_t *)buffer + bytes / 8 - 1) |= PAGEMAP_SINGLE;
	return got;
}

int mincore(void *start, size_t bytes, unsigned char *vec)
{
	int ret = (int)syscall(SYS_mincore, start, bytes, vec);

	if (answer == NOTHING_MAPPED)
		memset(vec, 0, bytes / SHADOW_PAGE);
	return ret;
}

static void look(struct shadowed *s)
{
	uint64_t region;

	s->pagemap = pagemap_open(s->pid, NULL);
	assert_true(s->pagemap >= 0);
	describe_part(s->pid, s->base + ASAN_LOW_START, &s->low);
	describe_part(s->pid, s->base + ASAN_LOW_END, &s->gap);
	describe_part(s->pid, s->base + ASAN_HIGH_START, &s->high);
	count_kinds(s->pagemap, s->low.start, s->low.end, &s->low_kinds);
	count_kinds(s->pagemap, s->high.end - TOP_LOOKED, s->high.end, &s->top);
	for (int i = 0; i < ASAN_REGIONS; i++) {
		region = s->base + SHADOW(ASAN_ALLOCATOR_START) +
			 (uint64_t)i * REGION_SPACING;
		count_kinds(s->pagemap, region, region + REGION_LOOKED,
			    &s->regions[i]);
		region += LIST_OFFSET;
		count_kinds(s->pagemap, region, region + LIST_LOOKED,
			    &s->lists[i]);
		s->used_regions += s->regions[i].written > 0;
		s->region_written +=
			s->regions[i].written + s->lists[i].written;
	}
}

static void shadows_are_mapped_alike(void **state)
{
	(void)state;
	/* The runtime maps one page more, which is no shadow. */
	assert_int_equal(ours.low.start,
			 reference.low.start + ours.base + SHADOW_PAGE);
	assert_int_equal(ours.low.end, reference.low.end + ours.base);
	assert_int_equal(ours.high.start, reference.high.start + ours.base);
	assert_int_equal(ours.high.end, reference.high.end + ours.base);
	assert_string_equal(ours.low.access, reference.low.access);
	assert_string_equal(ours.low.flags, reference.low.flags);
	assert_string_equal(ours.high.access, reference.high.access);
	assert_string_equal(ours.high.flags, reference.high.flags);
	assert_non_null(strstr(ours.high.flags, " nr"));
	assert_non_null(strstr(ours.high.flags, " nh"));
}

static void the_gap_is_one_and_inaccessible(void **state)
{
	(void)state;
	assert_int_equal(ours.gap.start, reference.gap.start + ours.base);
	assert_int_equal(ours.gap.end, reference.gap.end + ours.base);
	assert_string_equal(ours.gap.access, "---p");
	assert_string_equal(reference.gap.access, "---p");
	assert_string_equal(ours.gap.flags, reference.gap.flags);
}

/* What has to be so in both. */
static void check_regions(const struct shadowed *s)
{
	assert_true(s->used_regions > ASAN_LAST_CLASS / 3);
	for (int i = 0; i < ASAN_REGIONS; i++) {
		/* Filled from the start, without a hole, in whole chunks. */
		assert_int_equal(s->regions[i].leading, s->regions[i].written);
		assert_int_equal(s->regions[i].written % 2, 0);
		assert_int_equal(s->regions[i].zero, 0);
		/* A list where there are chunks, and only there. */
		assert_int_equal(s->lists[i].written > 0,
				 s->regions[i].written > 0);
		assert_int_equal(s->lists[i].leading, s->lists[i].written);
		assert_int_equal(s->lists[i].written % 2, 0);
		if (i >= ASAN_FIRST_CLASS && i <= ASAN_LAST_CLASS)
			continue;
		/* Where there is no class for a program's memory. */
		assert_int_equal(s->regions[i].written, 0);
	}
}

static void regions_are_filled_alike(void **state)
{
	(void)state;
	check_regions(&reference);
	check_regions(&ours);
}

static void check_rest(const struct shadowed *s)
{
	/* Globals with redzones between them, and arrays that have none. */
	assert_in_range(s->low_kinds.written, 1, 16);
	assert_in_range(s->low_kinds.zero, 16, 32);
	/* Stacks and libraries are some pages, mappings are most. */
	assert_in_range(s->top.written, 4, s->top.zero / 20);
	assert_true(s->top.zero > CLUSTER_PAGES * s->top.runs);
	/* What is written is the heap's. */
	assert_true(s->region_written >
		    20 * (s->top.written + s->low_kinds.written));
}

static void the_rest_is_alike(void **state)
{
	(void)state;
	check_rest(&reference);
	check_rest(&ours);
}

static void all_pages_are_accounted_for(void **state)
{
	/* The page that is counted nowhere is the allocator's table. */
	uint64_t written = ours.low_kinds.written + ours.region_written +
			   ours.top.written + 1;
	uint64_t zero = ours.low_kinds.zero + ours.top.zero;

	(void)state;
	assert_int_equal(work.stores.nr_candidates, written);
	assert_int_equal(work.resident_pages, written + zero);
	/* 32815 of 40479, within a thousandth. */
	assert_in_range(zero * 1000 / work.resident_pages, 809, 811);
}

static void reading_makes_no_page_written(void **state)
{
	struct kinds before = ours.top, after;

	(void)state;
	work.workload->read(&work);
	count_kinds(ours.pagemap, ours.high.end - TOP_LOOKED, ours.high.end,
		    &after);
	assert_int_equal(after.written, before.written);
	assert_int_equal(after.zero, before.zero);
}

static int open_again(int how)
{
	int ret;

	workload_asan_shadow.close(&work);
	work.resident_pages = 0;
	answer = how;
	ret = workload_asan_shadow.open(&work);
	answer = HONESTLY;
	return ret;
}

static void zero_pages_are_verified(void **state)
{
	(void)state;
	assert_int_equal(open_again(NO_ZERO_PAGES), -EIO);
	assert_non_null(strstr(work.why.text, "did not map the zero page"));
	assert_int_equal(open_again(NOTHING_MAPPED), -EIO);
	assert_non_null(strstr(work.why.text, "did not map the zero page"));
	assert_int_equal(open_again(NO_PAGEMAP), 0);
	assert_int_equal(open_again(HONESTLY), 0);
}

static void page_tables_are_predicted(void **state)
{
	struct needs needs = { 0 };
	uint64_t before, kb;

	(void)state;
	assert_int_equal(workload_asan_shadow.needs(&params, &needs, NULL), 0);
	workload_asan_shadow.close(&work);
	before = (uint64_t)procfs_pagetable_kb(getpid());
	assert_int_equal(workload_asan_shadow.open(&work), 0);
	kb = (uint64_t)procfs_pagetable_kb(getpid()) - before;
	/* The lists of the workload itself take a table or two. */
	assert_in_range(needs.pagetable_bytes / 1024, kb - 16, kb + 16);
	assert_int_equal(needs.resident_bytes,
			 work.stores.nr_candidates * SHADOW_PAGE);
}

static int start(void **state)
{
	int ret;

	(void)state;
	ret = params_add(&params, workload_asan_shadow.params);
	if (!ret)
		ret = params_set(&params, "size", REAL_SIZE_TEXT, NULL);
	work.workload = &workload_asan_shadow;
	work.params = &params;
	if (!ret)
		ret = workload_asan_shadow.open(&work);
	if (ret) {
		printf("open: %s\n", work.why.text);
		return ret;
	}
	ours.pid = getpid();
	ours.base = memory_base();
	look(&ours);
	look(&reference);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	workload_asan_shadow.close(&work);
	close(ours.pagemap);
	close(reference.pagemap);
	kill(reference.pid, SIGKILL);
	waitpid(reference.pid, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shadows_are_mapped_alike),
		cmocka_unit_test(the_gap_is_one_and_inaccessible),
		cmocka_unit_test(regions_are_filled_alike),
		cmocka_unit_test(the_rest_is_alike),
		cmocka_unit_test(all_pages_are_accounted_for),
		cmocka_unit_test(reading_makes_no_page_written),
		cmocka_unit_test(zero_pages_are_verified),
		cmocka_unit_test(page_tables_are_predicted),
	};

#ifdef __SANITIZE_THREAD__
	argc = 0; /* it leaves no room for 14 TiB */
#endif
	if (argc < 2) {
		printf("no reference program, or no room for its layout\n");
		return SKIP;
	}
	reference.pid = start_reference(argv[1]);
	return cmocka_run_group_tests(tests, start, stop);
}
