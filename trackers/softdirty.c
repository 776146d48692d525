// SPDX-License-Identifier: GPL-2.0-or-later
/* Soft-dirty bits: cleared through clear_refs, read from pagemap. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/pagemapfile.h"
#include "harness/probe.h"
#include "harness/uapi.h"
#include "trackers/tracker.h"

/* Documentation/admin-guide/mm/soft-dirty.rst. */
struct softdirty {
	int clear_refs;
	struct pagemap_reader reader;
};

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
static int clear(int clear_refs)
{
	return write(clear_refs, "4", 1) == 1 ? 0 : -errno;
}

/* Clearing succeeds where the feature is compiled out, too. */
static int probe_effect(int clear_refs, int pagemap,
			const struct probe_memory *memory, struct reason *why)
{
	uint64_t clean, dirty;
	int ret;

	ret = clear(clear_refs);
	if (!ret)
		ret = pagemap_entry(pagemap, memory->start, &clean);
	*(volatile uint64_t *)(uintptr_t)memory->start = 1;
	if (!ret)
		ret = pagemap_entry(pagemap, memory->start, &dirty);
	if (ret)
		return reason_errno(why, ret, "clearing soft-dirty bits");
	if (!(dirty & PAGEMAP_SOFT_DIRTY))
		return reason_set(why, -EOPNOTSUPP,
				  "this kernel was built without "
				  "CONFIG_MEM_SOFT_DIRTY: clearing succeeds "
				  "and no write is ever reported");
	if (clean & PAGEMAP_SOFT_DIRTY)
		return reason_set(why, -EOPNOTSUPP,
				  "clearing soft-dirty bits has no effect on "
				  "this kernel");
	return 0;
}

static int probe(enum page_kind kind, const struct params *params,
		 struct reason *why)
{
	struct probe_memory memory;
	int clear_refs, pagemap;
	int ret;

	(void)kind;
	(void)params;
	clear_refs = open_clear_refs(getpid(), why);
	if (clear_refs < 0)
		return clear_refs;
	pagemap = pagemap_open(getpid(), why);
	if (pagemap < 0) {
		ret = pagemap;
		goto out_close_clear_refs;
	}
	ret = probe_map(&memory, PAGE_KIND_BASE, why);
	if (ret)
		goto out_close_pagemap;
	ret = probe_effect(clear_refs, pagemap, &memory, why);
	probe_unmap(&memory);
out_close_pagemap:
	close(pagemap);
out_close_clear_refs:
	close(clear_refs);
	return ret;
}

static int open_softdirty(struct tracking *t)
{
	struct softdirty *sd = calloc(1, sizeof(*sd));
	int ret;

	if (!sd)
		return reason_set(&t->why, -ENOMEM, "no memory");
	t->counts.syscalls++;
	sd->clear_refs = open_clear_refs(t->pid, &t->why);
	if (sd->clear_refs < 0) {
		ret = sd->clear_refs;
		goto out_free;
	}
	ret = pagemap_reader_open(&sd->reader, t);
	if (ret)
		goto out_close;
	t->state = sd;
	return 0;

out_close:
	close(sd->clear_refs);
out_free:
	free(sd);
	return ret;
}

static int arm(struct tracking *t)
{
	struct softdirty *sd = t->state;
	int ret;

	t->counts.syscalls++;
	ret = clear(sd->clear_refs);
	if (ret)
		return reason_errno(&t->why, ret, "writing clear_refs");
	return 0;
}

static int collect(struct tracking *t, struct region_array *out)
{
	struct softdirty *sd = t->state;

	return pagemap_collect(&sd->reader, t, out, PAGEMAP_SOFT_DIRTY, 0);
}

/* A clean page takes its fault at the next store and that is all. */
static int disarm(struct tracking *t)
{
	(void)t;
	return 0;
}

static void close_softdirty(struct tracking *t)
{
	struct softdirty *sd = t->state;

	pagemap_reader_close(&sd->reader, t);
	t->counts.syscalls++;
	close(sd->clear_refs);
	free(sd);
}

static const char *misled_by(enum mapping_event event,
			     const struct params *params)
{
	(void)params;
	if (event == EVENT_SPLIT)
		return "some kernels (Linux 6.2 and later) count all pages of "
		       "a huge page as written when its mapping is split";
	if (event == EVENT_MERGE)
		return "all pages of a mapping count as written when it "
		       "merges with a new one";
	return NULL;
}

const struct tracker tracker_softdirty = {
	.name = "softdirty",
	.summary = "4 to clear_refs; bit 55 of pagemap entries",
	.claim = CLAIM_EXACT,
	/* A store to a hole makes every page of the folio new, and new pages
	 * are written ones. */
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), [PAGE_KIND_THP] = GRANULE_UNIT,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_UNIT },
	.cannot = { KINDS_HUGETLB("the kernel keeps no soft-dirty bit for "
				  "pages of hugetlbfs") },
	.arms_more = "clear_refs arms the whole process, and what was written "
		     "elsewhere and not collected yet is forgotten",
	.other_process = true,
	.misled_by = misled_by,
	.probe = probe,
	.open = open_softdirty,
	.arm = arm,
	.collect = collect,
	.disarm = disarm,
	.close = close_softdirty,
};
