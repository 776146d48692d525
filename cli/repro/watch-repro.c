// SPDX-License-Identifier: GPL-2.0-or-later
/* For workloads of threads that store without an end: times and stamps. */
#ifdef REPRO_NOTHING_REPORTED
#error "none: a program by hand whose threads do not stop has to collect"
#endif
#define REPRO_LISTS collected
#include "base-repro.c"
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>

#define TIME(p, call) (ns = -now(), call, ns += now(), add(&total[p], ns))

enum { COLLECT, ARM, REPORTED, LOST, KINDS };
struct histogram { /* of nanoseconds or pages, to a 64th of each */
	uint64_t nr, sum, slot[64 * 59];
};
/* Shared by all processes; of writes, tracked or not, one a thread. */
static struct histogram *total, *wrote[2];
static double ns;
static volatile int over;
/*
 * While collection n is going on, the time is 3n, behind it 3n + 1, and from
 * its end 3n + 2. What is stored at time t is due in collection (t + 2) / 3.
 */
static uint32_t stamp = 2, collection;
static uint32_t latest[PAGES], seen[PAGES], judged[PAGES]; /* stamps */
static uint32_t told[PAGES]; /* the last collection that did */

static void add(struct histogram *to, uint64_t value)
{
	int shift = value < 128 ? 0 : 57 - __builtin_clzll(value);

	to->nr++;
	to->sum += value;
	to->slot[64 * shift + (value >> shift)]++;
}

static uint64_t median(const struct histogram *of)
{
	uint64_t i = 0;

	for (uint64_t nr = of->slot[0]; nr <= of->nr / 2; nr += of->slot[i])
		i++;
	return i < 128 ? i : (64 + i % 64) << (i / 64 - 1);
}

static void run_on(int cpu, int others)
{
	cpu_set_t set;

	memset(&set, others ? 0xff : 0, sizeof(set));
	if (others)
		CPU_CLR(cpu, &set);
	else
		CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set); /* where there are two */
}

static void *write_pages(void *arg)
{
	uint64_t nr = (uintptr_t)arg;
	uint64_t start = RANGE_START + 64 * nr; /* a cache line each */
	uint64_t before, after, page;
#ifdef REPRO_ACCESS_RANDOM
	uint64_t random = (SEED + collection + nr) * 0x9e3779b97f4a7c15 | 1;
#else
	uint64_t next = SEED + PAGES * nr / THREADS;
#endif

#ifdef REPRO_COLLECTOR_APART
	run_on(COLLECTOR_CPU, 1);
#else /* REPRO_COLLECTOR_AMONG */
	run_on(CPU_SETSIZE, 1);
#endif
	after = now();
	while (!over) {
		uint32_t time = __atomic_load_n(&stamp, __ATOMIC_ACQUIRE);
		int tracked;
#ifdef REPRO_ACCESS_RANDOM

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		page = (random >> 32) * PAGES >> 32;
#else /* REPRO_ACCESS_SEQUENTIAL */

		page = next++ % PAGES;
#endif
		/* Armed since it was last stored to. */
		tracked = latest[page] < (time - 2) / 3 * 3 || !latest[page];
		*(volatile uint64_t *)(start + page * PAGE_BYTES) = time;
		__atomic_store_n(&latest[page], time, __ATOMIC_RELEASE);
		before = after;
		after = now();
		add(&wrote[tracked][nr], after - before);
	}
	return NULL;
}

#include REPRO_TRACKER

#include REPRO_WORKLOAD

static void judge(void)
{
	uint64_t pages = 0, lost = 0;

	for (size_t i = 0; i < collected.nr; i++)
		for (uint64_t at = collected.v[i][0]; at < collected.v[i][1];
		     at += PAGE_BYTES, pages++)
			told[(at - RANGE_START) / PAGE_BYTES] = collection;
	for (size_t i = 0; i < PAGES; judged[i] = seen[i], i++) {
		uint32_t due = (seen[i] + 2) / 3;

		if (seen[i] == judged[i] || told[i] >= due)
			continue;
#ifdef REPRO_COLLECT_ATOMIC
		errx(1, "collection %u has lost page %zu", due, i);
#else /* REPRO_COLLECT_SEPARATE */
		if (seen[i] % 3 == 2 && due == collection)
			errx(1, "collection %u has lost page %zu", due, i);
		lost++; /* between two calls */
#endif
	}
	add(&total[REPORTED], pages);
	add(&total[LOST], lost);
}

