// SPDX-License-Identifier: GPL-2.0-or-later
// Runs in short: the estimates, the proof and the reasons of each cell.
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/summary/baseline.h"
#include "results/summary/estimate.h"
#include "results/summary/process.h"
#include "results/summary/runlist.h"
#include "results/summary/summary.h"
#include "results/summary/tallies.h"

struct summary {
	struct summary_cell **cells;
	int nr_cells;
	void *by_key; /* the same cells: a tree of search.h */
	struct summary_cell *latest;
	struct runlist runs;
	int run; /* whose samples are coming in */
	struct process process;
	struct summary_cell *process_cell; /* NULL before the first */
	int process_run;
};

/* What a cell is made from. */
struct identity {
	const char *key, *workload, *tracker;
	int64_t workload_version;
	const struct sample_param *params;
	int nr_params;
};

struct summary *summary_create(void)
{
	return calloc(1, sizeof(struct summary));
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
	free(cell->processes);
	free(cell->epochs);
	free(cell);
}

static void keep_cell(void *cell __attribute__((unused)))
{
}

void summary_destroy(struct summary *summary)
{
	if (!summary)
		return;
	tdestroy(summary->by_key, keep_cell);
	for (int i = 0; i < summary->nr_cells; i++)
		free_cell(summary->cells[i]);
	free(summary->cells);
	runlist_clear(&summary->runs);
	process_clear(&summary->process);
	free(summary);
}

int summary_nr_boots(const struct summary *summary)
{
	return summary->runs.nr_boots;
}

int summary_nr_runs(const struct summary *summary)
{
	return summary->runs.nr;
}

int summary_nr_cells(const struct summary *summary)
{
	return summary->nr_cells;
}

const struct summary_cell *summary_cell(const struct summary *summary,
					int index)
{
	return summary->cells[index];
}

static int compare_keys(const void *left, const void *right)
{
	const struct summary_cell *a = left;
	const struct summary_cell *b = right;

	return strcmp(a->key, b->key);
}

static struct summary_cell *find_cell(const struct summary *summary,
				      const char *key)
{
	struct summary_cell probe = { .key = (char *)key };
	struct summary_cell **found;

	if (summary->latest && strcmp(summary->latest->key, key) == 0)
		return summary->latest;
	found = tfind(&probe, &summary->by_key, compare_keys);
	return found ? *found : NULL;
}

const struct summary_cell *summary_find(const struct summary *summary,
					const char *key)
{
	return find_cell(summary, key);
}

static struct summary_cell *new_cell(const struct identity *identity)
{
	struct summary_cell *cell = calloc(1, sizeof(*cell));

	if (!cell)
		return NULL;
	cell->key = strdup(identity->key);
	cell->workload = strdup(identity->workload);
	cell->tracker = strdup(identity->tracker);
	cell->params = calloc(identity->nr_params + 1, sizeof(*cell->params));
	if (!cell->key || !cell->workload || !cell->tracker || !cell->params) {
		free_cell(cell);
		return NULL;
	}
	for (int i = 0; i < identity->nr_params; i++)
		cell->params[i] = identity->params[i];
	cell->nr_params = identity->nr_params;
	cell->workload_version = identity->workload_version;
	return cell;
}

static int insert_cell(struct summary *summary, struct summary_cell *cell)
{
	void *cells = growing_room(summary->cells, summary->nr_cells,
				   sizeof(struct summary_cell *));

	if (!cells)
		return -ENOMEM;
	summary->cells = cells;
	if (!tsearch(cell, &summary->by_key, compare_keys))
		return -ENOMEM;
	summary->cells[summary->nr_cells++] = cell;
	return 0;
}

static struct summary_cell *add_cell(struct summary *summary,
				     const struct identity *identity)
{
	struct summary_cell *cell = new_cell(identity);

	if (!cell)
		return NULL;
	if (!insert_cell(summary, cell))
		return cell;
	free_cell(cell);
	return NULL;
}

/* The latest run and cell are those from now on. */
static int enter_cell(struct summary *summary, const char *run,
		      const char *boot, const struct identity *identity)
{
	struct summary_cell *cell = find_cell(summary, identity->key);
	int number = runlist_enter(&summary->runs, summary->run, run, boot);

	if (!cell)
		cell = add_cell(summary, identity);
	if (number < 0 || !cell)
		return -ENOMEM;
	summary->run = number;
	summary->latest = cell;
	return 0;
}

/* Another process of the cell; its figures are still to be set. */
static struct summary_process *new_process(const struct summary *summary,
					   struct summary_cell *cell, int run)
{
	struct summary_process *process;
	void *processes = growing_room(cell->processes, cell->nr_processes,
				       sizeof(*process));

	if (!processes)
		return NULL;
	cell->processes = processes;
	process = &cell->processes[cell->nr_processes++];
	process->boot = summary->runs.list[run].boot;
	process->run = run;
	return process;
}

/* Turn the epochs of the current process into one median a figure. */
static int end_process(struct summary *summary)
{
	struct summary_process *process;

	if (!summary->process.nr_epochs)
		return 0;
	process = new_process(summary, summary->process_cell,
			      summary->process_run);
	if (!process)
		return -ENOMEM;
	return process_end(&summary->process, process->figures);
}

static int begin_process(struct summary *summary, int64_t number)
{
	int err;

	if (summary->process_cell == summary->latest &&
	    summary->process_run == summary->run &&
	    summary->process.number == number)
		return 0;
	err = end_process(summary);
	if (err)
		return err;
	summary->process_cell = summary->latest;
	summary->process_run = summary->run;
	process_begin(&summary->process, number);
	return 0;
}

