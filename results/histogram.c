// SPDX-License-Identifier: GPL-2.0-or-later
// How often values came: counts in buckets that grow with the value.
#include <math.h>

#include "results/histogram.h"

uint64_t histogram_low(unsigned int bucket)
{
	unsigned int octave = bucket / HISTOGRAM_STEPS;
	uint64_t step = bucket % HISTOGRAM_STEPS;

	if (!octave)
		return step;
	return (HISTOGRAM_STEPS + step) << (octave - 1);
}

void histogram_merge(struct histogram *h, const struct histogram *from)
{
	h->nr += from->nr;
	h->sum += from->sum;
	if (from->max > h->max)
		h->max = from->max;
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		h->count[i] += from->count[i];
}

/* Value number @rank, from 1, of the @count in @bucket. */
static double place(const struct histogram *h, unsigned int bucket, double rank)
{
	double low = (double)histogram_low(bucket);
	double high = (double)histogram_low(bucket + 1) - 1;
	double count = (double)h->count[bucket];
	double value;

	if (bucket == HISTOGRAM_BUCKETS - 1 || (double)h->max < high)
		high = (double)h->max;
	value = count > 1 ? low + (high - low) * (rank - 1) / (count - 1)
			  : (low + high) / 2;
	return value < (double)h->max ? value : (double)h->max;
}

double histogram_quantile(const struct histogram *h, double q)
{
	double rank = ceil(q * (double)h->nr);
	double below = 0;

	if (!h->nr)
		return NAN;
	if (rank >= (double)h->nr)
		return (double)h->max;
	if (rank < 1)
		rank = 1;
	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		double count = (double)h->count[i];

		if (below + count >= rank)
			return place(h, i, rank - below);
		below += count;
	}
	return (double)h->max;
}

double histogram_tail(const struct histogram *h, unsigned int of)
{
	return h->nr < of ? NAN : histogram_quantile(h, (of - 1.0) / of);
}
