// SPDX-License-Identifier: GPL-2.0-or-later
/* msan-shadow and tsan-shadow beside programs built with those sanitizers. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/page.h"
#include "harness/pagemapfile.h"
#include "harness/procfs.h"
#include "tests/kernel/shadowed.h"
#include "workloads/msan-layout.h"
#include "workloads/tsan-layout.h"
#include "workloads/workload.h"

extern const struct workload workload_msan_shadow, workload_tsan_shadow;

enum { SKIP = 77, CLASSES = 52 };

/* Of the program: more than it has, less than lies between its parts. */
#define REGION_LOOKED  (16ULL << 20)
#define GLOBALS_LOOKED (64ULL << 20)
#define TOP_LOOKED     (512ULL << 20)

/* Of the program, without randomisation: its globals, and the top. */
#define GLOBALS_START 0x555555554000ULL
#define STACK_END     0x7ffffffff000ULL

/* What a reference program is compiled for. */
struct sanitizer {
	const char *name;
	const struct workload *workload;
	const char *size, *origins; /* parameters of the real layout */
};

static const struct sanitizer sanitizers[] = {
	{ "msan", &workload_msan_shadow, "32t", "no" },
	{ "msan-origins", &workload_msan_shadow, "64t", "yes" },
	{ "tsan", &workload_tsan_shadow, "19t", NULL },
};

/* The images of what a program has, of one copy. */
struct images {
	struct kinds regions[CLASSES + 2]; /* by class; 0 and the last: none */
	struct kinds globals, top;
	uint64_t heap; /* pages of all regions */
};

struct process {
	pid_t pid;
	int pagemap;
	struct images copies[2];
};

static const struct sanitizer *sanitizer;
static const struct shadow_model *model;
static struct process reference, ours;
static struct work work;
static struct params params;

static void count_image(const struct process *p, const struct shadow_copy *copy,
			uint64_t start, uint64_t bytes, struct kinds *kinds)
{
	count_kinds(p->pagemap, copy->of(start),
		    round_up(copy->of(start + bytes - 1), SHADOW_PAGE), kinds);
}

/* The image of the last page before the top is whole in all copies. */
static void look(struct process *p)
{
	p->pagemap = pagemap_open(p->pid, NULL);
	assert_true(p->pagemap >= 0);
	for (int i = 0; i < model->nr_copies; i++) {
		const struct shadow_copy *copy = &model->copies[i];
		struct images *images = &p->copies[i];

		for (int j = 0; j < CLASSES + 2; j++) {
			count_image(p, copy,
				    model->allocator_start +
					    (uint64_t)j * model->region_bytes,
				    REGION_LOOKED, &images->regions[j]);
			images->heap += images->regions[j].written +
					images->regions[j].zero;
		}
		count_image(p, copy, GLOBALS_START, GLOBALS_LOOKED,
			    &images->globals);
		count_image(p, copy, STACK_END + 0x1000 - TOP_LOOKED,
			    TOP_LOOKED, &images->top);
	}
}

/* Addresses, access and flags, at both ends of every part. */
static void parts_are_mapped_alike(void **state)
{
	struct part real, here;

	(void)state;
	for (int i = 0; i < model->nr_parts; i++) {
		const struct shadow_part *part = &model->parts[i];

		describe_part(reference.pid, part->start, &real);
		describe_part(ours.pid, part->start, &here);
		assert_int_equal(real.start, part->start);
		assert_int_equal(here.start, part->start);
		assert_int_equal(here.end, part->end);
		assert_string_equal(here.access, real.access);
		assert_string_equal(here.flags, real.flags);
		describe_part(reference.pid, part->end - 1, &real);
		assert_int_equal(real.end, part->end);
		assert_string_equal(here.access, real.access);
		assert_string_equal(here.flags, real.flags);
	}
}

static uint64_t all_pages(const struct kinds *kinds)
{
	return kinds->written + kinds->zero;
}

/* A copy has what it is said to have, and of nothing else. */
static void check_fill(const struct kinds *kinds, enum shadow_fill fill)
{
	uint64_t other = fill == FILL_WRITTEN ? kinds->zero : kinds->written;

	if (fill == FILL_NONE)
		assert_in_range(all_pages(kinds), 0, 4);
	else
		assert_true(all_pages(kinds) > 8 * other);
}

static void check_regions(const struct images *images, enum shadow_fill fill)
{
	int used = 0;

	assert_int_equal(all_pages(&images->regions[0]), 0);
	assert_int_equal(all_pages(&images->regions[CLASSES + 1]), 0);
	for (int i = 1; i <= CLASSES; i++) {
		const struct kinds *region = &images->regions[i];

		check_fill(region, all_pages(region) ? fill : FILL_NONE);
		/* Filled from the start, nearly without holes. */
		assert_true(all_pages(region) * 4 >= region->span * 3);
		used += all_pages(region) > 0;
	}
	assert_true(used > CLASSES / 2);
}

static void regions_are_filled_alike(void **state)
{
	(void)state;
	for (int i = 0; i < model->nr_copies; i++) {
		enum shadow_fill fill = model->copies[i].fill[APP_HEAP];

		check_regions(&reference.copies[i], fill);
		check_regions(&ours.copies[i], fill);
	}
}

