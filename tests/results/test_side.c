// SPDX-License-Identifier: GPL-2.0-or-later
// The sides of a comparison: what is read, and every refusal's sentence.
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

#include "results/side/side.h"
#include "tests/results/fixture.h"
#include "tests/results/runfolder.h"

static char folder[64];
static struct runfolder what;
static struct sample sample;
static struct side *side;

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/dirtybench-side-XXXXXX");
	return !mkdtemp(folder) || chdir(folder);
}

static int remove_folder(void **state)
{
	(void)state;
	side_free(side);
	side = NULL;
	return chdir("/") || runfolder_remove(folder);
}

/* The run's name is that of its folder. */
static void begin(const char *run)
{
	runfolder_init(&what, run);
}

/* Adds the sample as the run's next line. */
static void add(void)
{
	sample.seq++;
	assert_int_equal(runfolder_write(what.run, &what), 0);
	assert_int_equal(runfolder_add(what.run, &what, &sample), 0);
}

static void add_version(const char *workload, const char *tracker,
			const char *params, int version)
{
	int64_t seq = sample.seq;

	fixture_epoch(&sample, workload, tracker, params);
	sample.seq = seq;
	sample.workload_version = version;
	add();
}

static void add_cell(const char *workload, const char *tracker,
		     const char *params)
{
	add_version(workload, tracker, params, 1);
}

/* A run that nothing is wrong with. */
static void make_run(const char *run)
{
	begin(run);
	add_cell("dense", "scan", "dirty=25% size=64m");
}

/* "r1 r2" as one side. */
static int load(struct side **loaded, const char *words, unsigned int flags,
		struct reason *why)
{
	const char *word[8];
	char list[128];
	int nr = 0;

	snprintf(list, sizeof(list), "%s", words);
	for (char *at = strtok(list, " "); at; at = strtok(NULL, " "))
		word[nr++] = at;
	return side_load(loaded, word, nr, flags, why);
}

static void expect_loaded(const char *words, unsigned int flags)
{
	struct reason why;

	if (load(&side, words, flags, &why))
		fail_msg("%s", why.text);
}

static void expect_refused(const char *words, int err, const char *sentence)
{
	struct reason why = { "" };

	assert_int_equal(load(&side, words, 0, &why), err);
	assert_string_equal(why.text, sentence);
	assert_null(side);
}

/* NULL: can be compared. */
static void expect_pair(const char *base_words, const char *fresh_words,
			const char *sentence)
{
	struct side *base = NULL, *fresh = NULL;
	struct reason why = { "" };
	int err;

	if (load(&base, base_words, 0, &why) ||
	    load(&fresh, fresh_words, 0, &why))
		fail_msg("%s", why.text);
	err = side_check_pair(base, fresh, &why);
	assert_string_equal(why.text, sentence ? sentence : "");
	assert_int_equal(err, sentence ? -EINVAL : 0);
	side_free(base);
	side_free(fresh);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Entries as Google Benchmark writes them; the name is the file's first. */
static void write_google(const char *name, int cpus, const char *entries)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "{\n  \"context\": {\"num_cpus\": %d, \"caches\": []},\n"
		 "  \"benchmarks\": [%s]\n}\n",
		 cpus, entries);
	write_file(name, text);
}

#define ENTRY(name, time)                                                  \
	"{\"name\": \"" name "\", \"run_name\": \"" name "\", "            \
	"\"run_type\": \"iteration\", \"repetitions\": 1, "                \
	"\"iterations\": 10, \"real_time\": " time ", \"cpu_time\": 2.0, " \
	"\"time_unit\": \"us\"}"

