/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which several kernels are booted several times. */
#ifndef DIRTYBENCH_SCHEDULE_H
#define DIRTYBENCH_SCHEDULE_H

#include <stdint.h>

/*
 * @boots rounds over @kernels, each kernel once a round. Rounds come in pairs:
 * the first in an order drawn by @seed, the second in the reverse one, so that
 * over a pair a steady drift of the machine weighs on all alike (ABBA).
 * @order gets kernels * boots numbers below @kernels.
 */
void schedule_make(int kernels, int boots, uint64_t seed, int *order);

#endif
