// SPDX-License-Identifier: GPL-2.0-or-later
// The counts of a cell, epoch by epoch, over all of its processes.
#include <errno.h>
#include <string.h>

#include "results/growing.h"
#include "results/summary/tallies.h"

/* The place of that epoch in the sorted list, where it may have to be put. */
static int find_place(const struct summary_cell *cell, int64_t number)
{
	int low = 0, high = cell->nr_epochs;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (cell->epochs[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct summary_epoch *enter_epoch(struct summary_cell *cell,
					 int64_t number)
{
	int place = find_place(cell, number);
	struct summary_epoch *epoch;
	void *epochs;

	if (place < cell->nr_epochs && cell->epochs[place].number == number)
		return &cell->epochs[place];
	epochs = growing_room(cell->epochs, cell->nr_epochs, sizeof(*epoch));
	if (!epochs)
		return NULL;
	cell->epochs = epochs;
	epoch = &cell->epochs[place];
	memmove(epoch + 1, epoch, (cell->nr_epochs - place) * sizeof(*epoch));
	memset(epoch, 0, sizeof(*epoch));
	epoch->number = number;
	cell->nr_epochs++;
	return epoch;
}

static void add_value(struct tally *tally, int64_t value)
{
	if (value == SAMPLE_NULL)
		return;
	if (!tally->nr || value < tally->lowest)
		tally->lowest = value;
	if (!tally->nr || value > tally->highest)
		tally->highest = value;
	tally->sum += (double)value;
	tally->nr++;
}

int tallies_add(struct summary_cell *cell, const struct sample *sample)
{
	int nr_before = cell->nr_epochs;
	struct summary_epoch *epoch = enter_epoch(cell, sample->epoch);

	if (!epoch)
		return -ENOMEM;
	if (sample->kind == KIND_MEASURED)
		cell->nr_measured += cell->nr_epochs - nr_before;
	for (int i = 0; i < NR_COUNTS; i++)
		if (count_get(i)->after == (sample->kind == KIND_AFTER) &&
		    counts_hold(&sample->figures))
			add_value(&epoch->counts[i],
				  count_get(i)->value(&sample->figures));
	return 0;
}