static void test_runs(void **state)
{
	const struct summary_cell *cell;

	(void)state;
	make_run("r1");
	sample.process = 1;
	add();
	begin("r2");
	what.boot = "boot-2";
	what.label = "patched";
	what.thp = "always";
	add_cell("dense", "scan", "dirty=25% size=64m");
	expect_loaded("r1 r2", 0);
	assert_int_equal(side->nr_runs, 2);
	assert_string_equal(side->name, "6.1");
	assert_false(side->google);
	assert_string_equal(side->runs[0].path, "r1");
	assert_string_equal(side->runs[0].run, "r1");
	assert_string_equal(side->runs[0].label, "6.1");
	assert_string_equal(side->runs[0].boot, "boot-1");
	assert_int_equal(side->runs[0].lines, 2);
	assert_int_equal(side->runs[0].damaged, 0);
	assert_string_equal(side->runs[1].label, "patched");
	assert_string_equal(
		setting_text(side->runs[1].environment, "thp.enabled"),
		"always");
	assert_int_equal(side->mixed.nr, 1);
	assert_string_equal(side->mixed.list[0].field, "thp.enabled");
	assert_string_equal(side->mixed.list[0].base, "madvise");
	assert_string_equal(side->mixed.list[0].fresh, "always");
	assert_int_equal(summary_nr_runs(side->summary), 2);
	assert_int_equal(summary_nr_boots(side->summary), 2);
	cell = summary_find(side->summary, "dense/scan/dirty:25%/size:64m");
	assert_non_null(cell);
	assert_int_equal(cell->nr_processes, 3);
	assert_int_equal(cell->processes[2].run, 1);
}

/* A field that differs in several runs is one difference. */
static void test_mixed_once(void **state)
{
	(void)state;
	make_run("r1");
	for (int i = 2; i < 4; i++) {
		char name[8];

		snprintf(name, sizeof(name), "r%d", i);
		begin(name);
		what.thp = i == 2 ? "always" : "never";
		add_cell("dense", "scan", "dirty=25% size=64m");
	}
	expect_loaded("r*", 0);
	assert_int_equal(side->mixed.nr, 1);
	assert_string_equal(side->mixed.list[0].fresh, "always");
}

/* Runs of several kinds are one side when all of them are of one kernel. */
static void test_other_cells(void **state)
{
	(void)state;
	make_run("r1");
	begin("r2");
	add_cell("dense", "scan", "dirty=50% size=64m");
	add_cell("thp", "scan", "size=64m");
	expect_loaded("r1 r2", 0);
	assert_int_equal(summary_nr_cells(side->summary), 3);
}

/* Names of runs hold the time and a process number: boots may repeat them. */
static void test_same_name_in_another_boot(void **state)
{
	(void)state;
	make_run("r1");
	assert_int_equal(rename("r1", "first"), 0);
	begin("r1");
	what.boot = "boot-2";
	add_cell("dense", "scan", "dirty=25% size=64m");
	expect_loaded("first r1", 0);
	assert_int_equal(summary_nr_runs(side->summary), 2);
}

static void test_run_twice(void **state)
{
	char sentence[128];

	(void)state;
	make_run("r1");
	expect_refused("r1 ./r1", -EINVAL,
		       "run r1 is given twice: r1 and ./r1");
	expect_refused("r1 r1/samples.jsonl", -EINVAL,
		       "run r1 is given twice: r1 and r1/samples.jsonl");
	assert_int_equal(rename("r1", "copy"), 0);
	make_run("r1");
	expect_refused("r1 copy", -EINVAL,
		       "run r1 is given twice: r1 and copy");
	write_google("g.json", 2, ENTRY("BM_x", "1.0"));
	assert_int_equal(symlink("g.json", "h.json"), 0);
	snprintf(sentence, sizeof(sentence),
		 "run %s/g.json is given twice: g.json and h.json", folder);
	expect_refused("g.json h.json", -EINVAL, sentence);
}

static void test_machines_and_kernels(void **state)
{
	(void)state;
	make_run("r1");
	begin("r2");
	what.model = "N";
	add();
	expect_refused("r1 r2", -EINVAL,
		       "cpu.model is M in r1 and N in r2: the runs of a side "
		       "are of one machine");
	begin("r3");
	what.release = "6.2";
	add();
	expect_refused("r1 r3", -EINVAL,
		       "kernel.release is 6.1 in r1 and 6.2 in r3: the runs of "
		       "a side are of one kernel");
}

