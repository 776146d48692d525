// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps a cell from running where it would not fit. */
#include "harness/memoryguard.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/memory.h"
#include "harness/prepare.h"
#include "harness/procfs.h"

/* Left to everything else on the machine. */
static const uint64_t reserve_bytes = 256ULL << 20;

/* What a target has besides its workload: libraries, stacks, allocator. */
static const uint64_t process_bytes = 256ULL << 20;

/* A page costs a target this much in lists beside the page itself: candidates,
 * picked, order, two regions, two log entries, rounded up. */
enum { LIST_BYTES_PER_PAGE = 96 };

/* A VMA costs the kernel this much: itself, its link to anonymous memory, its
 * slot in the tree, rounded up. */
enum { VMA_BYTES = 512 };

#define THP_SIZES "/sys/kernel/mm/transparent_hugepage"

/* And this much where threads store without an end: their pages, when each was
 * written and reported, and a region. */
enum { LEDGER_BYTES_PER_PAGE = 48 };

/* What such a thread has: distributions, a timeline, a stack. */
enum { WRITER_BYTES = 1 << 20 };

/* A thread may take a fault in each page, and another one while it is armed. */
enum { LOG_BYTES_PER_PAGE = 16 };

static uint64_t concurrent_bytes(const struct cell *cell, uint64_t pages)
{
	const struct workload *workload = cell->workload;
	struct concurrency plan;
	uint64_t bytes = LEDGER_BYTES_PER_PAGE;

	if (!workload->concurrent ||
	    !workload->concurrent(&cell->params, &plan))
		return 0;
	if (cell->tracker->user_space_records)
		bytes += LOG_BYTES_PER_PAGE * (uint64_t)plan.writers;
	return pages * bytes + (uint64_t)plan.writers * WRITER_BYTES;
}

int guard_predict(const struct cell *cell, struct prediction *out,
		  struct reason *why)
{
	const struct tracker *tracker = cell->tracker;
	uint64_t page = page_bytes();
	struct needs needs;
	uint64_t entries, listed;
	int ret;

	ret = cell_needs(cell, &needs, why);
	if (ret)
		return ret;
	entries = needs.resident_bytes / page;
	if (tracker->arms_holes && tracker->arms_holes(&cell->params) &&
	    needs.range_bytes / page > entries)
		entries = needs.range_bytes / page;
	out->pagetables = entries * sizeof(uint64_t);
	if (out->pagetables < needs.pagetable_bytes)
		out->pagetables = needs.pagetable_bytes;
	listed = needs.storable_bytes;
	if (listed < needs.resident_bytes)
		listed = needs.resident_bytes;
	out->memory = needs.resident_bytes + needs.vmas * VMA_BYTES +
		      listed / page * LIST_BYTES_PER_PAGE +
		      concurrent_bytes(cell, listed / page);
	out->data_limit = 2 * out->memory + needs.range_bytes + process_bytes;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	out->data_limit = 0; /* their own shadow is terabytes of data */
#endif
	return 0;
}

/* A number in a file; UINT64_MAX where there is none ("max"). */
static uint64_t read_limit(const char *path)
{
	unsigned long long value;
	FILE *file = fopen(path, "re");
	int got;

	if (!file)
		return UINT64_MAX;
	got = fscanf(file, "%llu", &value);
	fclose(file);
	return got == 1 ? value : UINT64_MAX;
}

/* One version of control groups: where it is mounted, what its files are
 * called. */
struct cgroup_version {
	const char *mark; /* in /proc/self/cgroup, before the path */
	const char *mount, *limit, *usage;
	const char *cache; /* line of memory.stat: given back before anybody is
			      killed */
};

static const struct cgroup_version cgroup_versions[] = {
	{ "0::", "/sys/fs/cgroup", "memory.max", "memory.current",
	  "inactive_file " },
	{ ":memory:", "/sys/fs/cgroup/memory", "memory.limit_in_bytes",
	  "memory.usage_in_bytes", "total_inactive_file " },
};

static uint64_t read_in(const char *folder, const char *name)
{
	char path[700];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return read_limit(path);
}

static uint64_t cache_of(const char *folder, const char *line_start)
{
	char path[700], line[128];
	uint64_t bytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/memory.stat", folder);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, line_start, strlen(line_start)))
			bytes = strtoull(line + strlen(line_start), NULL, 10);
	fclose(file);
	return bytes;
}

static uint64_t cgroup_left(const char *folder,
			    const struct cgroup_version *version)
{
	uint64_t limit = read_in(folder, version->limit);
	uint64_t usage = read_in(folder, version->usage);
	uint64_t cache;

	if (limit == UINT64_MAX || usage == UINT64_MAX)
		return UINT64_MAX;
	cache = cache_of(folder, version->cache);
	usage -= cache < usage ? cache : usage;
	return limit > usage ? limit - usage : 0;
}

/* The smallest room in the group at @path and in those above it. */
static uint64_t branch_left(const char *path,
			    const struct cgroup_version *version)
{
	size_t root = strlen(version->mount);
	uint64_t least = UINT64_MAX;
	char folder[560];
	uint64_t left;
	char *slash;

	snprintf(folder, sizeof(folder), "%s%s", version->mount, path);
	do {
		left = cgroup_left(folder, version);
		least = left < least ? left : least;
		slash = strrchr(folder + root, '/');
		if (slash)
			*slash = '\0';
	} while (slash);
	return least;
}

