// SPDX-License-Identifier: GPL-2.0-or-later
/* The shadow's layout: what is populated lies where a real program has it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/asan-layout.h"

#define BASE  0x200000000000ULL
#define HEAP  (224ULL << 20)
#define GIB   (1ULL << 30)
#define AREA  (2ULL << 20)
#define HOLES 4096

static const uint64_t sizes[] = {
	GIB, 16 * GIB, 64 * GIB, 1000 * GIB + SHADOW_PAGE, 14336 * GIB,
};

enum { NR_SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static void make(struct shadow_layout *layout, uint64_t size, uint64_t heap,
		 uint64_t seed)
{
	struct reason why = { "" };

	assert_int_equal(asan_layout_make(layout, BASE, size, heap, seed, &why),
			 0);
}

static bool in_a_shadow(const struct shadow_layout *layout, uint64_t start,
			uint64_t end)
{
	return (start >= layout->parts[0].start &&
		end <= layout->parts[0].end) ||
	       (start >= layout->parts[1].start && end <= layout->parts[1].end);
}

static void sizes_are_those_asked_for(void **state)
{
	struct shadow_layout layout;

	(void)state;
	for (int i = 0; i < NR_SIZES; i++) {
		make(&layout, sizes[i], HEAP, 1);
		assert_int_equal(layout.parts[0].end - layout.parts[0].start +
					 layout.parts[1].end -
					 layout.parts[1].start,
				 sizes[i]);
		assert_int_equal(layout.parts[0].start, BASE + ASAN_LOW_START);
		assert_int_equal(layout.parts[0].end, BASE + ASAN_LOW_END);
		assert_true(layout.parts[1].start >= layout.parts[0].end + GIB);
		assert_int_equal(
			(layout.parts[1].start - layout.parts[0].end) % GIB, 0);
	}
}

static void the_real_size_is_the_real_layout(void **state)
{
	uint64_t first = (ASAN_ALLOCATOR_START >> ASAN_SHADOW_SCALE) +
			 ASAN_SHADOW_OFFSET + BASE;
	uint64_t spacing = ASAN_ALLOCATOR_REGION >> ASAN_SHADOW_SCALE;
	struct shadow_layout layout;
	int regions = 0, lists = 0;

	(void)state;
	assert_int_equal(ASAN_REAL_BYTES, 14336 * GIB);
	make(&layout, ASAN_REAL_BYTES, HEAP, 1);
	assert_int_equal(layout.parts[1].start, BASE + ASAN_HIGH_START);
	assert_int_equal(layout.parts[1].end, BASE + ASAN_HIGH_END);
	for (int i = 0; i < layout.nr_runs; i++) {
		if (layout.runs[i].start < first ||
		    layout.runs[i].end > first + ASAN_REGIONS * spacing)
			continue;
		if ((layout.runs[i].start - first) % spacing == 0)
			regions++;
		else if ((layout.runs[i].start - first) % spacing ==
			 spacing / 8 * 7)
			lists++;
		else
			fail_msg("a run inside a region");
	}
	assert_int_equal(regions, ASAN_LAST_CLASS - ASAN_FIRST_CLASS + 1);
	assert_int_equal(lists, regions);
}

static void runs_are_sorted_disjoint_and_inside(void **state)
{
	struct shadow_layout layout;
	uint64_t pages[2];

	(void)state;
	for (int i = 0; i < NR_SIZES; i++) {
		make(&layout, sizes[i], HEAP, 1);
		assert_true(layout.nr_runs <= SHADOW_MAX_RUNS);
		pages[0] = pages[1] = 0;
		for (int j = 0; j < layout.nr_runs; j++) {
			const struct shadow_run *run = &layout.runs[j];

			assert_true(run->start < run->end);
			assert_true(!j || run[-1].end <= run->start);
			assert_true(in_a_shadow(&layout, run->start, run->end));
			pages[run->written] +=
				(run->end - run->start) / SHADOW_PAGE;
		}
		assert_int_equal(pages[true], layout.written_pages);
		assert_int_equal(pages[false], layout.zero_pages);
	}
}

static void regions_begin_where_real_ones_do_in_a_page_table(void **state)
{
	struct shadow_layout layout;
	int nr;

	(void)state;
	for (int i = 0; i < NR_SIZES; i++) {
		make(&layout, sizes[i], HEAP, 1);
		nr = 0;
		for (int j = 0; j < layout.nr_runs; j++)
			if (layout.runs[j].start % AREA ==
			    ASAN_SHADOW_OFFSET % AREA)
				nr++;
		assert_true(nr >= ASAN_LAST_CLASS - ASAN_FIRST_CLASS + 1);
	}
}

static void the_heap_decides_what_is_written(void **state)
{
	struct shadow_layout layout;
	uint64_t heap_pages = HEAP / 8 / SHADOW_PAGE;

	(void)state;
	make(&layout, 16 * GIB, HEAP, 1);
	assert_in_range(layout.written_pages, heap_pages, heap_pages + 200);
	/* 32815 zero pages of 40479, within a thousandth. */
	assert_in_range(layout.zero_pages * 1000 /
				(layout.zero_pages + layout.written_pages),
			809, 811);
	make(&layout, 16 * GIB, HEAP / 4, 1);
	assert_in_range(layout.written_pages, heap_pages / 4,
			heap_pages / 4 + 200);
}

