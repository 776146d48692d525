/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which values are in the middle of a resample, and how likely. */
#ifndef DIRTYBENCH_MIDDLES_H
#define DIRTYBENCH_MIDDLES_H

/*
 * The median of n draws with replacement from n sorted values is the mean of
 * the low-th and the high-th of these values, counted from 0; where n is odd,
 * the two are one.
 */
struct middle {
	int low, high;
	double weight; /* the probability of these two */
};

/* All zero before the first middles_set_size(). */
struct middles {
	struct middle *list;
	int nr;
	int size; /* n */
};

/*
 * Every middle that n = @size draws may have, but for those that no comparison
 * ever meets, so that the weights add up to a little less than 1. Costs
 * nothing when @size is what it was. 0 or -ENOMEM.
 */
int middles_set_size(struct middles *middles, int size);
void middles_clear(struct middles *middles);

#endif
