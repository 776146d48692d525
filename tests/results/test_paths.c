// SPDX-License-Identifier: GPL-2.0-or-later
// What words name: folders, folders of folders, files and patterns.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/side/paths.h"
#include "tests/results/runfolder.h"

/* Who has no right to anything that is root's. */
enum { NOBODY = 65534 };

static char folder[64];
static struct paths paths;

static void touch(const char *name, const char *text)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void make_run(const char *name)
{
	struct runfolder what;

	runfolder_init(&what, name);
	assert_int_equal(runfolder_write(name, &what), 0);
	assert_int_equal(runfolder_add_text(name, ""), 0);
}

/*
 *	base/run-2, base/run-10, base/.hidden	runs
 *	base/notes.txt, base/logs/		neither
 *	new					a run
 *	bench.json				Google Benchmark's
 */
static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/dirtybench-paths-XXXXXX");
	if (!mkdtemp(folder) || chdir(folder))
		return -1;
	mkdir("base", 0777);
	mkdir("base/logs", 0777);
	touch("base/notes.txt", "run-2 is cold\n");
	make_run("base/run-10");
	make_run("base/run-2");
	make_run("base/.hidden");
	make_run("new");
	touch("bench.json", "{\n  \"context\": {},\n  \"benchmarks\": []\n}\n");
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	paths_clear(&paths);
	return chdir("/") || runfolder_remove(folder);
}

/* One word after the other in @words; "PATH SAMPLES ENVIRONMENT" a line. */
static void expect(const char *words, const char *found)
{
	char list[256], text[512] = "";
	const char *word[8];
	struct reason why;
	int nr = 0;

	snprintf(list, sizeof(list), "%s", words);
	for (char *at = strtok(list, " "); at; at = strtok(NULL, " "))
		word[nr++] = at;
	if (paths_find(&paths, word, nr, &why))
		fail_msg("%s", why.text);
	for (int i = 0; i < paths.nr; i++) {
		const struct paths_run *run = &paths.list[i];
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s %s %s\n",
			 run->path, run->samples,
			 run->environment ? run->environment : "-");
	}
	paths_clear(&paths);
	assert_string_equal(text, found);
}

static void expect_refused(const char *word, int err, const char *sentence)
{
	struct reason why;

	assert_int_equal(paths_find(&paths, &word, 1, &why), err);
	assert_string_equal(why.text, sentence);
	paths_clear(&paths);
}

static void test_folder(void **state)
{
	(void)state;
	expect("new", "new new/samples.jsonl new/env.json\n");
	expect("new///", "new new/samples.jsonl new/env.json\n");
	unlink("new/samples.jsonl");
	expect("new", "new new/samples.jsonl new/env.json\n");
}

/* By number, not by digit; neither files nor other folders. */
static void test_folder_of_folders(void **state)
{
	(void)state;
	expect("base", "base/run-2 base/run-2/samples.jsonl "
		       "base/run-2/env.json\n"
		       "base/run-10 base/run-10/samples.jsonl "
		       "base/run-10/env.json\n");
}

static void test_files(void **state)
{
	(void)state;
	expect("new/samples.jsonl",
	       "new/samples.jsonl new/samples.jsonl new/env.json\n");
	assert_int_equal(chdir("new"), 0);
	expect("samples.jsonl", "samples.jsonl samples.jsonl env.json\n");
	assert_int_equal(chdir(".."), 0);
	expect("bench.json", "bench.json bench.json -\n");
}

static void test_patterns(void **state)
{
	(void)state;
	expect("base/run-*/", "base/run-2 base/run-2/samples.jsonl "
			      "base/run-2/env.json\n"
			      "base/run-10 base/run-10/samples.jsonl "
			      "base/run-10/env.json\n");
	expect("be*.json", "bench.json bench.json -\n");
	/* A name goes before a pattern. */
	make_run("ne[w]");
	expect("ne[w]", "ne[w] ne[w]/samples.jsonl ne[w]/env.json\n");
}

/* The order of the words is kept; a word again is for others to refuse. */
static void test_words(void **state)
{
	(void)state;
	expect("new bench.json new", "new new/samples.jsonl new/env.json\n"
				     "bench.json bench.json -\n"
				     "new new/samples.jsonl new/env.json\n");
}

static void test_refusals(void **state)
{
	(void)state;
	expect_refused("nowhere", -ENOENT,
		       "there is no nowhere: a side is named by folders of "
		       "runs, sample files, files of Google Benchmark or "
		       "patterns of these");
	expect_refused("bench.json/x", -ENOTDIR,
		       "cannot look at bench.json/x: Not a directory");
	expect_refused("no*", -ENOENT, "nothing matches the pattern no*");
	expect_refused("base/logs", -ENOENT,
		       "base/logs has no run: neither the folder nor one in it "
		       "has samples.jsonl");
	expect_refused("base/n*", -ENOENT,
		       "base/notes.txt has no env.json beside it, which every "
		       "sample file needs");
	expect_refused("/dev/null", -EINVAL,
		       "/dev/null is neither a folder nor a regular file");
}

/* What cannot be looked into may be a run: it is not passed over. */
static void test_unreadable(void **state)
{
	bool root = geteuid() == 0;

	(void)state;
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(chmod("base/run-2", 0), 0);
	assert_int_equal(root ? seteuid(NOBODY) : 0, 0);
	expect_refused("base", -EACCES,
		       "cannot look at base/run-2/samples.jsonl: Permission "
		       "denied");
	assert_int_equal(root ? seteuid(0) : 0, 0);
	/* Can be entered, but not listed. */
	assert_int_equal(chmod("base", 0111), 0);
	assert_int_equal(root ? seteuid(NOBODY) : 0, 0);
	expect_refused("base/r*", -EACCES,
		       "cannot read a folder of the pattern base/r*: "
		       "Permission denied");
	assert_int_equal(root ? seteuid(0) : 0, 0);
	assert_int_equal(chmod("base", 0777), 0);
	assert_int_equal(chmod("base/run-2", 0777), 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_folder),     TEST(test_folder_of_folders),
		TEST(test_files),      TEST(test_patterns),
		TEST(test_words),      TEST(test_refusals),
		TEST(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
