// SPDX-License-Identifier: GPL-2.0-or-later
/* userfaultfd write protection: opening, registering, protecting. */
#include "harness/uffd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/probe.h"
#include "harness/remoteuffd.h"
#include "harness/uapi.h"

static int call_userfaultfd(pid_t pid, int flags, struct reason *why)
{
	int fd;

	if (pid != getpid())
		return remote_userfaultfd(pid, flags, why);
	fd = (int)syscall(SYS_userfaultfd, flags);
	return fd < 0 ? -errno : fd;
}

static int open_descriptor(pid_t pid, struct reason *why)
{
	struct reason told = { "" };
	int fd;

	fd = call_userfaultfd(pid, O_CLOEXEC | UFFD_USER_MODE_ONLY, &told);
	if (fd == -EINVAL && !told.text[0]) /* before 5.11 */
		fd = call_userfaultfd(pid, O_CLOEXEC, &told);
	if (fd >= 0)
		return fd;
	if (told.text[0])
		return reason_set(why, fd, "%s", told.text);
	if (fd == -ENOSYS)
		return reason_set(why, fd,
				  "this kernel was built without "
				  "CONFIG_USERFAULTFD");
	if (fd == -EPERM)
		return reason_set(why, fd,
				  "userfaultfd is not permitted here: run as "
				  "root, or sysctl vm.unprivileged_userfaultfd"
				  "=1");
	return reason_errno(why, fd, "userfaultfd");
}

int uffd_open(pid_t pid, uint64_t features, const char *feature_names,
	      struct reason *why)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	int fd = open_descriptor(pid, why);
	int ret;

	if (fd < 0)
		return fd;
	if (!ioctl(fd, UFFDIO_API, &api))
		return fd;
	ret = -errno;
	close(fd);
	if (ret == -EINVAL)
		return reason_set(why, -EOPNOTSUPP,
				  "this kernel does not know %s",
				  feature_names);
	return reason_errno(why, ret, "UFFDIO_API");
}

bool uffd_arms_holes(const struct params *params)
{
	return !params_is(params, "unpopulated", "no");
}

const char *uffd_misled_by_mapping(enum mapping_event event)
{
	if (event == EVENT_MAP_OVER)
		return "a new mapping is not registered, and that it took the "
		       "place of tracked pages is missed";
	return NULL;
}

const char *uffd_misled_by(enum mapping_event event,
			   const struct params *params)
{
	if (event == EVENT_FILL && !uffd_arms_holes(params))
		return "a hole cannot be write-protected without "
		       "unpopulated=yes, read or populate, and its first store "
		       "is missed";
	return uffd_misled_by_mapping(event);
}

uint64_t uffd_features(const struct params *params)
{
	return params_is(params, "unpopulated", "yes")
		       ? UFFD_FEATURE_WP_UNPOPULATED
		       : 0;
}

static int populate_read(uint64_t start, uint64_t end)
{
	void *at = (void *)(uintptr_t)start;

	return madvise(at, end - start, MADV_POPULATE_READ) ? -errno : 0;
}

static void read_pages(struct tracking *t, const struct mapped_range *part)
{
	uint64_t step = tracking_granule(t, part);

	for (uint64_t at = part->start; at < part->end; at += step)
		(void)*(volatile uint64_t *)(uintptr_t)at;
}

int uffd_fill_holes(struct tracking *t)
{
	bool read = params_is(t->params, "unpopulated", "read");
	int ret;

	if (!read && !params_is(t->params, "unpopulated", "populate"))
		return 0;
	for (int i = 0; i < t->nr_parts; i++) {
		if (read) {
			read_pages(t, &t->parts[i]);
			continue;
		}
		t->counts.syscalls++;
		ret = populate_read(t->parts[i].start, t->parts[i].end);
		if (ret)
			return reason_errno(&t->why, ret, "MADV_POPULATE_READ");
	}
	return 0;
}

int uffd_probe_filling(const struct params *params, struct reason *why)
{
	struct probe_memory memory;
	int ret;

	if (!params_is(params, "unpopulated", "populate"))
		return 0;
	ret = probe_map(&memory, PAGE_KIND_BASE, why);
	if (ret)
		return ret;
	ret = populate_read(memory.start, memory.end);
	probe_unmap(&memory);
	if (!ret)
		return 0;
	return reason_set(why, -EOPNOTSUPP,
			  "this kernel does not know MADV_POPULATE_READ (Linux "
			  "5.14): choose unpopulated=read");
}

