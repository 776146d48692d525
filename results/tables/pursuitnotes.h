/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why copying a process that goes on ended, where it did not converge. */
#ifndef DIRTYBENCH_PURSUITNOTES_H
#define DIRTYBENCH_PURSUITNOTES_H

#include <stdio.h>

#include "results/summary/summary.h"

/*
 * A line for below the cell's row, indented by @indent: how many of its
 * measured epochs ended otherwise than with few pages left, and why. Nothing
 * where none did. It fits a terminal below 1000 epochs. Errors stay in @out,
 * for ferror().
 */
void pursuitnotes_print(FILE *out, int indent, const struct summary_cell *cell);

#endif