static double collect_pages(void)
{
#ifdef REPRO_TOUCHES
	memset(REPRO_BUFFER, 1, sizeof(REPRO_BUFFER));
	memset(&collected, 0, sizeof(collected)); /* fault now */
#endif
	for (size_t i = 0; i < PAGES; i++)
		seen[i] = __atomic_load_n(&latest[i], __ATOMIC_ACQUIRE);
	collected.nr = 0;
	collection++;
	__atomic_store_n(&stamp, 3 * collection, __ATOMIC_RELEASE);
	TIME(COLLECT, REPRO_COLLECT);
#ifndef REPRO_COLLECT_ATOMIC
	__atomic_store_n(&stamp, 3 * collection + 1, __ATOMIC_RELEASE);
	TIME(ARM, REPRO_ARM);
#endif
	__atomic_store_n(&stamp, 3 * collection + 2, __ATOMIC_RELEASE);
	return now();
}

static void sleep_until(uint64_t at_ns)
{
	struct timespec at = { at_ns / 1000000000, at_ns % 1000000000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static void run_epoch(void)
{
	double end = now() + EPOCH_MS * 1e6, next = now() + DELAY_MS * 1e6;
	pthread_t thread[THREADS];

	over = 0;
	for (int i = 0; i < THREADS; i++)
		MUST(-pthread_create(&thread[i], NULL, write_pages,
				     (void *)(uintptr_t)i));
	for (; next < end; next += DELAY_MS * 1e6) {
		sleep_until(next);
		next = collect_pages();
		judge();
	}
	sleep_until(end);
	over = 1;
	for (int i = 0; i < THREADS; i++)
		MUST(-pthread_join(thread[i], NULL));
	collect_pages();
	judge();
	collected.nr = 0;
	REPRO_COLLECT;
	if (collected.nr)
		errx(1, "a page that nobody stored to was reported");
}

static void sum(struct histogram *to, const struct histogram *of, int nr)
{
	for (int i = 0; i < nr; i++) {
		to->nr += of[i].nr;
		to->sum += of[i].sum;
		for (size_t j = 0; j < sizeof(of->slot) / 8; j++)
			to->slot[j] += of[i].slot[j];
	}
}

static void print(const char *name, const struct histogram *of, double divisor,
		  const char *unit)
{
	printf("%s %.1f %s, mean %.1f\n", name, median(of) / divisor, unit,
	       of->sum / divisor / of->nr);
}

int main(void)
{
	static struct histogram tracked, all;
	int status;

	MUST(total = mmap(NULL, (KINDS + 2 * THREADS) * sizeof(*total),
			  PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0));
	wrote[0] = total + KINDS;
	wrote[1] = wrote[0] + THREADS;
	for (int i = 0; i < PROCESSES; i++) {
		if (!fork()) {
			run_on(COLLECTOR_CPU, 0);
			open_memory();
			open_tracker();
			REPRO_ARM;
			for (int epoch = 0; epoch < EPOCHS; epoch++)
				run_epoch();
			exit(0);
		}
		if (wait(&status) < 0 || status)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
	sum(&tracked, wrote[1], THREADS);
	sum(&all, wrote[0], 2 * THREADS);
	print("write", &all, 1, "ns");
	print("tracked", &tracked, 1, "ns");
#ifdef REPRO_COLLECT_ATOMIC
	print("collect+arm", &total[COLLECT], 1e3, "us");
#else
	print("collect", &total[COLLECT], 1e3, "us");
	print("arm", &total[ARM], 1e3, "us");
#endif
	print("reported", &total[REPORTED], 1, "pages");
	print("lost", &total[LOST], 1, "pages");
	return 0;
}
