// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells: the grammar of their keys, and what keeps one from being run. */
#include "harness/cell.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/registry.h"

static int need_huge_child(const struct params *params, struct needs *needs,
			   struct reason *why)
{
	(void)why;
	needs->kind = params_is(params, "kind", "huge") ? PAGE_KIND_HUGETLB
							: PAGE_KIND_BASE;
	needs->chain = params_is(params, "kind", "chain");
	needs->other_process = params_is(params, "child", "yes");
	needs->event =
		params_value(params, "zeal") == 7 ? EVENT_MERGE : EVENT_NOTHING;
	if (params_is(params, "kind", "none"))
		return reason_set(why, -EOPNOTSUPP, "there is no such kind");
	return 0;
}

static const struct param fake_workload_params[] = {
	{ .name = "kind",
	  .type = PARAM_CHOICE,
	  .fallback = "base",
	  .choices = "base|huge|none|chain" },
	{ .name = "child",
	  .type = PARAM_CHOICE,
	  .fallback = "no",
	  .choices = "no|yes" },
	{ .name = "zeal", .type = PARAM_COUNT, .fallback = "5" },
	{ .name = "fury", .type = PARAM_COUNT, .fallback = "0", .quiet = true },
	{ .name = NULL },
};

static const struct workload fake_workload = {
	.name = "fake",
	.params = fake_workload_params,
	.needs = need_huge_child,
};

static const struct param fake_tracker_params[] = {
	{ .name = "mode",
	  .type = PARAM_CHOICE,
	  .fallback = "fast",
	  .choices = "fast|slow" },
	{ .name = "ask", .type = PARAM_COUNT, .fallback = "1" },
	{ .name = NULL },
};

static int probe_slow(enum page_kind kind, const struct params *params,
		      struct reason *why)
{
	if (kind != PAGE_KIND_BASE || !params_is(params, "mode", "slow"))
		return reason_set(why, -ENOTTY, "kind %d, not slow", (int)kind);
	return 0;
}

static const char *misled_when_fast(enum mapping_event event,
				    const struct params *params)
{
	return event == EVENT_MERGE && params_is(params, "mode", "fast")
		       ? "it takes that for writing"
		       : NULL;
}

static int probe_chain(struct reason *why)
{
	return reason_set(why, -EOPNOTSUPP, "one mapping a call");
}

static const struct tracker fake_tracker = {
	.name = "teller",
	.granule = { [PAGE_KIND_BASE] = GRANULE_PAGE },
	.cannot = { KINDS_HUGETLB("it tells nothing of that kind") },
	.params = fake_tracker_params,
	.misled_by = misled_when_fast,
	.probe = probe_slow,
	.probe_chain = probe_chain,
};

static void make(struct cell *cell)
{
	struct reason why = { "" };

	assert_int_equal(cell_init(cell, &fake_workload, &fake_tracker, &why),
			 0);
}

static void a_key_has_all_parameters_sorted(void **state)
{
	struct cell cell;
	struct reason why;

	(void)state;
	make(&cell);
	assert_string_equal(cell.key,
			    "fake/teller/ask:1/child:no/kind:base/mode:fast/"
			    "zeal:5");
	assert_int_equal(cell_set(&cell, "ask", "0012", &why), 0);
	assert_int_equal(cell_set(&cell, "mode", "slow", &why), 0);
	assert_string_equal(cell.key,
			    "fake/teller/ask:12/child:no/kind:base/mode:slow/"
			    "zeal:5");
	assert_int_equal(cell_set(&cell, "mode", "odd", &why), -EINVAL);
	assert_int_equal(cell_set(&cell, "mood", "odd", &why), -ENOENT);
	assert_string_equal(cell.key,
			    "fake/teller/ask:12/child:no/kind:base/mode:slow/"
			    "zeal:5");
}

/* What came later: cells of before are the same ones. */
static void a_quiet_parameter_is_told_where_it_is_set(void **state)
{
	struct sample sample;
	struct reason why;
	struct cell cell;
	int told;

	(void)state;
	make(&cell);
	assert_null(strstr(cell.key, "fury"));
	sample_clear(&sample);
	cell_describe(&cell, &sample);
	told = sample.nr_params;
	for (int i = 0; i < told; i++)
		assert_string_not_equal(sample.params[i].name, "fury");
	assert_int_equal(cell_set(&cell, "fury", "007", &why), 0);
	assert_string_equal(cell.key,
			    "fake/teller/ask:1/child:no/fury:7/kind:base/"
			    "mode:fast/zeal:5");
	cell_describe(&cell, &sample);
	assert_int_equal(sample.nr_params, told + 1);
	assert_string_equal(sample.params[2].name, "fury");
	assert_string_equal(sample.params[2].value, "7");
	assert_int_equal(cell_set(&cell, "fury", "00", &why), 0);
	assert_null(strstr(cell.key, "fury"));
	/* A key may name it nevertheless. */
	assert_int_equal(cell_parse(&cell, "dense/scan/threads:0", &why), 0);
	assert_null(strstr(cell.key, "threads"));
	assert_int_equal(cell_parse(&cell, "dense/scan/threads:2", &why), 0);
	assert_non_null(strstr(cell.key, "/threads:2"));
}

