// SPDX-License-Identifier: GPL-2.0-or-later
// Comparisons of runs that were made up, byte for byte in every format.
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/comparison/comparison_print.h"
#include "results/comparison/comparison_words.h"
#include "results/tables/text.h"
#include "tests/results/fixture.h"
#include "tests/results/golden.h"
#include "tests/results/runfolder.h"

#define DENSE	 "dirty=25% order=ascending pattern=random seed=1 size=64m"
#define SEPARATE "collect=separate " DENSE
#define ATOMIC	 "collect=atomic " DENSE

/* Fixed seeds: the digits of intervals are in golden files. */
enum { SEED = 1, EPOCHS = 3, MAX_SIDES = 3 };

static char folder[64];
static struct side *sides[MAX_SIDES];
static struct comparison *comparisons[MAX_SIDES - 1];
static struct runfolder what;

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/dirtybench-compare-XXXXXX");
	return !mkdtemp(folder) || chdir(folder);
}

static int remove_folder(void **state)
{
	(void)state;
	for (int i = 0; i < MAX_SIDES - 1; i++) {
		comparison_free(comparisons[i]);
		comparisons[i] = NULL;
	}
	for (int i = 0; i < MAX_SIDES; i++) {
		side_free(sides[i]);
		sides[i] = NULL;
	}
	return chdir("/") || runfolder_remove(folder);
}

/* --- runs --- */

/* How a side differs from what the fixture has; each may be NULL. */
struct making {
	const char *label, *release, *thp;
	int boots, processes;
	/* Changes each sample; boot and process count from 0. */
	void (*edit)(struct sample *sample, int boot);
	/* Adds lines behind the cells of a run. */
	void (*more)(const char *run);
};

/* Some ten-thousandths up and down, another sequence for each phase. */
static int64_t jitter(int64_t ns, int boot, int64_t process, int phase)
{
	unsigned int mixed =
		boot * 2654435761U + (unsigned int)process * 40503U;

	mixed += phase * 69069U;
	return ns + ns * (int64_t)(mixed / 65536 % 61) / 10000;
}

static void add(const char *run, struct sample *sample)
{
	static int64_t seq;

	sample->seq = seq++;
	assert_int_equal(runfolder_add(run, &what, sample), 0);
}

static void add_cell(const struct making *making, const char *run, int boot,
		     const struct sample *cell)
{
	for (int i = 0; i < making->processes * EPOCHS; i++) {
		struct sample sample = *cell;
		struct sample_phases *ns = &sample.figures.ns;
		int64_t *phases[] = { &ns->arm, &ns->write, &ns->collect,
				      &ns->collect_arm };

		sample.process = i / EPOCHS;
		sample.epoch = i % EPOCHS;
		sample.kind = sample.epoch ? KIND_MEASURED : KIND_FIRST;
		if (making->edit)
			making->edit(&sample, boot);
		for (int j = 0; j < 4; j++)
			if (*phases[j] != SAMPLE_NULL)
				*phases[j] = jitter(100 * *phases[j], boot,
						    sample.process, j);
		add(run, &sample);
	}
}

static void add_cells(const struct making *making, const char *run, int boot)
{
	struct sample sample;

	fixture_none(&sample, "dense", DENSE);
	add_cell(making, run, boot, &sample);
	fixture_epoch(&sample, "dense", "mprotect", DENSE);
	sample.figures.vmas.peak = 65516;
	sample.figures.ns.write = 660123;
	add_cell(making, run, boot, &sample);
	fixture_epoch(&sample, "dense", "scan", SEPARATE);
	add_cell(making, run, boot, &sample);
	fixture_epoch(&sample, "dense", "scan", ATOMIC);
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
	sample.figures.ns.collect_arm = 20800;
	add_cell(making, run, boot, &sample);
}

/* Makes the runs of a side and loads them. */
static void make_side(int index, const char *name, struct making making,
		      unsigned int flags)
{
	char run[32], boot[32], pattern[32];
	const char *word = pattern;
	struct reason why = { "" };

	making.boots = making.boots ? making.boots : 1;
	making.processes = making.processes ? making.processes : 2;
	for (int i = 0; i < making.boots; i++) {
		snprintf(run, sizeof(run), "%s-%d", name, i);
		snprintf(boot, sizeof(boot), "boot-of-%s-%d", name, i);
		runfolder_init(&what, run);
		what.boot = boot;
		what.label = making.label ? making.label : name;
		what.release = making.release ? making.release : "6.18.0";
		what.thp = making.thp ? making.thp : "madvise";
		assert_int_equal(runfolder_write(run, &what), 0);
		add_cells(&making, run, i + (index ? 100 : 0));
		if (making.more)
			making.more(run);
	}
	snprintf(pattern, sizeof(pattern), "%s-*", name);
	if (side_load(&sides[index], &word, 1, flags, &why))
		fail_msg("%s", why.text);
}

