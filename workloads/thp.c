// SPDX-License-Identifier: GPL-2.0-or-later
/* Transparent huge pages, mapped by PMD entries or by base-page entries. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "workloads/workload.h"

enum { MAP_FLAGS = MAP_PRIVATE | MAP_ANONYMOUS };

/* Tries at MADV_COLLAPSE: a page that something holds for a moment makes one
 * fail with EAGAIN, and hardly ever two in a row. */
enum { COLLAPSE_TRIES = 4 };

static const struct param params[] = {
	STORES_PARAMS("128m", "25%", "random"),
	{ .name = "state",
	  .type = PARAM_CHOICE,
	  .fallback = "intact",
	  .choices = "intact|split|split-armed",
	  .help = "huge pages mapped whole, by base-page entries, or whole "
		  "until they are armed" },
	STORES_WRITERS_PARAMS,
	{ .name = NULL },
};

/* When an epoch begins. */
static bool is_intact(const struct params *values)
{
	return !params_is(values, "state", "split");
}

static bool splits_armed(const struct params *values)
{
	return params_is(values, "state", "split-armed");
}

/* What a kernel without huge pages is asked for does not matter. */
static uint64_t huge_bytes(void)
{
	uint64_t bytes = thp_bytes();

	return bytes ? bytes : page_bytes();
}

static uint64_t range_bytes(const struct params *values)
{
	return round_up(params_value(values, "size"), huge_bytes());
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	needs->kind = is_intact(values) ? PAGE_KIND_THP : PAGE_KIND_THP_SPLIT;
	needs->range_bytes = range_bytes(values);
	/* Collapsing copies one huge page at a time. */
	needs->resident_bytes = needs->range_bytes + huge_bytes();
	needs->thp = true;
	needs->event = splits_armed(values) ? EVENT_SPLIT : EVENT_NOTHING;
	return concurrency_check(values, why);
}

/* Ask PAGEMAP_SCAN for the first page that a PMD entry maps, or does not map.
 * *at is range->end where there is none. -ENOTTY before Linux 6.7. */
static int scan_for(int fd, const struct mapped_range *range, bool huge,
		    uint64_t *at)
{
	struct page_region found;
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.start = range->start,
		.end = range->end,
		.vec = (uint64_t)(uintptr_t)&found,
		.vec_len = 1,
		.category_mask = PAGE_IS_HUGE,
		.category_inverted = huge ? 0 : PAGE_IS_HUGE,
	};
	int ret = ioctl(fd, PAGEMAP_SCAN, &arg);

	if (ret < 0)
		return -errno;
	*at = ret ? found.start : range->end;
	return 0;
}

/* AnonHugePages of the VMAs in the range; the rest of the process may have
 * huge pages as well. */
static int read_smaps(const struct mapped_range *range, uint64_t *bytes)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	uint64_t start, end, kb;
	bool inside = false;
	char line[512]; /* longer ones are no header of an anonymous VMA */

	if (!file)
		return -errno;
	*bytes = 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end) == 2)
			inside = start >= range->start && end <= range->end;
		else if (inside &&
			 sscanf(line, "AnonHugePages: %" SCNu64, &kb) == 1)
			*bytes += kb * 1024;
	}
	fclose(file);
	return 0;
}

/* 1 where PMD entries map all of the range (@huge) or none of it, else 0. */
static int is_mapped(struct work *work, bool huge)
{
	const struct mapped_range *range = work->ranges;
	uint64_t found = 0;
	int fd, ret;

	fd = pagemap_open(getpid(), &work->why);
	if (fd < 0)
		return fd;
	ret = scan_for(fd, range, !huge, &found);
	close(fd);
	if (!ret)
		return found == range->end;
	if (ret != -ENOTTY)
		return reason_errno(&work->why, ret, "PAGEMAP_SCAN");
	ret = read_smaps(range, &found);
	if (ret)
		return reason_errno(&work->why, ret, "/proc/self/smaps");
	return found == (huge ? range->end - range->start : 0);
}

static int advise(const struct mapped_range *range, int advice)
{
	return madvise((void *)(uintptr_t)range->start,
		       range->end - range->start, advice)
		       ? -errno
		       : 0;
}

/* As is_mapped(work, true), after doing what can be done in place. */
static int collapse(struct work *work)
{
	int whole = is_mapped(work, true);
	int ret = -EAGAIN;

	/* Huge pages that are whole cost the call nothing. */
	for (int i = 0; !whole && ret == -EAGAIN && i < COLLAPSE_TRIES; i++) {
		ret = advise(work->ranges, MADV_COLLAPSE);
		whole = is_mapped(work, true);
	}
	return whole;
}

