// SPDX-License-Identifier: GPL-2.0-or-later
// Files of Google Benchmark, by any version and any program.
#include <errno.h>
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

#include "results/side/gbfile.h"
#include "results/side/settings.h"
#include "tests/results/scratch.h"

/* A file with these entries. */
static void make_entries(const char *entries)
{
	char text[4096];

	snprintf(text, sizeof(text),
		 "{'context': {'host_name': 'h', 'num_cpus': 2}, "
		 "'benchmarks': [%s]}",
		 entries);
	scratch_write(text);
}

/* What came in, a line each. */
struct log {
	FILE *out;
	int stop;
};

static int log_process(void *arg, const char *cell, double real_ns,
		       double cpu_ns)
{
	struct log *log = arg;

	fprintf(log->out, "%s %g %g\n", cell, real_ns, cpu_ns);
	return log->stop;
}

static int log_failed(void *arg, const char *cell, const char *message)
{
	struct log *log = arg;

	fprintf(log->out, "%s failed: %s\n", cell, message);
	return log->stop;
}

static int log_skipped(void *arg, const char *cell, const char *message)
{
	struct log *log = arg;

	fprintf(log->out, "%s skipped: %s\n", cell, message);
	return log->stop;
}

static int load(struct log *log, json_t **environment, struct reason *why)
{
	const struct gbfile_sink sink = {
		.process = log_process,
		.failed = log_failed,
		.skipped = log_skipped,
		.arg = log,
	};

	return gbfile_load(scratch_path, &sink, environment, why);
}

/* The file is read, and these lines came in. */
static void expect(const char *lines)
{
	json_t *environment = NULL;
	struct log log = { .stop = 0 };
	struct reason why = { "" };
	char *found = NULL;
	size_t length;

	log.out = open_memstream(&found, &length);
	assert_non_null(log.out);
	assert_int_equal(load(&log, &environment, &why), 0);
	fclose(log.out);
	assert_string_equal(found, lines);
	free(found);
	assert_non_null(environment);
	json_decref(environment);
}

/* @sentence follows the path. */
static void expect_refused(int err, const char *sentence)
{
	char text[sizeof(struct reason)];
	json_t *environment = NULL;
	struct log log = { .out = fopen("/dev/null", "w") };
	struct reason why = { "" };

	assert_int_equal(load(&log, &environment, &why), err);
	fclose(log.out);
	assert_null(environment);
	snprintf(text, sizeof(text), "%s%s", scratch_path, sentence);
	assert_string_equal(why.text, text);
}

static void test_repetitions(void **state)
{
	(void)state;
	make_entries("{'name': 'B/8/repeats:2', 'run_name': 'B/8',"
		     " 'run_type': 'iteration', 'real_time': 1.5,"
		     " 'cpu_time': 1.25, 'time_unit': 'ns'},"
		     "{'name': 'B/8/repeats:2', 'run_name': 'B/8',"
		     " 'run_type': 'iteration', 'real_time': 2e0,"
		     " 'cpu_time': 3, 'time_unit': 'ns'}");
	expect("B/8 1.5 1.25\nB/8 2 3\n");
}

static void test_units(void **state)
{
	(void)state;
	make_entries("{'name': 'n', 'real_time': 1, 'cpu_time': 2,"
		     " 'time_unit': 'ns'},"
		     "{'name': 'u', 'real_time': 1, 'cpu_time': 2,"
		     " 'time_unit': 'us'},"
		     "{'name': 'm', 'real_time': 1, 'cpu_time': 2,"
		     " 'time_unit': 'ms'},"
		     "{'name': 's', 'real_time': 1, 'cpu_time': 2,"
		     " 'time_unit': 's'}");
	expect("n 1 2\nu 1000 2000\nm 1e+06 2e+06\ns 1e+09 2e+09\n");
}

static void test_unknown_unit(void **state)
{
	(void)state;
	make_entries("{'name': 'x', 'real_time': 1, 'cpu_time': 2,"
		     " 'time_unit': 'h'}");
	expect_refused(-EINVAL,
		       ": the time_unit of x is none of ns, us, ms and s");
	make_entries("{'name': 'x', 'real_time': 1, 'cpu_time': 2}");
	expect_refused(-EINVAL,
		       ": the time_unit of x is none of ns, us, ms and s");
}

