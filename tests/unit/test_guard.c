// SPDX-License-Identifier: GPL-2.0-or-later
/* The guard: what a cell will take, and the figures it is refused with. */
#include "harness/memoryguard.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/page.h"
#include "harness/procfs.h"
#include "harness/registry.h"

#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define TIB (1ULL << 40)

/* What the workload below says that it needs. */
static struct needs needed;

static int need(const struct params *params, struct needs *needs,
		struct reason *why)
{
	(void)params;
	*needs = needed;
	if (!needed.range_bytes)
		return reason_set(why, -EOPNOTSUPP, "nothing is needed");
	return 0;
}

static const struct workload workload = { .name = "needy", .needs = need };

static void make(struct cell *cell, const char *tracker)
{
	struct reason why = { "" };

	assert_int_equal(
		cell_init(cell, &workload, tracker_find(tracker, &why), &why),
		0);
}

static void predict(const char *tracker, struct prediction *prediction)
{
	struct reason why = { "" };
	struct cell cell;

	make(&cell, tracker);
	assert_int_equal(guard_predict(&cell, prediction, &why), 0);
}

/* What 16 writers need besides, of memory of that size. */
static uint64_t writers_need(const char *tracker, const char *size)
{
	struct prediction alone, several;
	struct reason why;
	struct cell cell;

	cell_init(&cell, workload_find("dense", &why),
		  tracker_find(tracker, &why), &why);
	assert_int_equal(cell_set(&cell, "size", size, &why), 0);
	assert_int_equal(guard_predict(&cell, &alone, &why), 0);
	assert_int_equal(cell_set(&cell, "threads", "16", &why), 0);
	assert_int_equal(guard_predict(&cell, &several, &why), 0);
	return several.memory - alone.memory;
}

/* Each may fill a log of its own, where there is one. */
static void writers_that_go_on_need_memory(void **state)
{
	uint64_t pages = 64 * MIB / page_bytes();

	(void)state;
	assert_true(writers_need("scan", "128m") -
			    writers_need("scan", "64m") >=
		    44 * pages);
	assert_true(writers_need("uffd-wp", "128m") -
			    writers_need("uffd-wp", "64m") >=
		    (44 + 16 * 16) * pages);
}

static void page_tables_are_of_what_is_populated(void **state)
{
	struct prediction prediction;

	(void)state;
	needed = (struct needs){ .range_bytes = 16 * GIB,
				 .resident_bytes = 64 * MIB };
	predict("none", &prediction);
	assert_int_equal(prediction.pagetables, 64 * MIB / page_bytes() * 8);
	assert_in_range(prediction.memory, 64 * MIB, 80 * MIB);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	assert_int_equal(prediction.data_limit, 0);
#else
	assert_true(prediction.data_limit >=
		    16 * GIB + prediction.memory + prediction.pagetables);
#endif
}

static void scattered_pages_take_more_page_tables(void **state)
{
	struct prediction prediction;

	(void)state;
	needed = (struct needs){ .range_bytes = 16 * GIB,
				 .resident_bytes = 64 * MIB,
				 .pagetable_bytes = 20 * MIB };
	predict("none", &prediction);
	assert_int_equal(prediction.pagetables, 20 * MIB);
	needed.pagetable_bytes = 1;
	predict("none", &prediction);
	assert_int_equal(prediction.pagetables, 64 * MIB / page_bytes() * 8);
}

/* 65530 at the most by default, a few hundred bytes each. */
static void many_mappings_take_memory(void **state)
{
	struct prediction few, many;

	(void)state;
	needed = (struct needs){ .range_bytes = 64 * MIB,
				 .resident_bytes = 64 * MIB };
	predict("none", &few);
	needed.vmas = 65530;
	predict("none", &many);
	assert_in_range(many.memory - few.memory, 65530 * 200, 65530 * 1024);
}

