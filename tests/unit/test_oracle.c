// SPDX-License-Identifier: GPL-2.0-or-later
/* The oracle against cases made by hand, and against a page-by-page model. */
#include "harness/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/page.h"

/*
 *  page  0         63   80       96       112
 *        |- base --|    |- huge -|- thp ---|
 *
 * Huge units are of 4 pages, and so are the thp's, but the tracker sees base
 * pages there. Base pages may end anywhere.
 */
enum { UNIT_PAGES = 4, PAGES = 128, MAX_REGIONS = PAGES };

static const uint64_t base = 0x200000000000;

static const enum granule granule[PAGE_KINDS] = {
	[PAGE_KIND_BASE] = GRANULE_PAGE,
	[PAGE_KIND_THP] = GRANULE_PAGE,
	[PAGE_KIND_HUGETLB] = GRANULE_UNIT,
};

static uint64_t page(unsigned int nr)
{
	return base + nr * page_bytes();
}

static void make_ranges(struct mapped_range ranges[3])
{
	uint64_t unit = UNIT_PAGES * page_bytes();

	ranges[0] = (struct mapped_range){ page(0), page(63), PAGE_KIND_BASE,
					   page_bytes() };
	ranges[1] = (struct mapped_range){ page(80), page(96),
					   PAGE_KIND_HUGETLB, unit };
	ranges[2] = (struct mapped_range){ page(96), page(112), PAGE_KIND_THP,
					   unit };
}

/* Regions "first-last" of pages, in the order given. */
static void parse(struct region_array *regions, struct region *v,
		  const char *text)
{
	unsigned long first, last;
	char *end;

	*regions = (struct region_array){ .v = v, .max = MAX_REGIONS };
	while (*text) {
		first = strtoul(text, &end, 10);
		last = first;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		v[regions->nr].start = page((unsigned int)first);
		v[regions->nr].end = page((unsigned int)last + 1);
		regions->nr++;
		text = end + strspn(end, " ");
	}
}

static struct verdict judge(const char *expected, const char *reported)
{
	struct region expected_v[MAX_REGIONS], reported_v[MAX_REGIONS];
	struct region_array expected_regions, reported_regions;
	struct mapped_range ranges[3];
	struct verdict verdict;

	make_ranges(ranges);
	parse(&expected_regions, expected_v, expected);
	parse(&reported_regions, reported_v, reported);
	memset(&verdict, 0xff, sizeof(verdict));
	oracle_judge(&expected_regions, &reported_regions, ranges, 3, granule,
		     &verdict);
	return verdict;
}

static void check(const char *expected, const char *reported, unsigned int nr,
		  unsigned int missed, unsigned int extra,
		  unsigned int explained)
{
	struct verdict verdict = judge(expected, reported);

	assert_int_equal(verdict.reported, nr);
	assert_int_equal(verdict.missed, missed);
	assert_int_equal(verdict.extra, extra);
	assert_int_equal(verdict.extra_in_granule, explained);
	assert_int_equal(verdict.first_missed != 0, missed != 0);
	assert_int_equal(verdict.first_unexplained != 0, extra != explained);
}

static void what_was_written_is_what_was_reported(void **state)
{
	(void)state;
	check("", "", 0, 0, 0, 0);
	check("5", "5", 1, 0, 0, 0);
	check("0-62 80-95", "0-62 80-95", 79, 0, 0, 0);
	/* However it is cut. */
	check("1-9", "1-4 5 6-9", 9, 0, 0, 0);
	check("1-4 5 6-9", "1-9", 9, 0, 0, 0);
}

static void a_missed_page_is_counted_and_named(void **state)
{
	(void)state;
	check("7", "", 0, 1, 0, 0);
	check("1-9", "1-3 7-9", 6, 3, 0, 0);
	check("1 5 9", "5", 1, 2, 0, 0);
	check("62 80", "62", 1, 1, 0, 0);
	check("1-9", "1-8", 8, 1, 0, 0);
	assert_int_equal(judge("1-9", "1-3 7-9").first_missed, page(4));
	assert_int_equal(judge("1 5 9", "5").first_missed, page(1));
}

static void a_page_too_many_is_counted_and_named(void **state)
{
	(void)state;
	check("", "3", 1, 0, 1, 0);
	check("5", "4-6", 3, 0, 2, 0);
	check("5 9", "5-9", 5, 0, 3, 0);
	check("5", "5 40-49", 11, 0, 10, 0);
	assert_int_equal(judge("5", "4-6").first_unexplained, page(4));
	assert_int_equal(judge("5", "5-6").first_unexplained, page(6));
}

static void one_page_for_another_is_both(void **state)
{
	(void)state;
	check("5", "6", 1, 1, 1, 0);
	assert_int_equal(judge("5", "6").first_missed, page(5));
	assert_int_equal(judge("5", "6").first_unexplained, page(6));
}

static void a_huge_unit_explains_its_pages(void **state)
{
	(void)state;
	check("81", "80-83", 4, 0, 3, 3);
	check("83", "80-83", 4, 0, 3, 3);
	check("81-82", "80-83", 4, 0, 2, 2);
	/* Not its neighbours, on either side. */
	check("83", "80-84", 5, 0, 4, 3);
	check("84", "83-87", 5, 0, 4, 3);
	check("81", "80-95", 16, 0, 15, 3);
	assert_int_equal(judge("81", "80-95").first_unexplained, page(84));
	/* And not where nothing was written. */
	check("", "80-83", 4, 0, 4, 0);
	/* A part of the unit without the page is missing it. */
	check("81", "82-83", 2, 1, 2, 2);
}