static void test_aggregates(void **state)
{
	(void)state;
	make_entries("{'name': 'a', 'real_time': 1, 'cpu_time': 1,"
		     " 'time_unit': 'ns', 'run_type': 'iteration'},"
		     "{'name': 'a_mean', 'run_name': 'a',"
		     " 'run_type': 'aggregate', 'real_time': 9,"
		     " 'cpu_time': 9, 'time_unit': 'ns'},"
		     "{'name': 'a_cv', 'run_name': 'a', 'real_time': NaN,"
		     " 'run_type': 'aggregate', 'cpu_time': -nan,"
		     " 'time_unit': 'ns'},"
		     "{'name': 'a_BigO', 'run_name': 'a',"
		     " 'run_type': 'aggregate', 'cpu_coefficient': 1},"
		     "{'name': 'a_RMS', 'run_name': 'a',"
		     " 'run_type': 'aggregate', 'rms': 1}");
	expect("a 1 1\n");
}

/* Versions before 1.5 have no run_type and no run_name. */
static void test_old_version(void **state)
{
	(void)state;
	make_entries("{'name': 'a', 'real_time': 1, 'cpu_time': 1,"
		     " 'time_unit': 'ns'},"
		     "{'name': 'a_mean', 'real_time': 9, 'cpu_time': 9,"
		     " 'time_unit': 'ns'},"
		     "{'name': 'a_median', 'real_time': 9, 'cpu_time': 9,"
		     " 'time_unit': 'ns'},"
		     "{'name': 'a_stddev', 'real_time': 9, 'cpu_time': 9,"
		     " 'time_unit': 'ns'},"
		     "{'name': 'a_BigO', 'big_o': 'N'},"
		     "{'name': 'a_RMS', 'rms': 1}");
	expect("a 1 1\n");
}

/* A benchmark may well be called so. */
static void test_named_mean(void **state)
{
	(void)state;
	make_entries("{'name': 'compute_mean', 'run_type': 'iteration',"
		     " 'real_time': 1, 'cpu_time': 1, 'time_unit': 'ns'}");
	expect("compute_mean 1 1\n");
}

static void test_only_aggregates(void **state)
{
	(void)state;
	make_entries("{'name': 'a_mean', 'run_name': 'a',"
		     " 'run_type': 'aggregate', 'real_time': 9,"
		     " 'cpu_time': 9, 'time_unit': 'ns'}");
	expect_refused(-EINVAL,
		       ": only aggregates, and each repetition is needed: run "
		       "the benchmark without "
		       "--benchmark_report_aggregates_only");
}

#define MEAN_OF_A                                                      \
	"{'name': 'a_mean', 'run_name': 'a', 'run_type': 'aggregate'," \
	" 'aggregate_name': 'mean', 'real_time': 9, 'cpu_time': 9,"    \
	" 'time_unit': 'ns'}"

/* Others ran, or failed: what was measured of this one is not there. */
static void test_aggregates_of_one(void **state)
{
	(void)state;
	make_entries("{'name': 'b', 'error_occurred': true}," MEAN_OF_A);
	expect_refused(-EINVAL,
		       ": only aggregates, and each repetition is needed: run "
		       "the benchmark without "
		       "--benchmark_report_aggregates_only");
	make_entries("{'name': 'b', 'real_time': 1, 'cpu_time': 1,"
		     " 'time_unit': 'ns'}," MEAN_OF_A);
	expect_refused(-EINVAL,
		       ": of a there are only aggregates, and each repetition "
		       "is needed: let it report them, or leave it out");
}

static void test_no_entries(void **state)
{
	(void)state;
	make_entries("");
	expect_refused(-EINVAL, ": no benchmark ran, so there is nothing to "
				"compare");
}

static void test_failed(void **state)
{
	(void)state;
	make_entries("{'name': 'a', 'run_type': 'iteration',"
		     " 'error_occurred': true, 'error_message': 'no disk',"
		     " 'real_time': 0, 'cpu_time': 0, 'time_unit': 'ns'},"
		     "{'name': 'b', 'error_occurred': true},"
		     "{'name': 'c', 'skipped': true, 'skip_message': 'idle'},"
		     "{'name': 'd', 'error_occurred': false, 'real_time': 1,"
		     " 'cpu_time': 1, 'time_unit': 'ns'}");
	expect("a failed: no disk\nb failed: no message\nc skipped: idle\n"
	       "d 1 1\n");
}

