// SPDX-License-Identifier: GPL-2.0-or-later
/* AddressSanitizer's shadow: huge, sparse, written where a heap poisons it. */
#include <errno.h>

#include "harness/memory.h"
#include "workloads/asan-layout.h"
#include "workloads/shadow.h"

static const struct param params[] = {
	STORES_PARAMS("16g", "25%", "clustered"),
	/* Poisons 7000 shadow pages, with 31000 zero pages beside them. */
	SHADOW_PARAMS("224m", ASAN_REGIONS *ASAN_ALLOCATOR_REGION),
	STORES_WRITERS_PARAMS,
	{ .name = NULL },
};

static int make_layout(const struct params *values,
		       struct shadow_layout *layout, struct reason *why)
{
	return asan_layout_make(layout, memory_base(),
				params_value(values, "size"),
				params_value(values, "heap"),
				params_value(values, "seed"), why);
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	int ret = shadow_needs(make_layout, values, needs, why);

	if (!ret && params_value(values, "threads") &&
	    params_is(values, "read-holes", "yes"))
		return reason_set(
			why, -EINVAL,
			"read-holes=yes is of an epoch that reads all "
			"of the shadow: threads do not, leave out "
			"threads=");
	return ret ? ret : concurrency_check(values, why);
}

static int open_shadow(struct work *work)
{
	return shadow_open(work, make_layout);
}

const struct workload workload_asan_shadow = {
	.name = "asan-shadow",
	.version = 1,
	.summary = "AddressSanitizer's two shadows, sparse, mostly zero pages",
	.params = params,
	.needs = needs,
	.open = open_shadow,
	.prepare = shadow_prepare,
	.concurrent = concurrency_read,
	.write = stores_write,
	.read = shadow_read,
	.expected = stores_expected,
	.close = shadow_close,
};
