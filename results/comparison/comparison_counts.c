// SPDX-License-Identifier: GPL-2.0-or-later
// The counts of two sides, over the epochs that both have.
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "results/comparison/comparison_parts.h"

static const struct summary_epoch *find_epoch(const struct summary_cell *cell,
					      int64_t number)
{
	for (int i = 0; i < cell->nr_epochs; i++)
		if (cell->epochs[i].number == number)
			return &cell->epochs[i];
	return NULL;
}

static bool ever_counted(const struct summary_cell *cell, enum count_id id)
{
	for (int i = 0; i < cell->nr_epochs; i++)
		if (cell->epochs[i].counts[id].nr)
			return true;
	return false;
}

/* What has been seen of one side in the epochs that both have. */
struct seen {
	double sum; /* of the epochs' means */
	int64_t lowest, highest;
};

static void see(struct seen *seen, const struct tally *tally, bool first)
{
	seen->sum += tally->sum / (double)tally->nr;
	if (first || tally->lowest < seen->lowest)
		seen->lowest = tally->lowest;
	if (first || tally->highest > seen->highest)
		seen->highest = tally->highest;
}

/* Where each process has the same value, not to overlap is to differ. */
static bool overlap(const struct tally *a, const struct tally *b)
{
	return a->lowest <= b->highest && b->lowest <= a->highest;
}

static bool is_exact(const struct tally *tally)
{
	return tally->lowest == tally->highest;
}

/* Whether there was an epoch to compare. */
static bool compare_epochs(struct comparison_count *count)
{
	struct seen base = { 0 }, fresh = { 0 };
	int nr = 0;

	for (int i = 0; i < count->base_cell->nr_epochs; i++) {
		const struct summary_epoch *epoch =
			&count->base_cell->epochs[i];
		const struct summary_epoch *other =
			find_epoch(count->fresh_cell, epoch->number);
		const struct tally *a = &epoch->counts[count->count];
		const struct tally *b =
			other ? &other->counts[count->count] : NULL;

		if (!b || !a->nr || !b->nr)
			continue;
		see(&base, a, !nr);
		see(&fresh, b, !nr);
		nr++;
		count->varies |= !is_exact(a) || !is_exact(b);
		count->changed |= !overlap(a, b);
	}
	if (!nr)
		return false;
	count->base = base.sum / nr;
	count->base_lowest = base.lowest;
	count->base_highest = base.highest;
	count->fresh = fresh.sum / nr;
	count->fresh_lowest = fresh.lowest;
	count->fresh_highest = fresh.highest;
	return true;
}

/* The mean and the range of a count that the other side lacks. */
static void take_alone(const struct summary_cell *cell, enum count_id id,
		       double *mean, int64_t *lowest, int64_t *highest)
{
	struct seen seen = { 0 };
	int nr = 0;

	for (int i = 0; i < cell->nr_epochs; i++)
		if (cell->epochs[i].counts[id].nr)
			see(&seen, &cell->epochs[i].counts[id], !nr++);
	if (!nr)
		return;
	*mean = seen.sum / nr;
	*lowest = seen.lowest;
	*highest = seen.highest;
}

static void add_count(struct comparison *comparison,
		      const struct comparison_pair *pair, enum count_id id)
{
	struct comparison_count *count =
		&comparison->counts[comparison->nr_counts];
	bool in_base = ever_counted(pair->base, id);
	bool in_fresh = ever_counted(pair->fresh, id);

	*count = (struct comparison_count){
		.base_cell = pair->base,
		.fresh_cell = pair->fresh,
		.count = id,
		.base = NAN,
		.fresh = NAN,
		.base_lowest = SAMPLE_NULL,
		.base_highest = SAMPLE_NULL,
		.fresh_lowest = SAMPLE_NULL,
		.fresh_highest = SAMPLE_NULL,
	};
	/* Older programs did not look at what is left. */
	if (in_base != in_fresh && count_get(id)->after)
		return;
	if (in_base != in_fresh) {
		take_alone(pair->base, id, &count->base, &count->base_lowest,
			   &count->base_highest);
		take_alone(pair->fresh, id, &count->fresh, &count->fresh_lowest,
			   &count->fresh_highest);
		count->changed = true;
	} else if (!in_base || !compare_epochs(count)) {
		return;
	}
	comparison->nr_counts++;
}

int comparison_add_counts(struct comparison *comparison,
			  const struct comparison_pair *pairs, int nr_pairs)
{
	comparison->counts = calloc((size_t)nr_pairs * NR_COUNTS + 1,
				    sizeof(*comparison->counts));
	if (!comparison->counts)
		return -ENOMEM;
	for (int i = 0; i < nr_pairs; i++)
		for (int j = 0; j < NR_COUNTS; j++)
			add_count(comparison, &pairs[i], j);
	return 0;
}