static void compare_figures(int index, const enum figure_id *figures, int nr)
{
	const struct comparison_request request = { figures, nr, SEED };
	struct reason why = { "" };

	if (side_check_pair(sides[0], sides[index], &why) ||
	    comparison_make(&comparisons[index - 1], sides[0], sides[index],
			    &request, &why))
		fail_msg("%s", why.text);
}

static void compare(void)
{
	compare_figures(1, NULL, 0);
}

/* --- texts --- */

enum format { TEXT, TEXT_ALL, MARKDOWN, CSV, JSON, NR_FORMATS };

static int print(FILE *out, enum format format, int nr)
{
	const struct comparison *const *list =
		(const struct comparison *const *)comparisons;

	switch (format) {
	case MARKDOWN:
		return comparison_print_markdown(out, list[0], false);
	case CSV:
		return comparison_print_csv(out, list, nr);
	case JSON:
		return comparison_print_json(out, list, nr);
	default:
		return comparison_print_text(out, list[0], format == TEXT_ALL);
	}
}

static char *text_of(enum format format, int nr)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(print(out, format, nr), 0);
	assert_int_equal(fclose(out), 0);
	if (format == TEXT || format == TEXT_ALL)
		golden_check_shape(text, TEXT_MAIL_COLUMNS);
	return text;
}

static void check(const char *name, enum format format)
{
	char *text = text_of(format, 1);

	golden_compare(name, text);
	free(text);
}

/* The text has the words; breaks of lines count as blanks. */
static void expect(enum format format, const char *words)
{
	char *text = text_of(format, 1), *from = text, *to = text;

	for (; *from; from++) {
		char c = *from == '\n' ? ' ' : *from;

		if (c != ' ' || to == text || to[-1] != ' ')
			*to++ = c;
	}
	*to = '\0';
	if (!strstr(text, words))
		fail_msg("'%s' is not in: %s", words, text);
	free(text);
}

static const struct comparison_row *row_of(const char *tracker,
					   enum figure_id figure)
{
	for (int i = 0; i < comparisons[0]->nr_rows; i++) {
		const struct comparison_row *row = &comparisons[0]->rows[i];

		if (strcmp(row->base->tracker, tracker) == 0 &&
		    row->figure == figure)
			return row;
	}
	return NULL;
}

/* --- tests --- */

/* What the patched kernel does otherwise. */
static void patch(struct sample *sample, int boot)
{
	struct sample_figures *figures = &sample->figures;

	(void)boot;
	if (strcmp(sample->tracker, "scan") != 0 ||
	    figures->ns.collect == SAMPLE_NULL)
		return;
	figures->ns.write = figures->ns.write * 11 / 10;
	figures->ns.collect = figures->ns.collect * 85 / 100;
	figures->regions.final = 48;
}

static void make_patched(int boots, int processes)
{
	make_side(0, "base",
		  (struct making){ .boots = boots, .processes = processes }, 0);
	make_side(1, "new",
		  (struct making){ .label = "patched, |v2|",
				   .release = "6.18.0-patched",
				   .boots = boots,
				   .processes = processes,
				   .edit = patch },
		  0);
	compare();
}

static void test_claimed(void **state)
{
	(void)state;
	make_patched(6, 2);
	assert_false(comparisons[0]->exploratory);
	assert_int_equal(comparisons[0]->replicates_needed, 0);
	check("compare-claimed.txt", TEXT);
	check("compare-claimed-all.txt", TEXT_ALL);
	check("compare-claimed.markdown", MARKDOWN);
	check("compare-claimed.csv", CSV);
	check("compare-claimed.json", JSON);
}

/* Only mprotect's cell changes mappings: 1000 ns a call, then 2000. */
static void change(struct sample *sample, int64_t ns)
{
	if (strcmp(sample->tracker, "mprotect") != 0)
		return;
	sample->figures.ns.change = ns;
	sample->figures.change_calls = 10;
}

