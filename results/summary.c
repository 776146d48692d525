// SPDX-License-Identifier: GPL-2.0-or-later
// A run in short: the estimates, the proof and the reasons of each cell.
#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/summary.h"

/* The tracker whose writes cost what they cost without tracking. */
#define BASELINE_TRACKER "none"

/* The process whose epochs are coming in. */
struct process {
	int cell; /* -1 before the first */
	int64_t number;
	int64_t last_epoch, last_dirtied;
	double (*epochs)[NR_FIGURES];
	int nr_epochs, max_epochs;
};

struct summary {
	struct summary_cell *cells;
	int nr_cells, max_cells;
	struct process process;
};

struct summary *summary_create(void)
{
	struct summary *summary = calloc(1, sizeof(*summary));

	if (summary)
		summary->process.cell = -1;
	return summary;
}

static void free_cell(struct summary_cell *cell)
{
	free(cell->key);
	free(cell->workload);
	free(cell->tracker);
	free(cell->params);
	free(cell->workload_params);
	for (int i = 0; i < NR_STATUSES; i++)
		free(cell->reason[i]);
	free(cell->medians);
}

void summary_destroy(struct summary *summary)
{
	if (!summary)
		return;
	for (int i = 0; i < summary->nr_cells; i++)
		free_cell(&summary->cells[i]);
	free(summary->cells);
	free(summary->process.epochs);
	free(summary);
}

int summary_nr_cells(const struct summary *summary)
{
	return summary->nr_cells;
}

const struct summary_cell *summary_cell(const struct summary *summary,
					int index)
{
	return &summary->cells[index];
}

static int fill_cell(struct summary_cell *cell, const struct sample *sample)
{
	cell->key = strdup(sample->cell);
	cell->workload = strdup(sample->workload);
	cell->tracker = strdup(sample->tracker);
	cell->params = calloc(sample->nr_params + 1, sizeof(*cell->params));
	if (!cell->key || !cell->workload || !cell->tracker || !cell->params)
		return -ENOMEM;
	memcpy(cell->params, sample->params,
	       sample->nr_params * sizeof(*cell->params));
	cell->nr_params = sample->nr_params;
	return 0;
}

static int add_cell(struct summary *summary, const struct sample *sample)
{
	struct summary_cell *cell;
	int err;

	if (summary->nr_cells == summary->max_cells) {
		int max = summary->max_cells ? 2 * summary->max_cells : 16;
		void *cells = reallocarray(summary->cells, max, sizeof(*cell));

		if (!cells)
			return -ENOMEM;
		summary->cells = cells;
		summary->max_cells = max;
	}
	cell = &summary->cells[summary->nr_cells];
	memset(cell, 0, sizeof(*cell));
	err = fill_cell(cell, sample);
	if (err) {
		free_cell(cell);
		return err;
	}
	return summary->nr_cells++;
}

/* The index of the sample's cell, or -ENOMEM. */
static int find_cell(struct summary *summary, const struct sample *sample)
{
	int latest = summary->process.cell;

	if (latest >= 0 &&
	    strcmp(summary->cells[latest].key, sample->cell) == 0)
		return latest;
	for (int i = 0; i < summary->nr_cells; i++)
		if (strcmp(summary->cells[i].key, sample->cell) == 0)
			return i;
	return add_cell(summary, sample);
}

/* The median of one figure over the epochs that have it. */
static double epoch_median(const struct process *process, int figure,
			   double *values)
{
	int nr_values = 0;

	for (int i = 0; i < process->nr_epochs; i++)
		if (!isnan(process->epochs[i][figure]))
			values[nr_values++] = process->epochs[i][figure];
	return nr_values ? gsl_stats_median(values, 1, nr_values) : NAN;
}

