/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock that phases are timed with, and what reading it costs. */
#ifndef DIRTYBENCH_CLOCK_H
#define DIRTYBENCH_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Nanoseconds of CLOCK_MONOTONIC, which cannot fail on Linux. */
static inline int64_t clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Sleep until the clock says @when_ns. Whether it was time already. */
bool clock_sleep_until(int64_t when_ns);

/* What the clock of this machine is worth. */
enum clock_meaning {
	CLOCK_TIME,
	/* An emulator's clock that advances by one nanosecond with each
	 * instruction: differences are instructions. */
	CLOCK_INSTRUCTIONS,
	CLOCK_NOTHING, /* another emulator's: differences mean nothing */
};

/*
 * Let everything else run that wants to, and return right behind a tick of the
 * timer. What follows and is shorter than the time between ticks has none in
 * it; what is longer has always the same number.
 */
void clock_await_tick(void);

struct clock_quality {
	double cost_ns; /* of one clock_now_ns(), median */
	/* The smallest step seen between two readings in a row that differ.
	 * A fine clock cannot show a step below its own cost. */
	int64_t resolution_ns;
};

/*
 * A clock for the loop of a writer, which reads it at every store: the time
 * stamp counter where it counts nanoseconds of some length whatever the
 * processor does, else the clock above. To be compared on one processor.
 */
struct tick_clock {
	bool counter;
	uint64_t origin; /* ticks */
	uint64_t scale;	 /* nanoseconds a tick, times 2^32 */
};

/* Takes some milliseconds: they are what the counter is compared with. */
void tick_clock_start(struct tick_clock *clock);

/* Nanoseconds since then. */
static inline uint64_t tick_clock_ns(const struct tick_clock *clock)
{
#ifdef __x86_64__
	if (clock->counter)
		return (uint64_t)(((unsigned __int128)(__builtin_ia32_rdtsc() -
						       clock->origin) *
				   clock->scale) >>
				  32);
#endif
	return (uint64_t)clock_now_ns() - clock->origin;
}

/* Measure both, in a few milliseconds of reading the clock. */
void clock_measure(struct clock_quality *quality);

/*
 * The kernel's current clock source ("tsc"), read from /sys below the
 * directory @root ("" for this machine). 0, or -errno of reading it.
 */
int clock_source(const char *root, char *name, size_t size);

#endif