/* What MADV_COLLAPSE needs, too. */
static int allow_huge(struct work *work)
{
	int ret = advise(work->ranges, MADV_HUGEPAGE);

	return ret ? reason_errno(&work->why, ret, "MADV_HUGEPAGE") : 0;
}

/* Before they are, or khugepaged, which MADV_HUGEPAGE wakes, could put them
 * together again. */
static int keep_split(struct work *work)
{
	int ret = advise(work->ranges, MADV_NOHUGEPAGE);

	return ret ? reason_errno(&work->why, ret, "MADV_NOHUGEPAGE") : 0;
}

static int refused(struct work *work)
{
	if (prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1)
		return reason_set(
			&work->why, -ENODEV,
			"transparent huge pages are disabled for this "
			"process (PR_SET_THP_DISABLE): start it from "
			"where they are not");
	return reason_set(&work->why, -ENOMEM,
			  "the kernel gives no %" PRIu64
			  " MiB of huge pages, free memory is fragmented: as "
			  "root, echo 1 > /proc/sys/vm/compact_memory, or "
			  "choose a smaller size=",
			  (work->ranges->end - work->ranges->start) >> 20);
}

/* Fill an empty range. Every page gets other content than zeros, which the
 * kernel could take apart again as an underused huge page. */
static int fill(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret = allow_huge(work);

	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	ret = collapse(work);
	if (ret < 0)
		return ret;
	return ret ? 0 : refused(work);
}

static int protect(uint64_t at, int prot)
{
	return mprotect((void *)(uintptr_t)at, page_bytes(), prot) ? -errno : 0;
}

/* A PMD entry cannot be half read-only: it becomes a table of base pages, and
 * the huge page beneath stays as it is. */
static int split(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret = keep_split(work);

	if (ret)
		return ret;
	for (uint64_t at = range->start; !ret && at < range->end;
	     at += huge_bytes()) {
		ret = protect(at, PROT_READ);
		if (!ret)
			ret = protect(at, PROT_READ | PROT_WRITE);
	}
	return ret ? reason_errno(&work->why, ret, "mprotect") : 0;
}

static int open_thp(struct work *work)
{
	uint64_t bytes = range_bytes(work->params);
	bool intact = is_intact(work->params);
	uint64_t unit = intact ? huge_bytes() : page_bytes();
	int ret;

	ret = memory_add_range(work, bytes, MAP_FLAGS,
			       intact ? PAGE_KIND_THP : PAGE_KIND_THP_SPLIT,
			       unit);
	if (!ret)
		ret = fill(work);
	if (!ret && !intact)
		ret = split(work);
	if (ret)
		return ret;
	return stores_cover(work);
}

static int check_split(struct work *work)
{
	int ret = is_mapped(work, false);

	if (ret < 0)
		return ret;
	if (!ret)
		return reason_set(&work->why, -EAGAIN,
				  "the kernel maps huge pages whole that were "
				  "split, though MADV_NOHUGEPAGE forbids it");
	return 0;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	int ret;

	stores_choose(&work->stores, work->params, epoch->number);
	if (!is_intact(work->params))
		return check_split(work);
	ret = allow_huge(work);
	if (!ret)
		ret = collapse(work);
	if (ret)
		return ret < 0 ? ret : 0;
	ret = memory_replace(work, 0, MAP_FLAGS);
	if (!ret)
		ret = fill(work);
	return ret ? ret : 1;
}

/* A VMA that ends within a huge page cannot have it mapped by a PMD entry.
 * Flags that say nothing of writing are no tracker's matter, and the VMAs merge
 * again. */
static int split_armed(const struct mapped_range *range)
{
	void *page;

	for (uint64_t at = range->start; at < range->end; at += huge_bytes()) {
		page = (void *)(uintptr_t)(at + page_bytes());
		if (madvise(page, page_bytes(), MADV_DONTDUMP) ||
		    madvise(page, page_bytes(), MADV_DODUMP))
			return -errno;
	}
	return 0;
}

static int between(struct work *work, enum phase done)
{
	int ret;

	if (!splits_armed(work->params) || done != PHASE_ARM)
		return 0;
	ret = keep_split(work);
	if (ret)
		return ret;
	ret = split_armed(work->ranges);
	if (ret)
		return reason_errno(&work->why, ret, "MADV_DONTDUMP");
	return check_split(work);
}

const struct workload workload_thp = {
	.name = "thp",
	.version = 1,
	.summary = "anonymous huge pages, whole before every epoch, or split",
	.params = params,
	.rewrites = is_intact,
	.needs = needs,
	.open = open_thp,
	.prepare = prepare,
	.concurrent = concurrency_read,
	.between = between,
	.write = stores_write,
	.read = stores_read,
	.expected = stores_expected,
	.close = stores_close,
};