static void change_at_first(struct sample *sample, int boot)
{
	(void)boot;
	change(sample, 10000);
}

static void change_slower(struct sample *sample, int boot)
{
	(void)boot;
	change(sample, 20000);
}

/* Of any other cell there is no row. */
static void test_change(void **state)
{
	(void)state;
	make_side(0, "base",
		  (struct making){ .boots = 6, .edit = change_at_first }, 0);
	make_side(1, "new",
		  (struct making){ .boots = 6, .edit = change_slower }, 0);
	compare();
	assert_non_null(row_of("mprotect", FIGURE_CHANGE));
	assert_null(row_of("scan", FIGURE_CHANGE));
	expect(TEXT, "ns per call");
	expect(TEXT, "change 1000 2000 +100");
}

static void test_exploratory(void **state)
{
	(void)state;
	make_patched(1, 8);
	assert_true(comparisons[0]->exploratory);
	check("compare-exploratory.txt", TEXT);
}

static void test_unchanged(void **state)
{
	(void)state;
	make_side(0, "base", (struct making){ .boots = 3 }, 0);
	make_side(1, "new", (struct making){ .boots = 3 }, 0);
	compare();
	check("compare-unchanged.txt", TEXT);
	expect(TEXT, "too few boots to claim any of the 9 rows: 6 a side");
	expect(TEXT, "9 of 9 rows unchanged");
	expect(TEXT, "all 25 counts are the same");
}

/* As many as are needed if both sides had them: 12 and 5 carry 154 rows. */
static void test_uneven_sides(void **state)
{
	(void)state;
	make_side(0, "base", (struct making){ .boots = 12 }, 0);
	make_side(1, "new", (struct making){ .boots = 5 }, 0);
	compare();
	assert_int_equal(comparisons[0]->replicates_needed, 0);
	assert_false(comparisons[0]->mute);
}

/* Silence is not to be taken for "nothing changed". */
static void test_mute(void **state)
{
	(void)state;
	make_patched(1, 3);
	assert_true(comparisons[0]->mute);
	expect(TEXT, "too few processes for any verdict, so that ~ says "
		     "nothing here: 6 a side would do");
}

/* The first columns of the table and of the means, and headings. */
static void name_oddly(struct sample *sample, int boot __attribute__((unused)))
{
	snprintf(sample->tracker, sizeof(sample->tracker), "tr\303\244cker\n|");
	snprintf(sample->cell, sizeof(sample->cell), "dense/odd/%s",
		 sample->nr_params > 5 ? sample->params[0].value : "");
}

static void test_odd_names(void **state)
{
	(void)state;
	make_side(0, "base", (struct making){ .edit = name_oddly }, 0);
	make_side(1, "new", (struct making){ .edit = name_oddly }, 0);
	compare();
	expect(TEXT_ALL, " tr??cker?| arm ");
	expect(TEXT, " tr??cker?| ");
}

static void vary(struct sample *sample, int boot)
{
	struct sample_figures *figures = &sample->figures;
	bool fresh = boot >= 100;

	if (strcmp(sample->tracker, "mprotect") != 0)
		return;
	figures->pagetable_kb.peak += fresh ? 4 : 0;
	/* 100 to 101 and 101 to 102: they overlap. */
	figures->faults.minor = 100 + sample->process + fresh;
	/* 3 to 4 and 8 to 9. */
	figures->syscalls = 3 + sample->process + (fresh ? 5 : 0);
	figures->regions.final = 50 + sample->epoch + fresh;
	figures->records = fresh ? SAMPLE_NULL : 50;
}

static void test_counts(void **state)
{
	(void)state;
	make_side(0, "base", (struct making){ .edit = vary }, 0);
	make_side(1, "new", (struct making){ .edit = vary }, 0);
	compare();
	check("compare-counts.txt", TEXT);
	expect(TEXT_ALL, "minor_faults 100..101 101..102 -");
	expect(CSV, "count,dense/mprotect/dirty:25%/order:ascending/"
		    "pattern:random/seed:1/size:64m,minor_faults,faults,100.5,"
		    "101.5,");
}

static void add_row(const char *run, const char *tracker,
		    enum sample_status status, const char *reason)
{
	struct sample sample;

	fixture_row(&sample, "dense", tracker, DENSE, status, reason);
	if (status == STATUS_FAIL)
		sample.process = 0;
	add(run, &sample);
}

