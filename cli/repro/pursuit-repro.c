// SPDX-License-Identifier: GPL-2.0-or-later
/* For workloads whose process is copied from outside while it goes on. */
#ifdef REPRO_NOTHING_REPORTED
#error "none: a program by hand copies what is reported"
#endif
#ifndef REPRO_PID_0
#error "pid: a program by hand follows a process of its own"
#endif
#define REPRO_LISTS collected
#include "base-repro.c"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>

static char *copy;
static pid_t child;
static double due; /* when a link of that bandwidth has sent what is copied */

#include REPRO_TRACKER

#include REPRO_WORKLOAD

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set); /* where there is one more */
}

static void stop(void)
{
	kill(child, SIGSTOP);
	MUST(waitpid(child, NULL, WUNTRACED));
}

static int open_file(const char *name, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", child, name);
	MUST(fd = open(path, flags));
	return fd;
}

static void read_child(char *to, uint64_t start, uint64_t bytes)
{
	struct iovec ours = { to, bytes }, its = { (void *)start, bytes };
	ssize_t done;

	MUST(done = process_vm_readv(child, &ours, 1, &its, 1, 0));
	if ((uint64_t)done < bytes)
		errx(1, "process %d ends at 0x%lx", child, start + done);
}

/* The pages that were collected. */
static size_t copy_pages(void)
{
	uint64_t bytes = 0;

	due = now();
	for (size_t i = 0; i < collected.nr; i++) {
		uint64_t start = collected.v[i][0];
		uint64_t length = collected.v[i][1] - start;

		read_child(copy + (start - RANGE_START), start, length);
		bytes += length;
	}
	due += bytes * 1e9 / BANDWIDTH_BYTES;
	return bytes / PAGE_BYTES;
}

static void collect_pages(void)
{
	collected.nr = 0;
	REPRO_COLLECT;
}

/* What was written since the last time; the process goes on. */
static size_t copy_written(void)
{
	size_t pages;

#ifdef REPRO_COLLECT_ATOMIC
	collect_pages();
#else /* REPRO_COLLECT_SEPARATE */
#ifdef REPRO_STOP_YES
	stop();
#endif /* REPRO_STOP_NO */
	collect_pages();
	REPRO_ARM;
	kill(child, SIGCONT);
#endif
	pages = copy_pages();
	if (due > now())
		usleep((due - now()) / 1e3);
	return pages;
}

/* How many pages the copy has otherwise. */
static size_t compare_all(void)
{
	static char page[PAGE_BYTES];
	size_t nr = 0;

	for (uint64_t at = 0; at < SIZE_BYTES; at += PAGE_BYTES) {
		read_child(page, RANGE_START + at, PAGE_BYTES);
		nr += !!memcmp(page, copy + at, PAGE_BYTES);
	}
	return nr;
}

static void copy_process(void)
{
	size_t before, pages = UNITS, iteration = 0, lost;
	double began;

	stop();
	REPRO_ARM;
	kill(child, SIGCONT);
	collected.nr = 0;
	append(&collected, RANGE_START, RANGE_END);
	copy_pages();
	usleep(due > now() ? (due - now()) / 1e3 : 0);
	printf("%zu", pages);
	do {
		before = pages;
		pages = copy_written();
		printf(" %zu", pages);
	} while (pages > THRESHOLD && pages < before &&
		 ++iteration < MAX_ITERATIONS);
	began = now();
	stop();
	collect_pages();
	pages = copy_pages();
	printf(" and %zu pages, stopped for %.0f us", pages,
	       (now() - began) / 1e3);
	lost = compare_all();
	printf(", %zu lost\n", lost);
#ifdef REPRO_STOP_YES
	if (lost)
		errx(1, "a page that was written was not reported");
#endif
	kill(child, SIGCONT);
}

static uint64_t random_bits(void)
{
	static uint64_t state = 2 * SEED + 1;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

/* The hot pages are the first ones. */
static void store_once(uint64_t value)
{
	int hot = random_bits() % UNITS < HOT_WRITES || HOT == UNITS;
	uint64_t first = hot ? 0 : HOT, nr = hot ? HOT : UNITS - HOT;
#ifdef REPRO_ACCESS_RANDOM
	uint64_t page = first + random_bits() % nr;
#else /* REPRO_ACCESS_SEQUENTIAL */
	static uint64_t next[2];
	uint64_t page = first + next[hot]++ % nr;
#endif
	uint64_t at = page * PAGE_BYTES + value * 8 % PAGE_BYTES;

	*(volatile uint64_t *)(RANGE_START + at) = value;
}

static void run_child(void)
{
	uint64_t stored = 0;
#ifndef REPRO_RATE_0
	double began;
#endif

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run_on(WRITER_CPU);
	open_memory();
	open_tracker();
	raise(SIGSTOP);
#ifdef REPRO_RATE_0
	for (;;)
		store_once(++stored);
#else
	began = now();
	for (;; usleep(500))
		while (stored < (now() - began) * 1e-9 * RATE)
			store_once(++stored);
#endif
}

int main(void)
{
	int status;

	MUST(copy = mmap(NULL, SIZE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	memset(copy, 1, SIZE_BYTES);
	run_on(HANDLER_CPU);
	for (int i = 0; i < PROCESSES; i++) {
		MUST(child = fork());
		if (!child)
			run_child();
		MUST(waitpid(child, &status, WUNTRACED));
		if (!WIFSTOPPED(status))
			return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
#ifdef REPRO_CLEARS
		clear_refs = open_file("clear_refs", O_WRONLY);
#endif
		pagemap = open_file("pagemap", O_RDONLY);
		kill(child, SIGCONT);
		for (int epoch = 0; epoch < EPOCHS; epoch++)
			copy_process();
		kill(child, SIGKILL);
		wait(NULL);
	}
	return 0;
}