static void what_can_be_stored_to_is_listed(void **state)
{
	struct prediction listed, resident;

	(void)state;
	needed = (struct needs){ .range_bytes = GIB, .resident_bytes = MIB };
	predict("none", &resident);
	needed.storable_bytes = GIB;
	predict("none", &listed);
	/* Lists of 1 GiB of pages: candidates, picks, orders, regions, logs. */
	assert_in_range(listed.memory - resident.memory,
			GIB / page_bytes() * 56, GIB / page_bytes() * 128);
	needed.storable_bytes = 0;
	needed.resident_bytes = GIB;
	predict("none", &resident);
	assert_int_equal(listed.memory, resident.memory - GIB + MIB);
}

static void armed_holes_take_page_tables(void **state)
{
	static const char *const ways[] = { "yes", "read", "populate" };
	uint64_t holes = 16 * GIB / page_bytes() * 8;
	struct prediction prediction;
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	needed = (struct needs){ .range_bytes = 16 * GIB,
				 .resident_bytes = 64 * MIB };
	predict("scan", &prediction);
	assert_int_equal(prediction.pagetables, holes);
	predict("scan-resident", &prediction);
	assert_true(prediction.pagetables < holes);
	make(&cell, "uffd-sigbus");
	assert_int_equal(guard_predict(&cell, &prediction, &why), 0);
	assert_true(prediction.pagetables < holes);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(cell_set(&cell, "unpopulated", ways[i], &why),
				 0);
		assert_int_equal(guard_predict(&cell, &prediction, &why), 0);
		assert_int_equal(prediction.pagetables, holes);
	}
}

static void what_fits_is_let_through(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	needed = (struct needs){ .range_bytes = MIB, .resident_bytes = MIB };
	make(&cell, "scan");
	if (guard_available_bytes() < GIB)
		skip();
	assert_int_equal(guard_check(&cell, &why), 0);
}

static void memory_that_is_not_there_is_refused_with_the_figure(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	needed = (struct needs){ .range_bytes = TIB * 64,
				 .resident_bytes = TIB * 64 };
	make(&cell, "none");
	assert_int_equal(guard_check(&cell, &why), -ENOMEM);
	/* With the lists of 96 bytes a page. */
	assert_non_null(strstr(why.text, "needs 68681728 MiB of memory and "
					 "131072 MiB of page tables, and "));
	assert_non_null(strstr(why.text, " MiB are available: choose a "
					 "smaller size="));
}

/* A sparse terabyte takes little memory, and no end of markers. */
static void page_tables_that_do_not_fit_are_refused(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	needed = (struct needs){ .range_bytes = 16384 * TIB,
				 .resident_bytes = MIB };
	make(&cell, "scan");
	assert_int_equal(guard_check(&cell, &why), -ENOMEM);
	assert_non_null(strstr(why.text, "33554432 MiB of page tables"));
	make(&cell, "scan-resident");
	if (guard_available_bytes() >= GIB)
		assert_int_equal(guard_check(&cell, &why), 0);
}

static void dense_is_refused_by_its_size(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	assert_int_equal(cell_parse(&cell, "dense/none/size:16t", &why), 0);
	assert_int_equal(guard_check(&cell, &why), -ENOMEM);
	assert_non_null(strstr(why.text, "smaller size="));
}

static void huge_pages_that_are_not_there_are_refused(void **state)
{
	uint64_t page = machine_hugetlb_page_bytes();
	struct reason why = { "" };
	char words[64];
	struct cell cell;

	(void)state;
	needed = (struct needs){ .kind = PAGE_KIND_HUGETLB,
				 .range_bytes = 64 * TIB,
				 .hugetlb_bytes = 64 * TIB };
	make(&cell, "none");
	if (!page) {
		assert_int_equal(guard_check(&cell, &why), -ENODEV);
		assert_non_null(strstr(why.text, "CONFIG_HUGETLBFS"));
		return;
	}
	assert_int_equal(guard_check(&cell, &why), -ENOMEM);
	snprintf(words, sizeof(words), "needs %" PRIu64 " free huge pages",
		 (uint64_t)(64 * TIB / page));
	assert_non_null(strstr(why.text, words));
	snprintf(words, sizeof(words), "sysctl vm.nr_hugepages=%" PRIu64,
		 (uint64_t)(64 * TIB / page));
	assert_non_null(strstr(why.text, words));
}

