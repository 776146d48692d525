// SPDX-License-Identifier: GPL-2.0-or-later
/* For trackers that learn from faults: a log of what was written. */
#ifdef REPRO_NO_FAULT_LOG
#error "a program by hand that collects while others store has no log of faults"
#endif
static uint64_t log[DIRTY];
static volatile size_t logged;

#ifdef REPRO_SIGNAL
#include <signal.h>

static void on_fault(int signal, siginfo_t *info, void *context)
{
	uint64_t address = (uintptr_t)info->si_addr;
	uint64_t start = address & -REPRO_SEEN_BYTES;

	(void)signal;
	(void)context;
	if (start < RANGE_START || start >= RANGE_END || logged == DIRTY)
		errx(1, "an unexpected fault at 0x%lx", address);
	log[logged++] = start;
	protect(start, REPRO_SEEN_BYTES, REPRO_OFF);
}

#endif
#define REPRO_ARM arm()
static void arm(void)
{
	logged = 0;
	protect(RANGE_START, SIZE_BYTES, REPRO_ON);
}

#ifdef REPRO_ORDER_SHUFFLED
static int compare_addresses(const void *a, const void *b)
{
	return *(const uint64_t *)a < *(const uint64_t *)b ? -1 : 1;
}

#endif
#define REPRO_COLLECT collect()
#define REPRO_BUFFER  log
static void collect(void)
{
#ifdef REPRO_ORDER_SHUFFLED
	qsort(log, logged, sizeof(log[0]), compare_addresses);
#endif
	for (size_t i = 0, nr = logged; i < nr; i++)
		append(&collected, log[i], log[i] + REPRO_SEEN_BYTES);
}
