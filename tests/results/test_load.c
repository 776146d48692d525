// SPDX-License-Identifier: GPL-2.0-or-later
// Files of samples, whole and damaged.
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

#include "results/load.h"
#include "results/record.h"
#include "tests/results/fixture.h"

static char folder[] = "/tmp/dirtybench-load-XXXXXX";
static char path[64];
static char *line;
static size_t line_length;

/* What came in, in order. */
struct log {
	int nr_samples, nr_damaged;
	int last_err;
	char last_text[sizeof(struct reason)];
	int stop_after;
};

static int make_folder(void **state)
{
	struct sample sample;
	struct reason why;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/samples.jsonl", folder);
	fixture_full(&sample);
	return record_encode(&sample, &line, &line_length, &why);
}

static int remove_folder(void **state)
{
	(void)state;
	free(line);
	unlink(path);
	return rmdir(folder);
}

static int log_sample(void *arg, const struct sample *sample)
{
	struct log *log = arg;

	assert_int_equal(sample->seq, 17);
	log->nr_samples++;
	return log->nr_samples == log->stop_after ? 77 : 0;
}

static int log_damage(void *arg, int err, const struct reason *why)
{
	struct log *log = arg;

	log->nr_damaged++;
	log->last_err = err;
	snprintf(log->last_text, sizeof(log->last_text), "%s", why->text);
	return 0;
}

/* %-free text; each '@' is a whole line with its newline. */
static void make_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (; *text; text++) {
		if (*text == '@')
			assert_int_equal(fwrite(line, 1, line_length, file),
					 line_length);
		else
			fputc(*text, file);
	}
	assert_int_equal(fclose(file), 0);
}

static int load(struct log *log, struct reason *why)
{
	struct load_sink sink = {
		.sample = log_sample,
		.damaged = log_damage,
		.arg = log,
	};

	*log = (struct log){ .stop_after = log->stop_after };
	return load_samples(path, &sink, why);
}

static void test_whole_file(void **state)
{
	struct log log = { 0 };
	struct reason why;

	(void)state;
	make_file("@@@");
	assert_int_equal(load(&log, &why), 0);
	assert_int_equal(log.nr_samples, 3);
	assert_int_equal(log.nr_damaged, 0);
	make_file("");
	assert_int_equal(load(&log, &why), 0);
	assert_int_equal(log.nr_samples, 0);
}

static void test_folder(void **state)
{
	struct log log = { 0 };
	struct load_sink sink = { .sample = log_sample, .arg = &log };
	struct reason why;

	(void)state;
	make_file("@@");
	assert_int_equal(load_samples(folder, &sink, &why), 0);
	assert_int_equal(log.nr_samples, 2);
	assert_int_equal(load_samples("/nonexistent", &sink, &why), -ENOENT);
	assert_string_equal(why.text, "cannot open /nonexistent: "
				      "No such file or directory");
	assert_int_equal(load_samples("/proc/self/fdinfo", &sink, &why),
			 -ENOENT);
	assert_non_null(strstr(why.text, "/proc/self/fdinfo/samples.jsonl"));
}

static void test_damaged_lines_are_named(void **state)
{
	struct log log = { 0 };
	struct reason why;
	char expected[128];

	(void)state;
	make_file("@{\"v\":1}\n@\n@{\"v\":\n{\"v\":9}\n");
	assert_int_equal(load(&log, &why), 0);
	assert_int_equal(log.nr_samples, 3);
	assert_int_equal(log.nr_damaged, 4);
	assert_int_equal(log.last_err, -EPROTONOSUPPORT);
	snprintf(expected, sizeof(expected),
		 "%s:7: field v is 9: this program knows version 1 only", path);
	assert_string_equal(log.last_text, expected);
}

static void test_damage_ends_without_handler(void **state)
{
	struct log log = { 0 };
	struct load_sink sink = { .sample = log_sample, .arg = &log };
	struct reason why;
	char expected[128];

	(void)state;
	make_file("@{\"v\":1\n@");
	assert_int_equal(load_samples(path, &sink, &why), -EBADMSG);
	assert_int_equal(log.nr_samples, 1);
	snprintf(expected, sizeof(expected),
		 "%s:2: the line ends before its sample does", path);
	assert_string_equal(why.text, expected);
}

static void test_cut_last_line(void **state)
{
	struct log log = { 0 };
	struct reason why;
	char expected[128];

	(void)state;
	make_file("@@");
	assert_int_equal(truncate(path, (off_t)line_length + 100), 0);
	assert_int_equal(load(&log, &why), 0);
	assert_int_equal(log.nr_samples, 1);
	assert_int_equal(log.nr_damaged, 1);
	assert_int_equal(log.last_err, -ENODATA);
	snprintf(expected, sizeof(expected), "%s:2: the last line is cut off",
		 path);
	assert_string_equal(log.last_text, expected);
	/* Only the newline is lost: nothing is. */
	assert_int_equal(truncate(path, (off_t)line_length - 1), 0);
	assert_int_equal(load(&log, &why), 0);
	assert_int_equal(log.nr_samples, 1);
	assert_int_equal(log.nr_damaged, 0);
}

static void test_long_line(void **state)
{
	struct log log = { 0 };
	struct reason why;
	FILE *file;

	(void)state;
	make_file("@");
	file = fopen(path, "a");
	assert_non_null(file);
	for (int i = 0; i < 5 * RECORD_MAX_BYTES; i++)
		fputc('x', file);
	fputc('\n', file);
	fwrite(line, 1, line_length, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(load(&log, &why), 0);
	assert_int_equal(log.nr_samples, 2);
	assert_int_equal(log.nr_damaged, 1);
	assert_int_equal(log.last_err, -EOVERFLOW);
	assert_non_null(strstr(log.last_text, "samples.jsonl:2: the line is "
					      "longer than 1048576 bytes"));
}

static void test_sink_ends_the_load(void **state)
{
	struct log log = { .stop_after = 2 };
	struct reason why;

	(void)state;
	make_file("@@@");
	assert_int_equal(load(&log, &why), 77);
	assert_int_equal(log.nr_samples, 2);
}

/* More than one buffer, so that lines lie across its end. */
static void test_many_lines(void **state)
{
	struct log log = { 0 };
	struct reason why;
	FILE *file;

	(void)state;
	file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 2000; i++)
		fwrite(line, 1, line_length, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(load(&log, &why), 0);
	assert_int_equal(log.nr_samples, 2000);
	assert_int_equal(log.nr_damaged, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_file),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_damaged_lines_are_named),
		cmocka_unit_test(test_damage_ends_without_handler),
		cmocka_unit_test(test_cut_last_line),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_sink_ends_the_load),
		cmocka_unit_test(test_many_lines),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
