// SPDX-License-Identifier: GPL-2.0-or-later
// The sample file while it is written, also when the disk is full.
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/load.h"
#include "results/writer.h"
#include "tests/results/fixture.h"

static char folder[] = "/tmp/dirtybench-writer-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/samples.jsonl", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int remove_file(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static int count(void *arg, const struct sample *sample)
{
	int *nr_samples = arg;

	assert_string_equal(sample->workload, "dense");
	++*nr_samples;
	return 0;
}

static int count_whole_lines(void)
{
	int nr_samples = 0;
	struct load_sink sink = { .sample = count, .arg = &nr_samples };
	struct reason why;

	if (load_samples(folder, &sink, &why) != 0)
		fail_msg("%s", why.text);
	return nr_samples;
}

/* Append until it fails; hand back how and how many went through. */
static int fill(struct record_writer *writer, int *written, struct reason *why)
{
	struct sample sample;
	int err = 0;

	fixture_full(&sample);
	for (*written = 0; *written < 100 && !err; *written += !err)
		err = record_writer_append(writer, &sample, why);
	return err;
}

static void test_lines_are_there_at_once(void **state)
{
	struct record_writer *writer;
	struct sample sample;
	struct reason why;

	(void)state;
	fixture_full(&sample);
	assert_int_equal(record_writer_open(path, &writer, &why), 0);
	assert_int_equal(count_whole_lines(), 0);
	assert_int_equal(record_writer_append(writer, &sample, &why), 0);
	assert_int_equal(count_whole_lines(), 1);
	assert_int_equal(record_writer_append(writer, &sample, &why), 0);
	assert_int_equal(count_whole_lines(), 2);
	sample.epoch = SAMPLE_NULL;
	assert_int_equal(record_writer_append(writer, &sample, &why), -EINVAL);
	assert_int_equal(count_whole_lines(), 2);
	assert_int_equal(record_writer_close(writer, &why), 0);
}

static void test_existing_file_is_kept(void **state)
{
	struct record_writer *writer;
	struct reason why;

	(void)state;
	assert_int_equal(record_writer_open(path, &writer, &why), 0);
	assert_int_equal(record_writer_close(writer, &why), 0);
	assert_int_equal(record_writer_open(path, &writer, &why), -EEXIST);
	assert_non_null(strstr(why.text, "samples.jsonl: File exists"));
	assert_int_equal(record_writer_open("/nonexistent/x", &writer, &why),
			 -ENOENT);
	assert_int_equal(record_writer_close(NULL, &why), 0);
}

/* A limit in the middle of the third line makes a short write. */
static void test_short_write_is_cut_off(void **state)
{
	struct rlimit before, limit;
	struct record_writer *writer;
	struct reason why;
	struct stat status;
	int written;

	(void)state;
	assert_int_equal(record_writer_open(path, &writer, &why), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 3200;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(fill(writer, &written, &why), -EFBIG);
	assert_int_equal(written, 2);
	assert_int_equal(stat(path, &status), 0);
	assert_true(status.st_size < 3200);
	assert_int_equal(count_whole_lines(), 2);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(fill(writer, &written, &why), 0);
	assert_int_equal(count_whole_lines(), 102);
	assert_int_equal(record_writer_close(writer, &why), 0);
}

/* In a mount namespace of its own; left out where that is not allowed. */
static void test_full_disk(void **state)
{
	struct record_writer *writer;
	struct reason why;
	int written;

	(void)state;
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", folder, "tmpfs", 0, "size=8k") != 0)
		skip();
	assert_int_equal(record_writer_open(path, &writer, &why), 0);
	assert_int_equal(fill(writer, &written, &why), -ENOSPC);
	assert_true(written > 2 && written < 12);
	assert_non_null(strstr(why.text, "No space left on device"));
	assert_int_equal(count_whole_lines(), written);
	assert_int_equal(record_writer_close(writer, &why), 0);
	assert_int_equal(umount(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_lines_are_there_at_once,
					  remove_file),
		cmocka_unit_test_teardown(test_existing_file_is_kept,
					  remove_file),
		cmocka_unit_test_teardown(test_short_write_is_cut_off,
					  remove_file),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
