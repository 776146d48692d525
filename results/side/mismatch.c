// SPDX-License-Identifier: GPL-2.0-or-later
// Cells that two sides measured with different parameters.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/side/mismatch.h"

/* Cells that the other side has not; by workload, then tracker. */
struct unmatched {
	const struct summary_cell **cells;
	int nr;
};

/* A cell of the base and the one of the other side that is closest to it. */
struct couple {
	const struct summary_cell *base, *fresh;
	int distance; /* parameters that differ; never 0 */
};

struct couples {
	struct couple *list;
	int nr;
};

static int compare_kinds(const struct summary_cell *a,
			 const struct summary_cell *b)
{
	int order = strcmp(a->workload, b->workload);

	return order ? order : strcmp(a->tracker, b->tracker);
}

static int compare_cells(const void *left, const void *right)
{
	const struct summary_cell *const *a = left, *const *b = right;
	int order = compare_kinds(*a, *b);

	return order ? order : strverscmp((*a)->key, (*b)->key);
}

static int find_unmatched(struct unmatched *unmatched,
			  const struct summary *own,
			  const struct summary *other)
{
	unmatched->cells = calloc(summary_nr_cells(own) + 1,
				  sizeof(struct summary_cell *));
	if (!unmatched->cells)
		return -ENOMEM;
	for (int i = 0; i < summary_nr_cells(own); i++) {
		const struct summary_cell *cell = summary_cell(own, i);

		if (!summary_find(other, cell->key))
			unmatched->cells[unmatched->nr++] = cell;
	}
	qsort(unmatched->cells, unmatched->nr, sizeof(struct summary_cell *),
	      compare_cells);
	return 0;
}

/* Whether parameter @name differs or is only in one of them. */
static bool differs(const struct summary_cell *a, const struct summary_cell *b,
		    const char *name)
{
	const char *left = summary_cell_param(a, name);
	const char *right = summary_cell_param(b, name);

	if (!left || !right)
		return left != right;
	return strcmp(left, right) != 0;
}

static int distance(const struct summary_cell *a, const struct summary_cell *b)
{
	int count = 0;

	for (int i = 0; i < a->nr_params; i++)
		count += differs(a, b, a->params[i].name);
	for (int i = 0; i < b->nr_params; i++)
		count += !summary_cell_param(a, b->params[i].name);
	return count;
}

/* @nr is 1 or more. */
static struct couple find_closest(const struct summary_cell *cell,
				  const struct summary_cell *const *others,
				  int nr)
{
	struct couple closest = { .base = cell, .distance = INT_MAX };

	for (int i = 0; i < nr && closest.distance > 1; i++) {
		int parameters = distance(cell, others[i]);

		if (parameters < closest.distance) {
			closest.fresh = others[i];
			closest.distance = parameters;
		}
	}
	return closest;
}

/* Cells from @start on that are of the same workload and tracker. */
static int kind_length(const struct unmatched *unmatched, int start)
{
	int end = start + 1;

	while (end < unmatched->nr && compare_kinds(unmatched->cells[start],
						    unmatched->cells[end]) == 0)
		end++;
	return end - start;
}

/* @couples has room for all of @base. */
static void find_couples(struct couples *couples, const struct unmatched *base,
			 const struct unmatched *fresh)
{
	int i = 0, j = 0;

	while (i < base->nr && j < fresh->nr) {
		int order = compare_kinds(base->cells[i], fresh->cells[j]);
		int length = kind_length(base, i);
		int others = kind_length(fresh, j);

		for (int k = i; order == 0 && k < i + length; k++)
			couples->list[couples->nr++] = find_closest(
				base->cells[k], fresh->cells + j, others);
		i += order <= 0 ? length : 0;
		j += order >= 0 ? others : 0;
	}
}

/* Whether what @cell of couple @a has differs in @b where it does in @a. */
static bool follows(const struct couple *a, const struct couple *b,
		    const struct summary_cell *cell)
{
	for (int i = 0; i < cell->nr_params; i++) {
		const char *name = cell->params[i].name;

		if (differs(a->base, a->fresh, name) &&
		    !differs(b->base, b->fresh, name))
			return false;
	}
	return true;
}

/* Whether two couples differ in the same parameters. */
static bool alike(const struct couple *a, const struct couple *b)
{
	return a->distance == b->distance && follows(a, b, a->base) &&
	       follows(a, b, a->fresh);
}

static const char *value_text(const struct summary_cell *cell, const char *name)
{
	const char *value = summary_cell_param(cell, name);

	return value ? value : "missing";
}

static void tell_param(FILE *out, const struct couple *couple, const char *name,
		       int *told)
{
	if (!differs(couple->base, couple->fresh, name))
		return;
	fprintf(out, "%s%s is %s in base and %s in new", (*told)++ ? ", " : "",
		name, value_text(couple->base, name),
		value_text(couple->fresh, name));
}

static void tell_params(FILE *out, const struct couple *couple)
{
	const struct summary_cell *base = couple->base, *fresh = couple->fresh;
	int told = 0;

	for (int i = 0; i < base->nr_params; i++)
		tell_param(out, couple, base->params[i].name, &told);
	for (int i = 0; i < fresh->nr_params; i++)
		if (!summary_cell_param(base, fresh->params[i].name))
			tell_param(out, couple, fresh->params[i].name, &told);
}

static int refuse(const struct couples *couples, struct reason *why)
{
	const struct couple *example = &couples->list[0];
	int more = -1;
	char *text;
	size_t size;
	FILE *out;

	for (int i = 1; i < couples->nr; i++)
		if (couples->list[i].distance < example->distance)
			example = &couples->list[i];
	for (int i = 0; i < couples->nr; i++)
		more += alike(&couples->list[i], example);
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	tell_params(out, example);
	fprintf(out, " (%s/%s", example->base->workload,
		example->base->tracker);
	if (more)
		fprintf(out, " and %d more cell%s", more, more == 1 ? "" : "s");
	fprintf(out, "): only runs with the same parameters can be compared");
	if (fclose(out))
		return -ENOMEM;
	reason_set(why, -EINVAL, "%s", text);
	free(text);
	return -EINVAL;
}

int mismatch_check(const struct summary *base, const struct summary *fresh,
		   struct reason *why)
{
	struct unmatched only_base = { .cells = NULL };
	struct unmatched only_fresh = { .cells = NULL };
	struct couples couples = { .list = NULL };
	int err;

	err = find_unmatched(&only_base, base, fresh);
	if (!err)
		err = find_unmatched(&only_fresh, fresh, base);
	if (!err) {
		couples.list = calloc(only_base.nr + 1, sizeof(struct couple));
		err = couples.list ? 0 : -ENOMEM;
	}
	if (!err) {
		find_couples(&couples, &only_base, &only_fresh);
		err = couples.nr ? refuse(&couples, why) : 0;
	}
	free(couples.list);
	free(only_fresh.cells);
	free(only_base.cells);
	if (err == -ENOMEM)
		reason_set(why, err, "no memory to compare the sides");
	return err;
}
