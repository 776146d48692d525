// SPDX-License-Identifier: GPL-2.0-or-later
/* The pool of hugetlb pages of the default size. */
#include "harness/machine/hugepool.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>

#include "harness/machine/setting.h"
#include "harness/machine/sysfile.h"
#include "harness/procfs.h"

#define POOL_PAGES "/proc/sys/vm/nr_hugepages"

static uint64_t meminfo(const char *key)
{
	int64_t value = procfs_line("/proc/meminfo", key);

	return value < 0 ? 0 : (uint64_t)value;
}

uint64_t hugepool_page_bytes(void)
{
	return meminfo("Hugepagesize") * 1024;
}

uint64_t hugepool_free_pages(void)
{
	uint64_t reserved = meminfo("HugePages_Rsvd");
	uint64_t free_pages = meminfo("HugePages_Free");

	return free_pages > reserved ? free_pages - reserved : 0;
}

/*
 * The kernel takes pages from the nodes in turn: with more than one node, the
 * old total alone would not bring the old share of each back. The total is
 * saved last, so that it is put back first.
 */
static int save_pool(struct undo_log *log, struct reason *why)
{
	char pattern[128]; /* the text below and a number */
	glob_t nodes;
	int err = 0;
	size_t i;

	snprintf(pattern, sizeof(pattern),
		 "/sys/devices/system/node/node*/hugepages/"
		 "hugepages-%" PRIu64 "kB/nr_hugepages",
		 hugepool_page_bytes() >> 10);
	if (!glob(pattern, 0, NULL, &nodes)) {
		for (i = 0; !err && nodes.gl_pathc > 1 && i < nodes.gl_pathc;
		     i++)
			err = setting_save(log, nodes.gl_pathv[i], why);
		globfree(&nodes);
	}
	return err ? err : setting_save(log, POOL_PAGES, why);
}

static int set_pool(uint64_t pages, uint64_t *got)
{
	int err = sysfile_write_u64(POOL_PAGES, pages);

	return err ? err : sysfile_read_u64(POOL_PAGES, got);
}

static int grow_to(uint64_t pages, struct reason *why)
{
	uint64_t got;
	int err;

	err = set_pool(pages, &got);
	if (!err && got < pages) {
		/* Absent without CONFIG_COMPACTION: then it cannot help. */
		sysfile_write("/proc/sys/vm/compact_memory", "1");
		err = set_pool(pages, &got);
	}
	if (err)
		return reason_errno(why, err, "cannot set %s to %" PRIu64,
				    POOL_PAGES, pages);
	if (got < pages)
		return reason_set(why, -ENOMEM,
				  "the kernel made %" PRIu64 " of %" PRIu64
				  " huge pages of %" PRIu64
				  " kB: free memory is short or fragmented",
				  got, pages, hugepool_page_bytes() >> 10);
	return 0;
}

int hugepool_grow(struct undo_log *log, uint64_t bytes, struct reason *why)
{
	uint64_t page_bytes = hugepool_page_bytes();
	uint64_t free_pages = hugepool_free_pages();
	uint64_t pages, needed;
	int err;

	if (!page_bytes)
		return reason_set(why, -EOPNOTSUPP,
				  "this kernel has no hugetlb pages "
				  "(CONFIG_HUGETLBFS)");
	needed = (bytes + page_bytes - 1) / page_bytes;
	if (needed <= free_pages)
		return 0;
	err = sysfile_read_u64(POOL_PAGES, &pages);
	if (err)
		return reason_errno(why, err, "cannot read %s", POOL_PAGES);
	err = save_pool(log, why);
	if (err)
		return err;
	/* Before it makes any, the kernel takes surplus pages into the pool. */
	pages += meminfo("HugePages_Surp");
	return grow_to(pages + needed - free_pages, why);
}
