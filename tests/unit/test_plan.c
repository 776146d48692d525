// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: a preset, -w, -t and -p become a list of cells, or one sentence. */
#include "cli/plan.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/registry.h"

static const struct preset_row rows[] = {
	{ "dense", "mprotect,scan,none", "size=4m dirty=10% vec=64" },
	{ "dense", "*", "size=8m" },
	{ NULL, NULL, NULL },
};

static const struct preset preset = { "mine", "for tests", 1, 1, rows };

static int make(struct plan *plan, const char *names, const char *tracker_names,
		const char **params, struct reason *why)
{
	struct choice choice = {
		.preset = &preset,
		.workloads = names,
		.trackers = tracker_names,
		.params = params,
	};

	while (params && params[choice.nr_params])
		choice.nr_params++;
	why->text[0] = '\0';
	return plan_make(plan, &choice, why);
}

static bool has_cell(const struct plan *plan, const char *key)
{
	struct reason why = { "" };
	struct cell cell;

	assert_int_equal(cell_parse(&cell, key, &why), 0);
	for (int i = 0; i < plan->nr; i++)
		if (!strcmp(plan->cells[i].key, cell.key))
			return true;
	return false;
}

/* What a star stands for. */
static bool is_in_stars(const struct tracker *tracker)
{
	return !tracker->hidden && !tracker->aside;
}

static int count_in_stars(void)
{
	int nr = 0;

	for (int i = 0; trackers[i]; i++)
		nr += is_in_stars(trackers[i]);
	return nr;
}

static void a_row_is_every_workload_with_every_tracker(void **state)
{
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(make(&plan, NULL, NULL, NULL, &why), 0);
	assert_int_equal(plan.nr, 3 + count_in_stars());
	assert_true(has_cell(&plan, "dense/mprotect/size:4m/dirty:10%"));
	assert_true(has_cell(&plan, "dense/scan/size:4m/dirty:10%/vec:64"));
	assert_true(has_cell(&plan, "dense/none/size:4m/dirty:10%"));
	for (int i = 0; trackers[i]; i++) {
		char key[64];

		snprintf(key, sizeof(key), "dense/%s/size:8m",
			 trackers[i]->name);
		assert_int_equal(has_cell(&plan, key),
				 is_in_stars(trackers[i]));
	}
	plan_destroy(&plan);
	assert_int_equal(plan.nr, 0);
	assert_null(plan.cells);
}

static void names_choose_among_the_cells(void **state)
{
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(make(&plan, "dense", "scan,none", NULL, &why), 0);
	assert_int_equal(plan.nr, 4);
	plan_destroy(&plan);
	assert_int_equal(make(&plan, NULL, "uffd-wp", NULL, &why), 0);
	assert_int_equal(plan.nr, 1);
	assert_true(has_cell(&plan, "dense/uffd-wp/size:8m"));
	plan_destroy(&plan);
	/* Named twice is there once; empty names are none. */
	assert_int_equal(make(&plan, "dense,,dense", "scan,scan,", NULL, &why),
			 0);
	assert_int_equal(plan.nr, 2);
	plan_destroy(&plan);
}

static void what_is_for_tests_comes_by_name_only(void **state)
{
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(make(&plan, "dense", "liar", NULL, &why), 0);
	assert_int_equal(plan.nr, 1);
	assert_string_equal(plan.cells[0].tracker->name, "liar");
	plan_destroy(&plan);
}

static void parameters_apply_to_what_has_them(void **state)
{
	const char *params[] = { "size=2m", "vec=7", NULL };
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(make(&plan, "dense", "scan,mprotect", params, &why),
			 0);
	assert_int_equal(plan.nr, 4);
	assert_true(has_cell(&plan, "dense/scan/size:2m/dirty:10%/vec:7"));
	assert_true(has_cell(&plan, "dense/scan/size:2m/vec:7"));
	assert_true(has_cell(&plan, "dense/mprotect/size:2m/dirty:10%"));
	assert_true(has_cell(&plan, "dense/mprotect/size:2m"));
	plan_destroy(&plan);
}

static void the_last_value_of_a_parameter_counts(void **state)
{
	const char *params[] = { "size=2m", "size=16m", NULL };
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(make(&plan, "dense", "uffd-wp", params, &why), 0);
	assert_int_equal(plan.nr, 1);
	assert_true(has_cell(&plan, "dense/uffd-wp/size:16m"));
	plan_destroy(&plan);
}

