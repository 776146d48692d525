// SPDX-License-Identifier: GPL-2.0-or-later
/* The phases of some trackers written by hand, to hold ours against. */
#include "cli/bareloop.h"

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/uapi.h"

/* As the trackers have them, so that only the harness is between the two. */
enum { PAGE = 4096, VEC_LEN = 512, READ_ENTRIES = 8192, BATCH = 16 };

static struct bareloop *active;
static int uffd, pagemap;
static size_t logged;
static struct page_region vec[VEC_LEN];
static uint64_t entries[READ_ENTRIES];

static void open_uffd(struct bareloop *loop, uint64_t features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = {
		.range = { loop->start, loop->end - loop->start },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};

	uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &reg))
		err(1, "userfaultfd");
	active = loop;
}

static void open_async(struct bareloop *loop)
{
	open_uffd(loop, UFFD_FEATURE_WP_ASYNC);
	pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (pagemap < 0)
		err(1, "/proc/self/pagemap");
}

static void arm_scan(struct bareloop *loop)
{
	struct pm_scan_arg arg = { .size = sizeof(arg),
				   .flags = PM_SCAN_WP_MATCHING,
				   .start = loop->start,
				   .end = loop->end,
				   .category_mask = PAGE_IS_WRITTEN,
				   .return_mask = PAGE_IS_WRITTEN };

	if (ioctl(pagemap, PAGEMAP_SCAN, &arg) < 0)
		err(1, "PAGEMAP_SCAN");
}

static void collect_scan(struct bareloop *loop)
{
	struct pm_scan_arg arg = { .size = sizeof(arg),
				   .start = loop->start,
				   .end = loop->end,
				   .vec = (uintptr_t)vec,
				   .vec_len = VEC_LEN,
				   .category_mask = PAGE_IS_WRITTEN,
				   .return_mask = PAGE_IS_WRITTEN };
	int got;

	while (arg.start < loop->end) {
		got = ioctl(pagemap, PAGEMAP_SCAN, &arg);
		if (got < 0)
			err(1, "PAGEMAP_SCAN");
		for (int i = 0; i < got; i++)
			region_append(&loop->regions, vec[i].start, vec[i].end);
		arg.start = arg.walk_end;
	}
}

static void arm_pagemap(struct bareloop *loop)
{
	struct pm_scan_arg arg = { .size = sizeof(arg),
				   .flags = PM_SCAN_WP_MATCHING,
				   .start = loop->start,
				   .end = loop->end,
				   .category_mask = PAGE_IS_WRITTEN,
				   .category_anyof_mask =
					   PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
				   .return_mask = PAGE_IS_WRITTEN };

	if (ioctl(pagemap, PAGEMAP_SCAN, &arg) < 0)
		err(1, "PAGEMAP_SCAN");
}

static void collect_pagemap(struct bareloop *loop)
{
	uint64_t address = loop->start;
	ssize_t got;

	while (address < loop->end) {
		got = pread(pagemap, entries, sizeof(entries),
			    (off_t)(address / PAGE * 8));
		if (got <= 0)
			err(1, "/proc/self/pagemap");
		for (ssize_t i = 0; i < got / 8; i++, address += PAGE)
			if ((entries[i] &
			     (PAGEMAP_PRESENT | PAGEMAP_SWAPPED)) &&
			    !(entries[i] & PAGEMAP_UFFD_WP))
				region_append(&loop->regions, address,
					      address + PAGE);
	}
}

/* Stores ascend, so the log is sorted. */
static void collect_log(struct bareloop *loop)
{
	for (size_t i = 0; i < logged; i++)
		region_append(&loop->regions, loop->log[i],
			      loop->log[i] + PAGE);
}

static void on_segv(int signal, siginfo_t *info, void *context)
{
	uint64_t page = (uintptr_t)info->si_addr & ~(uint64_t)(PAGE - 1);

	(void)signal;
	(void)context;
	if (page < active->start || page >= active->end)
		_exit(1);
	active->log[logged++] = page;
	if (mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE))
		_exit(1);
}

static void open_mprotect(struct bareloop *loop)
{
	struct sigaction action = { .sa_sigaction = on_segv,
				    .sa_flags = SA_SIGINFO };

	active = loop;
	if (sigaction(SIGSEGV, &action, NULL))
		err(1, "sigaction");
}

static void arm_mprotect(struct bareloop *loop)
{
	logged = 0;
	if (mprotect((void *)loop->start, loop->end - loop->start, PROT_READ))
		err(1, "mprotect");
}

static void *resolve_faults(void *arg)
{
	struct uffdio_writeprotect wp = { .range = { .len = PAGE } };
	struct uffd_msg msg[BATCH];
	ssize_t got;

	for (;;) {
		got = read(uffd, msg, sizeof(msg));
		for (ssize_t i = 0; i < got / (ssize_t)sizeof(msg[0]); i++) {
			wp.range.start = msg[i].arg.pagefault.address &
					 ~(uint64_t)(PAGE - 1);
			active->log[logged++] = wp.range.start;
			ioctl(uffd, UFFDIO_WRITEPROTECT, &wp);
		}
	}
	return arg;
}

static void open_uffd_wp(struct bareloop *loop)
{
	pthread_t thread;

	open_uffd(loop, 0);
	/* On the writer's processor, where this process is bound. */
	if (pthread_create(&thread, NULL, resolve_faults, NULL))
		errx(1, "cannot start a thread");
}

static void arm_uffd_wp(struct bareloop *loop)
{
	struct uffdio_writeprotect wp = {
		.range = { loop->start, loop->end - loop->start },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	logged = 0;
	if (ioctl(uffd, UFFDIO_WRITEPROTECT, &wp))
		err(1, "UFFDIO_WRITEPROTECT");
}

const struct bareloop_kind bareloops[] = {
	{ "mprotect", open_mprotect, arm_mprotect, collect_log },
	{ "pagemap", open_async, arm_pagemap, collect_pagemap },
	{ "scan", open_async, arm_scan, collect_scan },
	{ "uffd-wp", open_uffd_wp, arm_uffd_wp, collect_log },
	{ NULL, NULL, NULL, NULL },
};