/* Turn the epochs of the current process into one median a figure. */
static int end_process(struct summary *summary)
{
	struct process *process = &summary->process;
	struct summary_cell *cell;
	double *values;
	void *medians;

	if (!process->nr_epochs)
		return 0;
	cell = &summary->cells[process->cell];
	medians = reallocarray(cell->medians, cell->nr_processes + 1,
			       sizeof(*cell->medians));
	if (!medians)
		return -ENOMEM;
	cell->medians = medians;
	values = malloc(process->nr_epochs * sizeof(*values));
	if (!values)
		return -ENOMEM;
	for (int i = 0; i < NR_FIGURES; i++)
		cell->medians[cell->nr_processes][i] =
			epoch_median(process, i, values);
	free(values);
	cell->nr_processes++;
	process->nr_epochs = 0;
	return 0;
}

static int begin_process(struct summary *summary, int cell, int64_t number)
{
	struct process *process = &summary->process;
	int err;

	if (process->cell == cell && process->number == number)
		return 0;
	err = end_process(summary);
	if (err)
		return err;
	process->cell = cell;
	process->number = number;
	process->last_epoch = SAMPLE_NULL;
	process->last_dirtied = SAMPLE_NULL;
	return 0;
}

static double *new_epoch(struct process *process)
{
	if (process->nr_epochs == process->max_epochs) {
		int max = process->max_epochs ? 2 * process->max_epochs : 8;
		void *epochs = reallocarray(process->epochs, max,
					    sizeof(*process->epochs));

		if (!epochs)
			return NULL;
		process->epochs = epochs;
		process->max_epochs = max;
	}
	return process->epochs[process->nr_epochs++];
}

static int add_epoch(struct process *process, const struct sample *sample)
{
	bool follows = process->last_epoch != SAMPLE_NULL &&
		       process->last_epoch + 1 == sample->epoch;
	struct figure_input input = {
		.sample = sample,
		.dirtied_before = follows ? process->last_dirtied : SAMPLE_NULL,
		/* Taken off at the end: it may come last in the file. */
		.baseline = 0,
	};
	double *values = new_epoch(process);

	if (!values)
		return -ENOMEM;
	for (int i = 0; i < NR_FIGURES; i++)
		values[i] =
			figure_get(i)->setup || sample->kind == KIND_MEASURED
				? figure_value(i, &input)
				: NAN;
	process->last_epoch = sample->epoch;
	process->last_dirtied = sample->figures.pages.dirtied;
	return 0;
}

static int count_row(struct summary_cell *cell, const struct sample *sample)
{
	char **reason = &cell->reason[sample->status];

	cell->rows[sample->status]++;
	if (sample->status == STATUS_OK &&
	    sample->figures.pages.missed != SAMPLE_NULL)
		cell->proved++;
	if (figure_timing(sample) == TIMING_INSN)
		cell->timing = TIMING_INSN;
	if (!*reason && sample->reason[0]) {
		*reason = strdup(sample->reason);
		if (!*reason)
			return -ENOMEM;
	}
	return 0;
}

int summary_add(struct summary *summary, const struct sample *sample)
{
	int cell = find_cell(summary, sample);
	int err;

	if (cell < 0)
		return cell;
	err = count_row(&summary->cells[cell], sample);
	if (err || sample->epoch == SAMPLE_NULL)
		return err;
	err = begin_process(summary, cell, sample->process);
	if (err)
		return err;
	return add_epoch(&summary->process, sample);
}

bool summary_cell_ran(const struct summary_cell *cell)
{
	return cell->rows[STATUS_OK] || cell->rows[STATUS_LIED] ||
	       cell->rows[STATUS_INEXACT];
}

double estimate_spread(const struct estimate *estimate)
{
	return estimate->median > 0 ? estimate->mad / estimate->median : NAN;
}

const char *summary_cell_param(const struct summary_cell *cell,
			       const char *name)
{
	for (int i = 0; i < cell->nr_params; i++)
		if (strcmp(cell->params[i].name, name) == 0)
			return cell->params[i].value;
	return NULL;
}

/* @scratch has room for two values a process. */
static void make_estimate(struct summary_cell *cell, int figure,
			  double *scratch)
{
	struct estimate *estimate = &cell->figures[figure];
	double *work = scratch + cell->nr_processes;
	int count = 0;

	for (int i = 0; i < cell->nr_processes; i++)
		if (!isnan(cell->medians[i][figure]))
			scratch[count++] = cell->medians[i][figure];
	estimate->processes = count;
	estimate->median = count ? gsl_stats_median(scratch, 1, count) : NAN;
	estimate->mad = count ? gsl_stats_mad0(scratch, 1, count, work) : NAN;
}

