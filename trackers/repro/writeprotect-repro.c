// SPDX-License-Identifier: GPL-2.0-or-later
/* For trackers that resolve write protection faults in user space. */
#define REPRO_ON     UFFDIO_WRITEPROTECT_MODE_WP
#define REPRO_OFF    0
#define REPRO_DISARM protect(RANGE_START, SIZE_BYTES, 0)
static void protect(uint64_t start, uint64_t bytes, uint64_t mode)
{
	struct uffdio_writeprotect wp = { { start, bytes }, mode };

	MUST(ioctl(uffd, UFFDIO_WRITEPROTECT, &wp));
}

#include "faultlog-repro.c"
#ifdef REPRO_THREAD
#include <pthread.h>
#ifdef REPRO_HANDLER_OTHER
#include <sched.h>
#endif
#ifdef REPRO_HANDLER_FREE
#include <sched.h>
#endif

static void *resolve_faults(void *arg)
{
	struct uffd_msg msg;
#ifdef REPRO_HANDLER_OTHER
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(HANDLER_CPU, &set);
	MUST(sched_setaffinity(0, sizeof(set), &set));
#endif
#ifdef REPRO_HANDLER_FREE
	cpu_set_t set;

	memset(&set, 0xff, sizeof(set));
	MUST(sched_setaffinity(0, sizeof(set), &set));
#endif
#ifdef REPRO_HANDLER_SAME

#endif
	while (read(uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		uint64_t start = msg.arg.pagefault.address & -REPRO_SEEN_BYTES;

		if (logged == DIRTY)
			errx(1, "an unexpected fault at 0x%lx", start);
		log[logged++] = start;
		protect(start, REPRO_SEEN_BYTES, REPRO_OFF);
	}
	return arg;
}
#endif
