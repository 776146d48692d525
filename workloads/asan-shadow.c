// SPDX-License-Identifier: GPL-2.0-or-later
/* AddressSanitizer's shadow: huge, sparse, written where a heap poisons it. */
#include "harness/memory.h"
#include "workloads/asan-layout.h"
#include "workloads/shadow.h"

static const struct param params[] = {
	STORES_PARAMS("16g", "25%", "clustered"),
	/* Poisons 7000 shadow pages, with 31000 zero pages beside them. */
	SHADOW_PARAMS("224m", ASAN_REGIONS *ASAN_ALLOCATOR_REGION),
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
	return shadow_needs(make_layout, values, needs, why);
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
	.write = stores_write,
	.read = shadow_read,
	.expected = stores_expected,
	.close = shadow_close,
};
