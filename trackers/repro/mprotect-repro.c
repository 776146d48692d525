// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking: PROT_READ; a SIGSEGV handler notes the page and unprotects it. */
#define REPRO_ON     PROT_READ
#define REPRO_OFF    PROT_READ | PROT_WRITE
#define REPRO_DISARM protect(RANGE_START, SIZE_BYTES, PROT_READ | PROT_WRITE)
static void protect(uint64_t start, uint64_t bytes, int prot)
{
	MUST(mprotect((void *)start, bytes, prot));
}

#define REPRO_SIGNAL
#include "faultlog-repro.c"

#define REPRO_OPENS
static void open_tracker(void)
{
	struct sigaction action = { .sa_sigaction = on_fault,
				    .sa_flags = SA_SIGINFO };

	MUST(sigaction(SIGSEGV, &action, NULL));
}
