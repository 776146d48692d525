// SPDX-License-Identifier: GPL-2.0-or-later
/* One line on a terminal: which cell runs, of how many, and time left. */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "harness/clock.h"

/* Room that the narrowest usual terminal leaves beside the counts. */
enum { CELL_COLUMNS = 50 };

void progress_start(struct progress *progress, int total)
{
	progress->total = total;
	progress->done = 0;
	progress->shown = isatty(STDERR_FILENO);
	progress->start_ns = clock_now_ns();
}

static int seconds_left(const struct progress *progress)
{
	int64_t spent_ns = clock_now_ns() - progress->start_ns;

	if (!progress->done)
		return -1;
	return (int)((double)spent_ns / progress->done *
		     (progress->total - progress->done) / 1e9);
}

void progress_show(struct progress *progress, const char *cell)
{
	int left = seconds_left(progress);

	if (!progress->shown)
		return;
	fprintf(stderr, "\r\033[K[%d/%d] %.*s", progress->done + 1,
		progress->total, CELL_COLUMNS, cell);
	if (left >= 0)
		fprintf(stderr, "  %d:%02d left", left / 60, left % 60);
	fflush(stderr);
}

void progress_step(struct progress *progress)
{
	progress->done++;
}

void progress_end(struct progress *progress)
{
	if (!progress->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->shown = 0;
}
