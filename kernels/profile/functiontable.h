/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers for the places that instructions are at. */
#ifndef DIRTYBENCH_FUNCTIONTABLE_H
#define DIRTYBENCH_FUNCTIONTABLE_H

#include "kernels/profile/codeplace.h"

struct function_table {
	void *tree; /* of tsearch() */
	struct code_place *v;
	int nr;
};

/* The number of @place, the same for the same texts, from 0; -ENOMEM. The
 * texts are not copied. */
int function_table_add(struct function_table *table,
		       const struct code_place *place);
void function_table_free(struct function_table *table);

#endif
