/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Mann-Whitney U test: do two samples come from one distribution? */
#ifndef DIRTYBENCH_MANNWHITNEY_H
#define DIRTYBENCH_MANNWHITNEY_H

/*
 * Up to here the test is exact: (the smaller sample) x (both samples). Then
 * every count of arrangements fits into 64 bits (the most there are, 20 of 80,
 * are 3.5e18), and counting them takes some 2.5 million additions. It covers
 * 28 against 28, and 10 against 150; beyond, the normal approximation is good
 * to a few percent of p where p is as small as Holm's correction asks for.
 */
#define MANNWHITNEY_EXACT_LIMIT 1600

/*
 * Two-sided p: twice the smaller tail, at most 1, into *@p; 1 when all values
 * are equal. Each sample has one value or more, all finite; equal values share
 * the mean of their ranks. Exact means: over all ways to deal these very ranks
 * out to the two samples, ties included. 0 or -ENOMEM.
 */
int mannwhitney(const double *first, int nr_first, const double *second,
		int nr_second, double *p);

#endif