int uffd_register(int fd, uint64_t start, uint64_t end)
{
	struct uffdio_register reg = {
		.range = { .start = start, .len = end - start },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};

	return ioctl(fd, UFFDIO_REGISTER, &reg) ? -errno : 0;
}

int uffd_unregister(int fd, uint64_t start, uint64_t end)
{
	struct uffdio_range range = { .start = start, .len = end - start };

	return ioctl(fd, UFFDIO_UNREGISTER, &range) ? -errno : 0;
}

int uffd_writeprotect(int fd, uint64_t start, uint64_t end, bool protect)
{
	struct uffdio_writeprotect wp = {
		.range = { .start = start, .len = end - start },
		.mode = protect ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};
	int ret;

	do {
		/* -EAGAIN: the address space is changing underneath. */
		ret = ioctl(fd, UFFDIO_WRITEPROTECT, &wp) ? -errno : 0;
	} while (ret == -EAGAIN);
	return ret;
}

int uffd_register_ranges(struct tracking *t, int fd)
{
	int ret;

	for (int i = 0; i < t->nr_ranges; i++) {
		t->counts.syscalls++;
		ret = uffd_register(fd, t->ranges[i].start, t->ranges[i].end);
		if (ret)
			return reason_errno(&t->why, ret, "UFFDIO_REGISTER");
	}
	return 0;
}

void uffd_unregister_ranges(struct tracking *t, int fd)
{
	/* A range that was mapped anew has lost its registration. */
	for (int i = 0; i < t->nr_ranges; i++) {
		t->counts.syscalls++;
		uffd_unregister(fd, t->ranges[i].start, t->ranges[i].end);
	}
}

static int writeprotect_all(struct tracking *t, int fd,
			    const struct mapped_range *v, int nr, bool protect)
{
	int ret;

	for (int i = 0; i < nr; i++) {
		t->counts.syscalls++;
		ret = uffd_writeprotect(fd, v[i].start, v[i].end, protect);
		if (ret)
			return reason_errno(&t->why, ret,
					    "UFFDIO_WRITEPROTECT");
	}
	return 0;
}

int uffd_protect_ranges(struct tracking *t, int fd)
{
	return writeprotect_all(t, fd, t->ranges, t->nr_ranges, true);
}

int uffd_protect_parts(struct tracking *t, int fd)
{
	return writeprotect_all(t, fd, t->parts, t->nr_parts, true);
}

int uffd_unprotect_ranges(struct tracking *t, int fd)
{
	return writeprotect_all(t, fd, t->ranges, t->nr_ranges, false);
}

/* Two VMAs, because one of the pages cannot be written to. */
static int protect_chain(int fd, const struct probe_memory *memory,
			 struct reason *why)
{
	int ret;

	if (mprotect((void *)(uintptr_t)memory->start, memory->unit_bytes,
		     PROT_READ))
		return reason_errno(why, -errno, "mprotect");
	ret = uffd_register(fd, memory->start, memory->end);
	if (ret)
		return reason_errno(why, ret, "UFFDIO_REGISTER");
	ret = uffd_writeprotect(fd, memory->start, memory->end, true);
	if (ret == -ENOENT)
		return reason_set(why, -EOPNOTSUPP,
				  "UFFDIO_WRITEPROTECT of this kernel takes "
				  "one mapping a call, and here a range is "
				  "several");
	return ret ? reason_errno(why, ret, "UFFDIO_WRITEPROTECT") : 0;
}

int uffd_probe_chain(struct reason *why)
{
	struct probe_memory memory;
	int fd = uffd_open(getpid(), 0, "userfaultfd", why);
	int ret;

	if (fd < 0)
		return fd;
	ret = probe_map(&memory, PAGE_KIND_BASE, why);
	if (!ret) {
		ret = protect_chain(fd, &memory, why);
		probe_unmap(&memory);
	}
	close(fd);
	return ret;
}

int uffd_probe(enum page_kind kind, uint64_t features,
	       const char *feature_names, struct reason *why)
{
	struct probe_memory memory;
	int fd;
	int ret;

	fd = uffd_open(getpid(), features, feature_names, why);
	if (fd < 0)
		return fd;
	ret = probe_map(&memory, kind, why);
	if (ret)
		goto out_close;
	ret = uffd_register(fd, memory.start, memory.end);
	if (ret)
		reason_set(why, -EOPNOTSUPP,
			   "this kernel cannot write-protect %s pages through "
			   "userfaultfd (UFFDIO_REGISTER: %s)",
			   page_kind_name(kind),
			   ret == -EINVAL ? "EINVAL" : "refused");
	probe_unmap(&memory);
out_close:
	close(fd);
	return ret;
}
