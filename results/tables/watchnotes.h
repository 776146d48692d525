/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What recording writes cost, and who could not collect as often as asked. */
#ifndef DIRTYBENCH_WATCHNOTES_H
#define DIRTYBENCH_WATCHNOTES_H

#include <stdio.h>

#include "results/summary/summary.h"

/*
 * A sentence on the cost of recording in cells whose writers did not stop, and
 * one for each cell where half of an epoch's collections began late or more:
 * its figures are not those of the delay that was asked for. Nothing where
 * there is no such cell. 0, or -ENOMEM.
 */
int watchnotes_print(FILE *out, const struct summary *summary);

#endif
