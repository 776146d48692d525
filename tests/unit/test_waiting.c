// SPDX-License-Identifier: GPL-2.0-or-later
/* What a writer waits for its turn is in what its stores took. */
#include "harness/writers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/page.h"

enum { PAGES = 8 };

/* Of a comparison, which the end may come into. */
enum { ASKS = 10 };

static const uint64_t step_ns = 10, turn_ns = 1000000;

static _Atomic uint64_t now_ns, worked_ns, asked;

/*
 * In the place of the C library's: a clock that goes on when it is looked at,
 * and a thread whose turn ends whenever it asks for its processor time.
 */
int clock_gettime(clockid_t id, struct timespec *out)
{
	uint64_t now = atomic_fetch_add(&now_ns, step_ns);
	uint64_t worked = atomic_fetch_add(&worked_ns, step_ns);

	if (id == CLOCK_THREAD_CPUTIME_ID) {
		now = worked;
		now_ns += turn_ns;
		asked++;
	}
	out->tv_sec = (time_t)(now / 1000000000);
	out->tv_nsec = (long)(now % 1000000000);
	return 0;
}

static void run_until(struct writers *writers, uint64_t asks)
{
	struct reason why;

	assert_int_equal(writers_start(writers, 0, false, false, &why), 0);
	while (asked < asks)
		usleep(1000);
	writers_stop(writers);
}

static void a_turn_that_ends_between_stores_is_in_one(void **state)
{
	static const struct concurrency plan = { .writers = 1 };
	static const struct placement anywhere = { .nr_cpus = 0 };
	static struct sample_detail detail;
	char *memory = aligned_alloc(page_bytes(), PAGES * page_bytes());
	struct buffers buffers = { .nr = 0 };
	struct sample_concurrent counts;
	uint32_t chosen[PAGES];
	uint64_t page[PAGES];
	struct writers writers;
	struct ledger ledger;
	uint64_t took_ns;

	(void)state;
	assert_non_null(memory);
	for (uint32_t i = 0; i < PAGES; i++) {
		chosen[i] = i;
		page[i] = (uintptr_t)memory + i * page_bytes();
	}
	assert_int_equal(ledger_open(&ledger, &buffers, page, PAGES, 1, 1), 0);
	assert_int_equal(
		writers_open(&writers, &plan, &anywhere, &ledger, &buffers), 0);
	writers.clock = (struct tick_clock){ .counter = false };
	writers.chosen = chosen;
	writers.nr_chosen = PAGES;

	run_until(&writers, 100UL * ASKS);
	writers_take(&writers, &detail, &counts);
	took_ns = detail.histograms[DETAIL_WRITE].sum;
	assert_true(took_ns >= (asked - ASKS) * turn_ns);
	assert_true(took_ns <= now_ns);
	/* What is compared is work. */
	assert_true(counts.recorded > 0);
	assert_true((uint64_t)(counts.recorded_ns + counts.bare_ns) <=
		    worked_ns);

	writers_close(&writers, &buffers);
	ledger_close(&ledger, &buffers);
	free(memory);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turn_that_ends_between_stores_is_in_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