static void add_epoch(const char *run, const char *tracker,
		      enum sample_status status, const char *reason)
{
	struct sample sample;

	fixture_epoch(&sample, "dense", tracker, DENSE);
	sample.status = status;
	sample.figures.pages.missed = status == STATUS_LIED;
	snprintf(sample.reason, sizeof(sample.reason), "%s", reason);
	add(run, &sample);
}

static void leave_out_of_base(const char *run)
{
	add_epoch(run, "absent", STATUS_OK, "");
	add_epoch(run, "uffd-wp", STATUS_OK, "");
	add_row(run, "crasher", STATUS_FAIL, "the target died of signal 11");
	add_row(run, "hog", STATUS_FAIL, "out of memory");
	add_epoch(run, "liar", STATUS_OK, "");
	add_row(run, "softdirty", STATUS_SKIP, "built without it");
	add_row(run, "pagemap", STATUS_SKIP, "no such file");
}

/* What a crash of the machine leaves. */
static void add_cut_line(const char *run)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/samples.jsonl", run);
	file = fopen(path, "ae");
	assert_non_null(file);
	fputs("{\"v\":1,\"seq\":", file);
	assert_int_equal(fclose(file), 0);
}

static void leave_out_of_new(const char *run)
{
	add_row(run, "uffd-wp", STATUS_SKIP, "needs a privilege");
	add_epoch(run, "crasher", STATUS_OK, "");
	add_epoch(run, "liar", STATUS_LIED, "1 \"page\" was not reported");
	add_row(run, "hog", STATUS_FAIL, "out of memory");
	add_row(run, "softdirty", STATUS_SKIP, "built without it");
	add_row(run, "pagemap", STATUS_SKIP, "cannot be read");
	add_epoch(run, "novel", STATUS_OK, "");
	add_cut_line(run);
}

static void test_left_out(void **state)
{
	struct comparison_gate gate;

	(void)state;
	make_side(0, "base", (struct making){ .more = leave_out_of_base }, 0);
	make_side(1, "new", (struct making){ .more = leave_out_of_new },
		  SIDE_PARTIAL);
	compare();
	assert_null(row_of("liar", FIGURE_WRITE));
	assert_null(row_of("crasher", FIGURE_WRITE));
	check("compare-left-out.txt", TEXT);
	check("compare-left-out.csv", CSV);
	expect(MARKDOWN, "- dense/uffd-wp dirty=25% order=ascending "
			 "pattern=random seed=1 size=64m: skipped in new: "
			 "needs a privilege");
	comparison_check_gate(comparisons[0], 0.05, &gate);
	assert_null(gate.worst);
	assert_int_equal(gate.spoilt, 1);
	assert_string_equal(gate.first_spoilt->tracker, "liar");
}

static void be_a_guest(struct side *side)
{
	json_object_set_new(
		side->runs[0].environment, "virtualisation",
		json_pack("{s:b, s:s}", "guest", 1, "hypervisor", "KVM"));
	json_object_set_new(side->runs[0].environment, "noise",
			    json_pack("[{s:s, s:s, s:s}, {s:s, s:s}]", "id",
				      "load", "severity", "warning", "what",
				      "3 tasks wanted to run", "id", "idle",
				      "severity", "note"));
}

static void test_settings(void **state)
{
	(void)state;
	make_side(0, "base", (struct making){ .boots = 1 }, 0);
	make_side(1, "new", (struct making){ .thp = "always" }, 0);
	be_a_guest(sides[0]);
	be_a_guest(sides[1]);
	compare();
	check("compare-settings.txt", TEXT);
	expect(JSON, "\"field\": \"thp.enabled\", \"kind\": \"setting\", "
		     "\"base\": \"madvise\", \"new\": \"always\"");
}

static void count_instructions(struct sample *sample, int boot)
{
	struct sample_phases none = sample->figures.insn;

	/* Some boots execute one instruction in a thousand more. */
	sample->figures.insn = sample->figures.ns;
	sample->figures.insn.write +=
		boot % 2 * sample->figures.ns.write / 1000;
	if (boot >= 100)
		sample->figures.insn.collect =
			sample->figures.ns.collect == SAMPLE_NULL
				? SAMPLE_NULL
				: sample->figures.ns.collect * 101 / 100;
	sample->figures.ns = none;
}

