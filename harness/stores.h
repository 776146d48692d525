/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which pages an epoch stores to, and in which order. */
#ifndef DIRTYBENCH_STORES_H
#define DIRTYBENCH_STORES_H

#include <stddef.h>
#include <stdint.h>

#include "harness/params.h"
#include "harness/reason.h"
#include "harness/region.h"

struct work;
struct epoch;

/* Parameters that choose an epoch's stores. @dirty and @pattern are the
 * defaults as texts. */
#define STORES_CHOICE_PARAMS(dirty_text, pattern_text)                  \
	{ .name = "dirty",                                              \
	  .type = PARAM_PORTION,                                        \
	  .fallback = (dirty_text),                                     \
	  .min = 1,                                                     \
	  .help = "mapping units stored to in an epoch" },              \
		{ .name = "pattern",                                    \
		  .type = PARAM_CHOICE,                                 \
		  .fallback = (pattern_text),                           \
		  .choices = "sequential|stride|random|clustered",      \
		  .help = "how the units stored to lie" },              \
		{ .name = "order",                                      \
		  .type = PARAM_CHOICE,                                 \
		  .fallback = "ascending",                              \
		  .choices = "ascending|shuffled",                      \
		  .help = "in which order they are stored to" },        \
	{                                                               \
		.name = "seed", .type = PARAM_COUNT, .fallback = "1",   \
		.help = "of every random choice; epoch N uses seed + N" \
	}

/* These and the size, which most workloads with stores have. */
#define STORES_PARAMS(size_text, dirty_text, pattern_text) \
	{ .name = "size",                                  \
	  .type = PARAM_BYTES,                             \
	  .fallback = (size_text),                         \
	  .min = 2 << 20,                                  \
	  .max = 64ULL << 40,                              \
	  .help = "bytes mapped and tracked" },            \
		STORES_CHOICE_PARAMS(dirty_text, pattern_text)

/* All addresses are of bytes in the target. */
struct stores {
	uint64_t *candidates; /* starts of the units that may be stored to */
	size_t nr_candidates;
	uint64_t unit_bytes;
	uint64_t *picked; /* starts of this epoch's units, ascending */
	uint64_t *order;  /* where this epoch stores, in order */
	size_t nr;	  /* stores in this epoch: lengths of both */
	uint64_t value;	  /* what is stored, another one every epoch */
	bool chosen;	  /* by stores_choose() */
};

/* Make room for @max candidates of @unit_bytes each. -ENOMEM; -EINVAL for 0. */
int stores_create(struct stores *stores, size_t max, uint64_t unit_bytes);
void stores_destroy(struct stores *stores);

/* Let the units of [start, end) be stored to; they come in address order and
 * fit the room made. */
void stores_add(struct stores *stores, uint64_t start, uint64_t end);

/* All of that for every unit of every range of @work, which are populated and
 * of one unit size; sets work->resident_pages. -ENOMEM with work->why. */
int stores_cover(struct work *work);

/* Choose an epoch's units by the parameters dirty, pattern, order and seed. */
void stores_choose(struct stores *stores, const struct params *params,
		   unsigned int epoch);

/* Choose another epoch's, where that is how this one's were chosen. */
void stores_move_on(struct stores *stores, const struct params *params,
		    unsigned int epoch);

/* Workload hooks for those that choose units and do nothing else before an
 * epoch, store as chosen, read every page of every candidate, and have nothing
 * but mappings to let go. */
int stores_prepare(struct work *work, const struct epoch *epoch);
void stores_write(struct work *work, size_t first, size_t nr);
void stores_read(struct work *work);
void stores_expected(const struct work *work, struct region_array *out);
void stores_close(struct work *work);

#endif
