// SPDX-License-Identifier: GPL-2.0-or-later
/* Suites of scripted benchmarks, for the tests of libbench. */
#include "tests/libbench/script.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct part {
	struct play *play;
	int index;
};

static void set_texts(struct bench_run *run)
{
	bench_set_label(run, "bell \a, tab \t, \"quote\", \\, latin-1 \xe9, "
			     "overlong \xc0\xaf, snowman \xe2\x98\x83");
	bench_set_counter(run, "line\nfeed \xff", 1);
}

static void do_step(struct bench_run *run, char step)
{
	switch (step) {
	case 's':
		bench_skip(run, "not on \"this\" kernel\n");
		break;
	case 'f':
		bench_fail(run, "it\tbroke");
		bench_skip(run, "too late to be a skip");
		break;
	case '-':
		break;
	case 'n':
		bench_set_time(run, NAN);
		break;
	case 'k':
		raise(SIGKILL);
		break;
	case 'c':
		bench_set_counter(run, "none", NAN);
		bench_set_counter(run, "endless", -INFINITY);
		bench_set_counter(run, "finite", 2.5);
		bench_set_counter(run, "zero", 0);
		bench_set_counter(run, "later",
				  bench_repetition(run) ? 4 : NAN);
		bench_set_time(run, 1e-6);
		break;
	case 'd':
		bench_set_counter(run, bench_repetition(run) ? "odd" : "even",
				  7);
		bench_set_time(run, 1e-6);
		break;
	case 't':
		set_texts(run);
		bench_set_time(run, 1e-6);
		break;
	default:
		bench_set_counter(run, "digit", step - '0');
		bench_set_time(run, (step - '0') * 1e-6);
	}
}

static void follow_script(struct bench_run *run, void *arg)
{
	struct part *part = arg;
	struct play *play = part->play;
	struct script *script = &play->scripts[part->index];
	size_t step = (size_t)script->calls++;
	size_t last = strlen(script->steps) - 1;

	play->log[play->log_length].script = part->index;
	play->log[play->log_length].repetition = bench_repetition(run);
	play->log_length++;
	do_step(run, script->steps[step < last ? step : last]);
}

static int play_suite(struct play *play, struct bench_suite *suite)
{
	struct part parts[4];
	int err = 0;

	for (int i = 0; i < 4 && play->scripts[i].name && !err; i++) {
		parts[i].play = play;
		parts[i].index = i;
		err = bench_register(suite, play->scripts[i].name,
				     follow_script, &parts[i]);
	}
	if (!err)
		err = bench_run_all(suite, &play->options, &play->summary);
	return err;
}

int play(struct play *play)
{
	char *argv[SCRIPT_FLAGS + 2] = { (char *)"script" };
	struct bench_suite *suite;
	int argc = 1;

	while (play->flags[argc - 1]) {
		argv[argc] = (char *)play->flags[argc - 1];
		argc++;
	}
	play->err = bench_create(&suite, &argc, argv);
	if (!play->err)
		play->err = play_suite(play, suite);
	snprintf(play->error, sizeof(play->error), "%s", bench_error(suite));
	bench_destroy(suite);
	return play->err;
}

char *file_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text;
	size_t length;

	if (!file)
		return NULL;
	text = calloc(1, 1 << 20);
	assert_non_null(text);
	length = fread(text, 1, (1 << 20) - 1, file);
	assert_true(length < (1 << 20) - 1);
	fclose(file);
	return text;
}

void file_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void redirect(int fd, const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (file < 0 || dup2(file, fd) < 0)
		_exit(99);
	close(file);
}

struct captured play_in_child(struct play *task)
{
	struct captured captured = { 0 };
	char *folder = folder_make();
	const char *out = in_folder(folder, "out");
	const char *error = in_folder(folder, "error");
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		redirect(STDOUT_FILENO, out);
		redirect(STDERR_FILENO, error);
		_exit(play(task) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &captured.status, 0), child);
	captured.out = file_text(out);
	captured.error = file_text(error);
	folder_remove(folder);
	return captured;
}

void captured_free(struct captured *captured)
{
	free(captured->out);
	free(captured->error);
}

char *folder_make(void)
{
	char *folder = strdup("/tmp/libbench-test-XXXXXX");

	assert_non_null(folder);
	assert_non_null(mkdtemp(folder));
	return folder;
}

int folder_count(const char *folder)
{
	DIR *directory = opendir(folder);
	struct dirent *found;
	int count = 0;

	assert_non_null(directory);
	while ((found = readdir(directory)))
		count += found->d_name[0] != '.';
	closedir(directory);
	return count;
}

void folder_remove(char *folder)
{
	DIR *directory = opendir(folder);
	struct dirent *found;

	assert_non_null(directory);
	while ((found = readdir(directory)))
		if (found->d_name[0] != '.')
			unlinkat(dirfd(directory), found->d_name, 0);
	closedir(directory);
	assert_int_equal(rmdir(folder), 0);
	free(folder);
}

const char *in_folder(const char *folder, const char *name)
{
	static char paths[8][256];
	static int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

json_t *report_parse(const char *text)
{
	json_error_t error;
	json_t *report;

	assert_non_null(text);
	report = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!report)
		fail_msg("line %d: %s in:\n%s", error.line, error.text, text);
	return report;
}

json_t *report_load(const char *path)
{
	char *text = file_text(path);
	json_t *report = report_parse(text);

	free(text);
	return report;
}

json_t *report_row(json_t *report, const char *name, int index)
{
	json_t *row;
	size_t i;

	json_array_foreach(
		json_object_get(report, "benchmarks"), i,
		row) if (!strcmp(json_string_value(json_object_get(row,
								   "name")),
				 name) &&
			 index-- == 0) return row;
	return NULL;
}