static void test_workload_versions(void **state)
{
	(void)state;
	make_run("r1");
	begin("r2");
	/* Another cell of the same workload. */
	add_version("dense", "none", "size=64m", 2);
	expect_refused("r1 r2", -EINVAL,
		       "workload_version of dense is 1 in r1/samples.jsonl and "
		       "2 in r2/samples.jsonl: a side needs one");
}

static void count_instructions(void)
{
	sample.figures.insn = sample.figures.ns;
	sample.figures.ns.arm = SAMPLE_NULL;
	sample.figures.ns.write = SAMPLE_NULL;
	sample.figures.ns.collect = SAMPLE_NULL;
}

static void test_timing(void **state)
{
	(void)state;
	make_run("r1");
	begin("r2");
	count_instructions();
	add();
	expect_refused("r1 r2", -EINVAL,
		       "ns and insn are both in dense/scan with "
		       "r2/samples.jsonl: a side has time or instructions");
}

static void test_no_samples(void **state)
{
	(void)state;
	begin("r1");
	assert_int_equal(runfolder_write("r1", &what), 0);
	expect_refused("r1", -ENOENT,
		       "cannot open r1/samples.jsonl: No such file or "
		       "directory");
	assert_int_equal(runfolder_add_text("r1", ""), 0);
	make_run("r2");
	expect_refused("r2 r1", -EINVAL,
		       "r1/samples.jsonl has no samples: leave this run out");
	expect_refused("", -EINVAL, "a side has no run: name one at least");
	assert_int_equal(unlink("r2/env.json"), 0);
	expect_refused("r2", -ENOENT,
		       "cannot open r2/env.json: No such file or directory");
	expect_refused("nothing*", -ENOENT,
		       "nothing matches the pattern nothing*");
}

static void test_damaged(void **state)
{
	struct reason why;

	(void)state;
	make_run("r1");
	assert_int_equal(runfolder_add_text("r1", "{\"v\": 1}\nno\n"), 0);
	add();
	assert_int_equal(runfolder_add_text("r1", "{\"v\":"), 0);
	expect_refused("r1", -EINVAL,
		       "r1/samples.jsonl:2: field seq is missing; --partial "
		       "leaves damaged lines out");
	expect_loaded("r1", SIDE_PARTIAL);
	assert_int_equal(side->runs[0].lines, 2);
	assert_int_equal(side->runs[0].damaged, 3);
	assert_string_equal(side->runs[0].damage,
			    "r1/samples.jsonl:2: field seq is missing");
	side_free(side);
	begin("r2");
	assert_int_equal(runfolder_write("r2", &what), 0);
	assert_int_equal(runfolder_add_text("r2", "{\"v\":"), 0);
	expect_refused("r2", -ENODATA,
		       "r2/samples.jsonl:1: the last line is cut off; "
		       "--partial leaves damaged lines out");
	assert_int_equal(load(&side, "r2", SIDE_PARTIAL, &why), -EINVAL);
	assert_string_equal(why.text,
			    "r2/samples.jsonl has no samples but damaged ones: "
			    "leave this run out");
}

/* Not damage: no line of it could be read. */
static void test_versions(void **state)
{
	struct reason why;

	(void)state;
	make_run("r1");
	assert_int_equal(runfolder_add_text("r1", "{\"v\": 2}\n"), 0);
	assert_int_equal(load(&side, "r1", SIDE_PARTIAL, &why),
			 -EPROTONOSUPPORT);
	assert_string_equal(why.text,
			    "r1/samples.jsonl:2: field v is 2: this program "
			    "knows version 1 only");
	write_file("r1/env.json", "{\"v\": 2}\n");
	assert_int_equal(load(&side, "r1", 0, &why), -EPROTONOSUPPORT);
	assert_memory_equal(why.text, "r1/env.json: ", 13);
}