/* Of nothing, and of less, no ratio can be made. */
static void test_no_time(void **state)
{
	(void)state;
	make_entries("{'name': 'a', 'real_time': 1, 'cpu_time': 0.0,"
		     " 'time_unit': 'ns'},"
		     "{'name': 'b', 'real_time': NaN, 'cpu_time': -Infinity,"
		     " 'time_unit': 'ns'},"
		     "{'name': 'c', 'real_time': inf, 'cpu_time': -1,"
		     " 'time_unit': 'ns'}");
	expect("a 1 nan\nb nan nan\nc nan nan\n");
}

/* What looks like NaN within a text stays what it is. */
static void test_nan_in_text(void **state)
{
	(void)state;
	make_entries("{'name': 'NaN/-inf\\\\\\'nan', 'real_time': 1,"
		     " 'x': nan, 'cpu_time': 1, 'time_unit': 'ns'}");
	expect("NaN/-inf\\\"nan 1 1\n");
}

static void test_missing(void **state)
{
	(void)state;
	make_entries("{'name': 'a', 'cpu_time': 1, 'time_unit': 'ns'}");
	expect_refused(-EINVAL, ": a has no real_time, as every repetition has "
				"in a file of Google Benchmark");
	make_entries("{'name': 'a', 'real_time': 1, 'time_unit': 'ns'}");
	expect_refused(-EINVAL, ": a has no cpu_time, as every repetition has "
				"in a file of Google Benchmark");
	make_entries("{'name': 'a', 'real_time': 1, 'cpu_time': 1,"
		     " 'time_unit': 'ns'}, {'real_time': 1}");
	expect_refused(-EINVAL, ": entry 2 of benchmarks has no name, as every "
				"one has in a file of Google Benchmark");
	make_entries("{'name': 'a\\nb', 'cpu_time': 1}");
	expect_refused(-EINVAL,
		       ": a?b has no real_time, as every repetition has "
		       "in a file of Google Benchmark");
	make_entries("5");
	expect_refused(-EINVAL, ": entry 1 of benchmarks has no name, as every "
				"one has in a file of Google Benchmark");
}

static void test_other_json(void **state)
{
	static const char sentence[] =
		": not a file of Google Benchmark: it has no context{} and "
		"benchmarks[]";

	(void)state;
	scratch_write("{'context': {}}");
	expect_refused(-EINVAL, sentence);
	scratch_write("{'benchmarks': []}");
	expect_refused(-EINVAL, sentence);
	scratch_write("{'context': [], 'benchmarks': {}}");
	expect_refused(-EINVAL, sentence);
	scratch_write("[]");
	expect_refused(-EINVAL, sentence);
}

/* A killed benchmark leaves the list open. */
static void test_cut(void **state)
{
	(void)state;
	scratch_write("{\n'context': {}, 'benchmarks': [\n{'name': 'a");
	expect_refused(-EBADMSG,
		       ":3: not JSON; Google Benchmark writes it with "
		       "--benchmark_out_format=json, and whole only when it "
		       "ends by itself");
}

static void test_no_file(void **state)
{
	json_t *environment;
	struct log log = { .out = NULL };
	struct reason why;
	char text[sizeof(struct reason)];

	(void)state;
	unlink(scratch_path);
	assert_int_equal(load(&log, &environment, &why), -ENOENT);
	snprintf(text, sizeof(text),
		 "cannot open %s: No such file or directory", scratch_path);
	assert_string_equal(why.text, text);
}

static void test_stop(void **state)
{
	json_t *environment = NULL;
	struct log log = { .out = fopen("/dev/null", "w"), .stop = 77 };
	struct reason why;

	(void)state;
	make_entries("{'name': 'a', 'real_time': 1, 'cpu_time': 1,"
		     " 'time_unit': 'ns'}");
	assert_int_equal(load(&log, &environment, &why), 77);
	make_entries("{'name': 'a', 'error_occurred': true}");
	assert_int_equal(load(&log, &environment, &why), 77);
	make_entries("{'name': 'a', 'skipped': true}");
	assert_int_equal(load(&log, &environment, &why), 77);
	fclose(log.out);
	assert_null(environment);
}

