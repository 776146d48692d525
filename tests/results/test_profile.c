// SPDX-License-Identifier: GPL-2.0-or-later
// Profiles: lines, names, what they come to per page, and what changed.
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/profile/explanation.h"
#include "results/profile/functionname.h"
#include "results/tables/text.h"
#include "tests/results/fixture.h"
#include "tests/results/golden.h"
#include "tests/results/runfolder.h"

static const char cell[] = "dense/scan/dirty:25%/size:64m";

static const struct profile_function collected[] = {
	{ .function = "pagemap_scan_pmd_entry",
	  .insn = 2000,
	  .entries = 500,
	  .reads = 300,
	  .writes = 100 },
	{ .function = "scan_output.isra.0",
	  .caller = "pagemap_scan_pmd_entry",
	  .insn = 1200,
	  .entries = 100 },
	{ .function = "push_range",
	  .caller = "scan_output.isra.0",
	  .insn = 100 },
	{ .function = "tick", .insn = 60 },
	{ .function = "clock", .insn = 40 },
	{ .function = "[tracker]", .insn = 600 },
};

/* What was scan_output is inlined, and a check is new. */
static const struct profile_function collected_later[] = {
	{ .function = "pagemap_scan_pmd_entry.cold", .insn = 100 },
	{ .function = "pagemap_scan_pmd_entry", .insn = 3300, .entries = 500 },
	{ .function =
		  "may_scan_a_range_with_a_name_that_no_column_has_room_for",
	  .caller = "pagemap_scan_pmd_entry",
	  .insn = 50 },
	{ .function = "tick", .insn = 60 },
	{ .function = "clock", .insn = 40 },
	{ .function = "[tracker]", .insn = 500 },
};

static struct profile_row row_of(const struct profile_function *functions,
				 int nr, const char *phase,
				 enum sample_kind kind)
{
	struct profile_row row = {
		.process = 0,
		.epoch = 1,
		.kind = kind,
		.pages = { .range = 200, .resident = 100, .dirtied = 25 },
		.change_calls = SAMPLE_NULL,
		.functions = functions,
		.nr_functions = nr,
	};

	snprintf(row.run, sizeof(row.run), "run");
	snprintf(row.cell, sizeof(row.cell), "%s", cell);
	snprintf(row.phase, sizeof(row.phase), "%s", phase);
	for (int i = 0; i < nr; i++)
		row.counted += functions[i].insn;
	row.insn = row.counted;
	return row;
}

