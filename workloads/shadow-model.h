/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sanitizer that maps a program's addresses linearly: what it fills. */
#ifndef DIRTYBENCH_SHADOW_MODEL_H
#define DIRTYBENCH_SHADOW_MODEL_H

#include "harness/params.h"
#include "workloads/shadow-layout.h"

/* What a program has, as far as shadows tell it apart. */
enum app_memory {
	APP_HEAP,    /* allocated */
	APP_GLOBALS, /* stored to */
	APP_STACK,   /* stored to */
	APP_MAPPING, /* mapped, and only ever read */
	NR_APP_MEMORIES
};

enum shadow_fill { FILL_NONE, FILL_WRITTEN, FILL_ZERO };

/* One of a sanitizer's images of the program's memory. */
struct shadow_copy {
	/* Where the image of an address begins. It is linear between the
	 * addresses of the program that follow one another in one part. */
	uint64_t (*of)(uint64_t address);
	enum shadow_fill fill[NR_APP_MEMORIES];
};

/* Addresses are those of x86-64 Linux. */
struct shadow_model {
	struct shadow_part parts[SHADOW_MAX_PARTS];
	int nr_parts;
	/* The allocator's regions, one for each size class from 1 on. */
	uint64_t allocator_start, region_bytes;
	const struct shadow_copy *copies;
	int nr_copies;
};

/* What is less than this has no room for the runs at their offsets. */
#define SHADOW_LEAST_BYTES (1ULL << 30)

/* A region of ThreadSanitizer's allocator holds as much; one may get all. */
#define SHADOW_HEAP_MAX (14ULL << 30)

/*
 * Lay out the shadow of a program by the parameters size, heap and seed. The
 * size of all the parts makes the real layout, at its real addresses; a smaller
 * one is shrunk and begins at memory_base(). -ERANGE with @why.
 */
int shadow_model_layout(const struct shadow_model *model,
			struct shadow_layout *layout,
			const struct params *values, struct reason *why);

#endif