static void test_is_one(void **state)
{
	(void)state;
	scratch_write("{\n  'context': {");
	assert_true(gbfile_is_one(scratch_path));
	scratch_write("{'benchmarks': [");
	assert_true(gbfile_is_one(scratch_path));
	scratch_write("{'v':1,'context':");
	assert_false(gbfile_is_one(scratch_path));
	scratch_write("['context'");
	assert_false(gbfile_is_one(scratch_path));
	scratch_write("");
	assert_false(gbfile_is_one(scratch_path));
	unlink(scratch_path);
	assert_false(gbfile_is_one(scratch_path));
	assert_false(gbfile_is_one(scratch_folder));
	/* Whoever opened this would wait, and be killed. */
	assert_int_equal(mkfifo(scratch_path, 0600), 0);
	alarm(5);
	assert_false(gbfile_is_one(scratch_path));
	alarm(0);
	unlink(scratch_path);
}

/* --- the machine --- */

static const char context[] =
	"'host_name': 'h', 'date': 'd', 'executable': 'e', 'load_avg': [1],"
	" 'num_cpus': 2, 'mhz_per_cpu': 2000, 'cpu_scaling_enabled': false,"
	" 'caches': [{'type': 'Data', 'size': 32768, 'num_sharing': 1}],"
	" 'library_build_type': 'release', 'mine': 'x'";

/* The environment of a file whose context has @from in place of @to. */
static json_t *environment_with(const char *from, const char *to)
{
	const char *at = strstr(context, from);
	char text[1024];
	struct log log = { .out = fopen("/dev/null", "w") };
	json_t *environment;
	struct reason why;

	assert_non_null(at);
	snprintf(text, sizeof(text),
		 "{'context': {%.*s%s%s}, 'benchmarks': [{'name': 'a',"
		 " 'real_time': 1, 'cpu_time': 1, 'time_unit': 'ns'}]}",
		 (int)(at - context), context, to, at + strlen(from));
	scratch_write(text);
	assert_int_equal(load(&log, &environment, &why), 0);
	fclose(log.out);
	return environment;
}

/* @field NULL: no difference. */
static void expect_difference(const char *from, const char *to,
			      enum setting_kind kind, const char *field)
{
	json_t *base = environment_with("2", "2");
	json_t *fresh = environment_with(from, to);
	struct setting_differences differences;

	assert_int_equal(setting_compare(base, fresh, &differences), 0);
	assert_int_equal(differences.nr, field ? 1 : 0);
	if (field) {
		assert_string_equal(differences.list[0].field, field);
		assert_int_equal(differences.list[0].kind, kind);
	}
	setting_differences_clear(&differences);
	json_decref(base);
	json_decref(fresh);
}

static void test_machine(void **state)
{
	(void)state;
	expect_difference("'num_cpus': 2", "'num_cpus': 4", SETTING_MACHINE,
			  "context.num_cpus");
	expect_difference("32768", "65536", SETTING_MACHINE, "context.caches");
	expect_difference("2000", "2099", 0, NULL);
	expect_difference("2000", "2110", SETTING_CONTROL,
			  "context.mhz_per_cpu");
	expect_difference("false", "true", SETTING_CONTROL,
			  "context.cpu_scaling_enabled");
	expect_difference("release", "debug", SETTING_TOOLS,
			  "context.library_build_type");
	expect_difference("'x'", "'y'", SETTING_CONTROL, "context.mine");
	expect_difference("'h'", "'g'", 0, NULL);
	expect_difference("'d'", "'today'", 0, NULL);
	expect_difference("'e'", "'program'", 0, NULL);
	expect_difference("[1]", "[9]", 0, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repetitions),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_unknown_unit),
		cmocka_unit_test(test_aggregates),
		cmocka_unit_test(test_old_version),
		cmocka_unit_test(test_named_mean),
		cmocka_unit_test(test_only_aggregates),
		cmocka_unit_test(test_aggregates_of_one),
		cmocka_unit_test(test_no_entries),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_nan_in_text),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_other_json),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_is_one),
		cmocka_unit_test(test_machine),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
