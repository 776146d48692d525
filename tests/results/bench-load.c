// SPDX-License-Identifier: GPL-2.0-or-later
/* bench-load: how fast samples are read, and with how much memory. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "results/side/side.h"
#include "tests/results/manyruns.h"
#include "tests/results/runfolder.h"

enum { DEFAULT_LINES = 1000000 };

static double read_clock_s(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* In a process of its own, so that the peak is that of reading. */
static int write_runs(const char *folder, int lines)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(manyruns_write(folder, 0, lines) ? 1 : 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		warnx("cannot write %d lines to %s", lines, folder);
		return -1;
	}
	return 0;
}

static int64_t count_lines(const struct side *side)
{
	int64_t lines = 0;

	for (int i = 0; i < side->nr_runs; i++)
		lines += side->runs[i].lines;
	return lines;
}

static int read_runs(const char *folder, int lines)
{
	double taken_s = -read_clock_s(CLOCK_MONOTONIC);
	double used_s = -read_clock_s(CLOCK_PROCESS_CPUTIME_ID);
	struct rusage usage;
	struct reason why;
	struct side *side;
	int err;

	err = side_load(&side, &folder, 1, 0, &why);
	if (err) {
		warnx("%s", why.text);
		return err;
	}
	taken_s += read_clock_s(CLOCK_MONOTONIC);
	used_s += read_clock_s(CLOCK_PROCESS_CPUTIME_ID);
	getrusage(RUSAGE_SELF, &usage);
	printf("%d lines of %d runs in %d boots, %d cells: %.2f s (%.2f s of "
	       "a processor), %.0f lines/s, peak %ld KiB\n",
	       lines, side->nr_runs, summary_nr_boots(side->summary),
	       summary_nr_cells(side->summary), taken_s, used_s,
	       lines / taken_s, usage.ru_maxrss);
	err = count_lines(side) != lines;
	if (err)
		warnx("%lld lines were read", (long long)count_lines(side));
	side_free(side);
	return err;
}

/* 0 where it is no number above 0. */
static int parse_lines(const char *text)
{
	char *end;
	long lines = strtol(text, &end, 10);

	return *end || lines < 1 || lines > INT32_MAX ? 0 : (int)lines;
}

int main(int argc, char **argv)
{
	int lines = argc > 1 ? parse_lines(argv[1]) : DEFAULT_LINES;
	const char *parent = getenv("TMPDIR");
	char *folder;
	int status;

	if (argc > 2 || !lines)
		errx(2, "usage: bench-load [LINES]: writes so many sample "
			"lines to $TMPDIR, some 1 KB each, and reads them");
	if (asprintf(&folder, "%s/bench-load-XXXXXX",
		     parent ? parent : "/tmp") < 0 ||
	    !mkdtemp(folder))
		err(1, "no folder for the lines");
	status = write_runs(folder, lines);
	if (!status)
		status = read_runs(folder, lines);
	if (runfolder_remove(folder))
		warn("cannot remove %s", folder);
	free(folder);
	return status || fflush(stdout) ? 1 : 0;
}
