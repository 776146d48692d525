/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How cells are told apart in a text: a heading a workload, then what differs.
 */
#ifndef DIRTYBENCH_CELLNAME_H
#define DIRTYBENCH_CELLNAME_H

#include <stdbool.h>
#include <stdio.h>

#include "results/summary/summary.h"

/* Whether two cells stand under one heading: workload and its parameters. */
bool cellname_same_group(const struct summary_cell *a,
			 const struct summary_cell *b);

/* "dense dirty=25% size=64m", in lines of @columns. 0 or -ENOMEM. */
int cellname_print_heading(FILE *out, int columns,
			   const struct summary_cell *cell);

/* "dense/scan collect=atomic dirty=25%": all that tells it from any other. */
void cellname_put(FILE *out, const struct summary_cell *cell);

/*
 * " collect=atomic": each parameter, with a space before it, that tells @cell
 * from another cell of its group and tracker in @summary that ran; "" when
 * there is none. To be freed; NULL without memory.
 */
char *cellname_distinction(const struct summary *summary,
			   const struct summary_cell *cell);

#endif