static void two_parameters_of_one_name_make_no_cell(void **state)
{
	static const struct param twice[] = {
		{ .name = "mode", .type = PARAM_COUNT, .fallback = "1" },
		{ .name = NULL },
	};
	const struct workload workload = { .name = "twin", .params = twice };
	struct cell cell;
	struct reason why;

	(void)state;
	assert_int_equal(cell_init(&cell, &workload, &fake_tracker, &why),
			 -EEXIST);
	assert_non_null(strstr(why.text, "twin"));
	assert_non_null(strstr(why.text, "teller"));
}

/* Another text for the parameter than its default. */
static void other_text(const struct param_value *value, char *text, size_t size)
{
	const char *choice = value->param->choices;

	switch (value->param->type) {
	case PARAM_BYTES:
		snprintf(text, size,
			 value->param->max && value->param->max < 4 << 20
				 ? "64k"
				 : "4m");
		break;
	case PARAM_PORTION:
	case PARAM_SHARE:
		snprintf(text, size, "12.5%%");
		break;
	case PARAM_COUNT:
		snprintf(text, size,
			 value->param->max && value->param->max < 17 ? "3"
								     : "17");
		break;
	case PARAM_CHOICE:
		if (!strncmp(choice, value->text, strlen(value->text)))
			choice = strchr(choice, '|') + 1;
		snprintf(text, size, "%.*s", (int)strcspn(choice, "|"), choice);
		break;
	}
}

static void check_round_trip(const struct cell *cell)
{
	struct reason why = { "" };
	struct cell parsed;
	char text[64];

	assert_int_equal(cell_parse(&parsed, cell->key, &why), 0);
	assert_string_equal(parsed.key, cell->key);
	assert_ptr_equal(parsed.workload, cell->workload);
	assert_ptr_equal(parsed.tracker, cell->tracker);
	for (int i = 0; i < parsed.params.nr; i++) {
		other_text(&parsed.params.v[i], text, sizeof(text));
		assert_int_equal(cell_set(&parsed,
					  parsed.params.v[i].param->name, text,
					  &why),
				 0);
		snprintf(text, sizeof(text), "/%s:%s",
			 parsed.params.v[i].param->name,
			 parsed.params.v[i].text);
		assert_non_null(strstr(parsed.key, text));
	}
	assert_string_not_equal(parsed.key, cell->key);
}

static void check_sorted(const struct cell *cell)
{
	for (int i = 1; i < cell->params.nr; i++)
		assert_true(strcmp(cell->params.v[i - 1].param->name,
				   cell->params.v[i].param->name) < 0);
}

static void every_pair_survives_its_key(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	for (int i = 0; workloads[i]; i++) {
		for (int j = 0; trackers[j]; j++) {
			assert_int_equal(cell_init(&cell, workloads[i],
						   trackers[j], &why),
					 0);
			check_sorted(&cell);
			check_round_trip(&cell);
		}
	}
}

static void what_a_key_leaves_out_has_its_default(void **state)
{
	struct reason why = { "" };
	struct cell cell, defaults;

	(void)state;
	assert_int_equal(cell_init(&defaults, workload_find("dense", &why),
				   tracker_find("scan", &why), &why),
			 0);
	assert_int_equal(cell_parse(&cell, "dense/scan", &why), 0);
	assert_string_equal(cell.key, defaults.key);
	assert_int_equal(cell_parse(&cell, "dense/scan/size:4096k", &why), 0);
	assert_int_equal(cell_set(&defaults, "size", "4m", &why), 0);
	assert_string_equal(cell.key, defaults.key);
}

static void a_wrong_key_is_told_what_is_wrong(void **state)
{
	static const struct {
		const char *key, *words;
	} wrong[] = {
		{ "dens/scan", "did you mean 'dense'?" },
		{ "dense/scann", "did you mean 'scan'?" },
		{ "dense/unheard-of", "'dirtybench list' shows" },
		{ "unheard-of/scan", "'dirtybench list' shows" },
		{ "dense", "names no tracker" },
		{ "", "no workload ''" },
		{ "dense/scan/size", "'size' in a cell's key has no ':'" },
		{ "dense/scan/", "has no ':'" },
		{ "dense/scan/sise:4m", "sise" },
		{ "dense/scan/size:", "size such as 64m" },
		{ "dense/scan/size:4m/order:odd", "ascending|shuffled" },
	};
	char endless[2 * CELL_KEY_BYTES];
	struct reason why;
	struct cell cell;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		why.text[0] = '\0';
		assert_true(cell_parse(&cell, wrong[i].key, &why) < 0);
		assert_non_null(strstr(why.text, wrong[i].words));
	}
	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_int_equal(cell_parse(&cell, endless, &why), -EINVAL);
	assert_non_null(strstr(why.text, "too long"));
}

