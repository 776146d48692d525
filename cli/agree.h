/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparing trackers, here or as somebody else has chosen. */
#ifndef DIRTYBENCH_AGREE_H
#define DIRTYBENCH_AGREE_H

#include "kernels/order.h"
#include "results/agreement/agreement.h"

/* Epochs that are measured for each target, where nobody says how many. */
enum { AGREE_EPOCHS = 2, AGREE_MAX_EPOCHS = 1000 };

/* In a guest: compare what is ordered; all goes to @channel. The exit code. */
int agree_order(const struct order *order, int channel);

#endif