static uint64_t cgroup_available(void)
{
	const struct cgroup_version *version;
	FILE *file = fopen("/proc/self/cgroup", "re");
	uint64_t least = UINT64_MAX;
	char line[512];
	uint64_t left;
	char *mark;

	if (!file)
		return UINT64_MAX;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; i < 2; i++) {
			version = &cgroup_versions[i];
			mark = strstr(line, version->mark);
			if (!mark)
				continue;
			left = branch_left(mark + strlen(version->mark),
					   version);
			least = left < least ? left : least;
		}
	}
	fclose(file);
	return least;
}

uint64_t guard_available_bytes(void)
{
	int64_t kb = procfs_line("/proc/meminfo", "MemAvailable");
	uint64_t system = kb < 0 ? UINT64_MAX : (uint64_t)kb * 1024;
	uint64_t cgroup = cgroup_available();

	return cgroup < system ? cgroup : system;
}

/* Rounded up: what is needed is never called nothing. */
static double mib(uint64_t bytes)
{
	return ceil((double)bytes / (1 << 20));
}

static int check_memory(const struct cell *cell, struct reason *why)
{
	struct prediction need;
	uint64_t available = guard_available_bytes();
	int ret;

	ret = guard_predict(cell, &need, why);
	if (ret)
		return ret;
	if (need.memory + need.pagetables + reserve_bytes <= available)
		return 0;
	return reason_set(why, -ENOMEM,
			  "needs %.0f MiB of memory and %.0f MiB of page "
			  "tables, and %.0f MiB are available: choose a "
			  "smaller size=",
			  mib(need.memory), mib(need.pagetables),
			  mib(available));
}

static int check_thp(const struct needs *needs, struct reason *why)
{
	if (!needs->thp || machine_thp_works())
		return 0;
	if (!thp_bytes())
		return reason_set(why, -ENODEV,
				  "this kernel was built without "
				  "CONFIG_TRANSPARENT_HUGEPAGE");
	return reason_set(why, -ENODEV,
			  "needs transparent huge pages: run as root without "
			  "--no-prepare, or echo madvise > "
			  "/sys/kernel/mm/transparent_hugepage/enabled");
}

static int check_folio(const struct needs *needs, struct reason *why)
{
	char size[PARAM_TEXT_BYTES];
	unsigned long long kb = needs->folio_bytes >> 10;

	if (!needs->folio_bytes || machine_folio_works(needs->folio_bytes))
		return 0;
	params_format_bytes(size, needs->folio_bytes);
	if (!machine_folio_exists(needs->folio_bytes))
		return reason_set(why, -ENODEV,
				  "this kernel has no folios of %s (Linux 6.8 "
				  "and later with CONFIG_TRANSPARENT_HUGEPAGE "
				  "do)",
				  size);
	return reason_set(why, -ENODEV,
			  "needs folios of %s and no larger ones: run as root "
			  "without --no-prepare, or echo madvise > " THP_SIZES
			  "/hugepages-%llukB/enabled and never to those of the "
			  "larger sizes",
			  size, kb);
}

static int check_hugetlb(const struct needs *needs, struct reason *why)
{
	uint64_t free_bytes = machine_hugetlb_free_bytes();
	uint64_t page = machine_hugetlb_page_bytes();

	if (!needs->hugetlb_bytes)
		return 0;
	if (!page)
		return reason_set(why, -ENODEV,
				  "this kernel was built without "
				  "CONFIG_HUGETLBFS");
	if (needs->hugetlb_bytes <= free_bytes)
		return 0;
	return reason_set(why, -ENOMEM,
			  "needs %llu free huge pages and there are %llu: run "
			  "as root without --no-prepare, or sysctl "
			  "vm.nr_hugepages=%llu",
			  (unsigned long long)(needs->hugetlb_bytes / page),
			  (unsigned long long)(free_bytes / page),
			  (unsigned long long)(needs->hugetlb_bytes / page));
}

static int check_swap(const struct needs *needs, struct reason *why)
{
	uint64_t free_bytes;

	if (!needs->swap_bytes)
		return 0;
	free_bytes = machine_swap_free_bytes(needs->swap);
	if (needs->swap_bytes <= free_bytes)
		return 0;
	return reason_set(why, -ENODEV,
			  "needs %.0f MiB of swap on %s and %.0f MiB are free: "
			  "run as root without --no-prepare, or swapon one",
			  mib(needs->swap_bytes),
			  swap_backend_name(needs->swap), mib(free_bytes));
}

int guard_check(const struct cell *cell, struct reason *why)
{
	struct needs needs;
	int ret;

	ret = cell_needs(cell, &needs, why);
	if (!ret)
		ret = check_thp(&needs, why);
	if (!ret)
		ret = check_folio(&needs, why);
	if (!ret)
		ret = check_hugetlb(&needs, why);
	if (!ret)
		ret = check_swap(&needs, why);
	if (!ret)
		ret = check_memory(cell, why);
	return ret;
}
