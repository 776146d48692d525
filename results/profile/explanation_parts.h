/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of an explanation; private to results/profile/. */
#ifndef DIRTYBENCH_EXPLANATION_PARTS_H
#define DIRTYBENCH_EXPLANATION_PARTS_H

#include "results/profile/explanation.h"

/* Each gets all tables, one after the other, between begin and end. 0 or
 * -ENOMEM; errors of @out stay in it. */
struct explanation_printer {
	int (*begin)(FILE *out, const struct explanation *explanation);
	int (*table)(FILE *out, const struct explanation *explanation,
		     const struct explanation_table *table);
	int (*end)(FILE *out, const struct explanation *explanation);
};

extern const struct explanation_printer explanation_text;
extern const struct explanation_printer explanation_markdown;
extern const struct explanation_printer explanation_csv;
extern const struct explanation_printer explanation_json;

/* Below this, instructions per page are no change that a table tells. */
#define EXPLANATION_LEAST 0.05

/* "3 of 120 phases of 6.12 do not add up ...", for each side; "" for none. To
 * be freed; NULL without memory. */
char *explanation_doubts(const struct explanation *explanation);

#endif