static void test_instructions(void **state)
{
	const struct contrast *contrast;

	(void)state;
	make_side(0, "base",
		  (struct making){ .boots = 2, .edit = count_instructions }, 0);
	make_side(1, "new",
		  (struct making){ .boots = 2, .edit = count_instructions }, 0);
	compare();
	contrast = &row_of("mprotect", FIGURE_COLLECT_RESIDENT)->contrast;
	assert_true(contrast->exact);
	assert_int_equal(contrast->verdict, VERDICT_WORSE);
	contrast = &row_of("mprotect", FIGURE_WRITE)->contrast;
	assert_int_equal(contrast->verdict, VERDICT_NONE);
	check("compare-insn.txt", TEXT_ALL);
	expect(JSON, "\"figure\": \"collect_insn_per_resident_page\", "
		     "\"unit\": \"insn/page\"");
	expect(JSON, "\"low\": null, \"high\": null, \"p\": null");
}

static void test_three_sides(void **state)
{
	char *text;
	json_t *document, *row;
	int rows[MAX_SIDES] = { 0 };
	size_t index;

	(void)state;
	make_side(0, "base", (struct making){ .boots = 1 }, 0);
	make_side(1, "new", (struct making){ .boots = 1 }, 0);
	make_side(2, "other", (struct making){ .edit = patch }, 0);
	compare_figures(1, NULL, 0);
	compare_figures(2, NULL, 0);
	text = text_of(JSON, 2);
	document = json_loads(text, 0, NULL);
	free(text);
	assert_non_null(document);
	assert_int_equal(json_array_size(json_object_get(document, "sides")),
			 3);
	json_array_foreach(json_object_get(document, "rows"), index, row)
		rows[json_integer_value(json_object_get(row, "side"))]++;
	json_decref(document);
	assert_int_equal(rows[0], 0);
	assert_int_equal(rows[1], comparisons[0]->nr_rows);
	assert_int_equal(rows[2], comparisons[1]->nr_rows);
	text = text_of(CSV, 2);
	assert_non_null(strstr(text, "\r\n1,base,new,time,"));
	assert_non_null(strstr(text, "\r\n2,base,other,time,"));
	free(text);
}

static void test_gate(void **state)
{
	struct comparison_gate gate;

	(void)state;
	make_patched(6, 2);
	comparison_check_gate(comparisons[0], 0.05, &gate);
	assert_int_equal(gate.claimed, 1);
	assert_int_equal(gate.exploratory, 0);
	assert_int_equal(gate.spoilt, 0);
	assert_non_null(gate.worst);
	assert_int_equal(gate.worst->figure, FIGURE_WRITE);
	assert_string_equal(gate.worst->base->tracker, "scan");
	comparison_check_gate(comparisons[0], 0.15, &gate);
	assert_null(gate.worst);
	assert_int_equal(gate.claimed, 0);
}

/* A row is the same whatever stands beside it, and another with other seeds. */
static void test_seed(void **state)
{
	static const enum figure_id write[] = { FIGURE_WRITE };
	const struct comparison_request other = { write, 1, SEED + 1 };
	struct comparison *again;
	struct contrast whole;
	struct reason why;

	(void)state;
	make_patched(8, 3);
	whole = row_of("mprotect", FIGURE_WRITE)->contrast;
	comparison_free(comparisons[0]);
	compare_figures(1, write, 1);
	assert_int_equal(comparisons[0]->nr_rows, 4);
	assert_true(row_of("mprotect", FIGURE_WRITE)->contrast.low ==
		    whole.low);
	assert_true(row_of("mprotect", FIGURE_WRITE)->contrast.high ==
		    whole.high);
	assert_int_equal(
		comparison_make(&again, sides[0], sides[1], &other, &why), 0);
	comparison_free(comparisons[0]);
	comparisons[0] = again;
	assert_false(
		row_of("mprotect", FIGURE_WRITE)->contrast.low == whole.low &&
		row_of("mprotect", FIGURE_WRITE)->contrast.high == whole.high);
}

static void no_arm(struct sample *sample, int boot)
{
	(void)boot;
	if (strcmp(sample->tracker, "mprotect") == 0)
		sample->figures.ns.arm = SAMPLE_NULL;
}

static void test_one_sided_figure(void **state)
{
	const struct contrast *contrast;

	(void)state;
	make_side(0, "base", (struct making){ .boots = 1 }, 0);
	make_side(1, "new", (struct making){ .edit = no_arm }, 0);
	compare();
	contrast = &row_of("mprotect", FIGURE_ARM_RESIDENT)->contrast;
	assert_true(isnan(contrast->fresh));
	assert_int_equal(contrast->verdict, VERDICT_NONE);
	expect(TEXT, " mprotect arm 1000 - - - ~");
	expect(JSON, "\"new\": null, \"change\": null, \"low\": null, "
		     "\"high\": null, \"p\": null, \"verdict\": \"none\"");
}

