// SPDX-License-Identifier: GPL-2.0-or-later
/* Small memory of each page kind, for finding out what a kernel can do. */
#include "harness/probe.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/memory.h"
#include "harness/prepare.h"
#include "harness/scratchfile.h"

const char *page_kind_name(enum page_kind kind)
{
	static const char *const names[PAGE_KINDS] = {
		[PAGE_KIND_BASE] = "base",
		[PAGE_KIND_THP] = "thp",
		[PAGE_KIND_THP_SPLIT] = "thp-split",
		[PAGE_KIND_HUGETLB] = "hugetlb-private",
		[PAGE_KIND_HUGETLB_SHARED] = "hugetlb-shared",
		[PAGE_KIND_ZERO] = "zero",
		[PAGE_KIND_SHMEM] = "shmem-shared",
		[PAGE_KIND_SHMEM_PRIVATE] = "shmem-private",
		[PAGE_KIND_FILE_PRIVATE] = "file-private",
		[PAGE_KIND_FILE_SHARED] = "file-shared",
		[PAGE_KIND_FOLIO] = "folio",
		[PAGE_KIND_FOLIO_HOLES] = "folio-holes",
	};

	return names[kind];
}

static int flags_of(enum page_kind kind)
{
	switch (kind) {
	case PAGE_KIND_HUGETLB:
		return MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
		       MAP_NORESERVE;
	case PAGE_KIND_HUGETLB_SHARED:
		return MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE;
	case PAGE_KIND_SHMEM:
	case PAGE_KIND_FILE_SHARED:
		return MAP_SHARED;
	case PAGE_KIND_SHMEM_PRIVATE:
	case PAGE_KIND_FILE_PRIVATE:
		return MAP_PRIVATE;
	default:
		return MAP_PRIVATE | MAP_ANONYMOUS;
	}
}

/* -1 for anonymous memory, as mmap() takes it. */
static int open_file(enum page_kind kind, uint64_t bytes, int *fd,
		     struct reason *why)
{
	*fd = -1;
	switch (kind) {
	case PAGE_KIND_SHMEM:
	case PAGE_KIND_SHMEM_PRIVATE:
		*fd = memory_memfd(bytes, why);
		break;
	case PAGE_KIND_FILE_PRIVATE:
	case PAGE_KIND_FILE_SHARED:
		*fd = scratch_file(bytes, why);
		break;
	default:
		return 0;
	}
	return *fd < 0 ? *fd : 0;
}

/* What a page of @kind is after that. */
static void populate(const struct probe_memory *memory, enum page_kind kind)
{
	if (kind == PAGE_KIND_ZERO)
		memory_read(memory->start, memory->end, memory->unit_bytes);
	else
		memory_touch(memory->start, memory->end, memory->unit_bytes);
}

static uint64_t unit_of(enum page_kind kind)
{
	switch (kind) {
	case PAGE_KIND_HUGETLB:
	case PAGE_KIND_HUGETLB_SHARED:
		return machine_hugetlb_page_bytes();
	case PAGE_KIND_THP:
		return thp_bytes();
	default:
		return page_bytes();
	}
}

int probe_map(struct probe_memory *memory, enum page_kind kind,
	      struct reason *why)
{
	uint64_t unit = unit_of(kind);
	int fd, ret;

	if (!unit)
		return reason_set(why, -EOPNOTSUPP,
				  "this kernel has no %s pages",
				  page_kind_name(kind));
	/* One unit more than needed, so that two aligned ones are inside. */
	memory->unit_bytes = unit;
	memory->mapping_bytes = 3 * unit;
	ret = open_file(kind, memory->mapping_bytes, &fd, why);
	if (ret)
		return ret;
	memory->mapping = mmap(NULL, memory->mapping_bytes,
			       PROT_READ | PROT_WRITE, flags_of(kind), fd, 0);
	if (memory->mapping == MAP_FAILED)
		ret = reason_errno(why, -errno, "mapping %s pages",
				   page_kind_name(kind));
	if (fd >= 0)
		close(fd);
	if (ret)
		return ret;
	memory->start = round_up((uint64_t)(uintptr_t)memory->mapping, unit);
	memory->end = memory->start + 2 * unit;
	if (unit == page_bytes())
		populate(memory, kind);
	return 0;
}

void probe_unmap(struct probe_memory *memory)
{
	munmap(memory->mapping, memory->mapping_bytes);
}
