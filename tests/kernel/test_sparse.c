// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that is mostly holes: what is populated, predicted and proved. */
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
#include "tests/kernel/proof.h"
#include "tests/kernel/shadowed.h"

/* Sizes and holes that do and do not divide the pages. */
static const char *const shapes[] = {
	"sparse/none/size:64m/pages:64/holes:1",
	"sparse/none/size:64m/pages:1000/holes:7",
	"sparse/none/size:256m/pages:4096/holes:4095",
	"sparse/none/size:3g/pages:100/holes:99",
	"sparse/none/size:2m/pages:257/holes:255",
	"sparse/none/size:2m/pages:256/holes:255",
};

static struct cell cell;
static struct work work;

static void open_shape(const char *key)
{
	struct reason why = { "" };

	assert_int_equal(cell_parse(&cell, key, &why), 0);
	memset(&work, 0, sizeof(work));
	work.workload = cell.workload;
	work.params = &cell.params;
	assert_int_equal(cell.workload->open(&work), 0);
}

/* The mapped pages and their clusters, also at both ends. */
static void pages_and_holes_are_as_many_as_asked(void **state)
{
	uint64_t pages, holes;
	struct kinds kinds, first, last;
	int pagemap;

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		open_shape(shapes[i]);
		pages = params_value(&cell.params, "pages");
		holes = params_value(&cell.params, "holes");
		pagemap = pagemap_open(getpid(), NULL);
		assert_true(pagemap >= 0);
		count_kinds(pagemap, work.ranges[0].start, work.ranges[0].end,
			    &kinds);
		count_kinds(pagemap, work.ranges[0].start,
			    work.ranges[0].start + page_bytes(), &first);
		count_kinds(pagemap, work.ranges[0].end - page_bytes(),
			    work.ranges[0].end, &last);
		close(pagemap);
		assert_int_equal(kinds.written, pages);
		assert_int_equal(kinds.zero, 0);
		/* A run begins wherever the page before is none. */
		assert_int_equal(kinds.clusters, holes + 1);
		assert_int_equal(first.written, 1);
		assert_int_equal(last.written, 1);
		assert_int_equal(work.resident_pages, pages);
		assert_int_equal(work.stores.nr_candidates, pages);
		cell.workload->close(&work);
	}
}

/* Those of the range, which go with it. The workload's lists may begin a table
 * of their own, or not: that depends on where they come to lie. */
static uint64_t unmap_tables_kb(void)
{
	int64_t before = procfs_pagetable_kb(getpid());

	memory_unmap(&work);
	return (uint64_t)(before - procfs_pagetable_kb(getpid()));
}

static void page_tables_are_predicted(void **state)
{
	struct needs needs;
	uint64_t kb;

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct reason why = { "" };

		open_shape(shapes[i]);
		kb = unmap_tables_kb();
		assert_int_equal(cell_needs(&cell, &needs, &why), 0);
		/* Upper ones stay where another mapping uses them, too. */
		assert_in_range(needs.pagetable_bytes / 1024, kb, kb + 8);
		assert_int_equal(needs.resident_bytes,
				 work.stores.nr_candidates * page_bytes());
		cell.workload->close(&work);
	}
}

static void refuse(const char *key, const char *words)
{
	struct reason why = { "" };
	struct needs needs;

	assert_int_equal(cell_parse(&cell, key, &why), 0);
	assert_int_equal(cell_needs(&cell, &needs, &why), -ERANGE);
	assert_non_null(strstr(why.text, words));
}

static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	refuse("sparse/none/pages:100/holes:100", "at most 99 holes");
	refuse("sparse/none/size:33t", "up to 32t");
	refuse("sparse/none/size:2m/pages:257/holes:256", "do not fit");
}

/* A hole is filled by the stores of one epoch, and what is read costs page
 * tables only. */
static void untouched_memory_takes_what_is_stored(void **state)
{
	struct reason why = { "" };
	struct needs needs;

	(void)state;
	assert_int_equal(
		cell_parse(&cell, "holes/none/size:10g/dirty:1024", &why), 0);
	assert_int_equal(cell_needs(&cell, &needs, &why), 0);
	assert_int_equal(needs.resident_bytes, 1024 * page_bytes());
	assert_int_equal(needs.storable_bytes, 10ULL << 30);
	assert_int_equal(needs.pagetable_bytes,
			 (10ULL << 30) / page_bytes() * 8);
}

static const struct {
	const char *workload, *params;
} proved[] = {
	{ "sparse", "size:64m/pages:512/holes:63" },
	{ "holes", "size:4m" },
	{ "holes", "size:4m/unpopulated:yes" },
	{ "holes", "size:4m/unpopulated:read" },
	{ "holes", "size:4m/unpopulated:populate" },
	{ "msan-shadow", "size:1g/heap:2m/origins:yes" },
	{ "tsan-shadow", "size:1g/heap:2m" },
};

/* A parameter that only some trackers have leaves the others out. */
static bool run_with_parameter(const char *workload, const char *params)
{
	static const char *const trackers[] = { "uffd-wp", "uffd-sigbus" };
	enum sample_status status;
	struct reason why = { "" };
	char key[200];

	if (!strstr(params, "unpopulated"))
		return false;
	for (int i = 0; i < 2; i++) {
		snprintf(key, sizeof(key), "%s/%s/%s", workload, trackers[i],
			 params);
		status = proof_run(key, &why);
		if (status != STATUS_OK)
			print_message("%s: %s\n", key, why.text);
		assert_true(status == STATUS_OK || status == STATUS_SKIP);
	}
	return true;
}

static void every_tracker_is_proved(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(proved) / sizeof(proved[0]); i++)
		if (!run_with_parameter(proved[i].workload, proved[i].params))
			assert_int_equal(proof_run_all(proved[i].workload,
						       proved[i].params),
					 0);
}

static void liars_are_caught(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(proved) / sizeof(proved[0]); i++)
		if (!strstr(proved[i].params, "unpopulated"))
			assert_int_equal(proof_run_liars(proved[i].workload,
							 proved[i].params),
					 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_and_holes_are_as_many_as_asked),
		cmocka_unit_test(page_tables_are_predicted),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(untouched_memory_takes_what_is_stored),
		cmocka_unit_test(every_tracker_is_proved),
		cmocka_unit_test(liars_are_caught),
	};

#ifdef __SANITIZE_THREAD__
	printf("shadows of these sizes have no room here\n");
	return 77;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
