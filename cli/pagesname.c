// SPDX-License-Identifier: GPL-2.0-or-later
/* What the pages of a cell are called among those of a plan. */
#include "cli/pagesname.h"

#include <stdio.h>
#include <string.h>

static const char *value_of(const struct cell *cell, const char *name)
{
	const struct param_value *value = params_find(&cell->params, name);

	return value ? value->text : NULL;
}

bool is_workload_param(const struct cell *cell, const char *name)
{
	const struct param *param = cell->workload->params;

	for (; param && param->name; param++)
		if (!strcmp(param->name, name))
			return true;
	return false;
}

/* Whether the parameter tells the cell from others of its workload: one of the
 * workload's where it is not the same in all of them, one of the tracker's
 * where it is not that of the tracker's first. */
static bool tells_apart(const struct plan *plan, const struct cell *cell,
			const char *name)
{
	bool any = is_workload_param(cell, name);
	const char *first = NULL, *value;

	for (int i = 0; i < plan->nr; i++) {
		if (plan->cells[i].workload != cell->workload ||
		    (!any && plan->cells[i].tracker != cell->tracker))
			continue;
		value = value_of(&plan->cells[i], name);
		if (!value)
			continue;
		if (!first)
			first = value;
		if (any && strcmp(first, value) != 0)
			return true;
	}
	return !any && first && strcmp(first, value_of(cell, name)) != 0;
}

void pagesname(const struct plan *plan, const struct cell *cell,
	       bool with_tracker, char pages[PAGES_BYTES])
{
	const struct param_value *value = cell->params.v;
	size_t used;

	used = (size_t)snprintf(pages, PAGES_BYTES, "%s", cell->workload->name);
	for (int i = 0; i < cell->params.nr && used < PAGES_BYTES; i++)
		if ((with_tracker ||
		     is_workload_param(cell, value[i].param->name)) &&
		    params_is_told(&value[i]) &&
		    tells_apart(plan, cell, value[i].param->name))
			used += (size_t)snprintf(
				pages + used, PAGES_BYTES - used, " %s=%s",
				value[i].param->name, value[i].text);
}
