// SPDX-License-Identifier: GPL-2.0-or-later
/* What of another process's memory can be copied, and whether we may. */
#include "harness/processmaps.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/halt.h"
#include "harness/page.h"
#include "harness/pagemapfile.h"
#include "harness/procfs.h"
#include "harness/uapi.h"

enum { PATH_BYTES = 32, LINE_BYTES = 512 };

static const char *proc_path(char path[PATH_BYTES], pid_t pid, const char *file)
{
	snprintf(path, PATH_BYTES, "/proc/%d/%s", (int)pid, file);
	return path;
}

static bool runs_this_program(pid_t pid)
{
	struct stat theirs, ours;
	char path[PATH_BYTES];

	return !stat(proc_path(path, pid, "exe"), &theirs) &&
	       !stat("/proc/self/exe", &ours) && theirs.st_dev == ours.st_dev &&
	       theirs.st_ino == ours.st_ino;
}

bool process_has_memory(pid_t pid)
{
	char path[PATH_BYTES];

	return procfs_line(proc_path(path, pid, "status"), "VmSize") >= 0;
}

/* A kernel thread has no memory, and one that has ended neither. */
static int check_memory(pid_t pid, struct reason *why)
{
	char path[PATH_BYTES];
	int64_t threads;

	proc_path(path, pid, "status");
	threads = procfs_line(path, "Threads");
	if (threads < 0)
		return reason_set(why, -ESRCH, "there is no process %d",
				  (int)pid);
	if (procfs_line(path, "Tgid") != pid)
		return reason_set(why, -EINVAL,
				  "%d is a thread of process %lld", (int)pid,
				  (long long)procfs_line(path, "Tgid"));
	if (process_has_memory(pid))
		return 0;
	return reason_set(why, -EINVAL,
			  "process %d has no memory: it is a kernel thread, or "
			  "has ended",
			  (int)pid);
}

int process_check(pid_t pid, struct reason *why)
{
	char path[PATH_BYTES];
	int fd, ret;

	ret = check_memory(pid, why);
	if (ret)
		return ret;
	if (runs_this_program(pid))
		return reason_set(why, -EINVAL,
				  "process %d is one of this program",
				  (int)pid);
	/* Asks for the right to ptrace it, and does nothing else. */
	fd = open(proc_path(path, pid, "mem"), O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno == EACCES || errno == EPERM)
		return halt_not_permitted(pid, why);
	return reason_errno(why, -errno, "%s", path);
}

/* A mapping, as smaps tells of it. */
struct mapping {
	uint64_t start, end;
	bool private_writable;
	uint64_t resident_bytes;
	bool other; /* not base pages of memory or of a file */
};

static bool has_flag(const char *flags, const char *flag)
{
	for (const char *at = flags; (at = strstr(at, flag)); at++)
		if (at[-1] == ' ' && (at[2] == ' ' || at[2] == '\n'))
			return true;
	return false;
}

static bool starts_mapping(const char *line, struct mapping *mapping)
{
	struct mapping found = { .start = 0 };
	char rights[5];

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &found.start,
		   &found.end, rights) != 3)
		return false;
	found.private_writable = !strncmp(rights, "rw", 2) && rights[3] == 'p';
	*mapping = found;
	return true;
}

static void add_fact(const char *line, struct mapping *mapping)
{
	unsigned long long kb;

	if (sscanf(line, "Rss: %llu", &kb) == 1 ||
	    sscanf(line, "Swap: %llu", &kb) == 1)
		mapping->resident_bytes += kb << 10;
	/* io, pf: a device's; ht: hugetlbfs. */
	if (!strncmp(line, "VmFlags:", 8))
		mapping->other = has_flag(line, "io") || has_flag(line, "pf") ||
				 has_flag(line, "ht");
}

/* What process_read() fills. */
struct reading {
	struct mapped_range *ranges;
	int max;
	uint64_t end; /* of the last range */
	struct process_memory *memory;
};

/* False where there is no room. */
static bool take_mapping(struct reading *reading, const struct mapping *mapping)
{
	struct process_memory *memory = reading->memory;
	struct mapped_range *ranges = reading->ranges;

	if (!mapping->private_writable || mapping->other)
		return true;
	memory->range_bytes += mapping->end - mapping->start;
	memory->resident_bytes += mapping->resident_bytes;
	if (!memory->nr_ranges || reading->end != mapping->start) {
		if (memory->nr_ranges == reading->max)
			return false;
		if (ranges)
			ranges[memory->nr_ranges] = (struct mapped_range){
				.start = mapping->start,
				.kind = PAGE_KIND_BASE,
				.unit_bytes = page_bytes(),
			};
		memory->nr_ranges++;
	}
	reading->end = mapping->end;
	if (ranges)
		ranges[memory->nr_ranges - 1].end = mapping->end;
	return true;
}

