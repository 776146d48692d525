// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The interval of a ratio of medians, by a hierarchical bootstrap.
 *
 * No resample is ever laid out. The median of n draws with replacement from n
 * sorted values is one of these values, or the mean of two of them, and which
 * ones has a distribution that depends on n alone (middles.h). So the
 * median of a resampled boot has a known distribution, and the median of a boot
 * that is itself drawn has the mixture of these over the boots (struct
 * mixture). The medians of the drawn boots are independent draws from this
 * mixture; the median of them is found by drawing where the middle of so many
 * uniform numbers lies, and looking up what the mixture has there. What comes
 * out has the very distribution of resamples that are laid out.
 */
#include <errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/statistics/bootstrap.h"
#include "results/statistics/middles.h"

/*
 * The ends are the 50th from below and from above. With so many resamples an
 * end moves from seed to seed by a sixteenth of the estimate's standard error;
 * with twice as many, by a twenty-third, at nearly twice the time.
 */
enum { RESAMPLES = 1999, BEYOND = 50 };

/* What the median of a drawn boot may be. */
struct mixture {
	double *values;	    /* ascending */
	double *cumulative; /* from 0 to 1, one more than values */
	int nr;
	/* Where to begin looking for a share of i / nr and more. */
	int *guide;
	int boots;
};

static int add_outcome(struct mixture *mixture, double value, double weight)
{
	void *values = growing_room(mixture->values, mixture->nr,
				    sizeof(*mixture->values));
	void *cumulative;

	if (!values)
		return -ENOMEM;
	mixture->values = values;
	cumulative = growing_room(mixture->cumulative, mixture->nr + 1,
				  sizeof(*mixture->cumulative));
	if (!cumulative)
		return -ENOMEM;
	mixture->cumulative = cumulative;
	mixture->values[mixture->nr] = value;
	mixture->cumulative[++mixture->nr] = weight;
	return 0;
}

static int add_boot(struct mixture *mixture, const double *sorted,
		    const struct middles *middles)
{
	int err = 0;

	for (int i = 0; i < middles->nr && !err; i++) {
		const struct middle *middle = &middles->list[i];

		err = add_outcome(mixture,
				  (sorted[middle->low] + sorted[middle->high]) /
					  2,
				  middle->weight);
	}
	return err;
}

/* From weights in any order to shares by value. */
static int order(struct mixture *mixture)
{
	int nr = mixture->nr, below = 0;
	double *cumulative = mixture->cumulative;
	double all = 0;

	mixture->guide = calloc(nr + 1, sizeof(*mixture->guide));
	if (!mixture->guide)
		return -ENOMEM;
	gsl_sort2(mixture->values, 1, cumulative + 1, 1, nr);
	for (int i = 1; i <= nr; i++)
		all += cumulative[i];
	for (int i = 1; i <= nr; i++)
		cumulative[i] = cumulative[i - 1] + cumulative[i] / all;
	/* Above any share, whatever the sum was rounded to. */
	cumulative[nr] = INFINITY;
	for (int i = 0; i <= nr; i++) {
		while (cumulative[below + 1] <= (double)i / nr)
			below++;
		mixture->guide[i] = below;
	}
	return 0;
}

/* @sorted: the values, ascending within each boot. */
static int mix(struct mixture *mixture, const struct replicates *replicates,
	       const double *sorted)
{
	struct middles middles = { .nr = 0 };
	int err = 0;

	for (int boot = 0; boot < replicates->nr_boots && !err; boot++) {
		err = middles_set_size(&middles, replicates->sizes[boot]);
		if (!err)
			err = add_boot(mixture, sorted, &middles);
		sorted += replicates->sizes[boot];
	}
	middles_clear(&middles);
	mixture->boots = replicates->nr_boots;
	return err ? err : order(mixture);
}

static void mixture_clear(struct mixture *mixture)
{
	free(mixture->values);
	free(mixture->cumulative);
	free(mixture->guide);
}

static int mixture_make(struct mixture *mixture,
			const struct replicates *replicates)
{
	int nr = replicates_processes(replicates), err;
	double *sorted = calloc(nr, sizeof(*sorted));
	double *boot = sorted;

	mixture->cumulative = calloc(1, sizeof(*mixture->cumulative));
	if (!sorted || !mixture->cumulative) {
		free(sorted);
		return -ENOMEM;
	}
	memcpy(sorted, replicates->values, nr * sizeof(*sorted));
	for (int i = 0; i < replicates->nr_boots; i++) {
		gsl_sort(boot, 1, replicates->sizes[i]);
		boot += replicates->sizes[i];
	}
	err = mix(mixture, replicates, sorted);
	free(sorted);
	return err;
}

/* What lies at @share, from 0 to 1, of the mixture. */
static double look_up(const struct mixture *mixture, double share)
{
	int i = mixture->guide[(int)(share * mixture->nr)];

	while (mixture->cumulative[i + 1] <= share)
		i++;
	return mixture->values[i];
}

/*
 * A median of as many draws as there are boots. Sorted uniform numbers divide
 * 0 to 1 as sums of exponential ones do; a sum of n of these is gamma(n).
 */
static double draw_median(const struct mixture *mixture, gsl_rng *rng)
{
	int side = (mixture->boots + 1) / 2;
	double below = gsl_ran_gamma(rng, side, 1);
	double above = gsl_ran_gamma(rng, side, 1);
	double gap, all;

	if (mixture->boots % 2)
		return look_up(mixture, below / (below + above));
	gap = gsl_ran_gamma(rng, 1, 1);
	all = below + gap + above;
	return (look_up(mixture, below / all) +
		look_up(mixture, (below + gap) / all)) /
	       2;
}

static int draw_ratios(const struct mixture *base, const struct mixture *fresh,
		       uint64_t seed, double *low, double *high)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	double ratios[RESAMPLES];
	int without = 0;

	if (!rng)
		return -ENOMEM;
	gsl_rng_set(rng, seed);
	for (int i = 0; i < RESAMPLES; i++) {
		double below = draw_median(base, rng);
		double above = fmax(draw_median(fresh, rng), 0);

		ratios[i] = below > 0 ? above / below : INFINITY;
		without += below <= 0;
	}
	gsl_rng_free(rng);
	if (without >= BEYOND)
		return 0;
	/* Those without a ratio lie at the upper end, and count at both. */
	*high = gsl_stats_select(ratios, 1, RESAMPLES, RESAMPLES - BEYOND);
	*low = gsl_stats_select(ratios, 1, RESAMPLES, BEYOND - 1 - without);
	return 0;
}

int bootstrap_ratio(const struct replicates *base,
		    const struct replicates *fresh, uint64_t seed, double *low,
		    double *high)
{
	struct mixture base_mixture = { .nr = 0 }, fresh_mixture = { .nr = 0 };
	int err = 0;

	*low = NAN;
	*high = NAN;
	if (base->nr_boots < 2 || fresh->nr_boots < 2)
		return 0;
	err = mixture_make(&base_mixture, base);
	if (!err)
		err = mixture_make(&fresh_mixture, fresh);
	if (!err)
		err = draw_ratios(&base_mixture, &fresh_mixture, seed, low,
				  high);
	mixture_clear(&fresh_mixture);
	mixture_clear(&base_mixture);
	return err;
}
