// SPDX-License-Identifier: GPL-2.0-or-later
/* Shadows that map linearly: shrunk, only their holes are smaller. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "harness/memory.h"
#include "workloads/msan-layout.h"
#include "workloads/tsan-layout.h"
#include "workloads/workload.h"

extern const struct workload workload_msan_shadow;

#define GIB (1ULL << 30)
#define TIB (1ULL << 40)

static const char *const sizes[] = { "1g", "1025m", "16g", "1000g", "15t" };

enum { NR_SIZES = sizeof(sizes) / sizeof(sizes[0]), NR_MODELS = 3 };

static const struct shadow_model *model(int i)
{
	return i < 2 ? msan_model(i) : &tsan_model;
}

static int lay_out(struct shadow_layout *layout, int i, const char *size,
		   const char *heap, struct reason *why)
{
	struct params params = { .nr = 0 };

	assert_int_equal(params_add(&params, workload_msan_shadow.params), 0);
	assert_int_equal(params_set(&params, "size", size, NULL), 0);
	assert_int_equal(params_set(&params, "heap", heap, NULL), 0);
	return shadow_model_layout(model(i), layout, &params, why);
}

static void make(struct shadow_layout *layout, int i, const char *size)
{
	struct reason why = { "" };

	assert_int_equal(lay_out(layout, i, size, "28m", &why), 0);
}

static void make_real(struct shadow_layout *layout, int i)
{
	static const char *const real[NR_MODELS] = { "32t", "64t", "19t" };

	make(layout, i, real[i]);
}

static void sizes_are_those_asked_for(void **state)
{
	static const uint64_t bytes[NR_SIZES] = { GIB, GIB + (1 << 20),
						  16 * GIB, 1000 * GIB,
						  15 * TIB };
	static struct shadow_layout layout;

	(void)state;
	for (int i = 0; i < NR_MODELS * NR_SIZES; i++) {
		make(&layout, i / NR_SIZES, sizes[i % NR_SIZES]);
		assert_int_equal(shadow_layout_bytes(&layout),
				 bytes[i % NR_SIZES]);
		assert_false(layout.in_place);
		assert_int_equal(layout.parts[0].start, memory_base());
		for (int j = 1; j < layout.nr_parts; j++)
			assert_true(layout.parts[j].start >=
				    layout.parts[j - 1].end + MEMORY_GAP);
	}
}

static void the_real_size_is_the_real_layout(void **state)
{
	static struct shadow_layout layout;

	(void)state;
	for (int i = 0; i < NR_MODELS; i++) {
		make_real(&layout, i);
		assert_true(layout.in_place);
		assert_int_equal(layout.nr_parts, model(i)->nr_parts);
		assert_memory_equal(layout.parts, model(i)->parts,
				    sizeof(layout.parts));
	}
}

static int part_of(const struct shadow_layout *layout,
		   const struct shadow_run *run)
{
	for (int i = 0; i < layout->nr_parts; i++)
		if (run->start >= layout->parts[i].start &&
		    run->end <= layout->parts[i].end)
			return i;
	fail_msg("a run outside of all parts");
	return -1;
}

static void runs_are_sorted_disjoint_and_inside(void **state)
{
	static struct shadow_layout layout;
	uint64_t pages[2];

	(void)state;
	for (int i = 0; i < NR_MODELS * NR_SIZES; i++) {
		make(&layout, i / NR_SIZES, sizes[i % NR_SIZES]);
		assert_in_range(layout.nr_runs, 50, SHADOW_MAX_RUNS);
		pages[0] = pages[1] = 0;
		for (int j = 0; j < layout.nr_runs; j++) {
			const struct shadow_run *run = &layout.runs[j];

			assert_true(run->start < run->end);
			assert_true(!j || run[-1].end <= run->start);
			part_of(&layout, run);
			pages[run->written] +=
				(run->end - run->start) / SHADOW_PAGE;
		}
		assert_int_equal(pages[true], layout.written_pages);
		assert_int_equal(pages[false], layout.zero_pages);
	}
}

static void only_holes_shrink(void **state)
{
	static struct shadow_layout real, small;

	(void)state;
	for (int i = 0; i < NR_MODELS * NR_SIZES; i++) {
		make_real(&real, i / NR_SIZES);
		make(&small, i / NR_SIZES, sizes[i % NR_SIZES]);
		assert_int_equal(small.nr_runs, real.nr_runs);
		for (int j = 0; j < real.nr_runs; j++) {
			const struct shadow_run *a = &real.runs[j];
			const struct shadow_run *b = &small.runs[j];

			assert_int_equal(b->end - b->start, a->end - a->start);
			assert_int_equal(b->written, a->written);
			assert_int_equal(b->start % SHADOW_TABLE_BYTES,
					 a->start % SHADOW_TABLE_BYTES);
			assert_int_equal(part_of(&small, b), part_of(&real, a));
		}
	}
}

/* The images that a program's addresses have by the sanitizers' sources. */
static void images_are_where_they_should_be(void **state)
{
	const struct shadow_copy *msan = msan_model(true)->copies;
	const struct shadow_copy *tsan = tsan_model.copies;

	(void)state;
	assert_int_equal(msan[0].of(0x702000000000), 0x202000000000);
	assert_int_equal(msan[1].of(0x702000000000), 0x302000000000);
	assert_int_equal(msan[0].of(0x555555560000), 0x055555560000);
	assert_int_equal(msan[0].of(0x400000), 0x500000400000);
	assert_int_equal(tsan[0].of(0x7b0800000000), 0x0e1000000000);
	assert_int_equal(tsan[1].of(0x7b0800000000), 0x318400000000);
	assert_int_equal(tsan[0].of(0x555555576000), 0x02aaaaaec000);
}

