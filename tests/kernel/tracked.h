/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory and a tracker on it, for tests of trackers without a workload. */
#ifndef DIRTYBENCH_TESTS_TRACKED_H
#define DIRTYBENCH_TESTS_TRACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/memory.h"
#include "trackers/tracker.h"

/* The exit status of a test that this kernel cannot run. */
enum { EXIT_SKIP = 77 };

/* Pages are counted through all ranges, from 0. What goes wrong in here fails
 * the test that asked for it. */
struct tracked {
	struct work work; /* nothing but its ranges */
	struct params params;
	struct placement place;
	struct buffers buffers;
	struct tracking t;
	size_t pages;
};

/*
 * Map ranges of so many base pages each; the list ends with 0. Populated with
 * a store to every page, or left as holes.
 */
void tracked_map(struct tracked *s, const size_t *range_pages, bool populate);
void tracked_unmap(struct tracked *s);

/* A teardown for cmocka: what a failed test left mapped or handled is gone. */
int tracked_clean(void **state);
#define TRACKED_TEST(function) \
	cmocka_unit_test_teardown(function, tracked_clean)

/* Put @tracker with its defaults, or with @params, on it: not opened yet. */
void tracked_use(struct tracked *s, const struct tracker *tracker,
		 const struct params *params);

uint64_t tracked_address(const struct tracked *s, size_t page);
void tracked_store(const struct tracked *s, size_t page);
void tracked_store_set(const struct tracked *s, const bool *set);

/* Choose pages at random, about so many per cent. */
void tracked_draw(const struct tracked *s, bool *set, unsigned int percent);

/* VMAs that lie in the range, which none reaches out of. */
size_t tracked_vmas(const struct mapped_range *range);

typedef int (*collect_hook)(struct tracking *t, struct region_array *out);

/*
 * Collect with arrays of @max regions until the end, and mark the pages in
 * @seen. Regions have to ascend, lie in the ranges, and hold no page twice.
 * Their number.
 */
size_t tracked_collect(struct tracked *s, collect_hook collect, size_t max,
		       bool *seen);

/* One call for one array of @max: what collecting returned. @seen is added
 * to. */
int tracked_collect_part(struct tracked *s, collect_hook collect, size_t max,
			 bool *seen);

#endif
