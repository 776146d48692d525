// SPDX-License-Identifier: GPL-2.0-or-later
/* The PAGEMAP_SCAN ioctl: collecting regions, protecting, probing. */
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/pagemapfile.h"
#include "harness/probe.h"
#include "harness/scanner.h"
#include "harness/uapi.h"
#include "harness/uffd.h"

static void rewind_scanner(struct scanner *scanner)
{
	scanner->part = 0;
	scanner->next = 0;
	scanner->at = 0;
	scanner->nr = 0;
}

/* The kernel's own buffer, and what walk_end is right up to. */
enum { KERNEL_REGIONS = 512 };

static uint64_t param_or(const struct tracking *t, const char *name,
			 uint64_t fallback)
{
	const struct param_value *value = params_find(t->params, name);

	return value ? value->value : fallback;
}

int scanner_open(struct scanner *scanner, struct tracking *t)
{
	scanner->vec_len = param_or(t, "vec", KERNEL_REGIONS);
	scanner->max_pages = param_or(t, "max-pages", 0);
	scanner->vec = buffers_alloc(t->buffers,
				     scanner->vec_len * sizeof(*scanner->vec));
	if (!scanner->vec)
		return reason_set(&t->why, -ENOMEM, "no memory for regions");
	t->counts.syscalls++;
	scanner->fd = pagemap_open(t->pid, &t->why);
	if (scanner->fd < 0) {
		buffers_free(t->buffers, scanner->vec);
		return scanner->fd;
	}
	rewind_scanner(scanner);
	return 0;
}

void scanner_close(struct scanner *scanner, struct tracking *t)
{
	t->counts.syscalls++;
	close(scanner->fd);
	buffers_free(t->buffers, scanner->vec);
}

static void ask(struct pm_scan_arg *arg, const struct scan_query *query,
		uint64_t start, uint64_t end)
{
	*arg = (struct pm_scan_arg){
		.size = sizeof(*arg),
		.start = start,
		.end = end,
		.category_inverted = query->inverted,
		.category_mask = query->mask,
		.category_anyof_mask = query->anyof,
		.return_mask = query->returned,
	};
}

/*
 * As many pages as one call may report of @part. The kernel protects a huge
 * page of hugetlbfs whole or leaves it out; with a limit that ends within one
 * it would leave out all that follow, and say that it saw them.
 */
static uint64_t page_limit(const struct scanner *scanner,
			   const struct tracking *t,
			   const struct mapped_range *part)
{
	return round_up(scanner->max_pages * page_bytes(),
			tracking_granule(t, part)) /
	       page_bytes();
}

/* Whether the call stopped at the limit of pages. */
static bool limit_reached(const struct scanner *scanner,
			  const struct pm_scan_arg *arg, uint64_t filled)
{
	uint64_t bytes = 0;

	if (!arg->max_pages)
		return false;
	for (uint64_t i = 0; i < filled; i++)
		bytes += scanner->vec[i].end - scanner->vec[i].start;
	return bytes / page_bytes() >= arg->max_pages;
}

/*
 * Where the scan has to go on. walk_end lags behind when a call put out more
 * than the kernel's own buffer of 512 regions; what was put out is done.
 */
static uint64_t resume_at(const struct scanner *scanner,
			  const struct pm_scan_arg *arg, uint64_t filled)
{
	uint64_t last;

	if (filled < scanner->vec_len && !limit_reached(scanner, arg, filled))
		return arg->end;
	last = scanner->vec[filled - 1].end;
	return last > arg->walk_end ? last : arg->walk_end;
}

/* Scan on; scanner->nr is 0 when a call found nothing, *done when all
 * parts are. */
static int scan(struct scanner *scanner, struct tracking *t,
		const struct scan_query *query, bool arm, bool *done)
{
	const struct mapped_range *part = &t->parts[scanner->part];
	struct pm_scan_arg arg;
	uint64_t next;
	int ret;

	scanner->at = 0;
	scanner->nr = 0;
	*done = false;
	if (!scanner->next)
		scanner->next = part->start;
	if (scanner->next == part->end) {
		*done = scanner->part + 1 == t->nr_parts;
		if (*done)
			return 0;
		part = &t->parts[++scanner->part];
		scanner->next = part->start;
	}
	ask(&arg, query, scanner->next, part->end);
	arg.vec = (uint64_t)(uintptr_t)scanner->vec;
	arg.vec_len = scanner->vec_len;
	arg.max_pages = page_limit(scanner, t, part);
	arg.flags = arm ? PM_SCAN_WP_MATCHING : 0;
	t->counts.syscalls++;
	ret = ioctl(scanner->fd, PAGEMAP_SCAN, &arg);
	if (ret < 0)
		return reason_errno(&t->why, -errno, "PAGEMAP_SCAN");
	next = resume_at(scanner, &arg, (uint64_t)ret);
	if (next == scanner->next)
		return reason_set(&t->why, -EIO,
				  "PAGEMAP_SCAN makes no progress at 0x%llx",
				  (unsigned long long)next);
	scanner->next = next;
	scanner->nr = (uint64_t)ret;
	t->counts.records += scanner->nr;
	t->counts.output_bytes += scanner->nr * sizeof(*scanner->vec);
	return 0;
}