static void cells_that_became_equal_are_one(void **state)
{
	const char *params[] = { "size=4096k", "dirty=5%", "vec=3", NULL };
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(make(&plan, "dense", "none,scan", params, &why), 0);
	assert_int_equal(plan.nr, 2);
	assert_true(has_cell(&plan, "dense/none/size:4m/dirty:5%"));
	assert_true(has_cell(&plan, "dense/scan/size:4m/dirty:5%/vec:3"));
	plan_destroy(&plan);
}

static int sweep(struct plan *plan, const char *tracker_names,
		 const char **params, const char **sweeps, struct reason *why)
{
	struct choice choice = {
		.preset = &preset,
		.workloads = "dense",
		.trackers = tracker_names,
		.params = params,
		.sweeps = sweeps,
	};

	while (params && params[choice.nr_params])
		choice.nr_params++;
	while (sweeps[choice.nr_sweeps])
		choice.nr_sweeps++;
	why->text[0] = '\0';
	return plan_make(plan, &choice, why);
}

static void a_sweep_makes_a_cell_for_every_value(void **state)
{
	const char *params[] = { "size=2m", NULL };
	const char *sweeps[] = { "dirty=1%,5%,64", "vec=8,16", NULL };
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(sweep(&plan, "none,scan", params, sweeps, &why), 0);
	assert_int_equal(plan.nr, 3 + 3 * 2);
	assert_true(has_cell(&plan, "dense/none/size:2m/dirty:1%"));
	assert_true(has_cell(&plan, "dense/none/size:2m/dirty:64"));
	assert_true(has_cell(&plan, "dense/scan/size:2m/dirty:5%/vec:8"));
	assert_true(has_cell(&plan, "dense/scan/size:2m/dirty:64/vec:16"));
	plan_destroy(&plan);
}

static const struct preset_row row_of_values[] = {
	{ "dense", "none,scan", "dirty=1%,5% vec=8,16" },
	{ NULL, NULL, NULL },
};

static void a_row_makes_a_cell_for_every_value(void **state)
{
	static const struct preset values = { "values", "", 1, 1,
					      row_of_values };
	struct choice choice = { .preset = &values };
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(plan_make(&plan, &choice, &why), 0);
	assert_int_equal(plan.nr, 6);
	assert_true(has_cell(&plan, "dense/none/dirty:1%"));
	assert_true(has_cell(&plan, "dense/none/dirty:5%"));
	assert_true(has_cell(&plan, "dense/scan/dirty:1%/vec:16"));
	assert_true(has_cell(&plan, "dense/scan/dirty:5%/vec:8"));
	plan_destroy(&plan);
}

static const struct preset_row plain_row[] = {
	{ "dense", "scan", "" },
	{ NULL, NULL, NULL },
};

/* How many cells --sweep threads=cpus makes with the processors of @set. */
static int sweep_cpus(const cpu_set_t *set, struct plan *plan)
{
	static const struct preset plain = { "plain", "", 1, 1, plain_row };
	const char *sweeps[] = { "threads=cpus" };
	struct choice choice = { .preset = &plain,
				 .sweeps = sweeps,
				 .nr_sweeps = 1 };
	struct reason why;

	assert_int_equal(sched_setaffinity(0, sizeof(*set), set), 0);
	assert_int_equal(plan_make(plan, &choice, &why), 0);
	return plan->nr;
}

