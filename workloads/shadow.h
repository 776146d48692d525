/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workload hooks for a sanitizer's shadow: huge, sparse, of zero pages too. */
#ifndef DIRTYBENCH_SHADOW_H
#define DIRTYBENCH_SHADOW_H

#include "workloads/shadow-layout.h"
#include "workloads/workload.h"

/* Parameters of all shadows, beside those of stores. */
#define SHADOW_PARAMS(heap_text, heap_max)                                     \
	{ .name = "heap",                                                      \
	  .type = PARAM_BYTES,                                                 \
	  .fallback = (heap_text),                                             \
	  .min = SHADOW_CHUNK_BYTES,                                           \
	  .max = (heap_max),                                                   \
	  .help = "bytes in the allocator's regions; dirty= is of the shadow " \
		  "pages that they write" },                                   \
	{                                                                      \
		.name = "read-holes", .type = PARAM_CHOICE, .fallback = "no",  \
		.choices = "no|yes",                                           \
		.help = "whether the read epoch also reads up to 4096 pages "  \
			"that were never touched"                              \
	}

/* Lays the shadow out by the parameters. -errno with @why. */
typedef int shadow_layout_fn(const struct params *values,
			     struct shadow_layout *layout, struct reason *why);

int shadow_needs(shadow_layout_fn *make, const struct params *values,
		 struct needs *needs, struct reason *why);
int shadow_open(struct work *work, shadow_layout_fn *make);

/* Hooks as they are. */
int shadow_prepare(struct work *work, const struct epoch *epoch);
void shadow_read(struct work *work);
void shadow_close(struct work *work);

#endif
