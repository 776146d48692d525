// SPDX-License-Identifier: GPL-2.0-or-later
/* MemorySanitizer's shadow: of every byte of the program, a byte. */
#include "harness/memory.h"
#include "workloads/msan-layout.h"
#include "workloads/shadow.h"

static const struct param params[] = {
	STORES_PARAMS("16g", "25%", "clustered"),
	/* Writes 7000 shadow pages: a byte has a byte. */
	SHADOW_PARAMS("28m", SHADOW_HEAP_MAX),
	{ .name = "origins",
	  .type = PARAM_CHOICE,
	  .fallback = "no",
	  .choices = "no|yes",
	  .help = "-fsanitize-memory-track-origins: beside each shadow one "
		  "more, of where values come from" },
	{ .name = NULL },
};

static int make_layout(const struct params *values,
		       struct shadow_layout *layout, struct reason *why)
{
	return shadow_model_layout(
		msan_model(params_is(values, "origins", "yes")), layout, values,
		why);
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

const struct workload workload_msan_shadow = {
	.name = "msan-shadow",
	.version = 1,
	.summary = "MemorySanitizer's three shadows, with origins six",
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
