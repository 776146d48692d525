// SPDX-License-Identifier: GPL-2.0-or-later
/* hugetlb: pool pages, populated before a tracker sees them, all proofs hold.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/cell.h"
#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/procfs.h"
#include "harness/uapi.h"
#include "proof.h"

extern const struct workload workload_hugetlb;

#define SKIP 77
#define POOL "/proc/sys/vm/nr_hugepages"
#define MORE "/proc/sys/vm/nr_overcommit_hugepages"

/* Enough for a dirty set with gaps, little beside any machine's memory. */
enum { PAGES = 8 };

static unsigned long long pool_before;
static bool raised;
static char size_text[PARAM_TEXT_BYTES];

static int read_number(const char *path, unsigned long long *pages)
{
	FILE *file = fopen(path, "r");
	int got;

	if (!file)
		return -errno;
	got = fscanf(file, "%llu", pages);
	fclose(file);
	return got == 1 ? 0 : -EIO;
}

static int write_pool(unsigned long long pages)
{
	FILE *file = fopen(POOL, "w");
	int ret;

	if (!file)
		return -errno;
	ret = fprintf(file, "%llu\n", pages) < 0 ? -EIO : 0;
	return fclose(file) ? -errno : ret;
}

static void begin(struct work *work, struct params *params, const char *sharing,
		  const char *size)
{
	memset(work, 0, sizeof(*work));
	memset(params, 0, sizeof(*params));
	assert_int_equal(params_add(params, workload_hugetlb.params), 0);
	assert_int_equal(params_set(params, "size", size, NULL), 0);
	assert_int_equal(params_set(params, "sharing", sharing, NULL), 0);
	work->workload = &workload_hugetlb;
	work->params = params;
}

/* Every page is mapped, in an entry that a store made. */
static void check_mapped(const struct work *work)
{
	const struct mapped_range *range = work->ranges;
	uint64_t unit = machine_hugetlb_page_bytes();
	uint64_t entry;
	int fd = pagemap_open(getpid(), NULL);

	assert_true(fd >= 0);
	for (uint64_t at = range->start; at < range->end; at += page_bytes()) {
		assert_int_equal(pagemap_entry(fd, at, &entry), 0);
		assert_true(entry & PAGEMAP_PRESENT);
	}
	for (uint64_t at = range->start; at < range->end; at += unit)
		assert_int_equal(*(uint64_t *)(uintptr_t)at, at);
	close(fd);
}

static void opened_as(const char *sharing, const char *line)
{
	uint64_t bytes = PAGES * machine_hugetlb_page_bytes();
	int64_t before = procfs_line("/proc/self/smaps_rollup", line);
	struct params params;
	struct work work;

	begin(&work, &params, sharing, size_text);
	assert_int_equal(workload_hugetlb.open(&work), 0);
	assert_int_equal(work.ranges[0].end - work.ranges[0].start, bytes);
	assert_int_equal(work.resident_pages, bytes / page_bytes());
	assert_int_equal(work.stores.nr_candidates, PAGES);
	assert_int_equal(procfs_line("/proc/self/smaps_rollup", line) - before,
			 bytes / 1024);
	check_mapped(&work);
	workload_hugetlb.close(&work);
	assert_true(machine_hugetlb_free_bytes() >= bytes);
}

static void test_private(void **state)
{
	(void)state;
	opened_as("private", "Private_Hugetlb");
}

