/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where curves of a chart cross: marked, and told in a note. */
#ifndef DIRTYBENCH_CROSSING_H
#define DIRTYBENCH_CROSSING_H

#include "plot/curves.h"

/*
 * For charts over the dirty fraction. The block of crossings stands behind
 * those of the curves; the note begins with @what, "Equal cost", and says
 * between which points the place was interpolated. 0 or -ENOMEM.
 */
int crossings_put(struct sheet *sheet, const struct chart *chart,
		  const char *what);

#endif