static bool counts(const struct scan_query *query,
		   const struct page_region *region)
{
	return (region->categories & query->kept) == query->kept &&
	       !(region->categories & query->dropped);
}

int scanner_collect(struct scanner *scanner, struct tracking *t,
		    struct region_array *out, const struct scan_query *query,
		    bool arm)
{
	const struct page_region *region;
	bool done;
	int ret;

	for (;;) {
		for (; scanner->at < scanner->nr; scanner->at++) {
			region = &scanner->vec[scanner->at];
			if (!counts(query, region))
				continue;
			if (!region_append(out, region->start, region->end))
				return 1;
		}
		ret = scan(scanner, t, query, arm, &done);
		if (ret || done) {
			rewind_scanner(scanner);
			return ret;
		}
	}
}

int scanner_arm(struct scanner *scanner, struct tracking *t,
		const struct scan_query *query)
{
	struct pm_scan_arg arg;

	for (int i = 0; i < t->nr_parts; i++) {
		ask(&arg, query, t->parts[i].start, t->parts[i].end);
		arg.flags = PM_SCAN_WP_MATCHING;
		t->counts.syscalls++;
		if (ioctl(scanner->fd, PAGEMAP_SCAN, &arg) < 0)
			return reason_errno(&t->why, -errno,
					    "PAGEMAP_SCAN with "
					    "PM_SCAN_WP_MATCHING");
	}
	return 0;
}

int scanner_absent(struct reason *why)
{
	return reason_set(why, -EOPNOTSUPP,
			  "this kernel has no PAGEMAP_SCAN (Linux 6.7 and "
			  "later have it)");
}

int scanner_knows(int pagemap, uint64_t category)
{
	struct pm_scan_arg arg;

	/* Of nothing, so that nothing is scanned. */
	ask(&arg, &(struct scan_query){ .returned = category }, 0, 0);
	if (!ioctl(pagemap, PAGEMAP_SCAN, &arg))
		return 1;
	return errno == EINVAL ? 0 : -errno;
}

static int scan_once(int fd, uint64_t start, uint64_t end,
		     const struct scan_query *query, uint64_t flags,
		     struct page_region *region)
{
	struct pm_scan_arg arg;
	int ret;

	ask(&arg, query, start, end);
	arg.flags = flags;
	arg.vec = (uint64_t)(uintptr_t)region;
	arg.vec_len = 1;
	ret = ioctl(fd, PAGEMAP_SCAN, &arg);
	return ret < 0 ? -errno : ret;
}

int scanner_sees(int pagemap, uint64_t start, uint64_t end,
		 const struct scan_query *query)
{
	struct page_region region;
	int ret = scan_once(pagemap, start, end, query, 0, &region);

	return ret > 0 ? counts(query, &region) : ret;
}

/* Protect two written pages, store to one: exactly it has to be reported. */
static int probe_effect(int fd, const struct probe_memory *memory,
			const struct scan_query *query, struct reason *why)
{
	struct page_region region = { 0 };
	int ret;

	ret = scan_once(fd, memory->start, memory->end, query,
			PM_SCAN_WP_MATCHING, &region);
	if (ret == -ENOTTY)
		return scanner_absent(why);
	if (ret < 0)
		return reason_errno(why, ret, "PAGEMAP_SCAN");
	*(volatile uint64_t *)(uintptr_t)memory->start = 1;
	ret = scan_once(fd, memory->start, memory->end, query, 0, &region);
	if (ret < 0)
		return reason_errno(why, ret, "PAGEMAP_SCAN");
	if (ret != 1 || region.start != memory->start ||
	    region.end != memory->start + memory->unit_bytes)
		return reason_set(why, -EOPNOTSUPP,
				  "PAGEMAP_SCAN is there but does not report a "
				  "page that was just written");
	return 0;
}

static int probe_base(int uffd, const struct scan_query *query,
		      struct reason *why)
{
	struct probe_memory memory;
	int fd;
	int ret;

	fd = pagemap_open(getpid(), why);
	if (fd < 0)
		return fd;
	ret = probe_map(&memory, PAGE_KIND_BASE, why);
	if (ret)
		goto out_close;
	ret = uffd_register(uffd, memory.start, memory.end);
	if (ret)
		reason_errno(why, ret, "UFFDIO_REGISTER");
	else
		ret = probe_effect(fd, &memory, query, why);
	probe_unmap(&memory);
out_close:
	close(fd);
	return ret;
}

int scanner_probe(enum page_kind kind, const struct scan_query *query,
		  struct reason *why)
{
	int uffd;
	int ret;

	uffd = uffd_open(getpid(), UFFD_FEATURE_WP_ASYNC,
			 "UFFD_FEATURE_WP_ASYNC (Linux 6.7 and later do)", why);
	if (uffd < 0)
		return uffd;
	ret = probe_base(uffd, query, why);
	close(uffd);
	if (ret || kind == PAGE_KIND_BASE)
		return ret;
	return uffd_probe(kind, UFFD_FEATURE_WP_ASYNC, "UFFD_FEATURE_WP_ASYNC",
			  why);
}
