/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run whose cells somebody else has chosen. */
#ifndef DIRTYBENCH_RUN_H
#define DIRTYBENCH_RUN_H

#include "kernels/order.h"

/* In a guest: do as told; all goes to @channel. The exit code. */
int run_order(const struct order *order, int channel);

#endif
