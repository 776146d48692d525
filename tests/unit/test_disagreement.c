// SPDX-License-Identifier: GPL-2.0-or-later
/* What made-up trackers differ on, by hand and against a page-by-page model. */
#include "harness/disagreement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/page.h"

/*
 *  page  0         63   80            112
 *        |- base --|    |---- huge ----|
 *
 * Huge units are of 4 pages.
 */
enum { UNIT_PAGES = 4, PAGES = 128, NR_RANGES = 2, MAX_FOUND = 256 };

static const uint64_t base = 0x200000000000;

static const enum granule pages_granule[PAGE_KINDS] = {
	[PAGE_KIND_BASE] = GRANULE_PAGE,
	[PAGE_KIND_THP] = GRANULE_PAGE,
};

static const enum granule units_granule[PAGE_KINDS] = {
	[PAGE_KIND_BASE] = GRANULE_PAGE,
	[PAGE_KIND_THP] = GRANULE_UNIT,
};

static struct mapped_range ranges[NR_RANGES];

static uint64_t page(unsigned int nr)
{
	return base + nr * page_bytes();
}

static int make_ranges(void **state)
{
	(void)state;
	ranges[0] = (struct mapped_range){ page(0), page(63), PAGE_KIND_BASE,
					   page_bytes() };
	ranges[1] = (struct mapped_range){ page(80), page(112), PAGE_KIND_THP,
					   UNIT_PAGES * page_bytes() };
	return 0;
}

/* A set of pages, and its regions. */
struct set {
	bool has[PAGES];
	struct region v[PAGES];
	struct region_array regions;
};

static void make_regions(struct set *set)
{
	set->regions = (struct region_array){ .v = set->v, .max = PAGES };
	for (unsigned int i = 0; i < PAGES; i++)
		if (set->has[i])
			region_append(&set->regions, page(i), page(i + 1));
}

/* Page numbers, ended by -1. */
static struct set *set_of(const int *pages)
{
	struct set *set = calloc(1, sizeof(*set));

	for (; *pages >= 0; pages++)
		set->has[*pages] = true;
	make_regions(set);
	return set;
}

#define SET(...) set_of((const int[]){ __VA_ARGS__ })

struct found {
	struct disagreement v[MAX_FOUND];
	int nr;
	struct disagreement_counts counts;
};

static void keep(void *arg, const struct disagreement *disagreement)
{
	struct found *found = arg;

	assert_in_range(found->nr, 0, MAX_FOUND - 1);
	found->v[found->nr++] = *disagreement;
}

static void find(struct testimony *testimonies, int nr,
		 const struct set *expected, struct found *found)
{
	found->nr = 0;
	disagreement_find(testimonies, nr, &expected->regions, ranges,
			  NR_RANGES, keep, found, &found->counts);
}

static void expect(const struct found *found, int nr, unsigned int first,
		   unsigned int end, uint32_t said, bool written,
		   unsigned int because)
{
	const struct disagreement *d = &found->v[nr];

	assert_in_range(nr, 0, found->nr - 1);
	assert_int_equal(d->start, page(first));
	assert_int_equal(d->end, page(end));
	assert_int_equal(d->said, said);
	assert_int_equal(d->written, written);
	assert_int_equal(d->because, because);
}

static struct testimony says(const struct set *set, const enum granule *granule)
{
	return (struct testimony){ .reported = &set->regions,
				   .granule = granule };
}

static void trackers_that_are_right_agree(void **state)
{
	struct set *written = SET(0, 1, 5, 62, 80, 111, -1);
	struct testimony all[] = { says(written, pages_granule),
				   says(written, units_granule),
				   says(written, pages_granule) };
	struct found found;

	(void)state;
	find(all, 3, written, &found);
	assert_int_equal(found.nr, 0);
	assert_int_equal(found.counts.compared, 63 + 32);
	assert_int_equal(found.counts.differ, 0);
	free(written);
}

static void every_page_they_differ_on_is_told(void **state)
{
	struct set *written = SET(3, 4, 5, 9, 62, -1);
	struct set *liar = SET(5, 9, 20, 21, -1);
	struct testimony all[] = { says(written, pages_granule),
				   says(liar, pages_granule) };
	struct found found;

	(void)state;
	find(all, 2, written, &found);
	assert_int_equal(found.nr, 3);
	expect(&found, 0, 3, 5, 1, true, BECAUSE_NOTHING);
	expect(&found, 1, 20, 22, 2, false, BECAUSE_NOTHING);
	expect(&found, 2, 62, 63, 1, true, BECAUSE_NOTHING);
	assert_int_equal(found.counts.differ, 5);
	free(written);
	free(liar);
}

/* What a granule explains differs all the same, and no more than it. */
static void a_granule_explains_its_own_pages(void **state)
{
	struct set *written = SET(85, -1);
	struct set *unit = SET(84, 85, 86, 87, 88, -1);
	struct testimony all[] = { says(written, pages_granule),
				   says(unit, units_granule) };
	struct found found;

	(void)state;
	find(all, 2, written, &found);
	assert_int_equal(found.nr, 3);
	expect(&found, 0, 84, 85, 2, false, BECAUSE_GRANULE);
	expect(&found, 1, 86, 88, 2, false, BECAUSE_GRANULE);
	expect(&found, 2, 88, 89, 2, false, BECAUSE_NOTHING);
	/* Of one that sees pages, it explains nothing. */
	all[1].granule = pages_granule;
	find(all, 2, written, &found);
	expect(&found, 0, 84, 85, 2, false, BECAUSE_NOTHING);
	free(written);
	free(unit);
}

