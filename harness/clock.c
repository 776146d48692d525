// SPDX-License-Identifier: GPL-2.0-or-later
/* The clock that phases are timed with, and what reading it costs. */
#include "harness/clock.h"

#include <stdlib.h>

#include "harness/rooted.h"

/* Odd, so that the median is one of them. */
enum { BATCHES = 101 };

/* A batch of cheap readings takes some 10 us: far above the resolution, and
 * short enough that most batches see no timer interrupt. */
enum { READINGS = 500 };

static int compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static int64_t batch_ns(int64_t *smallest_step_ns)
{
	int64_t start_ns = clock_now_ns(), last_ns = start_ns;

	for (int i = 0; i < READINGS; i++) {
		int64_t now_ns = clock_now_ns();
		int64_t step_ns = now_ns - last_ns;

		if (step_ns > 0 && step_ns < *smallest_step_ns)
			*smallest_step_ns = step_ns;
		last_ns = now_ns;
	}
	return last_ns - start_ns;
}

/* Where not one of the readings differs, the clock is coarser than them all. */
static int64_t coarse_step_ns(void)
{
	int64_t start_ns = clock_now_ns(), now_ns = start_ns;

	while (now_ns == start_ns)
		now_ns = clock_now_ns();
	return now_ns - start_ns;
}

void clock_measure(struct clock_quality *quality)
{
	int64_t spans_ns[BATCHES], median_ns, step_ns = INT64_MAX;

	for (int i = 0; i < BATCHES; i++)
		spans_ns[i] = batch_ns(&step_ns);
	qsort(spans_ns, BATCHES, sizeof(spans_ns[0]), compare);
	median_ns = spans_ns[BATCHES / 2];
	quality->cost_ns = (double)median_ns / READINGS;
	quality->resolution_ns =
		step_ns < INT64_MAX ? step_ns : coarse_step_ns();
}

int clock_source(const char *root, char *name, size_t size)
{
	int ret = rooted_read(root,
			      "/sys/devices/system/clocksource/clocksource0/"
			      "current_clocksource",
			      name, size);

	return ret < 0 ? ret : 0;
}