static void holes_are_holes(void **state)
{
	enum { HOLES = 4096 };
	static struct shadow_layout layout;
	static uint64_t holes[HOLES];
	size_t nr;

	(void)state;
	for (int i = 0; i < NR_MODELS; i++) {
		make(&layout, i, "16g");
		nr = shadow_layout_holes(&layout, holes, HOLES);
		assert_in_range(nr, 1000, HOLES);
		for (size_t j = 0; j < nr; j++) {
			struct shadow_run hole = { holes[j],
						   holes[j] + SHADOW_PAGE,
						   false };

			part_of(&layout, &hole);
			for (int k = 0; k < layout.nr_runs; k++)
				assert_false(holes[j] >= layout.runs[k].start &&
					     holes[j] < layout.runs[k].end);
		}
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	static struct shadow_layout layout;
	struct reason why = { "" };

	(void)state;
	assert_int_equal(lay_out(&layout, 0, "33t", "28m", &why), -ERANGE);
	assert_non_null(strstr(why.text, "from 1g to 32t"));
	assert_int_equal(lay_out(&layout, 2, "1023m", "28m", &why), -ERANGE);
	assert_non_null(strstr(why.text, "from 1g to 19t"));
#ifndef __SANITIZE_THREAD__ /* which has programs lie elsewhere */
	assert_int_equal(lay_out(&layout, 1, "63t", "28m", &why), -ERANGE);
	assert_non_null(strstr(why.text, "where this program lies"));
#endif
	for (int i = 0; i < NR_MODELS; i++) {
		assert_int_equal(lay_out(&layout, i, "1g", "4g", &why),
				 -ERANGE);
		assert_non_null(strstr(why.text, "choose a smaller heap="));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_those_asked_for),
		cmocka_unit_test(the_real_size_is_the_real_layout),
		cmocka_unit_test(runs_are_sorted_disjoint_and_inside),
		cmocka_unit_test(only_holes_shrink),
		cmocka_unit_test(images_are_where_they_should_be),
		cmocka_unit_test(holes_are_holes),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
