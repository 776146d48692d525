/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How often values came: counts in buckets that grow with the value. */
#ifndef DIRTYBENCH_HISTOGRAM_H
#define DIRTYBENCH_HISTOGRAM_H

#include <stdint.h>

/*
 * Values below 64 have a bucket each. From there on, each doubling is divided
 * into 64 buckets of one width: bucket 64 * k + i with k >= 1 and i < 64 holds
 * [(64 + i) << (k - 1), (64 + i + 1) << (k - 1)). So a bucket is at most 1/64
 * of its lowest value wide. What is 2^36 (69 s of nanoseconds) or more is in
 * the last bucket, and the largest value is kept as it was.
 */
enum {
	HISTOGRAM_BITS = 6,
	HISTOGRAM_STEPS = 1 << HISTOGRAM_BITS,
	HISTOGRAM_MAX_BITS = 36,
	HISTOGRAM_BUCKETS =
		(HISTOGRAM_MAX_BITS - HISTOGRAM_BITS + 1) * HISTOGRAM_STEPS,
};

/* All zero is one without values. */
struct histogram {
	uint64_t nr, sum, max;
	uint64_t count[HISTOGRAM_BUCKETS];
};

/* The bucket of a value. */
static inline unsigned int histogram_bucket(uint64_t value)
{
	unsigned int octave;

	if (value < HISTOGRAM_STEPS)
		return (unsigned int)value;
	if (value >> HISTOGRAM_MAX_BITS)
		return HISTOGRAM_BUCKETS - 1;
	octave = 63 - (unsigned int)__builtin_clzll(value) - HISTOGRAM_BITS;
	return octave * HISTOGRAM_STEPS + (unsigned int)(value >> octave);
}

static inline void histogram_add(struct histogram *h, uint64_t value)
{
	h->count[histogram_bucket(value)]++;
	h->nr++;
	h->sum += value;
	if (value > h->max)
		h->max = value;
}

/* The lowest value of a bucket; of one more than there are, 2^36. */
uint64_t histogram_low(unsigned int bucket);

/* Add what @from has. */
void histogram_merge(struct histogram *h, const struct histogram *from);

/*
 * The value that a portion @q (0 to 1) of the values does not exceed: the one
 * of rank ceil(@q * nr), which is in the bucket that this returns a value of,
 * placed in it as if its values were spread evenly; never above the largest.
 * NAN where there is none.
 */
double histogram_quantile(const struct histogram *h, double q);

/*
 * The value that all but one in @of of the values do not exceed: 100 is for the
 * quantile of 99 %. NAN where there are fewer than @of: the largest one would
 * stand for it.
 */
double histogram_tail(const struct histogram *h, unsigned int of);

#endif
