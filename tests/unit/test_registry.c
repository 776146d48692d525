// SPDX-License-Identifier: GPL-2.0-or-later
/* Every tracker and workload of this build keeps what its struct promises. */
#include "harness/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/cell.h"

/* Lower case, words joined by '-', not longer than a sample's field. */
static void check_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	assert_non_null(name);
	assert_in_range(strlen(name), 1, 31);
	assert_int_equal(strspn(name, letters), strlen(name));
	assert_true(name[0] >= 'a' && name[0] <= 'z');
	assert_true(name[strlen(name) - 1] != '-');
	assert_null(strstr(name, "--"));
}

/* One line that another one can go on after. */
static void check_line(const char *line)
{
	assert_non_null(line);
	assert_true(line[0]);
	assert_null(strchr(line, '\n'));
	assert_true(line[strlen(line) - 1] != '.');
}

static void check_param(const struct param *param)
{
	check_name(param->name);
	/* struct sample_param has room for 23. */
	assert_in_range(strlen(param->name), 1, 23);
	check_line(param->help);
	assert_int_equal(param->type == PARAM_CHOICE, param->choices != NULL);
	assert_true(!param->max || param->min <= param->max);
	assert_int_equal(!param->fallback, param->fallback_fn != NULL);
	/* It is compared with what a value's text is. */
	assert_true(!param->quiet || param->fallback);
}

static void check_params(const struct param *table)
{
	struct params params = { .nr = 0 };
	const struct param *param;

	for (param = table; param && param->name; param++)
		check_param(param);
	assert_int_equal(params_add(&params, table), 0);
	/* A default is a value that could have been given. */
	for (int i = 0; i < params.nr; i++)
		assert_true(!params.v[i].param->quiet ||
			    !params_is_told(&params.v[i]));
	for (int i = 0; i < params.nr; i++)
		assert_int_equal(params_set(&params, params.v[i].param->name,
					    params.v[i].text, NULL),
				 0);
}

static void names_are_sorted(void **state)
{
	int nr;

	(void)state;
	assert_non_null(trackers[0]);
	assert_non_null(workloads[0]);
	for (nr = 1; trackers[nr]; nr++)
		assert_true(strcmp(trackers[nr - 1]->name, trackers[nr]->name) <
			    0);
	for (nr = 1; workloads[nr]; nr++)
		assert_true(strcmp(workloads[nr - 1]->name,
				   workloads[nr]->name) < 0);
}

static void check_granules(const struct tracker *tracker)
{
	int left_out = 0;

	for (int kind = 0; kind < PAGE_KINDS; kind++) {
		assert_in_range(tracker->granule[kind], GRANULE_NONE,
				GRANULE_UNIT);
		if (tracker->granule[kind] == GRANULE_NONE) {
			left_out++;
			check_line(tracker->cannot[kind]);
		}
	}
	assert_true(left_out < PAGE_KINDS);
}

/* A sentence for what misleads it, and never because of nothing. */
static void check_events(const struct tracker *tracker)
{
	struct params params = { .nr = 0 };
	const char *why;

	if (!tracker->misled_by)
		return;
	assert_int_equal(params_add(&params, tracker->params), 0);
	assert_null(tracker->misled_by(EVENT_NOTHING, &params));
	for (int event = EVENT_NOTHING + 1; event < MAPPING_EVENTS; event++) {
		why = tracker->misled_by((enum mapping_event)event, &params);
		if (why)
			check_line(why);
	}
}

static void every_tracker_is_complete(void **state)
{
	const struct tracker *tracker;

	(void)state;
	for (int i = 0; trackers[i]; i++) {
		tracker = trackers[i];
		check_name(tracker->name);
		check_line(tracker->summary);
		check_params(tracker->params);
		check_granules(tracker);
		check_events(tracker);
		assert_in_range(tracker->claim, CLAIM_NOTHING, CLAIM_SUPERSET);
		assert_non_null(tracker->probe);
		assert_non_null(tracker->open);
		assert_non_null(tracker->arm);
		assert_non_null(tracker->collect);
		assert_non_null(tracker->disarm);
		assert_non_null(tracker->close);
	}
}

/* The parameter collect= is there for the hook, and the hook for it. */
static void collecting_atomically_can_be_asked_for(void **state)
{
	(void)state;
	for (int i = 0; trackers[i]; i++) {
		struct params params = { .nr = 0 };
		const struct param_value *collect;

		assert_int_equal(params_add(&params, trackers[i]->params), 0);
		collect = params_find(&params, "collect");
		assert_int_equal(collect != NULL,
				 trackers[i]->collect_and_arm != NULL);
		if (!collect)
			continue;
		assert_string_equal(collect->text, "separate");
		assert_int_equal(params_set(&params, "collect", "atomic", NULL),
				 0);
	}
}

