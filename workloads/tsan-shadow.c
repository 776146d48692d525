// SPDX-License-Identifier: GPL-2.0-or-later
/* ThreadSanitizer's shadow: of every word, who used it last; and its locks. */
#include "harness/memory.h"
#include "workloads/shadow.h"
#include "workloads/tsan-layout.h"

static const struct param params[] = {
	STORES_PARAMS("16g", "25%", "clustered"),
	/* Writes 4500 pages of shadow and meta shadow, and what is read makes
	 * 3000 more. */
	SHADOW_PARAMS("7m", SHADOW_HEAP_MAX),
	{ .name = NULL },
};

static int make_layout(const struct params *values,
		       struct shadow_layout *layout, struct reason *why)
{
	return shadow_model_layout(&tsan_model, layout, values, why);
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

const struct workload workload_tsan_shadow = {
	.name = "tsan-shadow",
	.version = 1,
	.summary = "ThreadSanitizer's shadow and its meta shadow, all written",
	.params = params,
	.aside = true,
	.needs = needs,
	.open = open_shadow,
	.prepare = shadow_prepare,
	.write = stores_write,
	.read = shadow_read,
	.expected = stores_expected,
	.close = shadow_close,
};
