/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boots whose runs nobody keeps. */
#ifndef DIRTYBENCH_KERNELSCRATCH_H
#define DIRTYBENCH_KERNELSCRATCH_H

#include "cli/kernelrun.h"

/* As kernels_run_all(); without a folder, in one that is removed again and has
 * @word in its name. */
int kernelscratch_run(const struct kernels_options *options, const char *word);

#endif