static void threads_go_up_to_the_processors_and_beyond(void **state)
{
	cpu_set_t all, one;
	char key[64];
	struct plan plan;
	int first = 0;
	int nr;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET((size_t)first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET((size_t)first, &one);
	assert_int_equal(sweep_cpus(&one, &plan), 2);
	assert_true(has_cell(&plan, "dense/scan/threads:1"));
	assert_true(has_cell(&plan, "dense/scan/threads:2"));
	plan_destroy(&plan);
	nr = sweep_cpus(&all, &plan);
	for (int i = 1; i <= CPU_COUNT(&all) && i <= 64; i *= 2) {
		snprintf(key, sizeof(key), "dense/scan/threads:%d", i);
		assert_true(has_cell(&plan, key));
		nr--;
	}
	/* All of them, if that is no power of two, and twice as many. */
	assert_in_range(nr, 0, 2);
	snprintf(key, sizeof(key), "dense/scan/threads:%d",
		 2 * CPU_COUNT(&all));
	assert_true(CPU_COUNT(&all) > 32 || has_cell(&plan, key));
	plan_destroy(&plan);
}

struct wrong_sweep {
	const char *sweeps[3], *sentence;
};

static void wrong_sweeps_are_told_in_a_sentence(void **state)
{
	static const struct wrong_sweep wrong[] = {
		{ { "dirty" },
		  "'dirty' is no parameter: it has to be key=value" },
		{ { "dirty=" },
		  "--sweep dirty=: has to be key=value,value,..." },
		{ { "dirty=," },
		  "--sweep dirty=,: has to be key=value,value,..." },
		{ { "dirty=1%,x" },
		  "dirty=x: has to be a percentage up to 100% or a count of "
		  "pages" },
		{ { "dirrty=1%" },
		  "no parameter 'dirrty': did you mean 'dirty'?" },
		{ { "size=4m,8m" },
		  "--sweep size=4m,8m: 'size' is set twice: give all its "
		  "values in one --sweep" },
		{ { "dirty=1%", "dirty=2%" },
		  "--sweep dirty=2%: 'dirty' is set twice: give all its "
		  "values in one --sweep" },
	};
	const char *params[] = { "size=2m", NULL };
	const char *sweeps[3];
	struct reason why;
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memcpy(sweeps, wrong[i].sweeps, sizeof(sweeps));
		assert_int_equal(sweep(&plan, "scan", params, sweeps, &why),
				 -EINVAL);
		assert_string_equal(why.text, wrong[i].sentence);
		plan_destroy(&plan);
	}
}

struct wrong {
	const char *workloads, *trackers, *param, *sentence;
};

static void what_is_wrong_is_told_in_a_sentence(void **state)
{
	static const struct wrong wrong[] = {
		{ "dens", NULL, NULL,
		  "no workload 'dens': did you mean 'dense'?" },
		{ "dense,dens", NULL, NULL,
		  "no workload 'dens': did you mean 'dense'?" },
		{ NULL, "mprotct", NULL,
		  "no tracker 'mprotct': did you mean 'mprotect'?" },
		{ "", NULL, NULL, "-w needs the name of a workload" },
		{ ",", NULL, NULL, "-w needs the name of a workload" },
		{ NULL, "", NULL, "-t needs the name of a tracker" },
		{ NULL, NULL, "sise=4m",
		  "no parameter 'sise': did you mean 'size'?" },
		{ NULL, NULL, "wholly-different=4m",
		  "no chosen cell has a parameter 'wholly-different': "
		  "'dirtybench list' shows what there is" },
		{ NULL, "mprotect", "handler=same",
		  "no chosen cell has a parameter 'handler': 'dirtybench "
		  "list' shows what there is" },
		{ NULL, NULL, "size",
		  "'size' is no parameter: it has to be key=value" },
		{ NULL, NULL, "=4m",
		  "'=4m' is no parameter: it has to be key=value" },
		{ NULL, NULL, "",
		  "'' is no parameter: it has to be key=value" },
		{ NULL, NULL,
		  "size=", "size=: has to be a size such as 64m or 16g" },
		{ NULL, NULL, "order=odd",
		  "order=odd: has to be one of ascending|shuffled" },
	};
	const char *params[] = { NULL, NULL };
	struct reason why;
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		params[0] = wrong[i].param;
		assert_int_equal(make(&plan, wrong[i].workloads,
				      wrong[i].trackers, params, &why),
				 -EINVAL);
		assert_string_equal(why.text, wrong[i].sentence);
		plan_destroy(&plan);
	}
}

static void a_preset_without_the_chosen_cells_says_so(void **state)
{
	static const struct preset_row one[] = {
		{ "dense", "none", "" },
		{ NULL, NULL, NULL },
	};
	static const struct preset small = { "small", "", 1, 1, one };
	struct choice choice = { .preset = &small, .trackers = "scan" };
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(plan_make(&plan, &choice, &why), -EINVAL);
	assert_string_equal(why.text, "preset small has no cell with these "
				      "workloads and trackers");
	plan_destroy(&plan);
}

