// SPDX-License-Identifier: GPL-2.0-or-later
/* swapped: out is out, with its content, on its backend, when it is said. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/machine/swaplist.h"
#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "tests/kernel/epochs.h"

/* Swap for twice the largest size that a test asks for. */
#define SWAP_BYTES (32ULL << 20)

/* Another run prepares the machine for seconds, not for minutes. */
enum { BUSY_SECONDS = 120 };

extern const struct workload workload_swapped;
extern const struct tracker tracker_none;

static const char *backend; /* what the tests run on now */

/* Pairs of parameters with the backend. */
static const char *with_backend(const char *pairs)
{
	static char text[256];

	snprintf(text, sizeof(text), "size=4m backend=%s%s%s", backend,
		 *pairs ? " " : "", pairs);
	return text;
}

static int open_work(struct work *work, struct cell *cell, const char *pairs)
{
	make_cell(cell, &workload_swapped, &tracker_none, with_backend(pairs));
	*work = (struct work){ .workload = &workload_swapped,
			       .params = &cell->params };
	return workload_swapped.open(work);
}

static int prepare(struct work *work, unsigned int number)
{
	const struct epoch epoch = { .number = number, .kind = EPOCH_MEASURED };
	int ret = workload_swapped.prepare(work, &epoch);

	if (ret)
		puts(work->why.text);
	return ret;
}

struct census {
	size_t in_memory;
	size_t in_cache;
	size_t out;
};

/* Page by page, as the requirement says it. */
static struct census count_pages(const struct work *work)
{
	struct census census = { 0 };
	struct reason why;
	int pagemap = pagemap_open(getpid(), &why);
	unsigned char core = 1;
	uint64_t entry = 0;

	for (uint64_t at = work->ranges[0].start; at < work->ranges[0].end;
	     at += page_bytes()) {
		if (pagemap_entry(pagemap, at, &entry) ||
		    mincore((void *)(uintptr_t)at, page_bytes(), &core))
			abort();
		if ((entry & PAGEMAP_PRESENT) || !(entry & PAGEMAP_SWAPPED))
			census.in_memory++;
		else if (core & 1)
			census.in_cache++;
		else
			census.out++;
	}
	close(pagemap);
	return census;
}

static long major_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_majflt;
}

/* What memory_fill() put there, but for the words that were stored. */
static size_t strange_words(const struct work *work)
{
	const struct mapped_range *range = work->ranges;
	uint64_t bytes = range->end - range->start;
	const uint64_t *is = (const uint64_t *)(uintptr_t)range->start;
	uint64_t *was = malloc(bytes);
	size_t nr = 0;

	if (!was)
		abort();
	memory_fill((uint64_t)(uintptr_t)was, (uint64_t)(uintptr_t)was + bytes,
		    params_value(work->params, "seed"));
	for (size_t i = 0; i < bytes / sizeof(*is); i++)
		nr += is[i] != was[i];
	free(was);
	return nr;
}

static void out_is_out(const char *share, size_t percent)
{
	enum swap_backend kind =
		strcmp(backend, "zram") ? SWAP_FILE : SWAP_ZRAM;
	uint64_t free_bytes = machine_swap_free_bytes(kind);
	struct census census;
	struct work work;
	struct cell cell;
	size_t out;
	long major;

	CHECK(!open_work(&work, &cell, share));
	for (unsigned int i = 0; i < 3; i++) {
		CHECK(!prepare(&work, i));
		census = count_pages(&work);
		out = work.resident_pages * percent / 100;
		CHECK(census.out == out);
		CHECK(census.in_memory == work.resident_pages - out);
		/* The other side of the count: the backend's. */
		CHECK(free_bytes - machine_swap_free_bytes(kind) >=
		      out * page_bytes());
		workload_swapped.write(&work, 0, work.stores.nr);
	}
	CHECK(!prepare(&work, 3));
	major = major_faults();
	workload_swapped.read(&work);
	major = major_faults() - major;
	/* One read from disk may bring neighbours along: 8 or so. */
	CHECK(major >= (long)out / 32 && major <= (long)out);
	CHECK(kind != SWAP_ZRAM || major == (long)out);
	CHECK(strange_words(&work) <= 3 * work.stores.nr);
	CHECK(strange_words(&work) >= work.stores.nr);
	workload_swapped.close(&work);
}

static void every_share_is_out(void)
{
	out_is_out("", 100);
	out_is_out("share=50% order=shuffled", 50);
	out_is_out("share=0%", 0);
}

static void the_share_is_the_seeds(void)
{
	uint64_t first[2] = { 0 };
	struct work work;
	struct cell cell;
	struct reason why;
	int pagemap = pagemap_open(getpid(), &why);
	uint64_t entry, at;

	for (int i = 0; i < 2; i++) {
		CHECK(!open_work(&work, &cell, "share=10%"));
		CHECK(!prepare(&work, (unsigned int)i));
		at = work.ranges[0].start;
		for (; at < work.ranges[0].end; at += page_bytes())
			if (!pagemap_entry(pagemap, at, &entry) &&
			    (entry & PAGEMAP_SWAPPED))
				first[i] = first[i] * 31 + at;
		workload_swapped.close(&work);
	}
	CHECK(first[0] && first[0] == first[1]);
	close(pagemap);
}

/* All pages out, or all in memory. */
static bool are(const struct work *work, bool out)
{
	struct census census = count_pages(work);

	return (out ? census.out : census.in_memory) == work->resident_pages;
}

