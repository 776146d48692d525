// SPDX-License-Identifier: GPL-2.0-or-later
/* For trackers with a userfaultfd. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#ifndef REPRO_ASYNC
#ifdef REPRO_UNPOPULATED_YES
#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13)
#endif
#endif /* REPRO_UNPOPULATED_NO */
#endif

#ifdef REPRO_ASYNC
static int uffd, pagemap;
#ifdef REPRO_SCANS
static __u64 vec[VEC][3]; /* struct page_region: start, end, categories */
#endif
#ifdef REPRO_REWRITES
#define REPRO_DISARM MUST(ioctl(uffd, UFFDIO_WRITEPROTECT, &off))
static struct uffdio_writeprotect off = { { RANGE_START, SIZE_BYTES }, 0 };
#endif
#else
static int uffd;
#endif

#include REPRO_PART

#define REPRO_OPENS
static void open_tracker(void)
{
	struct uffdio_register reg = { .range = { RANGE_START, SIZE_BYTES },
				       .mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_api api = { UFFD_API, REPRO_FEATURES, 0 };
#ifdef REPRO_SIGBUS
	struct sigaction action = { .sa_sigaction = on_fault,
				    .sa_flags = SA_SIGINFO };
#endif
#ifdef REPRO_THREAD
	pthread_t handler;
#endif

#ifdef REPRO_UNPOPULATED_YES
	api.features |= UFFD_FEATURE_WP_UNPOPULATED;
#endif
	MUST(uffd = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY));
	MUST(ioctl(uffd, UFFDIO_API, &api));
	MUST(ioctl(uffd, UFFDIO_REGISTER, &reg));
#ifdef REPRO_ASYNC
	MUST(pagemap = open("/proc/self/pagemap", O_RDONLY));
#endif
#ifdef REPRO_SIGBUS
	MUST(sigaction(SIGBUS, &action, NULL));
#endif
#ifdef REPRO_THREAD
	MUST(-pthread_create(&handler, NULL, resolve_faults, NULL));
#endif
}