static void check_unique(const struct plan *plan)
{
	for (int i = 0; i < plan->nr; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(plan->cells[i].key,
						plan->cells[j].key);
}

static void check_has_every_pair(const struct plan *plan)
{
	bool found;

	for (int i = 0; workloads[i]; i++) {
		for (int j = 0; trackers[j]; j++) {
			found = false;
			for (int k = 0; k < plan->nr; k++)
				found |= plan->cells[k].workload ==
						 workloads[i] &&
					 plan->cells[k].tracker == trackers[j];
			assert_int_equal(found, !trackers[j]->hidden &&
							!trackers[j]->aside &&
							!workloads[i]->aside);
		}
	}
}

/* A "*" in its first row says that a preset is of all pairs. */
static void presets_of_all_pairs_have_them(void **state)
{
	struct reason why = { "" };
	struct choice choice = { .preset = presets };
	struct plan plan;

	(void)state;
	for (; choice.preset->name; choice.preset++) {
		assert_int_equal(plan_make(&plan, &choice, &why), 0);
		assert_true(plan.nr > 0);
		check_unique(&plan);
		if (!strcmp(choice.preset->rows[0].workloads, "*"))
			check_has_every_pair(&plan);
		assert_true(choice.preset->processes > 0);
		assert_true(choice.preset->epochs > 0);
		plan_destroy(&plan);
	}
}

static void presets_are_found_by_name(void **state)
{
	struct reason why = { "" };

	(void)state;
	assert_string_equal(preset_find("quick", &why)->name, "quick");
	assert_string_equal(preset_find("default", &why)->name, "default");
	assert_true(preset_find("default", &why)->processes >= 10);
	assert_true(preset_find("default", &why)->epochs >= 4);
	assert_null(preset_find("quikc", &why));
	assert_non_null(strstr(why.text, "did you mean 'quick'?"));
	assert_null(preset_find("wholly-different", &why));
	assert_non_null(strstr(why.text, "'dirtybench list' shows"));
}

/* What is drawn of it needs the ends of both sweeps and a third point. */
static void queries_have_both_sweeps(void **state)
{
	static const char *const keys[] = {
		"dense/scan-criu/dirty:0.1%/pattern:random",
		"dense/scan-wine/dirty:10%/pattern:random",
		"dense/scan-wasmtime/dirty:100%/pattern:clustered",
		"dense/none/dirty:100%/pattern:clustered",
		"dense/scan-criu/dirty:50%/size:128m/vec:32",
		"dense/scan-criu/dirty:50%/size:128m/vec:512",
		"dense/scan-criu/dirty:50%/size:128m/vec:65536",
		"thp/scan-wasmtime/vec:512",
		"shmem/scan-softdirty",
	};
	struct reason why = { "" };
	struct choice choice = { .preset = preset_find("queries", &why) };
	struct plan plan;

	(void)state;
	assert_non_null(choice.preset);
	assert_int_equal(plan_make(&plan, &choice, &why), 0);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!has_cell(&plan, keys[i]))
			fail_msg("no %s", keys[i]);
	plan_destroy(&plan);
}

static void base_pages_need_nothing_of_the_machine(void **state)
{
	struct machine_needs needs;
	struct reason why;
	struct plan plan;

	(void)state;
	assert_int_equal(make(&plan, "dense", "none", NULL, &why), 0);
	assert_false(plan_needs(&plan, &needs));
	assert_int_equal(needs.hugetlb_bytes, 0);
	assert_false(needs.thp);
	plan_destroy(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_every_workload_with_every_tracker),
		cmocka_unit_test(names_choose_among_the_cells),
		cmocka_unit_test(what_is_for_tests_comes_by_name_only),
		cmocka_unit_test(parameters_apply_to_what_has_them),
		cmocka_unit_test(the_last_value_of_a_parameter_counts),
		cmocka_unit_test(cells_that_became_equal_are_one),
		cmocka_unit_test(a_sweep_makes_a_cell_for_every_value),
		cmocka_unit_test(a_row_makes_a_cell_for_every_value),
		cmocka_unit_test(threads_go_up_to_the_processors_and_beyond),
		cmocka_unit_test(wrong_sweeps_are_told_in_a_sentence),
		cmocka_unit_test(what_is_wrong_is_told_in_a_sentence),
		cmocka_unit_test(a_preset_without_the_chosen_cells_says_so),
		cmocka_unit_test(presets_of_all_pairs_have_them),
		cmocka_unit_test(presets_are_found_by_name),
		cmocka_unit_test(queries_have_both_sweeps),
		cmocka_unit_test(base_pages_need_nothing_of_the_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
