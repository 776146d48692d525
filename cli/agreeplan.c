// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells whose trackers are compared: those of one workload together. */
#include "cli/agreeplan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/disagreement.h"

static bool same_pages(const struct cell *a, const struct cell *b)
{
	const struct param *param = a->workload->params;

	if (a->workload != b->workload)
		return false;
	for (; param && param->name; param++)
		if (strcmp(params_find(&a->params, param->name)->text,
			   params_find(&b->params, param->name)->text) != 0)
			return false;
	return true;
}

/* Comparing knows one thread of the workload's, which has ended when it is
 * collected from: who is asked for others, or for places of theirs, would be
 * shown something else. */
static bool asks_for_threads(const struct cell *cell)
{
	const struct param *param = cell->workload->params;

	for (; param && param->name; param++)
		if (param->quiet &&
		    params_is_told(params_find(&cell->params, param->name)))
			return true;
	return false;
}

/* Without those that report nothing, those that would track their own process
 * where another one's pages are meant, those that arm as they collect, behind
 * which others would collect, and without workloads that store when they like.
 */
static bool can_be_compared(const struct cell *cell)
{
	const struct param_value *collect =
		params_find(&cell->params, "collect");
	struct needs needs;

	if (cell->tracker->claim == CLAIM_NOTHING || !cell->workload->write ||
	    asks_for_threads(cell))
		return false;
	if (collect && !strcmp(collect->text, "atomic"))
		return false;
	return cell_needs(cell, &needs, NULL) || !needs.other_process ||
	       cell->tracker->other_process;
}

static void move_to(struct plan *plan, int to, int from)
{
	struct cell cell = plan->cells[from];

	memmove(&plan->cells[to + 1], &plan->cells[to],
		(size_t)(from - to) * sizeof(cell));
	plan->cells[to] = cell;
}

static void bring_together(struct plan *plan)
{
	int end;

	for (int first = 0; first < plan->nr; first = end) {
		end = first + 1;
		for (int i = end; i < plan->nr; i++)
			if (same_pages(&plan->cells[first], &plan->cells[i]))
				move_to(plan, end++, i);
	}
}

int agreeplan_end(const struct plan *plan, int first)
{
	int end = first + 1;

	while (end < plan->nr && end - first < TESTIMONIES_MAX &&
	       same_pages(&plan->cells[first], &plan->cells[end]))
		end++;
	return end;
}

static void drop_single(struct plan *plan)
{
	int kept = 0, end;

	for (int first = 0; first < plan->nr; first = end) {
		end = agreeplan_end(plan, first);
		for (int i = first; end > first + 1 && i < end; i++)
			plan->cells[kept++] = plan->cells[i];
	}
	plan->nr = kept;
}

int agreeplan_make(struct plan *plan, bool in_guest, struct reason *why)
{
	int kept = 0;

	for (int i = 0; i < plan->nr; i++)
		if (can_be_compared(&plan->cells[i]))
			plan->cells[kept++] = plan->cells[i];
	plan->nr = kept;
	bring_together(plan);
	drop_single(plan);
	plan_unclaim(plan, in_guest);
	if (plan->nr)
		return 0;
	return reason_set(
		why, -EINVAL,
		"nothing to compare: choose two trackers or more "
		"that report pages, with collect=separate and without "
		"parameters of threads");
}