/* Letters of the longest value that a parameter can have. */
static size_t longest_value(const struct param *param)
{
	static const size_t number = sizeof("18446744073709551615") - 1;
	const char *at = param->choices;
	size_t longest = 0;
	size_t len;

	if (param->type != PARAM_CHOICE)
		return number;
	for (;; at += len + 1) {
		len = strcspn(at, "|");
		longest = len > longest ? len : longest;
		if (!at[len])
			return longest;
	}
}

static void the_longest_key_is_not_cut(void **state)
{
	struct reason why;
	struct cell cell;
	size_t bytes;

	(void)state;
	for (int i = 0; workloads[i]; i++) {
		for (int j = 0; trackers[j]; j++) {
			cell_init(&cell, workloads[i], trackers[j], &why);
			bytes = strlen(workloads[i]->name) +
				strlen(trackers[j]->name) + sizeof("/");
			for (int k = 0; k < cell.params.nr; k++)
				bytes += strlen(cell.params.v[k].param->name) +
					 longest_value(cell.params.v[k].param) +
					 2;
			assert_true(bytes <= CELL_KEY_BYTES);
		}
	}
}

static void what_cannot_be_run_is_skipped_with_its_sentence(void **state)
{
	struct reason why = { "" };
	struct cell cell;

	(void)state;
	make(&cell);
	assert_int_equal(cell_check_kernel(&cell, &why), -ENOTTY);
	assert_string_equal(why.text, "kind 0, not slow");
	cell_set(&cell, "mode", "slow", &why);
	assert_int_equal(cell_check_kernel(&cell, &why), 0);
	cell_set(&cell, "kind", "chain", &why);
	assert_int_equal(cell_check_kernel(&cell, &why), -EOPNOTSUPP);
	assert_string_equal(why.text, "one mapping a call");
	cell_set(&cell, "kind", "base", &why);
	cell_set(&cell, "child", "yes", &why);
	assert_int_equal(cell_check_kernel(&cell, &why), -EOPNOTSUPP);
	assert_non_null(strstr(why.text, "follows only the process it is in"));
	cell_set(&cell, "kind", "huge", &why);
	assert_int_equal(cell_check_kernel(&cell, &why), -EOPNOTSUPP);
	assert_string_equal(why.text, fake_tracker.cannot[PAGE_KIND_HUGETLB]);
	cell_set(&cell, "kind", "none", &why);
	assert_int_equal(cell_check_kernel(&cell, &why), -EOPNOTSUPP);
	assert_string_equal(why.text, "there is no such kind");
}

static void what_misleads_a_tracker_is_skipped_with_its_sentence(void **state)
{
	struct reason why;
	struct cell cell;

	(void)state;
	make(&cell);
	assert_int_equal(cell_check_kinds(&cell, &why), 0);
	assert_int_equal(cell_set(&cell, "zeal", "7", &why), 0);
	assert_int_equal(cell_check_kinds(&cell, &why), -EOPNOTSUPP);
	assert_string_equal(why.text, "it takes that for writing");
	assert_int_equal(cell_set(&cell, "mode", "slow", &why), 0);
	assert_int_equal(cell_check_kinds(&cell, &why), 0);
}

/* What only the kernel or the machine refuses, stays refused. */
static void
what_a_tracker_declares_impossible_can_be_run_all_the_same(void **state)
{
	struct reason why;
	struct cell cell;

	(void)state;
	make(&cell);
	assert_int_equal(cell_set(&cell, "kind", "huge", &why), 0);
	assert_int_equal(cell_check_kinds(&cell, &why), -EOPNOTSUPP);
	cell.unclaimed = true;
	assert_int_equal(cell_check_kinds(&cell, &why), 0);
	assert_int_equal(cell_check_kernel(&cell, &why), -ENOTTY);
	assert_int_equal(cell_set(&cell, "kind", "base", &why), 0);
	assert_int_equal(cell_set(&cell, "zeal", "7", &why), 0);
	assert_int_equal(cell_check_kinds(&cell, &why), 0);
	assert_int_equal(cell_set(&cell, "child", "yes", &why), 0);
	assert_int_equal(cell_check_kinds(&cell, &why), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_has_all_parameters_sorted),
		cmocka_unit_test(a_quiet_parameter_is_told_where_it_is_set),
		cmocka_unit_test(two_parameters_of_one_name_make_no_cell),
		cmocka_unit_test(every_pair_survives_its_key),
		cmocka_unit_test(what_a_key_leaves_out_has_its_default),
		cmocka_unit_test(a_wrong_key_is_told_what_is_wrong),
		cmocka_unit_test(the_longest_key_is_not_cut),
		cmocka_unit_test(
			what_misleads_a_tracker_is_skipped_with_its_sentence),
		cmocka_unit_test(
			what_a_tracker_declares_impossible_can_be_run_all_the_same),
		cmocka_unit_test(
			what_cannot_be_run_is_skipped_with_its_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
