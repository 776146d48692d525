// SPDX-License-Identifier: GPL-2.0-or-later
// Geometric means of a comparison: a tracker over workloads, and the other way.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_parts.h"

static const char *name_of(const struct comparison_row *row, bool of_tracker)
{
	return of_tracker ? row->base->tracker : row->base->workload;
}

static void add_mean(struct comparison *comparison, const char *name,
		     bool of_tracker, enum figure_id figure)
{
	double logs = 0;
	int cells = 0;

	for (int i = 0; i < comparison->nr_rows; i++) {
		const struct comparison_row *row = &comparison->rows[i];

		if (row->figure != figure || isnan(row->contrast.ratio) ||
		    strcmp(name_of(row, of_tracker), name) != 0)
			continue;
		logs += log(row->contrast.ratio);
		cells++;
	}
	if (!cells)
		return;
	comparison->means[comparison->nr_means++] = (struct comparison_mean){
		.name = name,
		.of_tracker = of_tracker,
		.figure = figure,
		.ratio = exp(logs / cells),
		.cells = cells,
	};
}

/* Whether no row above @index has the name of this one. */
static bool is_new(const struct comparison *comparison, int index,
		   bool of_tracker)
{
	const char *name = name_of(&comparison->rows[index], of_tracker);

	for (int i = 0; i < index; i++)
		if (strcmp(name_of(&comparison->rows[i], of_tracker), name) ==
		    0)
			return false;
	return true;
}

static void add_means(struct comparison *comparison, bool of_tracker,
		      const enum figure_id *figures, int nr_figures)
{
	for (int i = 0; i < comparison->nr_rows; i++)
		for (int j = 0; j < nr_figures; j++)
			if (is_new(comparison, i, of_tracker))
				add_mean(comparison,
					 name_of(&comparison->rows[i],
						 of_tracker),
					 of_tracker, figures[j]);
}

int comparison_add_means(struct comparison *comparison,
			 const enum figure_id *figures, int nr_figures)
{
	/* Each row is the first of one tracker and one workload at most. */
	size_t most = 2 * (size_t)comparison->nr_rows * nr_figures;

	comparison->means = calloc(most + 1, sizeof(*comparison->means));
	if (!comparison->means)
		return -ENOMEM;
	add_means(comparison, true, figures, nr_figures);
	/* A benchmark of another program is a workload of its own. */
	if (!comparison->base->google)
		add_means(comparison, false, figures, nr_figures);
	return 0;
}
