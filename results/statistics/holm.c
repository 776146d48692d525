// SPDX-License-Identifier: GPL-2.0-or-later
// Holm's step-down correction of p-values.
#include <errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

#include "results/statistics/holm.h"

int holm_adjust(const double *p, double *adjusted, int nr)
{
	double *tested = calloc(nr + 1, sizeof(*tested));
	size_t *rows = calloc(nr + 1, sizeof(*rows));
	size_t *order = calloc(nr + 1, sizeof(*order));
	int nr_tested = 0, err = -ENOMEM;
	double least = 0;

	if (!tested || !rows || !order)
		goto out;
	for (int i = 0; i < nr; i++) {
		adjusted[i] = NAN;
		if (isnan(p[i]))
			continue;
		rows[nr_tested] = i;
		tested[nr_tested++] = p[i];
	}
	gsl_sort_index(order, tested, 1, nr_tested);
	for (int i = 0; i < nr_tested; i++) {
		least = fmax(least, (nr_tested - i) * tested[order[i]]);
		adjusted[rows[order[i]]] = fmin(least, 1);
	}
	err = 0;
out:
	free(order);
	free(rows);
	free(tested);
	return err;
}
