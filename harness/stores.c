// SPDX-License-Identifier: GPL-2.0-or-later
/* Which pages an epoch stores to, and in which order. */
#include "harness/stores.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "harness/memory.h"
#include "workloads/workload.h"

/*
 * Pages in a cluster: 64 KiB of adjacent pages, about what an allocator's run
 * of small objects or a database's block covers.
 */
enum { CLUSTER_UNITS = 16 };

int stores_create(struct stores *stores, size_t max, uint64_t unit_bytes)
{
	if (!max)
		return -EINVAL;
	stores->unit_bytes = unit_bytes;
	stores->candidates = calloc(max, sizeof(uint64_t));
	stores->picked = calloc(max, sizeof(uint64_t));
	stores->order = calloc(max, sizeof(uint64_t));
	if (stores->candidates && stores->picked && stores->order)
		return 0;
	stores_destroy(stores);
	return -ENOMEM;
}

void stores_destroy(struct stores *stores)
{
	free(stores->candidates);
	free(stores->picked);
	free(stores->order);
	*stores = (struct stores){ 0 };
}

void stores_add(struct stores *stores, uint64_t start, uint64_t end)
{
	for (; start < end; start += stores->unit_bytes)
		stores->candidates[stores->nr_candidates++] = start;
}

int stores_cover(struct work *work)
{
	uint64_t unit_bytes = work->ranges[0].unit_bytes;
	uint64_t bytes = 0;
	int ret;

	for (int i = 0; i < work->nr_ranges; i++)
		bytes += work->ranges[i].end - work->ranges[i].start;
	ret = stores_create(&work->stores, bytes / unit_bytes, unit_bytes);
	if (ret)
		return reason_errno(&work->why, ret, "listing pages");
	for (int i = 0; i < work->nr_ranges; i++)
		stores_add(&work->stores, work->ranges[i].start,
			   work->ranges[i].end);
	work->resident_pages = bytes / page_bytes();
	return 0;
}

/* What an epoch's choice is made from: the seed of the cell plus the epoch. */
struct turn {
	uint64_t number;
	gsl_rng *rng; /* seeded with it */
};

/* A place below @room, @by further on in every epoch. */
static size_t move_on(const struct turn *turn, size_t room, size_t by)
{
	return turn->number * by % room;
}

/* The run of the epoch before is where this one's begins. */
static void pick_sequential(struct stores *stores, const struct turn *turn)
{
	size_t all = stores->nr_candidates;
	size_t first = move_on(turn, all, stores->nr);
	/* A run over the end goes on at the start, which is stored to first. */
	size_t wrapped =
		first + stores->nr > all ? first + stores->nr - all : 0;
	size_t n = 0;

	for (size_t i = 0; i < wrapped; i++)
		stores->picked[n++] = stores->candidates[i];
	for (size_t i = first; n < stores->nr; i++)
		stores->picked[n++] = stores->candidates[i];
}

static void pick_stride(struct stores *stores, const struct turn *turn)
{
	size_t step = stores->nr_candidates / stores->nr;
	size_t room = stores->nr_candidates - (stores->nr - 1) * step;
	size_t first = move_on(turn, room, 1);

	for (size_t i = 0; i < stores->nr; i++)
		stores->picked[i] = stores->candidates[first + i * step];
}

static void pick_random(struct stores *stores, const struct turn *turn)
{
	/* Keeps the order of its source, so the result ascends. */
	gsl_ran_choose(turn->rng, stores->picked, stores->nr,
		       stores->candidates, stores->nr_candidates,
		       sizeof(uint64_t));
}

static size_t clusters(size_t units)
{
	return (units + CLUSTER_UNITS - 1) / CLUSTER_UNITS;
}

/* Whole clusters at random places of a grid; the last one may be cut short. */
static void pick_clustered(struct stores *stores, const struct turn *turn)
{
	size_t slots = stores->nr_candidates / CLUSTER_UNITS;
	size_t end = slots * CLUSTER_UNITS;
	/* What the grid leaves over has the chance of any other slot. */
	size_t rest = stores->nr_candidates - end;
	bool with_rest = rest && gsl_rng_uniform_int(turn->rng, slots + 1) <
					 clusters(stores->nr);
	size_t left = stores->nr;
	size_t n = 0;

	if (with_rest)
		left -= rest < left ? rest : left;
	for (size_t slot = 0; slot < slots && left; slot++) {
		if (gsl_rng_uniform_int(turn->rng, slots - slot) >=
		    clusters(left))
			continue;
		for (size_t i = 0; i < CLUSTER_UNITS && left; i++, left--)
			stores->picked[n++] =
				stores->candidates[slot * CLUSTER_UNITS + i];
	}
	while (n < stores->nr)
		stores->picked[n++] = stores->candidates[end++];
}

static void place_in_units(struct stores *stores, gsl_rng *rng)
{
	uint64_t words = stores->unit_bytes / sizeof(uint64_t);

	for (size_t i = 0; i < stores->nr; i++)
		stores->order[i] =
			stores->picked[i] +
			gsl_rng_uniform_int(rng, words) * sizeof(uint64_t);
}

/* What is stored to is a page, also where a unit is many. */
static void pages_of_stores(struct stores *stores)
{
	for (size_t i = 0; i < stores->nr; i++)
		stores->picked[i] = stores->order[i] & ~(page_bytes() - 1);
}

void stores_choose(struct stores *stores, const struct params *params,
		   unsigned int epoch)
{
	static void (*const pick[])(struct stores *, const struct turn *) = {
		pick_sequential,
		pick_stride,
		pick_random,
		pick_clustered,
	};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	const struct turn turn = { params_value(params, "seed") + epoch, rng };

	gsl_rng_set(rng, turn.number);
	/* Never what a page held before: seeds differ between epochs. */
	stores->value = gsl_rng_get(rng) | (uint64_t)(epoch + 1) << 32;
	stores->nr = params_portion(params, "dirty", stores->nr_candidates);
	pick[params_value(params, "pattern")](stores, &turn);
	place_in_units(stores, rng);
	pages_of_stores(stores);
	if (params_is(params, "order", "shuffled"))
		gsl_ran_shuffle(rng, stores->order, stores->nr,
				sizeof(uint64_t));
	gsl_rng_free(rng);
	stores->chosen = true;
}

void stores_move_on(struct stores *stores, const struct params *params,
		    unsigned int epoch)
{
	if (stores->chosen)
		stores_choose(stores, params, epoch);
}

int stores_prepare(struct work *work, const struct epoch *epoch)
{
	stores_choose(&work->stores, work->params, epoch->number);
	return 0;
}

void stores_write(struct work *work, size_t first, size_t nr)
{
	const uint64_t *at = work->stores.order + first;
	const uint64_t *end = at + nr;
	uint64_t value = work->stores.value;

	for (; at < end; at++)
		*(volatile uint64_t *)(uintptr_t)*at = value;
}

void stores_read(struct work *work)
{
	const struct stores *stores = &work->stores;
	uint64_t page = page_bytes();

	for (size_t i = 0; i < stores->nr_candidates; i++)
		for (uint64_t off = 0; off < stores->unit_bytes; off += page)
			(void)*(volatile uint64_t
					*)(uintptr_t)(stores->candidates[i] +
						      off);
}

void stores_expected(const struct work *work, struct region_array *out)
{
	const struct stores *stores = &work->stores;

	for (size_t i = 0; i < stores->nr; i++)
		region_append(out, stores->picked[i],
			      stores->picked[i] + page_bytes());
}

void stores_close(struct work *work)
{
	stores_destroy(&work->stores);
	memory_unmap(work);
}
