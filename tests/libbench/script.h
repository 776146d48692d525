/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Suites of scripted benchmarks, for the tests of libbench. */
#ifndef TESTS_LIBBENCH_SCRIPT_H
#define TESTS_LIBBENCH_SCRIPT_H

#include "harness/libbench/bench.h"

#include <jansson.h>

/*
 * A benchmark that does as it is told. Each repetition takes the next letter
 * of @steps, the last one for ever: a digit sets that many microseconds; s
 * skips, f fails, - sets nothing, n sets a time that is not a number, c sets
 * 1 us and counters that are not finite ("later" is, from the second
 * repetition on), d sets 1 us and a counter of its own, t sets 1 us and texts
 * that do not fit into JSON, k kills the process.
 */
struct script {
	const char *name;
	const char *steps;
	int calls; /* counted up by the benchmark */
};

enum {
	/* More flags than any test gives, and the repetitions of all. */
	SCRIPT_FLAGS = 12,
	SCRIPT_LOG = 256,
};

/* One run of a suite: what goes in, and then what came out. */
struct play {
	const char *flags[SCRIPT_FLAGS]; /* ends with NULL */
	struct bench_options options;
	struct script scripts[4]; /* ends with a NULL name */

	int err;
	char error[512];
	struct bench_summary summary;
	/* In the order of calls: which script, and what bench_repetition()
	 * said. */
	int log_length;
	struct {
		int script;
		int repetition;
	} log[SCRIPT_LOG];
};

/* Create, register, run, destroy; 0 or the first -errno, as in @play->err. */
int play(struct play *play);

/* What a process printed and how it ended; text is freed by captured_free(). */
struct captured {
	int status; /* as waitpid() gives it */
	char *out;
	char *error;
};

/* Run play(), and exit with 0 or 1, in a child; sets nothing in @play. */
struct captured play_in_child(struct play *play);
void captured_free(struct captured *captured);

/* A fresh folder for one test; free with folder_remove(). */
char *folder_make(void);
void folder_remove(char *folder);
/* How many files it holds. */
int folder_count(const char *folder);

/* FOLDER/NAME in memory that lasts for the next seven calls. */
const char *in_folder(const char *folder, const char *name);

/* The file's text, NULL where there is no such file; to be freed. */
char *file_text(const char *path);
void file_write(const char *path, const char *text);

/* The JSON report @text or the one in the file @path; fails the test where it
 * is not valid JSON or holds a key twice. */
json_t *report_parse(const char *text);
json_t *report_load(const char *path);

/* The @index'th row that is named @name; NULL where there is none. Borrowed. */
json_t *report_row(json_t *report, const char *name, int index);

#endif