static int count_row(struct summary_cell *cell, enum sample_status status,
		     const char *text)
{
	char **reason = &cell->reason[status];

	cell->rows[status]++;
	if (*reason || !text[0])
		return 0;
	*reason = strdup(text);
	return *reason ? 0 : -ENOMEM;
}

static void count_end(struct summary_cell *cell,
		      const struct sample_figures *figures)
{
	for (int end = PURSUIT_GOES_ON + 1; end < PURSUIT_ENDS; end++)
		for (int i = 0; i < figures->nr_counters; i++)
			if (!strcmp(figures->counters[i].name,
				    pursuit_end_name(end)))
				cell->ended[end]++;
}

static void note_epoch(struct summary_cell *cell, const struct sample *sample)
{
	if (sample->status == STATUS_OK &&
	    sample->figures.pages.missed != SAMPLE_NULL)
		cell->proved++;
	if (sample->kind == KIND_MEASURED)
		count_end(cell, &sample->figures);
	if (!sample_phases_empty(&sample->figures.ns))
		cell->timed[TIMING_NS] = true;
	if (!sample_phases_empty(&sample->figures.insn)) {
		cell->timed[TIMING_INSN] = true;
		cell->timing = TIMING_INSN;
	}
}

int summary_add(struct summary *summary, const struct sample *sample)
{
	struct identity identity = {
		.key = sample->cell,
		.workload = sample->workload,
		.tracker = sample->tracker,
		.workload_version = sample->workload_version,
		.params = sample->params,
		.nr_params = sample->nr_params,
	};
	int err = enter_cell(summary, sample->run, sample->boot, &identity);

	if (!err)
		err = count_row(summary->latest, sample->status,
				sample->reason);
	if (err || sample->epoch == SAMPLE_NULL)
		return err;
	note_epoch(summary->latest, sample);
	err = begin_process(summary, sample->process);
	if (!err)
		err = process_add(&summary->process, sample);
	if (!err &&
	    (sample->kind == KIND_MEASURED || sample->kind == KIND_AFTER))
		err = tallies_add(summary->latest, sample);
	return err;
}

int summary_add_process(struct summary *summary, const char *run,
			const char *boot, const char *cell,
			const double figures[NR_FIGURES])
{
	struct summary_process *process;
	int err = summary_add_row(summary, run, boot, cell, STATUS_OK, "");

	if (err)
		return err;
	process = new_process(summary, summary->latest, summary->run);
	if (!process)
		return -ENOMEM;
	memcpy(process->figures, figures, sizeof(process->figures));
	summary->latest->timed[TIMING_NS] = true;
	return 0;
}

int summary_add_row(struct summary *summary, const char *run, const char *boot,
		    const char *cell, enum sample_status status,
		    const char *reason)
{
	struct identity identity = {
		.key = cell,
		.workload = cell,
		.tracker = "",
	};
	int err = enter_cell(summary, run, boot, &identity);

	if (!err)
		err = count_row(summary->latest, status, reason);
	return err;
}

bool summary_cell_ran(const struct summary_cell *cell)
{
	return cell->rows[STATUS_OK] || cell->rows[STATUS_LIED] ||
	       cell->rows[STATUS_INEXACT];
}

const char *summary_cell_param(const struct summary_cell *cell,
			       const char *name)
{
	for (int i = 0; i < cell->nr_params; i++)
		if (strcmp(cell->params[i].name, name) == 0)
			return cell->params[i].value;
	return NULL;
}

/* @starts has room for one more than there are boots. */
static int sort_processes(struct summary_cell *cell, int *starts, int nr_boots)
{
	struct summary_process *sorted;

	sorted = calloc(cell->nr_processes + 1, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	memset(starts, 0, (nr_boots + 1) * sizeof(*starts));
	for (int i = 0; i < cell->nr_processes; i++)
		starts[cell->processes[i].boot + 1]++;
	for (int i = 1; i < nr_boots; i++)
		starts[i] += starts[i - 1];
	for (int i = 0; i < cell->nr_processes; i++)
		sorted[starts[cell->processes[i].boot]++] = cell->processes[i];
	free(cell->processes);
	cell->processes = sorted;
	return 0;
}

/* Those of one boot stay in the order of their runs. */
static int sort_by_boot(struct summary *summary)
{
	int *starts = calloc(summary->runs.nr_boots + 1, sizeof(*starts));
	int err = starts ? 0 : -ENOMEM;

	for (int i = 0; i < summary->nr_cells && !err; i++)
		err = sort_processes(summary->cells[i], starts,
				     summary->runs.nr_boots);
	free(starts);
	return err;
}

int summary_finish(struct summary *summary)
{
	int err = end_process(summary);

	if (!err)
		err = sort_by_boot(summary);
	if (!err)
		err = baseline_sort(summary->cells, summary->nr_cells);
	if (!err)
		err = baseline_take_off(summary->cells, summary->nr_cells,
					summary->runs.nr);
	for (int i = 0; i < summary->nr_cells && !err; i++)
		err = estimate_figures(summary->cells[i]);
	return err;
}

int summary_exit_code(const struct summary *summary)
{
	bool lied = false, failed = false, ran = false;

	for (int i = 0; i < summary->nr_cells; i++) {
		const struct summary_cell *cell = summary->cells[i];

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