/* How large the copies of the heap are beside one another. */
static void copies_are_of_one_heap(void **state)
{
	(void)state;
	if (model->nr_copies < 2)
		return;
	assert_in_range(100 * reference.copies[1].heap /
				reference.copies[0].heap,
			100 * ours.copies[1].heap / ours.copies[0].heap - 3,
			100 * ours.copies[1].heap / ours.copies[0].heap + 3);
}

static void globals_are_alike(void **state)
{
	(void)state;
	for (int i = 0; i < model->nr_copies; i++) {
		const struct kinds *real = &reference.copies[i].globals;
		const struct kinds *here = &ours.copies[i].globals;

		check_fill(real, model->copies[i].fill[APP_GLOBALS]);
		check_fill(here, model->copies[i].fill[APP_GLOBALS]);
		assert_in_range(all_pages(here), all_pages(real) / 2,
				2 * all_pages(real));
	}
}

/* Stacks and libraries are some pages, what was mapped and read is most; it is
 * about as much as the heap. */
static void the_top_is_alike(void **state)
{
	(void)state;
	for (int i = 0; i < model->nr_copies; i++) {
		enum shadow_fill fill = model->copies[i].fill[APP_MAPPING];
		const struct images *real = &reference.copies[i];
		const struct images *here = &ours.copies[i];

		if (fill == FILL_NONE) {
			assert_in_range(all_pages(&real->top), 0, 32);
			assert_in_range(all_pages(&here->top), 0, 32);
			continue;
		}
		check_fill(&real->top, fill);
		check_fill(&here->top, fill);
		assert_in_range(100 * all_pages(&real->top) / real->heap, 75,
				95);
		assert_in_range(100 * all_pages(&here->top) / here->heap, 75,
				95);
	}
}

static void all_pages_are_accounted_for(void **state)
{
	uint64_t written = 0, zero = 0;

	(void)state;
	for (int i = 0; i < model->nr_copies; i++) {
		const struct images *images = &ours.copies[i];

		for (int j = 1; j <= CLASSES; j++)
			written += images->regions[j].written;
		written += images->globals.written + images->top.written;
		zero += images->globals.zero + images->top.zero;
	}
	assert_int_equal(work.stores.nr_candidates, written);
	assert_int_equal(work.resident_pages, written + zero);
}

static void page_tables_are_predicted(void **state)
{
	struct needs needs = { 0 };
	uint64_t before, kb;

	(void)state;
	assert_int_equal(work.workload->needs(&params, &needs, NULL), 0);
	work.workload->close(&work);
	before = (uint64_t)procfs_pagetable_kb(getpid());
	assert_int_equal(work.workload->open(&work), 0);
	kb = (uint64_t)procfs_pagetable_kb(getpid()) - before;
	/* The lists of the workload itself take a table or two. */
	assert_in_range(needs.pagetable_bytes / 1024, kb - 16, kb + 16);
	assert_int_equal(needs.resident_bytes,
			 work.stores.nr_candidates * SHADOW_PAGE);
}

static int set(const char *name, const char *value)
{
	return value ? params_set(&params, name, value, NULL) : 0;
}

static int start(void **state)
{
	int ret;

	(void)state;
	ret = params_add(&params, sanitizer->workload->params);
	if (!ret)
		ret = set("size", sanitizer->size);
	if (!ret)
		ret = set("origins", sanitizer->origins);
	work.workload = sanitizer->workload;
	work.params = &params;
	if (!ret)
		ret = sanitizer->workload->open(&work);
	if (ret) {
		printf("open: %s\n", work.why.text);
		return ret;
	}
	ours.pid = getpid();
	look(&ours);
	look(&reference);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	work.workload->close(&work);
	close(ours.pagemap);
	close(reference.pagemap);
	kill(reference.pid, SIGKILL);
	waitpid(reference.pid, NULL, 0);
	return 0;
}

static void choose(const char *name)
{
	for (size_t i = 0; i < sizeof(sanitizers) / sizeof(sanitizers[0]); i++)
		if (!strcmp(sanitizers[i].name, name))
			sanitizer = &sanitizers[i];
	model = !strcmp(name, "tsan")
			? &tsan_model
			: msan_model(!strcmp(name, "msan-origins"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_mapped_alike),
		cmocka_unit_test(regions_are_filled_alike),
		cmocka_unit_test(copies_are_of_one_heap),
		cmocka_unit_test(globals_are_alike),
		cmocka_unit_test(the_top_is_alike),
		cmocka_unit_test(all_pages_are_accounted_for),
		cmocka_unit_test(page_tables_are_predicted),
	};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	argc = 0; /* their own shadows lie there */
#endif
	if (argc < 3) {
		printf("no reference program (it takes clang 14 or later and "
		       "its runtimes), or no room for its layout\n");
		return SKIP;
	}
	choose(argv[1]);
	reference.pid = start_reference(argv[2]);
	return cmocka_run_group_tests(tests, start, stop);
}