static void add_row(const char *folder, const struct profile_row *row)
{
	char path[400], *line;
	struct reason why;
	size_t length;
	FILE *file;

	assert_int_equal(profile_row_encode(row, &line, &length, &why), 0);
	snprintf(path, sizeof(path), "%s/" PROFILE_FILE, folder);
	file = fopen(path, "a");
	assert_non_null(file);
	assert_int_equal(fwrite(line, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	free(line);
}

static void make_run(const char *folder, const char *label)
{
	struct runfolder what;

	runfolder_init(&what, label);
	what.label = label;
	assert_int_equal(runfolder_write(folder, &what), 0);
	assert_int_equal(runfolder_add_text(folder, ""), 0);
}

#define NR(list) ((int)(sizeof(list) / sizeof((list)[0])))

static char scratch[64];

static int remove_runs(void **state)
{
	(void)state;
	return chdir("/") || runfolder_remove(scratch);
}

/* Two runs in a folder of their own: base and new. */
static int make_runs(void **state)
{
	struct profile_row row =
		row_of(collected, NR(collected), "collect", KIND_MEASURED);

	(void)state;
	snprintf(scratch, sizeof(scratch), "/tmp/dirtybench-profile-XXXXXX");
	if (!mkdtemp(scratch) || chdir(scratch))
		return -1;
	make_run("base", "6.12");
	add_row("base", &row);
	row = row_of(collected, 1, "collect", KIND_FIRST);
	add_row("base", &row);
	row = row_of(collected, 2, "write", KIND_MEASURED);
	add_row("base", &row);
	make_run("new", "7.2");
	row = row_of(collected_later, NR(collected_later), "collect",
		     KIND_MEASURED);
	/* One instruction a page is in no function. */
	row.insn += 100;
	add_row("new", &row);
	return 0;
}

static struct profile *load(const char *folder)
{
	struct profile *profile;
	struct reason why = { "" };

	assert_int_equal(
		profile_load(&profile, &folder, 1, PROFILE_BY_FUNCTION, &why),
		0);
	return profile;
}

static void test_suffixes_are_folded(void **state)
{
	static const char *const names[][2] = {
		{ "walk", "walk" },
		{ "walk.isra.0", "walk" },
		{ "walk.constprop.12", "walk" },
		{ "walk.part.0", "walk" },
		{ "walk.cold", "walk" },
		{ "walk.part.0.cold", "walk" },
		{ "walk.isra.0.constprop.1", "walk" },
		{ "walk.llvm.1234567890", "walk" },
		{ "walk.lto_priv.0", "walk" },
		/* Nobody's suffix. */
		{ "walk.isra.x", "walk.isra.x" },
		{ "walk.israel", "walk.israel" },
		{ "walk.0", "walk.0" },
		{ "walk.part", "walk" },
		{ ".isra.0", ".isra.0" },
		{ "a.b.isra.0", "a.b" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(functionname_length(names[i][0]),
				 strlen(names[i][1]));
}

static void test_costs_are_per_page(void **state)
{
	struct profile *profile = load("base");
	const struct profile_part *part;
	const struct profile_cost *cost;

	(void)state;
	assert_string_equal(profile->name, "6.12");
	assert_int_equal(profile->nr_parts, 2);
	assert_int_equal(profile->unmatched, 0);
	/* Per resident page; first epochs are not of it. */
	part = profile_find(profile, cell, "collect");
	assert_non_null(part);
	assert_int_equal(part->rows, 1);
	cost = profile_cost(part, "pagemap_scan_pmd_entry");
	assert_true(cost->insn == 20 && cost->entries == 5 &&
		    cost->reads == 3 && cost->writes == 1);
	cost = profile_cost(part, "scan_output");
	assert_true(cost->insn == 12);
	assert_string_equal(cost->caller, "pagemap_scan_pmd_entry");
	/* Per dirtied page. */
	part = profile_find(profile, cell, "write");
	assert_true(part->insn == 128);
	assert_true(profile_cost(part, "pagemap_scan_pmd_entry")->insn == 80);
	profile_free(profile);
}

static void test_costs_have_their_phase_s_unit(void **state)
{
	struct profile_row row = row_of(collected, 1, "change", KIND_MEASURED);
	struct profile *profile;

	(void)state;
	row.change_calls = 4;
	add_row("new", &row);
	row = row_of(collected, 1, "arm", KIND_MEASURED);
	row.pages.resident = 0;
	add_row("new", &row);
	row = row_of(collected, 1, "read", KIND_AFTER);
	add_row("new", &row);
	profile = load("new");
	assert_true(profile_find(profile, cell, "change")->insn == 500);
	assert_string_equal(profile_find(profile, cell, "change")->unit,
			    "call");
	assert_true(profile_find(profile, cell, "arm")->insn == 10);
	assert_string_equal(profile_find(profile, cell, "arm")->unit,
			    "range page");
	assert_true(profile_find(profile, cell, "read")->insn == 20);
	profile_free(profile);
}

static void test_several_boots_are_one_side(void **state)
{
	const struct profile_row row = row_of(
		collected_later, NR(collected_later), "collect", KIND_MEASURED);
	struct profile *profile;

	(void)state;
	mkdir("both", 0777);
	make_run("both/boot-0", "6.12");
	make_run("both/boot-1", "6.12");
	add_row("both/boot-0", &row);
	add_row("both/boot-1", &row);
	profile = load("both");
	assert_int_equal(profile->parts[0].rows, 2);
	assert_true(profile->parts[0].insn == 40.5);
	/* A .cold part is its function's, in each. */
	assert_true(profile_cost(&profile->parts[0], "pagemap_scan_pmd_entry")
			    ->insn == 34);
	profile_free(profile);
}

static void test_inlined_functions_and_lines(void **state)
{
	static const struct profile_function split[] = {
		{ .function = "walk.isra.0", .insn = 100, .line = "mm/a.c:1" },
		{ .function = "walk.isra.0",
		  .insn = 200,
		  .inlined = "look",
		  .line = "mm/a.h:7" },
		{ .function = "walk.isra.0",
		  .insn = 300,
		  .inlined = "look",
		  .line = "mm/a.h:8" },
	};
	const struct profile_row row =
		row_of(split, NR(split), "collect", KIND_MEASURED);
	const char *folder = "split", *plain = "base";
	struct profile *profile;
	struct reason why;

	(void)state;
	make_run("split", "6.12");
	add_row("split", &row);
	profile = load("split");
	assert_int_equal(profile->parts[0].nr_costs, 1);
	assert_true(profile_cost(&profile->parts[0], "walk")->insn == 6);
	profile_free(profile);
	assert_int_equal(
		profile_load(&profile, &folder, 1, PROFILE_BY_INLINED, &why),
		0);
	assert_true(profile_cost(&profile->parts[0], "walk")->insn == 1);
	assert_true(profile_cost(&profile->parts[0], "walk: look")->insn == 5);
	profile_free(profile);
	assert_int_equal(
		profile_load(&profile, &folder, 1, PROFILE_BY_LINE, &why), 0);
	assert_true(profile_cost(&profile->parts[0], "walk: mm/a.h:8")->insn ==
		    3);
	profile_free(profile);
	assert_int_equal(
		profile_load(&profile, &plain, 1, PROFILE_BY_LINE, &why),
		-ENODATA);
	assert_non_null(strstr(why.text, "base has functions only"));
	profile_free(profile);
}

static void test_changes_are_the_whole_change(void **state)
{
	struct profile *base = load("base"), *fresh = load("new");
	const struct profile_part *from = profile_find(base, cell, "collect");
	const struct profile_part *to = profile_find(fresh, cell, "collect");
	struct profile_change *list;
	double sum = 0;
	int nr = profile_changes(from, to, &list);

	(void)state;
	assert_int_equal(nr, 7);
	for (int i = 0; i < nr; i++)
		sum += list[i].fresh - list[i].base;
	assert_true(fabs(sum - (40.5 - 40)) < 1e-9);
	/* The largest by itself is 14; with what it inlines it is 1.5. */
	assert_string_equal(list[0].function, "pagemap_scan_pmd_entry");
	assert_string_equal(list[1].function, "scan_output");
	assert_int_equal(list[1].presence, PROFILE_VANISHES);
	assert_string_equal(list[1].with, "pagemap_scan_pmd_entry");
	/* Called by one that vanishes as well. */
	assert_string_equal(list[2].function, "push_range");
	assert_string_equal(list[2].with, "pagemap_scan_pmd_entry");
	assert_int_equal(list[3].presence, PROFILE_APPEARS);
	assert_string_equal(list[4].function, "[tracker]");
	assert_null(list[4].with);
	assert_string_equal(list[5].function, "tick");
	free(list);
	profile_free(base);
	profile_free(fresh);
}

static char *print(const struct explanation *explanation,
		   enum explanation_format format)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct reason why;

	assert_int_equal(explanation_print(out, explanation, format, &why), 0);
	fclose(out);
	return text;
}

static void test_formats(void **state)
{
	static const char *const names[NR_EXPLANATION_FORMATS] = {
		"explain.txt", "explain.markdown", "explain.csv", "explain.json"
	};
	static const char *const names_of_two[NR_EXPLANATION_FORMATS] = {
		"explain-two.txt", "explain-two.markdown", "explain-two.csv",
		"explain-two.json"
	};
	struct profile *base = load("base"), *fresh = load("new");
	struct explanation one = { .base = base, .rows = 3 };
	struct explanation two = { .base = base, .fresh = fresh, .rows = 2 };
	char *text;

	(void)state;
	for (int i = 0; i < NR_EXPLANATION_FORMATS; i++) {
		text = print(&one, (enum explanation_format)i);
		golden_compare(names[i], text);
		if (i == EXPLANATION_TEXT)
			golden_check_shape(text, TEXT_MAIL_COLUMNS);
		free(text);
		text = print(&two, (enum explanation_format)i);
		golden_compare(names_of_two[i], text);
		if (i == EXPLANATION_TEXT)
			golden_check_shape(text, TEXT_MAIL_COLUMNS);
		free(text);
	}
	profile_free(base);
	profile_free(fresh);
}

static void add_both(const char *phase, enum sample_kind kind, int64_t base,
		     int64_t fresh)
{
	struct profile_function function = { .function = "small",
					     .insn = base };
	struct profile_row row = row_of(&function, 1, phase, kind);

	add_row("base", &row);
	function.insn = fresh;
	row = row_of(&function, 1, phase, kind);
	add_row("new", &row);
}

static void test_cover_has_the_largest_changes(void **state)
{
	struct profile *base, *fresh;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	/* 0.04 instructions a page, 0.02 % of the phase, and set-up. */
	add_both("arm", KIND_MEASURED, 100, 104);
	add_both("collect_arm", KIND_MEASURED, 100000, 100020);
	add_both("open", KIND_FIRST, 100, 100000);
	base = load("base");
	fresh = load("new");
	assert_int_equal(explanation_print_short(out, base, fresh, 8), 0);
	fclose(out);
	golden_compare("explain-cover.txt", text);
	golden_check_shape(text, TEXT_MAIL_COLUMNS);
	free(text);
	/* Nothing to say of what did not change. */
	out = open_memstream(&text, &size);
	assert_int_equal(explanation_print_short(out, base, base, 3), 0);
	fclose(out);
	assert_string_equal(text, "");
	free(text);
	profile_free(base);
	profile_free(fresh);
}

static void test_choice_of_cells(void **state)
{
	struct profile *base = load("base");
	struct explanation chosen = { .base = base, .rows = 3 };
	struct reason why;
	char *text;

	(void)state;
	assert_true(profile_cell_matches(cell, cell));
	assert_true(profile_cell_matches(cell, "dense"));
	assert_true(profile_cell_matches(cell, "dense/scan"));
	assert_true(profile_cell_matches(cell, "dense/"));
	assert_false(profile_cell_matches(cell, "dense/sca"));
	assert_false(profile_cell_matches(cell, "thp"));
	chosen.cell = "dense/scan";
	chosen.phase = "write";
	text = print(&chosen, EXPLANATION_TEXT);
	assert_non_null(strstr(text, "write, instructions per dirtied page"));
	assert_null(strstr(text, "collect"));
	free(text);
	chosen.cell = "dense/uffd";
	assert_int_equal(
		explanation_print(stdout, &chosen, EXPLANATION_TEXT, &why),
		-ENODATA);
	assert_string_equal(why.text, "no write of dense/uffd was profiled");
	profile_free(base);
}

static void test_what_does_not_add_up_is_told(void **state)
{
	struct profile_row row =
		row_of(collected, NR(collected), "arm", KIND_MEASURED);
	struct profile_row brief = row;
	struct explanation explanation = { .rows = 3 };
	struct profile *profile;
	char *text;

	(void)state;
	/* 4000 counted: 0.5 % is 20. */
	row.insn = 3981;
	assert_true(profile_row_matches(&row));
	row.insn = 3979;
	assert_false(profile_row_matches(&row));
	/* In short phases the clock's rounding is more than that. */
	brief.insn = 96;
	brief.counted = 98;
	assert_true(profile_row_matches(&brief));
	brief.counted = 94;
	assert_true(profile_row_matches(&brief));
	brief.counted = 93;
	assert_false(profile_row_matches(&brief));
	add_row("new", &row);
	profile = load("new");
	/* The other one, with 100 of 4150 in no function. */
	assert_int_equal(profile->unmatched, 2);
	explanation.base = profile;
	text = print(&explanation, EXPLANATION_TEXT);
	assert_non_null(strstr(text, "In 2 of 2 phases of 7.2"));
	free(text);
	profile_free(profile);
}

static void test_bad_input(void **state)
{
	static const struct {
		const char *line;
		int err;
		const char *says;
	} lines[] = {
		{ "{\n", -EBADMSG, "bad/profile.jsonl:1: " },
		{ "[]\n", -EINVAL, "1: not a line of a profile" },
		{ "{\"v\":2}\n", -EPROTONOSUPPORT, "version 2, where 1" },
		{ "{\"v\":1}\n", -EINVAL, "not a line of a profile" },
		{ "{\"v\":1,\"functions\":[]}\n", -EINVAL, "not a line" },
	};
	const char *folder = "bad";
	struct profile *profile;
	struct reason why;

	(void)state;
	make_run("bad", "6.12");
	assert_int_equal(
		profile_load(&profile, &folder, 1, PROFILE_BY_FUNCTION, &why),
		-ENOENT);
	assert_string_equal(why.text, "bad has no profile: it takes dirtybench "
				      "kernels run --profile");
	profile_free(profile);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		FILE *file = fopen("bad/" PROFILE_FILE, "w");

		fputs(lines[i].line, file);
		fclose(file);
		assert_int_equal(profile_load(&profile, &folder, 1,
					      PROFILE_BY_FUNCTION, &why),
				 lines[i].err);
		assert_non_null(strstr(why.text, lines[i].says));
		profile_free(profile);
	}
}

/* Every field of a line, in turn, is taken away, and made a string. */
static void test_lines_are_strict(void **state)
{
	static const char *const fields[] = { "\"cell\"",     "\"kind\"",
					      "\"phase\"",    "\"insn\"",
					      "\"counted\"",  "\"entries\"",
					      "\"resident\"", "\"dirtied\"",
					      "\"epoch\"",    "\"reads\"" };
	const struct profile_row row =
		row_of(collected, NR(collected), "collect", KIND_MEASURED);
	const char *folder = "strict";
	struct profile *profile;
	struct reason why;
	char *line, *at;
	size_t length;
	FILE *file;

	(void)state;
	make_run("strict", "6.12");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		assert_int_equal(profile_row_encode(&row, &line, &length, &why),
				 0);
		at = strstr(line, fields[i]);
		assert_non_null(at);
		at[1] = '_';
		file = fopen("strict/" PROFILE_FILE, "w");
		fputs(line, file);
		fclose(file);
		free(line);
		assert_int_equal(profile_load(&profile, &folder, 1,
					      PROFILE_BY_FUNCTION, &why),
				 -EINVAL);
		profile_free(profile);
	}
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, make_runs, remove_runs)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suffixes_are_folded),
		IN_SCRATCH(test_costs_are_per_page),
		IN_SCRATCH(test_costs_have_their_phase_s_unit),
		IN_SCRATCH(test_several_boots_are_one_side),
		IN_SCRATCH(test_inlined_functions_and_lines),
		IN_SCRATCH(test_changes_are_the_whole_change),
		IN_SCRATCH(test_formats),
		IN_SCRATCH(test_cover_has_the_largest_changes),
		IN_SCRATCH(test_choice_of_cells),
		IN_SCRATCH(test_what_does_not_add_up_is_told),
		IN_SCRATCH(test_bad_input),
		IN_SCRATCH(test_lines_are_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
