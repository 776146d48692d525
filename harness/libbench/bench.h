/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libbench: benchmarks written in C, run and reported by Google Benchmark. */
#ifndef LIBBENCH_BENCH_H
#define LIBBENCH_BENCH_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Every function that can fail returns 0 or a negative errno. Strings are
 * copied. One suite at a time, used from one thread: the library underneath
 * keeps its flags and its list of benchmarks in globals.
 */
struct bench_suite;

/* What a benchmark function sees of one repetition. */
struct bench_run;

/*
 * Called once a repetition, as the repetition's turn comes. The library
 * reports a benchmark only after its last repetition, and writes its files at
 * the very end: who must not lose anything records it in here.
 */
typedef void (*bench_fn)(struct bench_run *run, void *arg);

enum bench_display {
	BENCH_QUIET,   /* nothing on standard output and standard error */
	BENCH_CONSOLE, /* what --benchmark_format says, the table by default */
};

struct bench_options {
	enum bench_display display;
	/* Repetitions where --benchmark_repetitions does not say; 0 is 1. */
	int repetitions;
	/* Order the repetitions of all benchmarks at random, where
	 * --benchmark_enable_random_interleaving does not say. */
	int interleave;
	/* Write the library's JSON here as well; NULL for none. */
	const char *json_path;
};

/* Repetitions, counted over the whole suite. */
struct bench_summary {
	int ran;
	int skipped;
	int failed;
};

/*
 * Take the --benchmark_* flags that the installed library knows, and --v=N,
 * out of @argv up to a "--" and leave the rest, with @argc adjusted. The
 * environment variables that the library reads (BENCHMARK_FILTER and so on)
 * stand in for flags that are not given. -EINVAL when a --benchmark_* flag is
 * unknown or a value is not valid; @argv is untouched then, and @suite is set
 * all the same, for bench_error() and bench_destroy() only. -EBUSY when
 * another suite exists and -ENOMEM leave NULL in @suite. Never exits, and
 * leaves --help to the caller.
 *
 * One call of a benchmark function is one repetition of one iteration, so
 * --benchmark_min_time and --benchmark_min_warmup_time have no effect.
 */
int bench_create(struct bench_suite **suite, int *argc, char **argv);

/* @suite may be NULL. */
void bench_destroy(struct bench_suite *suite);

/* The last failure in words, for a person, without a newline; never NULL. For
 * a NULL @suite, why the last bench_create() gave none. */
const char *bench_error(const struct bench_suite *suite);

/*
 * Add a benchmark that runs @fn once a repetition. @name is reported exactly
 * as given, and --benchmark_filter sees exactly it. -EEXIST for a second
 * benchmark of one name; -EINVAL for an empty one, or one that is not UTF-8
 * or holds control characters.
 */
int bench_register(struct bench_suite *suite, const char *name, bench_fn fn,
		   void *arg);

/*
 * A key and value for the context block of every report. Takes the place of an
 * earlier value of the key; --benchmark_context takes the place of this one.
 */
int bench_context(struct bench_suite *suite, const char *key,
		  const char *value);

/* Whether --benchmark_filter lets a benchmark of that name through. */
int bench_matches(const struct bench_suite *suite, const char *name);

/* Whether --benchmark_list_tests was given. */
int bench_lists_only(const struct bench_suite *suite);

/*
 * Whether the file of --benchmark_out could be written now: what
 * bench_run_all() would find before anything runs. 0 also without the flag.
 */
int bench_check_output(struct bench_suite *suite);

/* The repetitions of --benchmark_repetitions; without it @otherwise, at least
 * one. */
int bench_repetitions(const struct bench_suite *suite, int otherwise);

/* The installed Google Benchmark, as "1.7.1". */
const char *bench_library_version(void);

/*
 * Run what the filter lets through. With --benchmark_list_tests only their
 * names are printed, one a line. -ENOENT when nothing matches; -EIO, -ENOSPC
 * or whatever open() and write() said when a report could not be written
 * whole. A report file appears whole under its name or not at all, and one
 * that cannot be created is an error before anything runs; devices and pipes
 * are written in place. Skipped and failed repetitions are no error: @summary
 * counts them. @options may be NULL (all zero), so may @summary.
 *
 * A benchmark whose first repetition was skipped or failed is reported without
 * aggregates (mean, median, ...): the library cannot compute them then.
 */
int bench_run_all(struct bench_suite *suite,
		  const struct bench_options *options,
		  struct bench_summary *summary);

/*
 * The rest is for benchmark functions. Control characters and bytes that are
 * not UTF-8 are replaced in every text.
 */

/* The measured time of this repetition, in seconds, 0 or more. Required unless
 * the repetition is skipped or failed; without it, it counts as failed. */
void bench_set_time(struct bench_run *run, double seconds);

/* A figure beside the time. Not a number and infinity are left out. @name is a
 * key beside the report's own (name, real_time, ...) and must differ. */
void bench_set_counter(struct bench_run *run, const char *name, double value);

/* A line of text beside the figures. */
void bench_set_label(struct bench_run *run, const char *label);

/* This repetition cannot be run here (not an error), and why. */
void bench_skip(struct bench_run *run, const char *why);

/* This repetition went wrong, and how. Outweighs bench_skip(). */
void bench_fail(struct bench_run *run, const char *why);

/* Which repetition of its benchmark this is, counted from 0. */
int bench_repetition(const struct bench_run *run);

#ifdef __cplusplus
}
#endif

#endif