/* One process maps it, and smaps calls private what one process maps. */
static void test_shared(void **state)
{
	struct params params;
	struct work work;
	char line[256];
	bool shared = false;
	FILE *file;

	(void)state;
	opened_as("shared", "Private_Hugetlb");
	begin(&work, &params, "shared", size_text);
	assert_int_equal(workload_hugetlb.open(&work), 0);
	file = fopen("/proc/self/maps", "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (strtoull(line, NULL, 16) == work.ranges[0].start)
			shared = strstr(line, " rw-s ") != NULL;
	fclose(file);
	workload_hugetlb.close(&work);
	assert_true(shared);
}

static void test_size_is_whole_pages(void **state)
{
	uint64_t unit = machine_hugetlb_page_bytes();
	char odd[PARAM_TEXT_BYTES];
	struct needs needs = { 0 };
	struct params params;
	struct work work;

	(void)state;
	params_format_bytes(odd, 2 * unit + page_bytes());
	begin(&work, &params, "private", odd);
	assert_int_equal(workload_hugetlb.needs(&params, &needs, NULL), 0);
	assert_int_equal(needs.hugetlb_bytes, 3 * unit);
	assert_int_equal(needs.range_bytes, 3 * unit);
	assert_int_equal(needs.resident_bytes, 0);
	assert_int_equal(needs.kind, PAGE_KIND_HUGETLB);
	assert_int_equal(workload_hugetlb.open(&work), 0);
	assert_int_equal(work.ranges[0].end - work.ranges[0].start, 3 * unit);
	workload_hugetlb.close(&work);
}

/* Fails where it is mapped, not with SIGBUS where it is stored to. */
static void test_empty_pool(void **state)
{
	uint64_t unit = machine_hugetlb_page_bytes();
	char more[PARAM_TEXT_BYTES];
	unsigned long long beyond = 0;
	struct params params;
	struct work work;

	(void)state;
	if (read_number(MORE, &beyond) || beyond) {
		printf("the pool may grow by itself here\n");
		skip();
	}
	params_format_bytes(more, machine_hugetlb_free_bytes() + unit);
	for (int shared = 0; shared < 2; shared++) {
		begin(&work, &params, shared ? "shared" : "private", more);
		assert_int_equal(workload_hugetlb.open(&work), -ENOMEM);
		assert_non_null(strstr(work.why.text, "cannot map"));
		workload_hugetlb.close(&work);
	}
}

static void prove_all(const char *sharing)
{
	char text[CELL_KEY_BYTES];

	snprintf(text, sizeof(text), "sharing:%s/dirty:50%%/size:%s", sharing,
		 size_text);
	assert_int_equal(proof_run_all("hugetlb", text), 0);
	assert_int_equal(proof_run_liars("hugetlb", text), 0);
}

static void test_trackers_private(void **state)
{
	(void)state;
	prove_all("private");
}

static void test_trackers_shared(void **state)
{
	(void)state;
	prove_all("shared");
}

/* Who protects holes, or learns from faults, is right about them as well. */
static void test_trackers_of_holes(void **state)
{
	char text[CELL_KEY_BYTES];

	(void)state;
	snprintf(text, sizeof(text), "dirty:50%%/pages:hugetlb/size:%s",
		 size_text);
	assert_int_equal(proof_run_all("holes", text), 0);
}

/* A limit of pages that would end within a huge page. */
static void test_page_limit(void **state)
{
	char key[CELL_KEY_BYTES];
	struct reason why = { "" };

	(void)state;
	for (int shared = 0; shared < 2; shared++) {
		snprintf(key, sizeof(key),
			 "hugetlb/scan-wine/collect:atomic/dirty:75%%/"
			 "max-pages:700/sharing:%s/size:%s",
			 shared ? "shared" : "private", size_text);
		switch (proof_run(key, &why)) {
		case STATUS_OK:
			break;
		case STATUS_SKIP:
			printf("%s: %s\n", key, why.text);
			break;
		default:
			fail_msg("%s: %s", key, why.text);
		}
	}
}

/* 0 or what the test ends with. */
static int fill_pool(void)
{
	uint64_t unit = machine_hugetlb_page_bytes();
	uint64_t bytes = PAGES * unit;
	uint64_t have = machine_hugetlb_free_bytes();

	if (!unit) {
		printf("skipped: this kernel has no huge pages of hugetlbfs\n");
		return SKIP;
	}
	params_format_bytes(size_text, bytes);
	if (read_number(POOL, &pool_before))
		return 1;
	if (have < bytes) {
		raised = !write_pool(pool_before + (bytes - have) / unit);
		if (!raised) {
			printf("skipped: needs root, or %d free huge pages\n",
			       PAGES);
			return SKIP;
		}
	}
	if (machine_hugetlb_free_bytes() >= bytes)
		return 0;
	printf("skipped: the kernel makes no %d huge pages\n", PAGES);
	return SKIP;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_size_is_whole_pages),
		cmocka_unit_test(test_empty_pool),
		cmocka_unit_test(test_trackers_private),
		cmocka_unit_test(test_trackers_shared),
		cmocka_unit_test(test_trackers_of_holes),
		cmocka_unit_test(test_page_limit),
	};
	int ret = fill_pool();

	if (!ret)
		ret = cmocka_run_group_tests(tests, NULL, NULL);
	if (raised && write_pool(pool_before))
		ret = 1;
	return ret;
}
