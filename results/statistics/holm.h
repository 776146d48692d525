/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holm's correction: p-values of a table that is read row by row. */
#ifndef DIRTYBENCH_HOLM_H
#define DIRTYBENCH_HOLM_H

/*
 * Step-down adjusted p-values of @p into @adjusted, both of @nr and in the same
 * order: at most 1, and never less than that of a smaller p. When there is no
 * difference in any row, some row is below 0.05 in one table of twenty at most.
 * NAN stays NAN and is not counted. 0 or -ENOMEM.
 */
int holm_adjust(const double *p, double *adjusted, int nr);

#endif
