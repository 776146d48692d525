// SPDX-License-Identifier: GPL-2.0-or-later
/* Small memory of each page kind, for finding out what a kernel can do. */
#include "harness/probe.h"

#include <errno.h>
#include <sys/mman.h>

#include "harness/memory.h"
#include "harness/prepare.h"

const char *page_kind_name(enum page_kind kind)
{
	static const char *const names[PAGE_KINDS] = {
		[PAGE_KIND_BASE] = "base",
		[PAGE_KIND_THP] = "thp",
		[PAGE_KIND_THP_SPLIT] = "thp-split",
		[PAGE_KIND_HUGETLB] = "hugetlb-private",
		[PAGE_KIND_HUGETLB_SHARED] = "hugetlb-shared",
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
	default:
		return MAP_PRIVATE | MAP_ANONYMOUS;
	}
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

	if (!unit)
		return reason_set(why, -EOPNOTSUPP,
				  "this kernel has no %s pages",
				  page_kind_name(kind));
	/* One unit more than needed, so that two aligned ones are inside. */
	memory->unit_bytes = unit;
	memory->mapping_bytes = 3 * unit;
	memory->mapping = mmap(NULL, memory->mapping_bytes,
			       PROT_READ | PROT_WRITE, flags_of(kind), -1, 0);
	if (memory->mapping == MAP_FAILED)
		return reason_errno(why, -errno, "mapping %s pages",
				    page_kind_name(kind));
	memory->start = round_up((uint64_t)(uintptr_t)memory->mapping, unit);
	memory->end = memory->start + 2 * unit;
	if (unit == page_bytes())
		memory_touch(memory->start, memory->end, unit);
	return 0;
}

void probe_unmap(struct probe_memory *memory)
{
	munmap(memory->mapping, memory->mapping_bytes);
}