static void every_workload_is_complete(void **state)
{
	const struct workload *workload;

	(void)state;
	for (int i = 0; workloads[i]; i++) {
		workload = workloads[i];
		check_name(workload->name);
		check_line(workload->summary);
		check_params(workload->params);
		assert_in_range(workload->version, 1, 1000);
		assert_non_null(workload->needs);
		assert_non_null(workload->open);
		assert_non_null(workload->prepare);
		assert_int_equal(workload->write != NULL, !workload->pursued);
		assert_int_equal(workload->read != NULL, !workload->pursued);
		assert_int_equal(workload->expected != NULL,
				 !workload->pursued);
		assert_non_null(workload->close);
	}
}

/* Its writers go on until they are told to end. */
static bool chooses_no_stores(const struct workload *workload,
			      const struct params *params)
{
	struct concurrency plan;

	return workload->pursued ||
	       (workload->concurrent && workload->concurrent(params, &plan));
}

/* What every workload with stores has: any of them can be swept alike. */
static void every_workload_has_the_parameters_of_stores(void **state)
{
	static const char *const names[] = { "dirty", "pattern", "order",
					     "seed" };

	(void)state;
	for (int i = 0; workloads[i]; i++) {
		struct params params = { .nr = 0 };

		assert_int_equal(params_add(&params, workloads[i]->params), 0);
		for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++)
			assert_true(chooses_no_stores(workloads[i], &params) ||
				    params_find(&params, names[j]));
		assert_non_null(params_find(&params, "seed"));
	}
}

static void no_pair_shares_the_name_of_a_parameter(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	for (int i = 0; workloads[i]; i++)
		for (int j = 0; trackers[j]; j++)
			assert_int_equal(cell_init(&cell, workloads[i],
						   trackers[j], &why),
					 0);
}

/* A workload says what it needs with its defaults, and its figures agree. */
static void needs_are_told(void **state)
{
	struct reason why;
	struct needs needs;
	struct cell cell;

	(void)state;
	for (int i = 0; workloads[i]; i++) {
		cell_init(&cell, workloads[i], trackers[0], &why);
		why.text[0] = '\0';
		if (cell_needs(&cell, &needs, &why)) {
			check_line(why.text);
			continue;
		}
		assert_in_range(needs.kind, 0, PAGE_KINDS - 1);
		assert_true(needs.range_bytes > 0);
		assert_true(needs.resident_bytes || needs.hugetlb_bytes);
		assert_int_equal(needs.swap_bytes != 0,
				 needs.swap != SWAP_NONE);
	}
}

static void all_are_found_by_name(void **state)
{
	struct reason why;

	(void)state;
	for (int i = 0; trackers[i]; i++)
		assert_ptr_equal(tracker_find(trackers[i]->name, &why),
				 trackers[i]);
	for (int i = 0; workloads[i]; i++)
		assert_ptr_equal(workload_find(workloads[i]->name, &why),
				 workloads[i]);
}

static void a_misspelt_name_gets_a_hint(void **state)
{
	struct reason why;

	(void)state;
	assert_null(tracker_find("mprotct", &why));
	assert_string_equal(why.text,
			    "no tracker 'mprotct': did you mean 'mprotect'?");
	assert_null(workload_find("desne", &why));
	assert_string_equal(why.text,
			    "no workload 'desne': did you mean 'dense'?");
	assert_null(tracker_find("", &why));
	assert_non_null(strstr(why.text, "'dirtybench list'"));
	assert_null(tracker_find("mprotct", NULL));
	/* What is for tests is not offered. */
	assert_null(tracker_find("crashe", &why));
	assert_null(strstr(why.text, "crasher"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_sorted),
		cmocka_unit_test(every_tracker_is_complete),
		cmocka_unit_test(collecting_atomically_can_be_asked_for),
		cmocka_unit_test(every_workload_is_complete),
		cmocka_unit_test(every_workload_has_the_parameters_of_stores),
		cmocka_unit_test(no_pair_shares_the_name_of_a_parameter),
		cmocka_unit_test(needs_are_told),
		cmocka_unit_test(all_are_found_by_name),
		cmocka_unit_test(a_misspelt_name_gets_a_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