static void a_seed_makes_one_layout(void **state)
{
	static struct shadow_layout one, again, other;

	(void)state;
	make(&one, 16 * GIB, HEAP, 1);
	make(&again, 16 * GIB, HEAP, 1);
	make(&other, 16 * GIB, HEAP, 2);
	assert_int_equal(one.nr_runs, again.nr_runs);
	for (int i = 0; i < one.nr_runs; i++) {
		assert_int_equal(one.runs[i].start, again.runs[i].start);
		assert_int_equal(one.runs[i].end, again.runs[i].end);
	}
	for (int i = 0; i < one.nr_runs && i < other.nr_runs; i++)
		if (one.runs[i].end != other.runs[i].end)
			return;
	fail_msg("another seed, the same layout");
}

static bool shares_a_table(const struct shadow_layout *layout, uint64_t at)
{
	for (int i = 0; i < layout->nr_runs; i++)
		if (layout->runs[i].start / AREA <= at / AREA &&
		    (layout->runs[i].end - 1) / AREA >= at / AREA)
			return true;
	return false;
}

static void holes_are_holes(void **state)
{
	static struct shadow_layout layout;
	static uint64_t holes[HOLES];
	size_t nr, shared, low;

	(void)state;
	for (int i = 0; i < NR_SIZES; i++) {
		make(&layout, sizes[i], HEAP, 1);
		nr = shadow_layout_holes(&layout, holes, HOLES);
		assert_in_range(nr, 1000, HOLES);
		shared = low = 0;
		for (size_t j = 0; j < nr; j++) {
			assert_int_equal(holes[j] % SHADOW_PAGE, 0);
			assert_true(in_a_shadow(&layout, holes[j],
						holes[j] + SHADOW_PAGE));
			assert_true(!j || holes[j] > holes[j - 1]);
			for (int k = 0; k < layout.nr_runs; k++)
				assert_false(holes[j] >= layout.runs[k].start &&
					     holes[j] < layout.runs[k].end);
			shared += shares_a_table(&layout, holes[j]);
			low += holes[j] < layout.parts[0].end;
		}
		assert_true(shared >= 500);
		assert_true(nr - shared >= 300);
		assert_true(low > 0);
		assert_true(holes[nr - 1] > layout.parts[1].end - 2 * AREA);
	}
}

static void tables_are_counted_once(void **state)
{
	static const struct shadow_run runs[] = {
		{ AREA - SHADOW_PAGE, AREA + SHADOW_PAGE, true },
		{ AREA + 2 * SHADOW_PAGE, AREA + 3 * SHADOW_PAGE, false },
		{ GIB, GIB + SHADOW_PAGE, true },
	};
	struct shadow_layout layout = { .nr_runs = 3 };

	(void)state;
	memcpy(layout.runs, runs, sizeof(runs));
	/* Tables of pages: 3; of tables: 2; and one of those. */
	assert_int_equal(shadow_table_bytes(layout.runs, 3), 6 * SHADOW_PAGE);
}

static void what_does_not_fit_is_refused(void **state)
{
	static struct shadow_layout layout;
	struct reason why = { "" };

	(void)state;
	assert_int_equal(asan_layout_make(&layout, BASE, ASAN_REAL_BYTES + 1,
					  HEAP, 1, &why),
			 -ERANGE);
	assert_non_null(strstr(why.text, "from 1g to 14t"));
	assert_int_equal(asan_layout_make(&layout, BASE, GIB - SHADOW_PAGE,
					  HEAP, 1, &why),
			 -ERANGE);
	for (uint64_t heap = HEAP; heap < 4096 * GIB; heap *= 2) {
		if (!asan_layout_make(&layout, BASE, GIB, heap, 1, &why))
			continue;
		assert_non_null(strstr(why.text, "choose a smaller heap="));
		assert_true(heap > HEAP);
	}
	assert_int_equal(
		asan_layout_make(&layout, BASE, GIB, 4096 * GIB, 1, &why),
		-ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_those_asked_for),
		cmocka_unit_test(the_real_size_is_the_real_layout),
		cmocka_unit_test(runs_are_sorted_disjoint_and_inside),
		cmocka_unit_test(
			regions_begin_where_real_ones_do_in_a_page_table),
		cmocka_unit_test(the_heap_decides_what_is_written),
		cmocka_unit_test(a_seed_makes_one_layout),
		cmocka_unit_test(holes_are_holes),
		cmocka_unit_test(tables_are_counted_once),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
