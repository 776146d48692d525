/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much the halves of one side differ: what is no change can look like. */
#ifndef DIRTYBENCH_HALFSPLIT_H
#define DIRTYBENCH_HALFSPLIT_H

#include <stdint.h>

/*
 * The 95th percentile of |log(median of one half / median of the other)| over
 * the ways to split @nr sorted values into halves (nr / 2 and the rest): over
 * all of them up to 12 values, else over 500 drawn with @seed. A half whose
 * median is 0 or less differs infinitely. NAN with one value. 0 or -ENOMEM.
 */
int halfsplit_floor(const double *sorted, int nr, uint64_t seed, double *floor);

#endif
