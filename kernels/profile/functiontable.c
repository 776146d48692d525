// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers for the places that instructions are at. */
#include "kernels/profile/functiontable.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"

struct node {
	struct code_place place;
	int number;
};

static int compare_texts(const char *a, const char *b)
{
	if (a == b)
		return 0;
	return a && b ? strcmp(a, b) : a ? 1 : -1;
}

static int compare(const void *left, const void *right)
{
	const struct code_place *a = left, *b = right;
	int order = compare_texts(a->function, b->function);

	if (!order)
		order = compare_texts(a->inlined, b->inlined);
	return order ? order : compare_texts(a->line, b->line);
}

int function_table_add(struct function_table *table,
		       const struct code_place *place)
{
	struct node **found = tfind(place, &table->tree, compare);
	struct code_place *grown;
	struct node *node;

	if (found)
		return (*found)->number;
	grown = growing_room(table->v, table->nr, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	table->v = grown;
	node = malloc(sizeof(*node));
	if (!node)
		return -ENOMEM;
	*node = (struct node){ *place, table->nr };
	if (!tsearch(node, &table->tree, compare)) {
		free(node);
		return -ENOMEM;
	}
	table->v[table->nr] = *place;
	return table->nr++;
}

void function_table_free(struct function_table *table)
{
	tdestroy(table->tree, free);
	free(table->v);
	*table = (struct function_table){ .nr = 0 };
}
