// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory and a tracker on it, for tests of trackers without a workload. */
#include "tests/kernel/tracked.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "harness/faultsignal.h"

/* What is mapped: addresses are the same in every test. */
static struct work mapped;

void tracked_map(struct tracked *s, const size_t *range_pages, bool populate)
{
	const struct mapped_range *range;
	uint64_t bytes;

	memset(s, 0, sizeof(*s));
	for (; *range_pages; range_pages++) {
		bytes = *range_pages * page_bytes();
		assert_int_equal(memory_add_range(&s->work, bytes,
						  MAP_PRIVATE | MAP_ANONYMOUS |
							  MAP_NORESERVE,
						  PAGE_KIND_BASE, page_bytes()),
				 0);
		range = &s->work.ranges[s->work.nr_ranges - 1];
		madvise((void *)(uintptr_t)range->start, bytes,
			MADV_NOHUGEPAGE);
		if (populate)
			memory_touch(range->start, range->end, page_bytes());
		s->pages += *range_pages;
		mapped = s->work;
	}
}

void tracked_unmap(struct tracked *s)
{
	assert_int_equal(s->buffers.nr, 0);
	memory_unmap(&s->work);
	mapped = s->work;
}

int tracked_clean(void **state)
{
	(void)state;
	faultsignal_remove(SIGSEGV);
	faultsignal_remove(SIGBUS);
	memory_unmap(&mapped);
	return 0;
}

void tracked_use(struct tracked *s, const struct tracker *tracker,
		 const struct params *params)
{
	struct reason why = { "" };
	hwloc_topology_t topology;

	if (params) {
		s->params = *params;
	} else {
		memset(&s->params, 0, sizeof(s->params));
		assert_int_equal(params_add(&s->params, tracker->params), 0);
	}
	assert_int_equal(placement_topology(&topology, &why), 0);
	assert_int_equal(
		placement_choose(topology, PLACE_NEAR, &s->place, &why), 0);
	hwloc_topology_destroy(topology);
	s->t = (struct tracking){
		.tracker = tracker,
		.params = &s->params,
		.pid = getpid(),
		.ranges = s->work.ranges,
		.nr_ranges = s->work.nr_ranges,
		.parts = s->work.ranges,
		.nr_parts = s->work.nr_ranges,
		.resident_pages = s->pages,
		.place = &s->place,
		.buffers = &s->buffers,
	};
}

uint64_t tracked_address(const struct tracked *s, size_t page)
{
	const struct mapped_range *range = s->work.ranges;
	size_t pages;

	for (;; range++, page -= pages) {
		pages = (range->end - range->start) / page_bytes();
		if (page < pages)
			return range->start + page * page_bytes();
	}
}

void tracked_store(const struct tracked *s, size_t page)
{
	(*(volatile uint64_t *)(uintptr_t)tracked_address(s, page))++;
}

void tracked_store_set(const struct tracked *s, const bool *set)
{
	for (size_t i = 0; i < s->pages; i++)
		if (set[i])
			tracked_store(s, i);
}

void tracked_draw(const struct tracked *s, bool *set, unsigned int percent)
{
	for (size_t i = 0; i < s->pages; i++)
		set[i] = (unsigned int)random() % 100 < percent;
}

/* The page at @address, which has to be in a range up to @end. */
static size_t page_at(const struct tracked *s, uint64_t address, uint64_t end)
{
	const struct mapped_range *range = s->work.ranges;
	size_t before = 0;

	for (int i = 0; i < s->work.nr_ranges; i++, range++) {
		if (address >= range->start && address < range->end) {
			assert_true(end <= range->end);
			return before + (address - range->start) / page_bytes();
		}
		before += (range->end - range->start) / page_bytes();
	}
	fail();
	return 0;
}

static void mark(const struct tracked *s, const struct region *region,
		 bool *seen)
{
	size_t page = page_at(s, region->start, region->end);

	assert_int_equal(region->start % page_bytes(), 0);
	assert_int_equal(region->end % page_bytes(), 0);
	assert_true(region->start < region->end);
	for (uint64_t at = region->start; at < region->end; at += page_bytes())
		seen[page++] = true;
}

/* One call; *last is where the regions before ended. */
static int collect_once(struct tracked *s, collect_hook collect,
			struct region_array *out, uint64_t *last, bool *seen)
{
	int ret;

	out->nr = 0;
	ret = collect(&s->t, out);
	if (ret < 0)
		fail_msg("%s", s->t.why.text);
	assert_in_range(out->nr, 0, out->max);
	/* It stops for want of room, and only then. */
	assert_true(ret == 0 || (ret == 1 && out->nr == out->max));
	for (size_t i = 0; i < out->nr; i++) {
		assert_true(out->v[i].start >= *last);
		mark(s, &out->v[i], seen);
		*last = out->v[i].end;
	}
	return ret;
}

size_t tracked_vmas(const struct mapped_range *range)
{
	FILE *file = fopen("/proc/self/maps", "re");
	uint64_t start, end;
	char line[512];
	size_t nr = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) != 2 ||
		    end <= range->start || start >= range->end)
			continue;
		assert_true(start >= range->start && end <= range->end);
		nr++;
	}
	fclose(file);
	return nr;
}

size_t tracked_collect(struct tracked *s, collect_hook collect, size_t max,
		       bool *seen)
{
	struct region_array out = { .max = max };
	uint64_t last = 0;
	size_t nr = 0;
	int ret;

	out.v = malloc(max * sizeof(*out.v));
	assert_non_null(out.v);
	memset(seen, 0, s->pages * sizeof(*seen));
	do {
		ret = collect_once(s, collect, &out, &last, seen);
		nr += out.nr;
	} while (ret == 1);
	free(out.v);
	return nr;
}

int tracked_collect_part(struct tracked *s, collect_hook collect, size_t max,
			 bool *seen)
{
	struct region v[64];
	struct region_array out = { .v = v, .max = max };
	uint64_t last = 0;

	assert_in_range(max, 1, 64);
	return collect_once(s, collect, &out, &last, seen);
}
