/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exit code that agreements come to. */
#ifndef DIRTYBENCH_AGREECODE_H
#define DIRTYBENCH_AGREECODE_H

#include "results/agreement/agreement.h"

/* 3 where trackers differ beyond what they declare, 1 where something failed,
 * 4 where nothing was compared. */
int agree_code(const struct agreement_kernel *kernels, int nr);

#endif