static void each_range_has_its_own_granule(void **state)
{
	(void)state;
	/* The mapping unit is huge, but the tracker sees base pages. */
	check("97", "96-99", 4, 0, 3, 0);
	check("95 96", "92-99", 8, 0, 6, 3);
	check("1 81 97", "1 80-83 97", 6, 0, 3, 3);
	check("1 81 97", "0-3 80-83 96-99", 12, 0, 9, 3);
}

static void what_lies_in_no_range_is_extra(void **state)
{
	(void)state;
	check("62", "62-63", 2, 0, 1, 0);
	check("80", "79-83", 5, 0, 4, 3);
	check("", "120-121", 2, 0, 2, 0);
	assert_int_equal(judge("62", "62-63").first_unexplained, page(63));
}

static void what_is_reported_twice_is_extra(void **state)
{
	(void)state;
	check("5", "5 5", 2, 0, 1, 0);
	check("1-9", "1-9 1-9", 18, 0, 9, 0);
	check("1-9", "1-5 4-9", 11, 0, 2, 0);
	check("81", "81 81", 2, 0, 1, 0);
	assert_int_equal(judge("1-9", "1-5 4-9").first_unexplained, page(4));
}

static void what_is_out_of_order_is_extra(void **state)
{
	struct verdict verdict = judge("5 10", "10 5");

	(void)state;
	assert_int_equal(verdict.reported, 2);
	assert_true(verdict.extra > verdict.extra_in_granule);
	assert_int_equal(verdict.first_unexplained, page(5));
}

static bool chance(unsigned int percent)
{
	return (unsigned int)random() % 100 < percent;
}

static void fill(bool set[PAGES], unsigned int percent)
{
	for (unsigned int i = 0; i < PAGES; i++)
		set[i] = chance(percent);
}

/* Expected pages lie in ranges; reported ones anywhere. */
static void draw_case(bool expected[PAGES], bool reported[PAGES])
{
	unsigned int percent = (unsigned int)random() % 101;

	fill(expected, percent);
	memset(expected + 63, 0, 17 * sizeof(bool));
	memset(expected + 112, 0, 16 * sizeof(bool));
	fill(reported, (unsigned int)random() % 101);
	for (unsigned int i = 0; i < PAGES; i++)
		if (chance(70))
			reported[i] = expected[i];
}

static void to_regions(const bool set[PAGES], struct region_array *regions)
{
	for (unsigned int i = 0; i < PAGES; i++)
		if (set[i])
			region_append(regions, page(i), page(i + 1));
}

static bool explained(const bool expected[PAGES], unsigned int nr)
{
	unsigned int unit = nr / UNIT_PAGES * UNIT_PAGES;

	if (nr < 80 || nr >= 96)
		return false;
	for (unsigned int i = unit; i < unit + UNIT_PAGES; i++)
		if (expected[i])
			return true;
	return false;
}

static void model(const bool expected[PAGES], const bool reported[PAGES],
		  struct verdict *verdict)
{
	*verdict = (struct verdict){ 0 };
	for (unsigned int i = 0; i < PAGES; i++) {
		verdict->reported += reported[i];
		if (expected[i] && !reported[i] && !verdict->missed++)
			verdict->first_missed = page(i);
		if (expected[i] || !reported[i])
			continue;
		verdict->extra++;
		if (explained(expected, i))
			verdict->extra_in_granule++;
		else if (!verdict->first_unexplained)
			verdict->first_unexplained = page(i);
	}
}

static void every_verdict_is_the_models(void **state)
{
	struct region expected_v[MAX_REGIONS], reported_v[MAX_REGIONS];
	struct region_array expected_regions = { .v = expected_v };
	struct region_array reported_regions = { .v = reported_v };
	bool expected[PAGES], reported[PAGES];
	struct mapped_range ranges[3];
	struct verdict verdict, right;

	(void)state;
	make_ranges(ranges);
	expected_regions.max = MAX_REGIONS;
	reported_regions.max = MAX_REGIONS;
	srandom(1);
	for (int i = 0; i < 5000; i++) {
		draw_case(expected, reported);
		expected_regions.nr = 0;
		reported_regions.nr = 0;
		to_regions(expected, &expected_regions);
		to_regions(reported, &reported_regions);
		oracle_judge(&expected_regions, &reported_regions, ranges, 3,
			     granule, &verdict);
		model(expected, reported, &right);
		assert_memory_equal(&verdict, &right, sizeof(right));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_what_was_reported),
		cmocka_unit_test(a_missed_page_is_counted_and_named),
		cmocka_unit_test(a_page_too_many_is_counted_and_named),
		cmocka_unit_test(one_page_for_another_is_both),
		cmocka_unit_test(a_huge_unit_explains_its_pages),
		cmocka_unit_test(each_range_has_its_own_granule),
		cmocka_unit_test(what_lies_in_no_range_is_extra),
		cmocka_unit_test(what_is_reported_twice_is_extra),
		cmocka_unit_test(what_is_out_of_order_is_extra),
		cmocka_unit_test(every_verdict_is_the_models),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