static void swap_that_is_not_there_is_refused(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	needed = (struct needs){ .range_bytes = MIB,
				 .resident_bytes = MIB,
				 .swap_bytes = 64 * TIB,
				 .swap = SWAP_ZRAM };
	make(&cell, "none");
	assert_int_equal(guard_check(&cell, &why), -ENODEV);
	assert_non_null(strstr(why.text, "needs 67108864 MiB of swap on zram"));
	needed.swap = SWAP_FILE;
	assert_int_equal(guard_check(&cell, &why), -ENODEV);
	assert_non_null(strstr(why.text, "needs 67108864 MiB of swap on file"));
}

static void huge_pages_that_are_off_are_refused(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	needed = (struct needs){ .kind = PAGE_KIND_THP,
				 .range_bytes = MIB,
				 .resident_bytes = MIB,
				 .thp = true };
	make(&cell, "none");
	if (machine_thp_works())
		skip();
	assert_int_equal(guard_check(&cell, &why), -ENODEV);
	assert_non_null(strstr(why.text, "transparent huge pages"));
}

/* No kernel has a size between two powers of two. */
static void folios_of_another_size_are_refused(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	needed = (struct needs){ .kind = PAGE_KIND_FOLIO,
				 .range_bytes = MIB,
				 .resident_bytes = MIB,
				 .folio_bytes = 96 << 10 };
	make(&cell, "none");
	assert_int_equal(guard_check(&cell, &why), -ENODEV);
	assert_non_null(strstr(why.text, "has no folios of 96k"));
	needed.folio_bytes = 64 << 10;
	if (!machine_folio_exists(64 << 10) || machine_folio_works(64 << 10))
		skip();
	assert_int_equal(guard_check(&cell, &why), -ENODEV);
	assert_non_null(strstr(why.text, "echo madvise > /sys/kernel/mm/"
					 "transparent_hugepage/"
					 "hugepages-64kB/enabled"));
}

static void parameters_that_do_not_go_together_are_told(void **state)
{
	struct prediction prediction;
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	needed = (struct needs){ .range_bytes = 0 };
	make(&cell, "none");
	assert_int_equal(guard_predict(&cell, &prediction, &why), -EOPNOTSUPP);
	assert_int_equal(guard_check(&cell, &why), -EOPNOTSUPP);
	assert_string_equal(why.text, "nothing is needed");
}

static void no_more_is_available_than_there_is(void **state)
{
	int64_t total_kb = procfs_line("/proc/meminfo", "MemTotal");

	(void)state;
	assert_true(total_kb > 0);
	assert_in_range(guard_available_bytes(), 1, (uint64_t)total_kb * 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writers_that_go_on_need_memory),
		cmocka_unit_test(page_tables_are_of_what_is_populated),
		cmocka_unit_test(scattered_pages_take_more_page_tables),
		cmocka_unit_test(what_can_be_stored_to_is_listed),
		cmocka_unit_test(many_mappings_take_memory),
		cmocka_unit_test(armed_holes_take_page_tables),
		cmocka_unit_test(what_fits_is_let_through),
		cmocka_unit_test(
			memory_that_is_not_there_is_refused_with_the_figure),
		cmocka_unit_test(page_tables_that_do_not_fit_are_refused),
		cmocka_unit_test(dense_is_refused_by_its_size),
		cmocka_unit_test(huge_pages_that_are_not_there_are_refused),
		cmocka_unit_test(swap_that_is_not_there_is_refused),
		cmocka_unit_test(huge_pages_that_are_off_are_refused),
		cmocka_unit_test(folios_of_another_size_are_refused),
		cmocka_unit_test(parameters_that_do_not_go_together_are_told),
		cmocka_unit_test(no_more_is_available_than_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
