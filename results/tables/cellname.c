// SPDX-License-Identifier: GPL-2.0-or-later
// How cells are told apart in a text: a heading a workload, then what differs.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/tables/cellname.h"
#include "results/tables/text.h"

/* Where a long heading goes on. */
enum { HEADING_INDENT = 4 };

bool cellname_same_group(const struct summary_cell *a,
			 const struct summary_cell *b)
{
	return strcmp(a->workload, b->workload) == 0 &&
	       strcmp(a->workload_params, b->workload_params) == 0;
}

int cellname_print_heading(FILE *out, int columns,
			   const struct summary_cell *cell)
{
	const char *params = cell->workload_params;

	return text_wrap_format(out, columns, HEADING_INDENT, "%s%s%s",
				cell->workload, *params ? " " : "", params);
}

void cellname_put(FILE *out, const struct summary_cell *cell)
{
	/* Cells of other programs have no tracker. */
	fprintf(out, "%s%s%s", cell->workload, *cell->tracker ? "/" : "",
		cell->tracker);
	for (int i = 0; i < cell->nr_params; i++)
		fprintf(out, " %s=%s", cell->params[i].name,
			cell->params[i].value);
}

/* Whether parameter @param tells @cell from another row of its tracker. */
static bool distinguishes(const struct summary *summary,
			  const struct summary_cell *cell,
			  const struct sample_param *param)
{
	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *other = summary_cell(summary, i);
		const char *value;

		if (!summary_cell_ran(other) ||
		    !cellname_same_group(cell, other) ||
		    strcmp(cell->tracker, other->tracker) != 0)
			continue;
		value = summary_cell_param(other, param->name);
		if (!value || strcmp(value, param->value) != 0)
			return true;
	}
	return false;
}

char *cellname_distinction(const struct summary *summary,
			   const struct summary_cell *cell)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (int i = 0; i < cell->nr_params; i++)
		if (distinguishes(summary, cell, &cell->params[i]))
			fprintf(out, " %s=%s", cell->params[i].name,
				cell->params[i].value);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