static void test_foreign_samples(void **state)
{
	(void)state;
	make_run("r1");
	what.run = "r2";
	assert_int_equal(runfolder_write("r1", &what), 0);
	expect_refused("r1", -EINVAL,
		       "r1/samples.jsonl has a sample of run r1, but "
		       "r1/env.json is of run r2: they do not belong together");
	what.run = "r1";
	what.boot = "boot-2";
	assert_int_equal(runfolder_write("r1", &what), 0);
	expect_refused("r1", -EINVAL,
		       "r1/samples.jsonl has a sample of boot boot-1, but "
		       "r1/env.json is of boot boot-2: they do not belong "
		       "together");
}

/* As when a file was written behind itself. */
static void test_repeated_samples(void **state)
{
	(void)state;
	sample.seq = 0;
	make_run("r1");
	sample.seq--;
	add();
	expect_refused("r1", -EINVAL,
		       "seq 1 stands behind seq 1 in r1/samples.jsonl: a run "
		       "has each once, in order");
}

static void test_google(void **state)
{
	const struct summary_cell *cell;

	(void)state;
	write_google("a.json", 2,
		     ENTRY("BM_x/4", "1.5") ", " ENTRY("BM_x/4", "2.5"));
	write_google("b.json", 2, ENTRY("BM_x/4", "3.5"));
	expect_loaded("a.json b.json", 0);
	assert_true(side->google);
	assert_string_equal(side->name, "a.json");
	assert_int_equal(side->runs[0].lines, 2);
	assert_int_equal(summary_nr_boots(side->summary), 1);
	assert_int_equal(summary_nr_runs(side->summary), 2);
	cell = summary_find(side->summary, "BM_x/4");
	assert_non_null(cell);
	assert_string_equal(cell->tracker, "");
	assert_int_equal(cell->nr_processes, 3);
	assert_true(cell->figures[FIGURE_REAL_TIME].median == 2500);
	assert_true(cell->figures[FIGURE_CPU_TIME].median == 2000);
	assert_true(isnan(cell->figures[FIGURE_WRITE].median));
	side_free(side);
	write_google("c.json", 4, ENTRY("BM_x/4", "3.5"));
	expect_refused("a.json c.json", -EINVAL,
		       "context.num_cpus is 2 in a.json and 4 in c.json: the "
		       "runs of a side are of one machine");
	make_run("r1");
	expect_refused("a.json r1", -EINVAL,
		       "a.json is a file of Google Benchmark and r1 is not: a "
		       "side is of one kind");
	expect_refused("r1 a.json", -EINVAL,
		       "r1 is not a file of Google Benchmark and a.json is: a "
		       "side is of one kind");
	expect_pair("a.json", "r1",
		    "a.json is a file of Google Benchmark and r1 is not: both "
		    "sides are to be of one kind");
	expect_pair("a.json", "b.json", NULL);
	expect_pair("a.json", "c.json",
		    "context.num_cpus is 2 in base and 4 in new: only runs of "
		    "one machine can be compared");
}

static void test_pair(void **state)
{
	(void)state;
	make_run("r1");
	add_cell("thp", "scan", "size=8m");
	begin("r2");
	what.release = "6.2";
	what.thp = "always";
	what.boot = "boot-2";
	add_cell("dense", "scan", "dirty=25% size=64m");
	add_cell("dense", "scan", "dirty=50% size=64m");
	add_cell("hugetlb", "scan", "size=8m");
	expect_pair("r1", "r2", NULL);
	expect_pair("r2", "r1", NULL);
	begin("r3");
	add_cell("hugetlb", "scan", "size=8m");
	expect_pair("r1", "r3",
		    "no cell is on both sides: base has dense/scan, new has "
		    "hugetlb/scan, and so on");
}

