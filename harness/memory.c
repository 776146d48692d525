// SPDX-License-Identifier: GPL-2.0-or-later
/* Mapping the tracked ranges: fixed addresses with gaps that merge nothing. */
#include "harness/memory.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/scratchfile.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

uint64_t thp_bytes(void)
{
	static const char path[] =
		"/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";
	unsigned long long bytes = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return 0;
	if (fscanf(file, "%llu", &bytes) != 1)
		bytes = 0;
	fclose(file);
	return bytes;
}

static int map_fixed(uint64_t start, uint64_t bytes, int prot, int flags,
		     int fd)
{
	void *at = mmap((void *)(uintptr_t)start, bytes, prot, flags, fd, 0);

	if (at == MAP_FAILED)
		return -errno;
	if ((uint64_t)(uintptr_t)at == start)
		return 0;
	/* Kernels before 4.17 take MAP_FIXED_NOREPLACE for a hint. */
	munmap(at, bytes);
	return -EEXIST;
}

#define WIDE_BASE   0x200000000000ULL
#define NARROW_BASE 0x1000000000ULL

uint64_t memory_base(void)
{
	static uint64_t base;
	int ret;

	if (base)
		return base;
#ifdef __SANITIZE_THREAD__
	/* It lets a program use little outside its first 512 GiB. */
	base = NARROW_BASE;
	return base;
#endif
	ret = map_fixed(WIDE_BASE, page_bytes(), PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1);
	/* ENOMEM: addresses of 39 or 42 bits, as on some arm64 and riscv. */
	base = ret == -ENOMEM ? NARROW_BASE : WIDE_BASE;
	if (!ret)
		munmap((void *)(uintptr_t)WIDE_BASE, page_bytes());
	return base;
}

/* A gap keeps the range from merging with whatever lies beside it. */
static int map_gap(uint64_t start, uint64_t end)
{
	if (start >= end)
		return 0;
	return map_fixed(start, end - start, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				 MAP_FIXED_NOREPLACE,
			 -1);
}

static int add_gaps(struct work *work, uint64_t start, uint64_t end)
{
	uint64_t before = start - MEMORY_GAP;
	int last = work->nr_ranges - 1;
	int ret;

	/* Part of it is there when there is a range before. */
	if (last >= 0 && !work->has_neighbours)
		before = work->ranges[last].end + MEMORY_GAP;
	ret = map_gap(before, start);
	if (ret)
		return ret;
	return map_gap(end, end + MEMORY_GAP);
}

/* Where the ranges that come next by themselves begin. */
static uint64_t next_start(const struct work *work)
{
	if (!work->nr_ranges)
		return memory_base();
	return round_up(work->ranges[work->nr_ranges - 1].end, MEMORY_GAP) +
	       MEMORY_GAP;
}

static int add_range(struct work *work, const struct mapped_range *added,
		     int flags, int fd)
{
	uint64_t bytes = added->end - added->start;
	char size[PARAM_TEXT_BYTES];
	int ret;

	ret = map_fixed(added->start, bytes, PROT_READ | PROT_WRITE,
			flags | MAP_FIXED_NOREPLACE, fd);
	if (!ret)
		ret = add_gaps(work, added->start, added->end);
	if (ret) {
		params_format_bytes(size, bytes);
		return reason_errno(&work->why, ret, "cannot map %s of memory",
				    size);
	}
	work->ranges[work->nr_ranges++] = *added;
	return 0;
}

int memory_add_range_at(struct work *work, uint64_t start, uint64_t bytes,
			int flags, enum page_kind kind, uint64_t unit_bytes)
{
	const struct mapped_range added = { start, start + bytes, kind,
					    unit_bytes };

	return add_range(work, &added, flags, -1);
}

int memory_add_range(struct work *work, uint64_t bytes, int flags,
		     enum page_kind kind, uint64_t unit_bytes)
{
	return memory_add_range_at(work, next_start(work), bytes, flags, kind,
				   unit_bytes);
}

