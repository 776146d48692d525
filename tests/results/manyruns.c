// SPDX-License-Identifier: GPL-2.0-or-later
// Folders of as many runs as a test of size needs.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/record.h"
#include "tests/results/fixture.h"
#include "tests/results/manyruns.h"
#include "tests/results/runfolder.h"

/* As the default preset has them. */
enum { CELLS = 60, PROCESSES = 10, EPOCHS = 7, RUN_LINES = 4200 };
enum { RUNS_A_BOOT = 10 };

_Static_assert((int)RUN_LINES == CELLS * PROCESSES * EPOCHS, "a whole run");

static const char *const trackers[] = { "none", "mprotect",  "pagemap",
					"scan", "softdirty", "uffd-wp" };

enum { NR_TRACKERS = sizeof(trackers) / sizeof(trackers[0]) };

/* Names of runs and boots have one width, so that they can be replaced. */
#define RUN_FORMAT  "run-%06d"
#define BOOT_FORMAT "boot-%06d"

enum { NAME_BYTES = 16 };

/* The lines of one run, and where in the text each has its names. */
struct pattern {
	char *text;
	size_t ends[RUN_LINES], runs[RUN_LINES], boots[RUN_LINES];
};

static enum sample_kind kind_of(int epoch)
{
	if (epoch == 0)
		return KIND_FIRST;
	if (epoch == EPOCHS - 2)
		return KIND_IDLE;
	return epoch == EPOCHS - 1 ? KIND_READ : KIND_MEASURED;
}

/* Process by process, as a run takes its cells in turns. */
static void make_sample(struct sample *sample, int line)
{
	int epoch = line % EPOCHS;
	int cell = line / EPOCHS % CELLS;
	char params[128];

	snprintf(params, sizeof(params),
		 "dirty=25%% order=ascending pattern=random "
		 "read-holes=no seed=1 size=%dm",
		 1 << cell / NR_TRACKERS);
	fixture_epoch(sample, "dense", trackers[cell % NR_TRACKERS], params);
	sample->seq = line;
	sample->process = line / EPOCHS / CELLS;
	sample->epoch = epoch;
	sample->kind = kind_of(epoch);
	snprintf(sample->label, sizeof(sample->label), "6.1");
	/* Any spread will do. */
	sample->figures.ns.arm += line * 7919LL % 1000;
	sample->figures.ns.write += line * 104729LL % 1000;
	sample->figures.ns.collect += line * 1299709LL % 1000;
}

static int add_line(struct pattern *pattern, FILE *out, int number)
{
	size_t start = ftell(out), length;
	struct sample sample;
	struct reason why;
	char *line;
	int err;

	make_sample(&sample, number);
	snprintf(sample.run, sizeof(sample.run), RUN_FORMAT, 0);
	snprintf(sample.boot, sizeof(sample.boot), BOOT_FORMAT, 0);
	err = record_encode(&sample, &line, &length, &why);
	if (err)
		return err;
	pattern->runs[number] = start + (strstr(line, "run-") - line);
	pattern->boots[number] = start + (strstr(line, "boot-") - line);
	pattern->ends[number] = start + length;
	fwrite(line, length, 1, out);
	free(line);
	return 0;
}

static int make_pattern(struct pattern *pattern)
{
	size_t length;
	FILE *out = open_memstream(&pattern->text, &length);
	int err = 0;

	if (!out)
		return -ENOMEM;
	for (int i = 0; i < RUN_LINES && !err; i++)
		err = add_line(pattern, out, i);
	if (fclose(out) && !err)
		err = -ENOMEM;
	return err;
}

static void rename_lines(struct pattern *pattern, const char *run,
			 const char *boot)
{
	for (int i = 0; i < RUN_LINES; i++) {
		memcpy(pattern->text + pattern->runs[i], run, strlen(run));
		memcpy(pattern->text + pattern->boots[i], boot, strlen(boot));
	}
}

/* The first @lines of run @number. */
static int write_run(const char *folder, struct pattern *pattern, int number,
		     int lines)
{
	char run[NAME_BYTES], boot[NAME_BYTES];
	struct runfolder what;
	char *path;
	int err;

	if (asprintf(&path, "%s/run-%d", folder, number) < 0)
		return -ENOMEM;
	snprintf(run, sizeof(run), RUN_FORMAT, number);
	snprintf(boot, sizeof(boot), BOOT_FORMAT, number / RUNS_A_BOOT);
	runfolder_init(&what, run);
	what.boot = boot;
	err = runfolder_write(path, &what);
	rename_lines(pattern, run, boot);
	if (!err)
		err = runfolder_add_lines(path, pattern->text,
					  pattern->ends[lines - 1]);
	free(path);
	return err;
}

int manyruns_write(const char *folder, int first, int lines)
{
	struct pattern *pattern = calloc(1, sizeof(*pattern));
	int err;

	if (!pattern)
		return -ENOMEM;
	err = make_pattern(pattern);
	for (int i = first; lines > 0 && !err; i++, lines -= RUN_LINES)
		err = write_run(folder, pattern, i,
				lines < RUN_LINES ? lines : RUN_LINES);
	free(pattern->text);
	free(pattern);
	return err;
}