int process_read(pid_t pid, struct mapped_range *ranges, int max,
		 struct process_memory *memory, struct reason *why)
{
	struct reading reading = { .ranges = ranges,
				   .max = max,
				   .memory = memory };
	struct mapping mapping = { .start = 0 }, next;
	char path[PATH_BYTES], line[LINE_BYTES];
	bool room = true;
	FILE *smaps;

	memset(memory, 0, sizeof(*memory));
	smaps = fopen(proc_path(path, pid, "smaps"), "re");
	if (!smaps)
		return reason_errno(why, -errno, "%s", path);
	while (room && fgets(line, sizeof(line), smaps)) {
		if (!starts_mapping(line, &next)) {
			add_fact(line, &mapping);
			continue;
		}
		room = take_mapping(&reading, &mapping);
		mapping = next;
	}
	room = room && take_mapping(&reading, &mapping);
	fclose(smaps);
	if (!room)
		return reason_set(why, -E2BIG,
				  "process %d has more than %d mappings of "
				  "its own",
				  (int)pid, max);
	if (!memory->nr_ranges || !memory->resident_bytes)
		return reason_set(why, -EINVAL,
				  "process %d has no private pages", (int)pid);
	return 0;
}

static int append(struct region_array *out, uint64_t start, uint64_t end)
{
	struct region *grown;
	size_t max;

	if (region_append(out, start, end))
		return 0;
	max = out->max ? 2 * out->max : 1024;
	grown = realloc(out->v, max * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	out->v = grown;
	out->max = max;
	region_append(out, start, end);
	return 0;
}

/* What the kernel puts out in a call, and says right where it goes on. */
enum { SCAN_REGIONS = 512 };

/* In few calls, however large a hole is: -ENOTTY up to Linux 6.6. */
static int scan_range(int fd, const struct mapped_range *range,
		      struct region_array *out)
{
	static struct page_region found[SCAN_REGIONS];
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.start = range->start,
		.end = range->end,
		.vec = (uint64_t)(uintptr_t)found,
		.vec_len = SCAN_REGIONS,
		.category_anyof_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
		.return_mask = PAGE_IS_PRESENT,
	};
	int nr, ret = 0;

	while (!ret && arg.start < arg.end) {
		nr = ioctl(fd, PAGEMAP_SCAN, &arg);
		if (nr < 0)
			return -errno;
		for (int i = 0; !ret && i < nr; i++)
			ret = append(out, found[i].start, found[i].end);
		arg.start = nr < SCAN_REGIONS ? arg.end : arg.walk_end;
	}
	return ret;
}

static int read_range(int fd, const struct mapped_range *range,
		      struct region_array *out)
{
	static uint64_t entries[PAGEMAP_READ_BYTES / sizeof(uint64_t)];
	uint64_t page = page_bytes();
	uint64_t at = range->start;
	size_t bytes;
	ssize_t got;
	int ret = 0;

	while (!ret && at < range->end) {
		bytes = (range->end - at) / page * sizeof(uint64_t);
		bytes = bytes < sizeof(entries) ? bytes : sizeof(entries);
		got = pread(fd, entries, bytes,
			    (off_t)(at / page * sizeof(uint64_t)));
		if (got <= 0)
			return got ? -errno : -ESRCH;
		for (size_t i = 0; !ret && i < (size_t)got / sizeof(uint64_t);
		     i++, at += page)
			if (entries[i] & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED))
				ret = append(out, at, at + page);
	}
	return ret;
}

int process_resident(pid_t pid, const struct mapped_range *ranges,
		     int nr_ranges, struct region_array *out,
		     struct reason *why)
{
	int fd = pagemap_open(pid, why);
	int ret = 0;

	if (fd < 0)
		return fd;
	out->nr = 0;
	for (int i = 0; !ret && i < nr_ranges; i++) {
		ret = scan_range(fd, &ranges[i], out);
		if (ret == -ENOTTY)
			ret = read_range(fd, &ranges[i], out);
	}
	close(fd);
	return ret ? reason_errno(why, ret, "listing the pages of process %d",
				  (int)pid)
		   : 0;
}
