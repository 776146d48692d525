// SPDX-License-Identifier: GPL-2.0-or-later
/* Soft-dirty bits: cleared through /proc/PID/clear_refs, found by effect. */
#include "harness/clearrefs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/pagemapfile.h"

static int open_clear_refs(pid_t pid, struct reason *why)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", (int)pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return reason_errno(why, -errno, "%s", path);
	return fd;
}

/* 4 clears the soft-dirty bits, of the whole process. */
static int clear(int fd, struct reason *why)
{
	if (write(fd, "4", 1) == 1)
		return 0;
	return reason_errno(why, -errno, "writing clear_refs");
}

int clearrefs_open(struct tracking *t)
{
	t->counts.syscalls++;
	return open_clear_refs(t->pid, &t->why);
}

void clearrefs_close(struct tracking *t, int fd)
{
	t->counts.syscalls++;
	close(fd);
}

int clearrefs_arm(struct tracking *t, int fd)
{
	t->counts.syscalls++;
	return clear(fd, &t->why);
}

static int probe_effect(int fd, int pagemap, const struct probe_memory *memory,
			clearrefs_seen seen, const void *arg,
			struct reason *why)
{
	int clean, dirty;
	int ret;

	ret = clear(fd, why);
	if (ret)
		return ret;
	clean = seen(pagemap, memory, arg, why);
	if (clean < 0)
		return clean;
	*(volatile uint64_t *)(uintptr_t)memory->start = 1;
	dirty = seen(pagemap, memory, arg, why);
	if (dirty < 0)
		return dirty;
	if (!dirty)
		return reason_set(why, -EOPNOTSUPP,
				  "this kernel was built without "
				  "CONFIG_MEM_SOFT_DIRTY: clearing succeeds "
				  "and no write is ever reported");
	if (clean)
		return reason_set(why, -EOPNOTSUPP,
				  "clearing soft-dirty bits has no effect on "
				  "this kernel");
	return 0;
}

int clearrefs_probe(clearrefs_seen seen, const void *arg, struct reason *why)
{
	struct probe_memory memory;
	int fd, pagemap;
	int ret;

	fd = open_clear_refs(getpid(), why);
	if (fd < 0)
		return fd;
	pagemap = pagemap_open(getpid(), why);
	if (pagemap < 0) {
		ret = pagemap;
		goto out_close_clear_refs;
	}
	ret = probe_map(&memory, PAGE_KIND_BASE, why);
	if (ret)
		goto out_close_pagemap;
	ret = probe_effect(fd, pagemap, &memory, seen, arg, why);
	probe_unmap(&memory);
out_close_pagemap:
	close(pagemap);
out_close_clear_refs:
	close(fd);
	return ret;
}

/* A clean page takes its fault at the next store and that is all. */
int clearrefs_disarm(struct tracking *t)
{
	(void)t;
	return 0;
}

const char *clearrefs_misled_by(enum mapping_event event,
				const struct params *params)
{
	(void)params;
	if (event == EVENT_SPLIT)
		return "some kernels (Linux 6.2 and later) count all pages of "
		       "a huge page as written when its mapping is split";
	if (event == EVENT_MERGE || event == EVENT_MAP_BESIDE)
		return "all pages of a mapping count as written when it "
		       "merges with a new one";
	if (event == EVENT_MAP_OVER)
		return "where a mapping merges with a new one, some kernels "
		       "(before Linux 6.19) forget that the new one is, others "
		       "count all pages of both as written";
	return NULL;
}
