// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks what a run left on disk; silent, with exit status 0, when it is right.
 *
 * usage: check-run [OPTION...] FOLDER
 *        check-run --json FILE
 *
 *   --processes N   every measured cell has so many
 *   --measured N    every process has so many measured epochs
 *   --same-stores   every epoch N of the run dirtied the same regions
 *   --partial       the run was interrupted: processes may not have ended
 *   --samples-only  also, gbench.json is not looked at
 *   --instructions  phases are counted in instructions, not in ns
 *   --json FILE     whether that is JSON, as far as jansson is strict
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cli/problem.h"
#include "tests/cli/runfiles.h"
#include "tests/cli/samplerow.h"

/* More than any test asks for. */
enum { MAX_EPOCHS = 128 };

struct options {
	const char *folder;
	int64_t processes, measured; /* -1: any number */
	int same_stores, partial, samples_only;
};

/* The process whose rows are being read. */
struct process {
	const char *cell; /* NULL before the first */
	int64_t number;
	int64_t epochs; /* so far */
	bool ended, failed;
	int64_t measured;
	int64_t ideal[MAX_EPOCHS]; /* regions */
	int64_t last_replay;	   /* the epoch that has its figures, or -1 */
};

struct check {
	const struct options *options;
	json_t *rows;
	json_t *processes; /* how many of a cell there have been */
	struct process now;
	int64_t ideal[MAX_EPOCHS]; /* --same-stores: of the first process */
};

/* --- the file --- */

static char *read_whole(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	*length = 0;
	if (!file) {
		problem(path, "%s", strerror(errno));
		return NULL;
	}
	do {
		size += 1 << 20;
		text = realloc(text, size);
		if (!text)
			abort();
		*length += fread(text + *length, 1, size - *length, file);
	} while (*length == size);
	fclose(file);
	text[*length] = '\0';
	return text;
}

static void load_rows(struct check *check, const char *path)
{
	size_t length, line_length;
	char *text = read_whole(path, &length);
	char *line = text;
	json_error_t error;
	char where[64];
	json_t *row;

	if (length && text[length - 1] != '\n')
		problem(path, "the last line is not whole");
	for (int i = 1; text && line < text + length; i++) {
		line_length = strcspn(line, "\n");
		snprintf(where, sizeof(where), "samples.jsonl:%d", i);
		row = json_loadb(line, line_length, JSON_REJECT_DUPLICATES,
				 &error);
		if (row)
			row_check(where, row);
		else
			problem(where, "%s", error.text);
		json_array_append_new(check->rows, row ? row : json_object());
		line += line_length + 1;
	}
	free(text);
}

/* --- the rows of a process --- */

/* Fewer regions are as many by chance too often. */
enum { ENOUGH_REGIONS = 32 };

/* Random sets that are equal would have as many regions each. */
static void check_sets_differ(const struct process *process)
{
	bool differ = false;

	if (process->measured < 2 || process->ideal[0] < ENOUGH_REGIONS ||
	    !strstr(process->cell, "pattern:random"))
		return;
	for (int64_t i = 1; i <= process->measured; i++)
		differ |= process->ideal[i] != process->ideal[0];
	if (!differ)
		problem(process->cell, "every epoch dirties the same pages");
}

static void check_same_stores(struct check *check)
{
	const struct process *process = &check->now;

	for (int64_t i = 0; i <= process->measured; i++) {
		if (check->ideal[i] < 0)
			check->ideal[i] = process->ideal[i];
		if (process->ideal[i] != check->ideal[i])
			problem(process->cell,
				"epoch %lld dirties other pages than elsewhere",
				(long long)i);
	}
}

/* All rows of a process have been seen. */
static void end_process(struct check *check, bool last)
{
	struct process *process = &check->now;
	const struct options *options = check->options;

	if (!process->cell || process->failed)
		return;
	if (!process->ended) {
		if (!last || !options->partial)
			problem(process->cell, "process %lld ends early",
				(long long)process->number);
		return;
	}
	if (options->measured >= 0 && process->measured != options->measured)
		problem(process->cell, "%lld measured epochs",
			(long long)process->measured);
	if (process->last_replay != process->measured)
		problem(process->cell, "no replay of the last measured epoch");
	check_sets_differ(process);
	if (options->same_stores)
		check_same_stores(check);
}

static void begin_process(struct check *check, const char *where,
			  const json_t *row)
{
	const char *cell = row_text(row, "cell");
	int64_t before =
		json_integer_value(json_object_get(check->processes, cell));

	check->now = (struct process){
		.cell = cell,
		.number = row_int(row, NULL, "process"),
		.last_replay = -1,
	};
	if (check->now.number < 0) {
		check->now.failed = true; /* or skipped: no process at all */
		return;
	}
	if (check->now.number != before)
		problem(where, "process %lld after %lld others",
			(long long)check->now.number, (long long)before);
	json_object_set_new(check->processes, cell, json_integer(before + 1));
}

static void check_replay(struct process *process, const char *where,
			 const json_t *row)
{
	bool has = row_int(row, "vmas", "peak") >= 0;

	if (has != (row_int(row, "vmas", "armed") >= 0) ||
	    has != (row_int(row, "pagetable_kb", "peak") >= 0))
		problem(where, "figures of a replay are missing");
	if (has && strcmp(row_text(row, "kind"), "measured") != 0)
		problem(where, "a replay of a control epoch");
	if (has && process->last_replay >= 0)
		problem(where, "a second replay");
	if (has)
		process->last_replay = process->epochs;
}