int memory_add_base_pages(struct work *work, uint64_t bytes)
{
	const struct mapped_range *range = &work->ranges[work->nr_ranges];
	int ret;

	bytes = round_up(bytes, page_bytes());
	ret = memory_add_range(work, bytes, MAP_PRIVATE | MAP_ANONYMOUS,
			       PAGE_KIND_BASE, page_bytes());
	if (ret)
		return ret;
	/* EINVAL where the kernel has no huge pages. */
	madvise((void *)(uintptr_t)range->start, bytes, MADV_NOHUGEPAGE);
	return 0;
}

int memory_add_file(struct work *work, int fd, uint64_t bytes, int flags,
		    enum page_kind kind)
{
	uint64_t start = next_start(work);
	const struct mapped_range added = { start, start + bytes, kind,
					    page_bytes() };
	int ret;

	ret = add_range(work, &added, flags, fd);
	if (ret)
		return ret;
	/* EINVAL where the kernel has no huge pages. */
	madvise((void *)(uintptr_t)start, bytes, MADV_NOHUGEPAGE);
	return 0;
}

int memory_add_scratch_file(struct work *work, uint64_t bytes, int flags,
			    enum page_kind kind)
{
	int fd, ret;

	fd = scratch_file(bytes, &work->why);
	if (fd < 0)
		return fd;
	/* Blocks to write back to, or a store could be a SIGBUS. */
	ret = scratch_fill(fd, bytes, &work->why);
	if (!ret)
		ret = memory_add_file(work, fd, bytes, flags, kind);
	close(fd);
	return ret;
}

int memory_read_anew(struct work *work, int range)
{
	const struct mapped_range *pages = &work->ranges[range];

	if (madvise((void *)(uintptr_t)pages->start, pages->end - pages->start,
		    MADV_DONTNEED))
		return reason_errno(&work->why, -errno, "MADV_DONTNEED");
	memory_read(pages->start, pages->end, page_bytes());
	return 0;
}

int memory_replace(struct work *work, int range, int flags)
{
	const struct mapped_range *old = &work->ranges[range];
	int ret;

	ret = map_fixed(old->start, old->end - old->start,
			PROT_READ | PROT_WRITE, flags | MAP_FIXED, -1);
	if (ret)
		return reason_errno(&work->why, ret, "cannot map memory anew");
	return 0;
}

/* With the gaps of ranges @first to @last, and all between. */
static void unmap_between(const struct work *work, int first, int last)
{
	uint64_t start = work->ranges[first].start - MEMORY_GAP;
	uint64_t end = work->ranges[last].end + MEMORY_GAP;

	munmap((void *)(uintptr_t)start, end - start);
}

void memory_unmap(struct work *work)
{
	if (work->nr_ranges && !work->has_neighbours)
		unmap_between(work, 0, work->nr_ranges - 1);
	for (int i = 0; i < work->nr_ranges && work->has_neighbours; i++)
		unmap_between(work, i, i);
	work->nr_ranges = 0;
}

void memory_fill(uint64_t start, uint64_t end, uint64_t seed)
{
	volatile uint64_t *at = (uint64_t *)(uintptr_t)start;
	volatile uint64_t *stop = (uint64_t *)(uintptr_t)end;
	/* xorshift64: any odd start gives words that no compressor shortens. */
	uint64_t x = seed * 2 + 1;

	for (; at < stop; at++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		*at = x;
	}
}

void memory_touch(uint64_t start, uint64_t end, uint64_t step)
{
	for (; start < end; start += step)
		*(volatile uint64_t *)(uintptr_t)start = start;
}

void memory_read(uint64_t start, uint64_t end, uint64_t step)
{
	for (; start < end; start += step)
		(void)*(volatile uint64_t *)(uintptr_t)start;
}

int memory_memfd(uint64_t bytes, struct reason *why)
{
	int fd = memfd_create("dirtybench", MFD_CLOEXEC);
	int ret;

	if (fd >= 0 && !ftruncate(fd, (off_t)bytes))
		return fd;
	ret = -errno;
	if (fd >= 0)
		close(fd);
	return reason_errno(why, ret, "cannot make shared memory (memfd)");
}