static int make_estimates(struct summary_cell *cell)
{
	double *scratch = calloc(2 * cell->nr_processes + 1, sizeof(*scratch));

	if (!scratch)
		return -ENOMEM;
	for (int i = 0; i < NR_FIGURES; i++)
		make_estimate(cell, i, scratch);
	free(scratch);
	free(cell->medians);
	cell->medians = NULL;
	return 0;
}

/* Whether @cell has all parameters of @other, with the same values. */
static bool has_params_of(const struct summary_cell *cell,
			  const struct summary_cell *other)
{
	for (int i = 0; i < other->nr_params; i++) {
		const char *value =
			summary_cell_param(cell, other->params[i].name);

		if (!value || strcmp(value, other->params[i].value) != 0)
			return false;
	}
	return true;
}

static double find_baseline(const struct summary *summary,
			    const struct summary_cell *cell)
{
	for (int i = 0; i < summary->nr_cells; i++) {
		const struct summary_cell *other = &summary->cells[i];

		if (strcmp(other->tracker, BASELINE_TRACKER) == 0 &&
		    strcmp(other->workload, cell->workload) == 0 &&
		    has_params_of(cell, other))
			return other->figures[FIGURE_WRITE].median;
	}
	return NAN;
}

static bool is_workload_param(const struct summary *summary,
			      const char *workload, const char *name)
{
	bool everywhere = true;

	for (int i = 0; i < summary->nr_cells; i++) {
		const struct summary_cell *cell = &summary->cells[i];
		bool here;

		if (strcmp(cell->workload, workload) != 0)
			continue;
		here = summary_cell_param(cell, name);
		if (strcmp(cell->tracker, BASELINE_TRACKER) == 0)
			return here;
		everywhere &= here;
	}
	return everywhere;
}

static int name_workload_params(const struct summary *summary,
				struct summary_cell *cell)
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

		if (!is_workload_param(summary, cell->workload, param->name))
			continue;
		if (end > cell->workload_params)
			*end++ = ' ';
		end = stpcpy(end, param->name);
		*end++ = '=';
		end = stpcpy(end, param->value);
	}
	return 0;
}

static int compare_cells(const void *left, const void *right)
{
	const struct summary_cell *a = left;
	const struct summary_cell *b = right;
	int order = strcmp(a->workload, b->workload);

	if (!order)
		order = strverscmp(a->workload_params, b->workload_params);
	if (!order)
		order = (strcmp(b->tracker, BASELINE_TRACKER) == 0) -
			(strcmp(a->tracker, BASELINE_TRACKER) == 0);
	if (!order)
		order = strcmp(a->tracker, b->tracker);
	return order ? order : strverscmp(a->key, b->key);
}

int summary_finish(struct summary *summary)
{
	int err = end_process(summary);

	for (int i = 0; i < summary->nr_cells && !err; i++)
		err = make_estimates(&summary->cells[i]);
	for (int i = 0; i < summary->nr_cells && !err; i++)
		err = name_workload_params(summary, &summary->cells[i]);
	if (err)
		return err;
	for (int i = 0; i < summary->nr_cells; i++) {
		struct summary_cell *cell = &summary->cells[i];

		cell->figures[FIGURE_TRACKING].median -=
			find_baseline(summary, cell);
	}
	if (summary->nr_cells)
		qsort(summary->cells, summary->nr_cells,
		      sizeof(*summary->cells), compare_cells);
	return 0;
}

int summary_exit_code(const struct summary *summary)
{
	bool lied = false, failed = false, ran = false;

	for (int i = 0; i < summary->nr_cells; i++) {
		const struct summary_cell *cell = &summary->cells[i];

		lied |= cell->rows[STATUS_LIED] || cell->rows[STATUS_INEXACT];
		failed |= cell->rows[STATUS_FAIL] != 0;
		ran |= summary_cell_ran(cell);
	}
	if (lied)
		return 3;
	if (failed)
		return 1;
	return ran ? 0 : 4;
}