/* Over the cells that have the figure: one of two rows with a tenth more. */
static void test_means(void **state)
{
	const struct comparison *comparison;
	int i = 0;

	(void)state;
	make_patched(6, 2);
	comparison = comparisons[0];
	while (i < comparison->nr_means &&
	       (strcmp(comparison->means[i].name, "scan") != 0 ||
		comparison->means[i].figure != FIGURE_WRITE))
		i++;
	assert_true(i < comparison->nr_means);
	assert_true(comparison->means[i].of_tracker);
	assert_int_equal(comparison->means[i].cells, 2);
	assert_true(fabs(comparison->means[i].ratio - sqrt(1.1)) < 0.002);
}

static void make_extreme(struct sample *sample, int boot)
{
	struct sample_phases *ns = &sample->figures.ns;
	bool fresh = boot >= 100;

	snprintf(sample->workload, sizeof(sample->workload),
		 "a-workload-of-some-thirty-byte");
	if (strcmp(sample->tracker, "mprotect") == 0)
		snprintf(sample->tracker, sizeof(sample->tracker),
			 "a-tracker-of-some-thirty-bytes");
	snprintf(sample->cell, sizeof(sample->cell), "%s/%s%s%s",
		 sample->workload, sample->tracker,
		 sample->nr_params > 5 ? "/" : "",
		 sample->nr_params > 5 ? sample->params[0].value : "");
	if (ns->arm != SAMPLE_NULL)
		ns->arm = fresh ? 1 : 99999999999;
	ns->write = fresh ? 999999999999999 : 1;
	if (ns->collect != SAMPLE_NULL)
		ns->collect = (fresh ? 1 : 100) * (1000000 + sample->process);
	sample->figures.vmas.peak = fresh ? INT32_MAX : 123456789;
	sample->figures.faults.minor = 123456789 + sample->process;
}

static void test_width(void **state)
{
	(void)state;
	make_side(0, "base", (struct making){ .edit = make_extreme }, 0);
	make_side(1, "new", (struct making){ .edit = make_extreme }, 0);
	compare();
	check("compare-wide.txt", TEXT_ALL);
}

static void test_figure_names(void **state)
{
	enum figure_id id;

	(void)state;
	assert_int_equal(comparison_figure_find("arm", &id), 0);
	assert_int_equal(id, FIGURE_ARM_RESIDENT);
	assert_int_equal(
		comparison_figure_find("collect_insn_per_range_page", &id), 0);
	assert_int_equal(id, FIGURE_COLLECT_RANGE);
	assert_int_equal(comparison_figure_find("cpu_time", &id), 0);
	assert_int_equal(id, FIGURE_CPU_TIME);
	assert_int_equal(comparison_figure_find("regions", &id), -EINVAL);
	assert_int_equal(comparison_figure_find("transfer_ratio", &id),
			 -EINVAL);
	assert_int_equal(comparison_figure_find("", &id), -ENOENT);
	assert_int_equal(comparison_figure_find("wriet", &id), -ENOENT);
}

static void test_full_disk(void **state)
{
	(void)state;
	make_side(0, "base", (struct making){ .boots = 1 }, 0);
	make_side(1, "new", (struct making){ .boots = 1 }, 0);
	compare();
	for (int i = 0; i < NR_FORMATS; i++) {
		FILE *out = fopen("/dev/full", "w");

		assert_non_null(out);
		setvbuf(out, NULL, _IONBF, 0);
		assert_int_equal(print(out, i, 1), -EIO);
		fclose(out);
	}
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_claimed),
		TEST(test_change),
		TEST(test_exploratory),
		TEST(test_unchanged),
		TEST(test_uneven_sides),
		TEST(test_mute),
		TEST(test_odd_names),
		TEST(test_counts),
		TEST(test_left_out),
		TEST(test_settings),
		TEST(test_instructions),
		TEST(test_three_sides),
		TEST(test_gate),
		TEST(test_seed),
		TEST(test_one_sided_figure),
		TEST(test_means),
		TEST(test_width),
		TEST(test_figure_names),
		TEST(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