static void test_pair_of_one_run(void **state)
{
	(void)state;
	make_run("r1");
	make_run("r2");
	expect_pair("r1 r2", "./r2", "run r2 is on both sides: r2 and ./r2");
}

static void test_pair_of_machines(void **state)
{
	(void)state;
	make_run("r1");
	begin("r2");
	what.model = "N";
	add();
	expect_pair("r1", "r2",
		    "cpu.model is M in base and N in new: only runs of one "
		    "machine can be compared");
}

/* The version goes before the parameters, which may differ for its sake. */
static void test_pair_of_versions(void **state)
{
	(void)state;
	make_run("r1");
	add_cell("thp", "scan", "size=64m");
	begin("r2");
	add_cell("dense", "none", "dirty=25% size=64m");
	add_version("thp", "scan", "order=ascending size=64m", 3);
	expect_pair("r1", "r2",
		    "workload_version of thp is 1 in base and 3 in new: only "
		    "runs of one version can be compared");
}

static void test_pair_of_timings(void **state)
{
	(void)state;
	make_run("r1");
	begin("r2");
	count_instructions();
	add();
	expect_pair("r1", "r2",
		    "dense/scan has time (ns) in base and instructions (insn) "
		    "in new: only one of them can be compared");
	expect_pair("r2", "r1",
		    "dense/scan has instructions (insn) in base and time (ns) "
		    "in new: only one of them can be compared");
}

static void test_pair_of_parameters(void **state)
{
	(void)state;
	make_run("r1");
	begin("r2");
	add_cell("dense", "scan", "dirty=50% size=64m");
	expect_pair("r1", "r2",
		    "dirty is 25% in base and 50% in new (dense/scan): only "
		    "runs with the same parameters can be compared");
	begin("r3");
	add_cell("dense", "scan", "collect=atomic dirty=25%");
	expect_pair("r1", "r3",
		    "size is 64m in base and missing in new, collect is "
		    "missing in base and atomic in new (dense/scan): only runs "
		    "with the same parameters can be compared");
}

/* The closest two are told, also where a sweep has cells in common. */
static void test_pair_of_sweeps(void **state)
{
	(void)state;
	begin("r1");
	add_cell("dense", "scan", "dirty=25% seed=1 size=64m");
	add_cell("dense", "scan", "dirty=50% seed=1 size=64m");
	add_cell("dense", "scan", "dirty=10% seed=1 size=8m");
	add_cell("thp", "scan", "heap=1m seed=1 size=64m");
	add_cell("thp", "mprotect", "heap=1m seed=1 size=64m");
	add_cell("thp", "none", "heap=1m size=64m");
	begin("r2");
	add_cell("dense", "scan", "dirty=50% seed=2 size=64m");
	add_cell("dense", "scan", "dirty=25% seed=2 size=64m");
	add_cell("thp", "none", "heap=1m size=64m");
	add_cell("thp", "scan", "heap=1m seed=2 size=64m");
	add_cell("thp", "mprotect", "heap=2m seed=1 size=64m");
	expect_pair("r1", "r2",
		    "seed is 1 in base and 2 in new (dense/scan and 2 more "
		    "cells): only runs with the same parameters can be "
		    "compared");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_runs),
		TEST(test_mixed_once),
		TEST(test_other_cells),
		TEST(test_same_name_in_another_boot),
		TEST(test_run_twice),
		TEST(test_machines_and_kernels),
		TEST(test_workload_versions),
		TEST(test_timing),
		TEST(test_no_samples),
		TEST(test_damaged),
		TEST(test_versions),
		TEST(test_foreign_samples),
		TEST(test_repeated_samples),
		TEST(test_google),
		TEST(test_pair),
		TEST(test_pair_of_one_run),
		TEST(test_pair_of_machines),
		TEST(test_pair_of_versions),
		TEST(test_pair_of_timings),
		TEST(test_pair_of_parameters),
		TEST(test_pair_of_sweeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
