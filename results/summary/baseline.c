// SPDX-License-Identifier: GPL-2.0-or-later
// Cells of one workload and its parameters, held against tracker `none`.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/summary/baseline.h"
#include "results/summary/estimate.h"

/* Names that belong to a workload; the texts are a cell's. */
struct names {
	const char *list[SAMPLE_MAX_PARAMS];
	int nr;
};

bool baseline_is(const struct summary_cell *cell)
{
	return strcmp(cell->tracker, "none") == 0;
}

static int compare_trackers(const struct summary_cell *a,
			    const struct summary_cell *b)
{
	int order = baseline_is(b) - baseline_is(a);

	if (!order)
		order = strcmp(a->tracker, b->tracker);
	return order ? order : strverscmp(a->key, b->key);
}

/* Workload by workload, those of tracker `none` first. */
static int compare_workloads(const void *left, const void *right)
{
	const struct summary_cell *const *a = left, *const *b = right;
	int order = strcmp((*a)->workload, (*b)->workload);

	return order ? order : compare_trackers(*a, *b);
}

static int compare_cells(const void *left, const void *right)
{
	const struct summary_cell *const *a = left, *const *b = right;
	int order = strcmp((*a)->workload, (*b)->workload);

	if (!order)
		order = strverscmp((*a)->workload_params,
				   (*b)->workload_params);
	return order ? order : compare_trackers(*a, *b);
}

/* Leave only those names that @cell has as well. */
static void keep_common(struct names *names, const struct summary_cell *cell)
{
	int kept = 0;

	for (int i = 0; i < names->nr; i++)
		if (summary_cell_param(cell, names->list[i]))
			names->list[kept++] = names->list[i];
	names->nr = kept;
}

static bool has_name(const struct names *names, const char *name)
{
	for (int i = 0; i < names->nr; i++)
		if (strcmp(names->list[i], name) == 0)
			return true;
	return false;
}

static void add_names(struct names *names, const struct summary_cell *cell)
{
	for (int i = 0; i < cell->nr_params; i++)
		if (names->nr < SAMPLE_MAX_PARAMS &&
		    !has_name(names, cell->params[i].name))
			names->list[names->nr++] = cell->params[i].name;
}

/*
 * @cells are the @nr of one workload, those of tracker `none` first. What any
 * of those has is the workload's: a parameter may be left out of some while it
 * has its default.
 */
static struct names find_names(struct summary_cell *const *cells, int nr)
{
	bool measured = baseline_is(cells[0]);
	struct names names = { .nr = 0 };

	add_names(&names, cells[0]);
	for (int i = 1; i < nr; i++)
		if (!measured)
			keep_common(&names, cells[i]);
		else if (baseline_is(cells[i]))
			add_names(&names, cells[i]);
	return names;
}

static int write_params(struct summary_cell *cell, const struct names *names)
{
	size_t size = 1;
	char *end;

	for (int i = 0; i < cell->nr_params; i++)
		size += strlen(cell->params[i].name) +
			strlen(cell->params[i].value) + strlen("= ");
	cell->workload_params = calloc(size, 1);
	if (!cell->workload_params)
		return -ENOMEM;
	end = cell->workload_params;
	for (int i = 0; i < cell->nr_params; i++) {
		const struct sample_param *param = &cell->params[i];

		if (!has_name(names, param->name))
			continue;
		if (end > cell->workload_params)
			*end++ = ' ';
		end = stpcpy(end, param->name);
		*end++ = '=';
		end = stpcpy(end, param->value);
	}
	return 0;
}

/* Cells from @cells[0] on that are of the same workload. */
static int workload_length(struct summary_cell *const *cells, int nr)
{
	int length = 1;

	while (length < nr &&
	       strcmp(cells[length]->workload, cells[0]->workload) == 0)
		length++;
	return length;
}

static int name_params(struct summary_cell *const *cells, int nr)
{
	int length, err;

	for (int i = 0; i < nr; i += length) {
		struct names names;

		length = workload_length(cells + i, nr - i);
		names = find_names(cells + i, length);
		for (int j = i; j < i + length; j++) {
			err = write_params(cells[j], &names);
			if (err)
				return err;
		}
	}
	return 0;
}

int baseline_sort(struct summary_cell **cells, int nr)
{
	int err;

	if (!nr)
		return 0;
	qsort(cells, nr, sizeof(struct summary_cell *), compare_workloads);
	err = name_params(cells, nr);
	if (err)
		return err;
	qsort(cells, nr, sizeof(struct summary_cell *), compare_cells);
	return 0;
}

/* Processes from @start on that are of the same run. */
static int run_length(const struct summary_cell *cell, int start)
{
	int end = start + 1;

	while (end < cell->nr_processes &&
	       cell->processes[end].run == cell->processes[start].run)
		end++;
	return end - start;
}

/* The write that is to be taken off, by run; NAN where it was not measured. */
static int find_writes(const struct summary_cell *none, double *writes,
		       int nr_runs)
{
	double *scratch = calloc(none->nr_processes + 1, sizeof(*scratch));
	int length;

	if (!scratch)
		return -ENOMEM;
	for (int i = 0; i < nr_runs; i++)
		writes[i] = NAN;
	for (int i = 0; i < none->nr_processes; i += length) {
		length = run_length(none, i);
		writes[none->processes[i].run] = estimate_median(
			&none->processes[i], length, FIGURE_WRITE, scratch);
	}
	free(scratch);
	return 0;
}

/* @writes is NULL where there is no cell of tracker `none`. */
static void take_off(struct summary_cell *cell, const double *writes)
{
	for (int i = 0; i < cell->nr_processes; i++) {
		struct summary_process *process = &cell->processes[i];

		process->figures[FIGURE_TRACKING] -=
			writes ? writes[process->run] : NAN;
	}
}

/* Cells from @cells[0] on of the same workload and parameters of it. */
static int group_length(struct summary_cell *const *cells, int nr)
{
	int length = 1;

	while (length < nr &&
	       strcmp(cells[length]->workload, cells[0]->workload) == 0 &&
	       strcmp(cells[length]->workload_params,
		      cells[0]->workload_params) == 0)
		length++;
	return length;
}

/* @cells are the @nr of one group. */
static int take_off_group(struct summary_cell *const *cells, int nr,
			  double *writes, int nr_runs)
{
	bool measured = baseline_is(cells[0]);
	int err = measured ? find_writes(cells[0], writes, nr_runs) : 0;

	for (int i = 0; i < nr && !err; i++)
		take_off(cells[i], measured ? writes : NULL);
	return err;
}

int baseline_take_off(struct summary_cell *const *cells, int nr, int nr_runs)
{
	double *writes = calloc(nr_runs + 1, sizeof(*writes));
	int err = writes ? 0 : -ENOMEM;
	int length;

	for (int i = 0; i < nr && !err; i += length) {
		length = group_length(cells + i, nr - i);
		err = take_off_group(cells + i, length, writes, nr_runs);
	}
	free(writes);
	return err;
}
