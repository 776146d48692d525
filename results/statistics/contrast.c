// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a figure differs between two kernels: estimate, interval, verdict.
#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/statistics/bootstrap.h"
#include "results/statistics/contrast.h"
#include "results/statistics/halfsplit.h"
#include "results/statistics/holm.h"
#include "results/statistics/mannwhitney.h"

/* Tables of which one in so many may claim something where nothing changed. */
enum { TABLES_PER_ERROR = 20 };

/* One side with what replicates in place of its boots. */
struct level {
	struct replicates replicates;
	int *ones;	/* sizes, where each process is a replicate */
	double *sorted; /* their medians */
};

static int level_open(struct level *level, const struct replicates *side,
		      bool processes)
{
	int nr = processes ? replicates_processes(side) : side->nr_boots;
	int err = 0;

	*level = (struct level){
		.replicates = *side,
		.ones = calloc(nr, sizeof(*level->ones)),
		.sorted = calloc(nr, sizeof(*level->sorted)),
	};
	if (!level->ones || !level->sorted)
		return -ENOMEM;
	if (processes) {
		for (int i = 0; i < nr; i++)
			level->ones[i] = 1;
		level->replicates.sizes = level->ones;
		level->replicates.nr_boots = nr;
	}
	err = replicates_medians(&level->replicates, level->sorted);
	if (!err)
		gsl_sort(level->sorted, 1, nr);
	return err;
}

static void level_close(struct level *level)
{
	free(level->sorted);
	free(level->ones);
}

static double level_median(const struct level *level)
{
	return gsl_stats_median_from_sorted_data(level->sorted, 1,
						 level->replicates.nr_boots);
}

/* NAN with one replicate. */
static double level_spread(const struct level *level)
{
	int nr = level->replicates.nr_boots;

	if (nr < 2)
		return NAN;
	return (level->sorted[nr - 1] - level->sorted[0]) / level_median(level);
}

static void estimate(struct contrast *contrast, const struct level *base,
		     const struct level *fresh)
{
	contrast->base = level_median(base);
	contrast->fresh = level_median(fresh);
	contrast->ratio = contrast->base > 0 && contrast->fresh > 0
				  ? contrast->fresh / contrast->base
				  : NAN;
	contrast->nr_base = base->replicates.nr_boots;
	contrast->nr_fresh = fresh->replicates.nr_boots;
}

static int test(struct contrast *contrast, const struct level *base,
		const struct level *fresh, uint64_t seed)
{
	int err;

	err = mannwhitney(base->sorted, contrast->nr_base, fresh->sorted,
			  contrast->nr_fresh, &contrast->p);
	if (err)
		return err;
	err = halfsplit_floor(base->sorted, contrast->nr_base, seed,
			      &contrast->floor);
	if (err || isnan(contrast->ratio))
		return err;
	return bootstrap_ratio(&base->replicates, &fresh->replicates, seed,
			       &contrast->low, &contrast->high);
}

static int instructions(struct contrast *contrast, const struct level *base,
			const struct level *fresh)
{
	/* fmax() takes the other where one is NAN. */
	double spread = fmax(level_spread(base), level_spread(fresh));

	contrast->exact = true;
	contrast->floor = isnan(contrast->ratio) ? NAN : log1p(spread);
	return 0;
}

static int contrast_make(struct contrast *contrast,
			 const struct replicates *base,
			 const struct replicates *fresh, bool exact,
			 uint64_t seed)
{
	struct level levels[2] = { 0 };
	int err;

	*contrast = (struct contrast){
		.low = NAN,
		.high = NAN,
		.p = NAN,
		.holm = NAN,
		.floor = NAN,
		.exploratory = base->nr_boots < 2 || fresh->nr_boots < 2,
		.verdict = VERDICT_NONE,
	};
	err = level_open(&levels[0], base, contrast->exploratory);
	if (!err)
		err = level_open(&levels[1], fresh, contrast->exploratory);
	if (!err) {
		estimate(contrast, &levels[0], &levels[1]);
		err = exact ? instructions(contrast, &levels[0], &levels[1])
			    : test(contrast, &levels[0], &levels[1], seed);
	}
	level_close(&levels[1]);
	level_close(&levels[0]);
	return err;
}

int contrast_times(struct contrast *contrast, const struct replicates *base,
		   const struct replicates *fresh, uint64_t seed)
{
	return contrast_make(contrast, base, fresh, false, seed);
}

int contrast_exact(struct contrast *contrast, const struct replicates *base,
		   const struct replicates *fresh)
{
	return contrast_make(contrast, base, fresh, true, 0);
}

/* A comparison with NAN is false. */
static bool claimed(const struct contrast *contrast)
{
	double ratio = contrast->ratio;

	/* One process a side has no spread that a change could exceed. */
	if (contrast->exact && isnan(contrast->floor))
		return fabs(ratio - 1) > CONTRAST_LEAST_CHANGE;
	if (!(fabs(log(ratio)) > contrast->floor))
		return false;
	if (contrast->exact)
		return true;
	return contrast->holm < 1.0 / TABLES_PER_ERROR &&
	       fabs(ratio - 1) > CONTRAST_LEAST_CHANGE &&
	       (ratio > 1 ? contrast->low > 1 : contrast->high < 1);
}

int contrast_judge(struct contrast *const *rows, int nr)
{
	double *p = calloc(nr + 1, sizeof(*p));
	double *holm = calloc(nr + 1, sizeof(*holm));
	int err = -ENOMEM;

	if (!p || !holm)
		goto out;
	for (int i = 0; i < nr; i++)
		p[i] = rows[i]->p;
	err = holm_adjust(p, holm, nr);
	if (err)
		goto out;
	for (int i = 0; i < nr; i++) {
		rows[i]->holm = holm[i];
		rows[i]->verdict = VERDICT_NONE;
		if (claimed(rows[i]))
			rows[i]->verdict = rows[i]->ratio < 1 ? VERDICT_BETTER
							      : VERDICT_WORSE;
	}
out:
	free(holm);
	free(p);
	return err;
}

/*
 * With all of one side above all of the other, two of the arrangements are
 * this extreme; Holm multiplies by the rows.
 */
bool contrast_can_claim(int nr_base, int nr_fresh, int rows)
{
	double most = 2.0 * TABLES_PER_ERROR * rows;
	double arrangements = 1;

	/* C(base + fresh, base) from C(i - 1 + fresh, i - 1). */
	for (int i = 1; i <= nr_base && arrangements <= most; i++)
		arrangements = arrangements * (nr_fresh + i) / i;
	return arrangements > most;
}

int contrast_replicates_needed(int rows)
{
	int nr = 0;

	while (rows > 0 && !contrast_can_claim(nr, nr, rows))
		nr++;
	return nr;
}
