// SPDX-License-Identifier: GPL-2.0-or-later
/* The clock that phases are timed with, and what reading it costs. */
#include "harness/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* What a tick takes at least, and two readings of the clock in a row never. */
static const int64_t tick_ns = 700;

/* Several ticks of the slowest timer, 100 Hz: enough for work that a kernel
 * thread was asked to do, and for a grace period of RCU. */
static const struct timespec settle = { .tv_nsec = 40000000 };

/* Without a tick for so long, there is none. */
static const int64_t tickless_ns = 50000000;

bool clock_sleep_until(int64_t when_ns)
{
	const struct timespec when = { .tv_sec = when_ns / 1000000000,
				       .tv_nsec = when_ns % 1000000000 };

	if (clock_now_ns() > when_ns)
		return true;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) ==
	       EINTR)
		;
	return false;
}

void clock_await_tick(void)
{
	int64_t start_ns, last_ns, now_ns;

	nanosleep(&settle, NULL);
	start_ns = last_ns = now_ns = clock_now_ns();
	while (now_ns - last_ns < tick_ns && now_ns - start_ns < tickless_ns) {
		last_ns = now_ns;
		now_ns = clock_now_ns();
	}
}

#ifdef __x86_64__
/* Long enough for an error below 1e-5: reading both takes some 100 ns. */
static const struct timespec calibration = { .tv_nsec = 20000000 };

/* The kernel trusts it, and no emulator stands between. */
static bool counter_counts_time(void)
{
	char name[32];

	return clock_source("", name, sizeof(name)) == 0 &&
	       strcmp(name, "tsc") == 0;
}

static void calibrate(struct tick_clock *clock)
{
	int64_t start_ns = clock_now_ns();
	uint64_t start = __builtin_ia32_rdtsc();
	uint64_t ticks, ns;

	nanosleep(&calibration, NULL);
	ns = (uint64_t)(clock_now_ns() - start_ns);
	ticks = __builtin_ia32_rdtsc() - start;
	clock->counter = ticks > 0;
	clock->origin = start;
	clock->scale = ticks ? (ns << 32) / ticks : 0;
}
#endif

void tick_clock_start(struct tick_clock *clock)
{
	*clock = (struct tick_clock){ .origin = (uint64_t)clock_now_ns() };
#ifdef __x86_64__
	if (counter_counts_time())
		calibrate(clock);
#endif
}

int clock_source(const char *root, char *name, size_t size)
{
	int ret = rooted_read(root,
			      "/sys/devices/system/clocksource/clocksource0/"
			      "current_clocksource",
			      name, size);

	return ret < 0 ? ret : 0;
}