static void a_superset_may_have_more_and_not_less(void **state)
{
	struct set *written = SET(7, 8, -1);
	struct set *other = SET(8, 9, -1);
	struct testimony all[] = { says(other, pages_granule),
				   says(written, pages_granule) };
	struct found found;

	(void)state;
	all[0].superset = true;
	find(all, 2, written, &found);
	assert_int_equal(found.nr, 2);
	expect(&found, 0, 7, 8, 2, true, BECAUSE_NOTHING);
	expect(&found, 1, 9, 10, 1, false, BECAUSE_SUPERSET);
	free(written);
	free(other);
}

static void what_is_not_claimed_may_be_wrong(void **state)
{
	struct set *written = SET(80, -1);
	struct set *nothing = SET(-1);
	struct testimony all[] = { says(nothing, pages_granule),
				   says(written, pages_granule) };
	struct found found;

	(void)state;
	all[0].unclaimed = true;
	find(all, 2, written, &found);
	assert_int_equal(found.nr, 1);
	expect(&found, 0, 80, 81, 2, true, BECAUSE_UNCLAIMED);
	/* That one declares it excuses no other. */
	all[0].unclaimed = false;
	all[1].unclaimed = true;
	find(all, 2, written, &found);
	expect(&found, 0, 80, 81, 2, true, BECAUSE_NOTHING);
	free(written);
	free(nothing);
}

static void being_wrong_together_is_told_where_nothing_explains_it(void **state)
{
	struct set *written = SET(7, 85, -1);
	struct set *said = SET(84, 85, 86, 87, -1);
	struct testimony all[] = { says(said, units_granule),
				   says(said, units_granule) };
	struct found found;

	(void)state;
	find(all, 2, written, &found);
	assert_int_equal(found.nr, 1);
	expect(&found, 0, 7, 8, 0, true, BECAUSE_NOTHING);
	assert_int_equal(found.counts.differ, 0);
	free(written);
	free(said);
}

/* No pages of one range are taken for those of the next. */
static void ranges_are_told_apart(void **state)
{
	struct set *written = SET(-1);
	struct set *all_pages = calloc(1, sizeof(*all_pages));
	struct testimony all[] = { says(written, pages_granule),
				   says(all_pages, pages_granule) };
	struct found found;

	(void)state;
	memset(all_pages->has, true, sizeof(all_pages->has));
	make_regions(all_pages);
	find(all, 2, written, &found);
	assert_int_equal(found.nr, 2);
	expect(&found, 0, 0, 63, 2, false, BECAUSE_NOTHING);
	expect(&found, 1, 80, 112, 2, false, BECAUSE_NOTHING);
	assert_int_equal(found.v[0].kind, PAGE_KIND_BASE);
	assert_int_equal(found.v[1].kind, PAGE_KIND_THP);
	assert_int_equal(found.counts.differ, 63 + 32);
	free(written);
	free(all_pages);
}

static void randomise(struct set *set, int one_in)
{
	memset(set, 0, sizeof(*set));
	for (int i = 0; i < PAGES; i++)
		set->has[i] = rand() % one_in == 0;
	make_regions(set);
}

static bool is_in_a_range(int nr)
{
	return nr < 63 || (nr >= 80 && nr < 112);
}

/* Every page is in the list exactly if the sets say so. */
static void a_model_finds_the_same(void **state)
{
	static struct set sets[5];
	struct testimony all[4];
	struct found found;
	uint32_t said;
	uint64_t differ;
	int at;

	(void)state;
	srand(1);
	for (int round = 0; round < 500; round++) {
		for (int i = 0; i < 5; i++)
			randomise(&sets[i], 1 + rand() % 6);
		for (int i = 0; i < 4; i++)
			all[i] = says(&sets[i], pages_granule);
		find(all, 4, &sets[4], &found);
		at = 0;
		differ = 0;
		for (int i = 0; i < PAGES; i++) {
			if (!is_in_a_range(i))
				continue;
			said = 0;
			for (int j = 0; j < 4; j++)
				said |= (uint32_t)sets[j].has[i] << j;
			differ += said && said != 15;
			if (said == (sets[4].has[i] ? 15 : 0))
				continue;
			while (found.v[at].end <= page((unsigned int)i))
				at++;
			assert_in_range(at, 0, found.nr - 1);
			assert_true(found.v[at].start <= page((unsigned int)i));
			assert_int_equal(found.v[at].said, said);
			assert_int_equal(found.v[at].written, sets[4].has[i]);
		}
		assert_int_equal(found.counts.differ, differ);
		assert_int_equal(found.counts.compared, 63 + 32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trackers_that_are_right_agree),
		cmocka_unit_test(every_page_they_differ_on_is_told),
		cmocka_unit_test(a_granule_explains_its_own_pages),
		cmocka_unit_test(a_superset_may_have_more_and_not_less),
		cmocka_unit_test(what_is_not_claimed_may_be_wrong),
		cmocka_unit_test(
			being_wrong_together_is_told_where_nothing_explains_it),
		cmocka_unit_test(ranges_are_told_apart),
		cmocka_unit_test(a_model_finds_the_same),
	};

	return cmocka_run_group_tests(tests, make_ranges, NULL);
}
