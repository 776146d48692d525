// SPDX-License-Identifier: GPL-2.0-or-later
/* What other programs by hand have: choosing pages, timing, proof, medians. */
#define REPRO_LISTS expected, collected
#include "base-repro.c"
#include <sys/wait.h>

#define NS(p)	      ns[p][process * EPOCHS + epoch % EPOCHS]
#define TIME(p, call) (NS(p) = -now(), call, NS(p) += now())

#ifdef REPRO_NOTHING_REPORTED
enum { WRITE, PHASES };
#else
enum { ARM, WRITE, COLLECT, PHASES };
#endif
static double (*ns)[PROCESSES * EPOCHS]; /* shared by all processes */
static uint64_t store[DIRTY];		 /* where this epoch stores */

static void write_pages(void)
{
	for (size_t i = 0; i < DIRTY; i++)
		*(volatile uint64_t *)store[i] = i;
}

#include REPRO_TRACKER

#include REPRO_WORKLOAD

static void choose(unsigned int epoch)
{
#ifdef REPRO_PATTERN_CLUSTERED
	size_t slots = UNITS / 16, nr = 0;
#endif
#ifdef REPRO_PATTERN_SEQUENTIAL
	size_t first = (SEED + epoch) * DIRTY % UNITS, end = first + DIRTY;
	size_t wrapped = end > UNITS ? end - UNITS : 0;
#endif
#ifdef REPRO_PATTERN_STRIDE
	size_t step = UNITS / DIRTY, room = UNITS - (DIRTY - 1) * step;
#endif

	srand48(SEED + epoch);
#ifdef REPRO_PATTERN_RANDOM
	for (size_t i = 0, nr = 0; nr < DIRTY; i++)
		if ((UNITS - i) * drand48() < DIRTY - nr)
#ifdef REPRO_ADDRESS
			store[nr++] = i;
#else
			store[nr++] = RANGE_START + i * REPRO_UNIT_BYTES;
#endif
#endif
#ifdef REPRO_PATTERN_CLUSTERED
	for (size_t i = 0; i < slots; i++) /* runs of 16, in a grid */
		if ((slots - i) * drand48() < (DIRTY - nr + 15) / 16)
			for (size_t j = 0; j < 16 && nr < DIRTY; j++)
				store[nr++] = 16 * i + j;
	for (; nr < DIRTY; nr++) /* what the grid leaves over */
		store[nr] = UNITS - (DIRTY - nr);
#endif
#ifdef REPRO_PATTERN_SEQUENTIAL
	for (size_t i = 0; i < DIRTY; i++)
		store[i] = i < wrapped ? i : first + i - wrapped;
#endif
#ifdef REPRO_PATTERN_STRIDE
	for (size_t i = 0; i < DIRTY; i++)
		store[i] = (SEED + epoch) % room + i * step;
#endif
#ifndef REPRO_NOTHING_REPORTED
	expected.nr = 0;
#endif
	for (size_t i = 0; i < DIRTY; i++) {
#ifdef REPRO_ADDRESS
		store[i] = REPRO_ADDRESS;
#else
#ifndef REPRO_PATTERN_RANDOM
		store[i] = RANGE_START + store[i] * REPRO_UNIT_BYTES;
#endif
#endif
#ifdef REPRO_SEES_PARTS
		store[i] += lrand48() % (HUGE_BYTES / PAGE_BYTES) * PAGE_BYTES;
#endif
#ifndef REPRO_NOTHING_REPORTED
#ifndef REPRO_OTHER_WRITER
		append(&expected, store[i], store[i] + REPRO_SEEN_BYTES);
#endif
#endif
		store[i] += lrand48() % (REPRO_SEEN_BYTES / 8) * 8;
	}
#ifdef REPRO_ORDER_SHUFFLED
	for (size_t i = DIRTY - 1; i > 0; i--) {
		size_t other = lrand48() % (i + 1);
		uint64_t swapped = store[i];

		store[i] = store[other];
		store[other] = swapped;
	}
#endif /* REPRO_ORDER_ASCENDING */
}

static void run_process(int process)
{
	open_memory();
#ifdef REPRO_OPENS
	open_tracker();
#endif
	for (int epoch = 0; epoch <= EPOCHS; epoch++) {
		choose(epoch);
#ifdef REPRO_REWRITES
#ifdef REPRO_DISARM
		REPRO_DISARM;
#endif
#endif
#ifdef REPRO_PREPARE
		MUST(REPRO_PREPARE);
#endif
#ifdef REPRO_COLLECT_ATOMIC
		if (!epoch)
			REPRO_ARM;
#else /* REPRO_COLLECT_SEPARATE */
#ifndef REPRO_NOTHING_REPORTED
		TIME(ARM, REPRO_ARM);
#endif
#endif
#ifdef REPRO_BETWEEN_ARM_AND_WRITE
		MUST(REPRO_BETWEEN);
#endif
#ifdef REPRO_TOUCHES
#ifndef REPRO_NOTHING_REPORTED
		memset(REPRO_BUFFER, 1, sizeof(REPRO_BUFFER));
		memset(&collected, 0, sizeof(collected)); /* fault now */
#endif
#endif
#ifdef REPRO_OTHER_WRITER
		TIME(WRITE, have_pages_written());
#else
		TIME(WRITE, write_pages());
#endif
#ifdef REPRO_BETWEEN_WRITE_AND_COLLECT
		MUST(REPRO_BETWEEN);
#endif
#ifndef REPRO_NOTHING_REPORTED
#ifndef REPRO_TOUCHES
		collected.nr = 0;
#endif
		TIME(COLLECT, REPRO_COLLECT);
		if (memcmp(&collected, &expected, 8 + 16 * expected.nr))
			errx(1, "epoch %d: not what was written", epoch);
		if (!process)
#ifdef REPRO_OTHER_WRITER
			puts("0 pages, 0 regions");
#else
#ifdef REPRO_SEES_UNITS
			printf("%lu pages, %zu regions\n",
			       DIRTY * PAGES / UNITS, expected.nr);
#else
			printf("%lu pages, %zu regions\n", DIRTY, expected.nr);
#endif
#endif
#endif
	}
	exit(0);
}

static int compare(const void *a, const void *b)
{
	return *(const double *)a < *(const double *)b ? -1 : 1;
}

int main(void)
{
#ifdef REPRO_NOTHING_REPORTED
	static const char *const name[] = { "write" };
	static const size_t pages[] = { DIRTY };
#else
#ifdef REPRO_COLLECT_ATOMIC
	static const char *const name[] = { "", "write", "collect+arm" };
#else
	static const char *const name[] = { "arm", "write", "collect" };
#endif
#ifdef REPRO_ZEROS
	static const size_t pages[] = { UNITS + ZEROS, DIRTY, UNITS + ZEROS };
#else
	static const size_t pages[] = { REPRO_RESIDENT, DIRTY, REPRO_RESIDENT };
#endif
#endif
	int status;

	MUST(ns = mmap(NULL, PHASES * sizeof(*ns), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	for (int i = 0; i < PROCESSES; i++) {
		if (!fork())
			run_process(i);
		if (wait(&status) < 0 || status)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
#ifdef REPRO_COLLECT_ATOMIC
	for (int i = WRITE; i < PHASES; i++) {
#else
	for (int i = 0; i < PHASES; i++) {
#endif
		qsort(ns[i], PROCESSES * EPOCHS, sizeof(ns[i][0]), compare);
		printf("%s %.3f ns/page\n", name[i],
		       ns[i][PROCESSES * EPOCHS / 2] / pages[i]);
	}
	return 0;
}