static void pages_go_out_when_it_is_said(void)
{
	static const struct {
		const char *when;
		bool prepared, armed, written;
	} rows[] = {
		{ "when=before-arm dirty=1", true, true, false },
		{ "when=after-arm dirty=1", false, true, false },
		{ "when=after-write dirty=1", false, false, true },
	};
	struct work work;
	struct cell cell;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK(!open_work(&work, &cell, rows[i].when));
		/* Twice: what one epoch leaves must not spoil the next. */
		for (unsigned int epoch = 0; epoch < 2; epoch++) {
			CHECK(!prepare(&work, epoch));
			CHECK(are(&work, rows[i].prepared) &&
			      are(&work, false) != rows[i].prepared);
			CHECK(!workload_swapped.between(&work, PHASE_ARM));
			CHECK(are(&work, rows[i].armed));
			workload_swapped.write(&work, 0, work.stores.nr);
			CHECK(!workload_swapped.between(&work, PHASE_WRITE));
			CHECK(are(&work, true) == rows[i].written);
		}
		workload_swapped.close(&work);
	}
}

static void every_tracker_tells_the_truth(void)
{
	CHECK(check_trackers(&workload_swapped, with_backend("")) >= 2);
	CHECK(check_trackers(&workload_swapped,
			     with_backend("when=after-arm share=50%")) >= 2);
	CHECK(check_trackers(&workload_swapped,
			     with_backend("when=after-write")) >= 2);
}

static void liars_are_caught(void)
{
	check_liars(&workload_swapped, with_backend(""));
}

/* A page that two processes map is not paged out for one of them. */
static void what_stays_is_counted(void)
{
	struct epoch epoch = { .number = 0, .kind = EPOCH_FIRST };
	struct work work;
	struct cell cell;
	pid_t child;

	CHECK(!open_work(&work, &cell, ""));
	child = fork();
	if (!child)
		for (;;)
			pause();
	/* The parent has copies of its own of all pages but three. */
	memory_touch(work.ranges[0].start + 3 * page_bytes(),
		     work.ranges[0].end, page_bytes());
	CHECK(workload_swapped.prepare(&work, &epoch) == -EBUSY);
	if (!strstr(work.why.text, "3 of 1024 pages stayed in memory"))
		puts(work.why.text);
	CHECK(strstr(work.why.text, "3 of 1024 pages stayed in memory"));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	CHECK(!prepare(&work, 0));
	workload_swapped.close(&work);
}

/* Pages that another processor was about to put on a list. */
static void pages_held_by_a_processor_go_out(void)
{
	cpu_set_t all, one;
	struct work work;
	struct cell cell;
	int nr = 0;

	sched_getaffinity(0, sizeof(all), &all);
	for (int cpu = 0; cpu < CPU_SETSIZE && nr < 2; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		if (!nr++)
			CHECK(!open_work(&work, &cell, ""));
	}
	CHECK(!prepare(&work, 0));
	CHECK(are(&work, true));
	sched_setaffinity(0, sizeof(all), &all);
	workload_swapped.close(&work);
}

static void the_backend_has_to_be_the_one_used(void)
{
	struct work work;
	struct cell cell;

	backend = strcmp(backend, "zram") ? "zram" : "file";
	if (open_work(&work, &cell, "") == -ENODEV)
		CHECK(strstr(work.why.text, backend));
	else
		CHECK(!*work.why.text);
	workload_swapped.close(&work);
	backend = strcmp(backend, "zram") ? "zram" : "file";
}

static size_t run_tests(void)
{
	static void (*const tests[])(void) = {
		every_share_is_out,
		the_share_is_the_seeds,
		pages_go_out_when_it_is_said,
		every_tracker_tells_the_truth,
		liars_are_caught,
		what_stays_is_counted,
		pages_held_by_a_processor_go_out,
		the_backend_has_to_be_the_one_used,
	};
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tests[i]();
	return i;
}

/* Swap of @kind, the machine's own or made now; false without. */
static bool have_swap(enum swap_backend kind, struct preparation *prep)
{
	struct swap_list list;
	struct reason why = { "none is used first and free: root makes one" };

	if (prep && prepare_swap(prep, kind, &why))
		goto out_skip;
	if (!swaplist_read(&list) &&
	    swaplist_first_free_bytes(&list, kind) >= SWAP_BYTES)
		return true;
out_skip:
	printf("skipped: no swap on %s: %s\n", swap_backend_name(kind),
	       why.text);
	return false;
}

static struct preparation *start_preparation(const char *folder)
{
	const struct machine_needs needs = {
		.swap_bytes = { [SWAP_ZRAM] = SWAP_BYTES,
				[SWAP_FILE] = SWAP_BYTES },
	};
	struct preparation *prep = NULL;
	struct reason why = { "" };
	int ret = -EBUSY;

	for (int i = 0; i < BUSY_SECONDS && ret == -EBUSY; i++) {
		if (i)
			sleep(1);
		ret = prepare_start(&prep, &needs, folder, &why);
	}
	if (ret)
		printf("no preparation: %s\n", why.text);
	return ret ? NULL : prep;
}

/* The folder for a swap file may be given. */
int main(int argc, char **argv)
{
	struct preparation *prep;
	struct reason why = { "" };
	size_t nr = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	prep = start_preparation(argc > 1 ? argv[1] : "/var/tmp");
	for (int kind = SWAP_ZRAM; kind <= SWAP_FILE; kind++) {
		if (!have_swap(kind, prep))
			continue;
		backend = swap_backend_name(kind);
		nr += run_tests();
	}
	CHECK(!prepare_end(prep, &why));
	printf("%zu tests, %d failures\n", nr, failures);
	if (failures)
		return EXIT_FAILURE;
	return nr ? EXIT_SUCCESS : EXIT_SKIP;
}
