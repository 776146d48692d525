// SPDX-License-Identifier: GPL-2.0-or-later
// Which values are in the middle of a resample, and how likely.
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>

#include "results/growing.h"
#include "results/statistics/middles.h"

/*
 * Middles less likely than this are left out: a table of a thousand rows with a
 * hundred boots a side stands for 4e8 resampled boots, and would not have one.
 */
static const double negligible = 1e-12;

static int add_middle(struct middles *middles, int low, int high, double weight)
{
	void *list = growing_room(middles->list, middles->nr,
				  sizeof(*middles->list));

	if (!list)
		return -ENOMEM;
	middles->list = list;
	middles->list[middles->nr++] =
		(struct middle){ .low = low, .high = high, .weight = weight };
	return 0;
}

/* That the lower middle of @size draws is the @low-th value. */
static double lower_weight(int size, int low)
{
	unsigned int before = (size - 1) / 2;

	return gsl_cdf_binomial_Q(before, (low + 1.0) / size, size) -
	       gsl_cdf_binomial_Q(before, (double)low / size, size);
}

/*
 * That half of an even @size of draws is at most the @low-th value and not all
 * below it, the others being above it. In logarithms, as C(n, n/2) has no
 * double where n is large.
 */
static double apart_weight(int size, int low)
{
	double half = size / 2.0;

	return exp(gsl_sf_lnchoose(size, size / 2) +
		   half * log((low + 1.0) / size) +
		   half * log1p(-(low + 1.0) / size)) *
	       -expm1(half * log(low / (low + 1.0)));
}

/* Of draws above the @low-th, how likely the least is the @high-th or above. */
static double above_weight(int size, int low, int high)
{
	return pow((double)(size - high) / (size - low - 1), size / 2.0);
}

static int add_middles_from(struct middles *middles, int low)
{
	int size = middles->size, err;
	double weight = lower_weight(size, low);
	double apart = 0;

	if (weight < negligible)
		return 0;
	if (size % 2 == 0 && low < size - 1)
		apart = apart_weight(size, low);
	err = add_middle(middles, low, low, fmax(weight - apart, 0));
	for (int high = low + 1; high < size && !err; high++) {
		double least = apart * above_weight(size, low, high);

		if (least < negligible)
			break;
		err = add_middle(
			middles, low, high,
			least - apart * above_weight(size, low, high + 1));
	}
	return err;
}

int middles_set_size(struct middles *middles, int size)
{
	int err = 0;

	if (middles->size == size)
		return 0;
	middles->size = size;
	middles->nr = 0;
	for (int low = 0; low < size && !err; low++)
		err = add_middles_from(middles, low);
	return err;
}

void middles_clear(struct middles *middles)
{
	free(middles->list);
}