/* first, measured..., idle, read, after */
static void check_sequence(struct process *process, const char *where,
			   const char *kind)
{
	static const char *const follows[] = { "measured", "idle", NULL };
	int64_t epoch = process->epochs;

	if (epoch == 0)
		return;
	if (process->ended)
		problem(where, "an epoch behind the last one");
	else if (!strcmp(kind, "read")) {
		if (epoch != process->measured + 2)
			problem(where, "read does not follow idle");
	} else if (!strcmp(kind, "after")) {
		if (epoch != process->measured + 3)
			problem(where, "after does not follow read");
		process->ended = true;
	} else if (strcmp(kind, follows[0]) != 0 &&
		   strcmp(kind, follows[1]) != 0)
		problem(where, "%s in the middle", kind);
	else if (!strcmp(kind, "measured") && epoch != ++process->measured)
		problem(where, "measured does not follow measured");
}

static void add_epoch(struct check *check, const char *where, const json_t *row)
{
	struct process *process = &check->now;

	if (row_int(row, NULL, "epoch") != process->epochs)
		problem(where, "epoch %lld after %lld others",
			(long long)row_int(row, NULL, "epoch"),
			(long long)process->epochs);
	check_sequence(process, where, row_text(row, "kind"));
	check_replay(process, where, row);
	if (process->epochs < MAX_EPOCHS)
		process->ideal[process->epochs] =
			row_int(row, "regions", "ideal");
	process->epochs++;
}

/* --- the run --- */

static void check_common(const char *where, const json_t *row,
			 const json_t *first, size_t index)
{
	static const char *const same[] = { "run", "label", "boot" };

	if (row_int(row, NULL, "seq") != (int64_t)index)
		problem(where, "seq is not %zu", index);
	for (int i = 0; i < 3; i++)
		if (!json_equal(row_at(row, NULL, same[i]),
				row_at(first, NULL, same[i])))
			problem(where, "%s differs from the first line's",
				same[i]);
}

static void check_rows(struct check *check)
{
	const struct process *now = &check->now;
	const json_t *row;
	char where[64];
	size_t i;

	json_array_foreach(check->rows, i, row)
	{
		snprintf(where, sizeof(where), "samples.jsonl:%zu", i + 1);
		check_common(where, row, json_array_get(check->rows, 0), i);
		if (!now->cell || strcmp(now->cell, row_text(row, "cell")) ||
		    now->number != row_int(row, NULL, "process")) {
			end_process(check, false);
			begin_process(check, where, row);
		}
		if (row_has_epoch(row))
			add_epoch(check, where, row);
		else
			check->now.failed = true;
	}
	end_process(check, true);
}

static void check_processes(const struct check *check)
{
	int64_t wanted = check->options->processes;
	const char *cell;
	json_t *count;

	json_object_foreach(check->processes, cell,
			    count) if (wanted >= 0 &&
				       json_integer_value(count) != wanted)
		problem(cell, "%lld processes",
			(long long)json_integer_value(count));
}

static const char *path_of(const struct options *options, const char *file)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", options->folder, file);
	return path;
}

static void check_run(const struct options *options)
{
	struct check check = { .options = options };

	check.rows = json_array();
	check.processes = json_object();
	for (int i = 0; i < MAX_EPOCHS; i++)
		check.ideal[i] = -1;
	load_rows(&check, path_of(options, "samples.jsonl"));
	if (!json_array_size(check.rows))
		problem(options->folder, "there are no samples");
	check_rows(&check);
	check_processes(&check);
	runfiles_check_environment(path_of(options, "env.json"),
				   json_array_get(check.rows, 0));
	runfiles_check_topology(path_of(options, "topology.xml"));
	if (!options->samples_only)
		runfiles_check_benchmarks(path_of(options, "gbench.json"),
					  check.rows, options->partial);
	json_decref(check.processes);
	json_decref(check.rows);
}

static int usage(void)
{
	fputs("usage: check-run [OPTION...] FOLDER | check-run --json FILE\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct options options = { .processes = -1, .measured = -1 };
	const struct option table[] = {
		{ "processes", required_argument, NULL, 'p' },
		{ "measured", required_argument, NULL, 'm' },
		{ "same-stores", no_argument, &options.same_stores, 1 },
		{ "partial", no_argument, &options.partial, 1 },
		{ "samples-only", no_argument, &options.samples_only, 1 },
		{ "instructions", no_argument, NULL, 'i' },
		{ "json", required_argument, NULL, 'j' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (option == 'p')
			options.processes = strtoll(optarg, NULL, 10);
		else if (option == 'm')
			options.measured = strtoll(optarg, NULL, 10);
		else if (option == 'i')
			row_expect_instructions();
		else if (option == 'j')
			json_decref(runfiles_load(optarg));
		else if (option)
			return usage();
	}
	options.partial |= options.samples_only;
	options.folder = argv[optind];
	if (options.folder)
		check_run(&options);
	else if (optind == 1)
		return usage();
	return problem_count() ? 1 : 0;
}
