// SPDX-License-Identifier: GPL-2.0-or-later
/* What plots need beyond the summary: page counts and single epochs. */
#include "plot/plotdata.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/load.h"
#include "results/tables/cellname.h"

const char *const plot_phase_names[NR_PLOT_PHASES] = {
	[PHASE_ARM] = "arm",
	[PHASE_WRITE] = "write",
	[PHASE_COLLECT] = "collect",
	[PHASE_COLLECT_ARM] = "collect and arm in one call",
};

const enum figure_id plot_phase_figures[NR_PLOT_PHASES] = {
	[PHASE_ARM] = FIGURE_ARM_RESIDENT,
	[PHASE_WRITE] = FIGURE_WRITE,
	[PHASE_COLLECT] = FIGURE_COLLECT_RESIDENT,
	[PHASE_COLLECT_ARM] = FIGURE_COLLECT_ARM_RESIDENT,
};

/* The samples of one run on their way into the cells. */
struct reader {
	struct plot *plot;
	struct plot_cell *cell; /* of the process that is coming in */
	int64_t process;
};

bool plot_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	if (!list)
		return true;
	for (;;) {
		size_t word = strcspn(list, ",");

		if (word == length && strncmp(list, name, length) == 0)
			return true;
		if (!list[word])
			return false;
		list += word + 1;
	}
}

/* Trackers before it in the order of their names, each counted once. */
int plot_colour(const struct side *side, const char *tracker)
{
	const char *last = "";
	int colour = 0;

	if (strcmp(tracker, "none") == 0)
		return PLOT_COLOUR_NONE;
	for (;;) {
		const char *next = NULL;

		for (int i = 0; i < summary_nr_cells(side->summary); i++) {
			const char *name =
				summary_cell(side->summary, i)->tracker;

			if (strcmp(name, "none") != 0 &&
			    strcmp(name, last) > 0 &&
			    (!next || strcmp(name, next) < 0))
				next = name;
		}
		colour++;
		if (!next || strcmp(next, tracker) >= 0)
			return colour;
		last = next;
	}
}

const char *plot_time_unit(const struct plot *plot)
{
	for (int i = 0; i < plot->nr_cells; i++)
		if (summary_cell_ran(plot->cells[i].cell) &&
		    plot->cells[i].cell->timing == TIMING_INSN)
			return "insn";
	return "ns";
}

bool plot_workload_param(const struct summary_cell *cell,
			 const struct sample_param *param)
{
	const char *at = cell->workload_params;
	size_t name = strlen(param->name);

	while (*at) {
		if (strncmp(at, param->name, name) == 0 && at[name] == '=')
			return true;
		at += strcspn(at, " ");
		at += *at == ' ';
	}
	return false;
}

static struct plot_cell *find_cell(struct plot *plot, const char *key)
{
	for (int i = 0; i < plot->nr_cells; i++)
		if (strcmp(plot->cells[i].cell->key, key) == 0)
			return &plot->cells[i];
	return NULL;
}

static struct plot_epoch *new_epoch(struct plot_cell *cell)
{
	void *epochs = growing_room(cell->epochs, cell->nr_epochs,
				    sizeof(*cell->epochs));

	if (!epochs)
		return NULL;
	cell->epochs = epochs;
	return &cell->epochs[cell->nr_epochs++];
}

static double number(int64_t value)
{
	return value == SAMPLE_NULL ? NAN : (double)value;
}

static int64_t or_all(int64_t part, int64_t all)
{
	return part == SAMPLE_NULL ? all : part;
}

/* Sums here, means when all is read. */
static void add_counts(struct plot_cell *cell,
		       const struct sample_figures *figures)
{
	cell->range += (double)figures->pages.range;
	cell->resident += (double)figures->pages.resident;
	cell->part_range +=
		(double)or_all(figures->pages.part_range, figures->pages.range);
	cell->part_resident += (double)or_all(figures->pages.part_resident,
					      figures->pages.resident);
	cell->dirtied += number(figures->pages.dirtied);
	cell->unit += (double)figures->pages.unit;
	cell->reported += number(figures->pages.reported);
	cell->regions += number(figures->regions.final);
	cell->syscalls += number(figures->syscalls);
}

static void end_counts(struct plot_cell *cell)
{
	double nr = cell->nr_epochs ? cell->nr_epochs : NAN;

	cell->range /= nr;
	cell->resident /= nr;
	cell->part_range /= nr;
	cell->part_resident /= nr;
	cell->dirtied /= nr;
	cell->unit /= nr;
	cell->reported /= nr;
	cell->regions /= nr;
	cell->syscalls /= nr;
}

static int add_pursuit(struct plot_cell *cell,
		       const struct iterations *iterations)
{
	struct iterations *grown;

	if (!iterations->nr)
		return 0;
	grown = realloc(cell->pursuits,
			((size_t)cell->nr_pursuits + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[cell->nr_pursuits++] = *iterations;
	cell->pursuits = grown;
	return 0;
}

static int add_detail(struct plot_cell *cell,
		      const struct sample_detail *detail)
{
	if (!detail)
		return 0;
	if (!cell->detail)
		cell->detail = calloc(1, sizeof(*cell->detail));
	if (!cell->detail)
		return -ENOMEM;
	for (int i = 0; i < NR_DETAILS; i++)
		histogram_merge(&cell->detail->histograms[i],
				&detail->histograms[i]);
	if (!cell->detail->has_timeline && detail->has_timeline) {
		cell->detail->has_timeline = true;
		cell->detail->timeline = detail->timeline;
	}
	return add_pursuit(cell, &detail->iterations);
}

static int take_sample(void *arg, const struct sample *sample)
{
	struct figure_input input = {
		.sample = sample,
		.dirtied_before = SAMPLE_NULL,
		.baseline = NAN,
	};
	struct reader *reader = arg;
	struct plot_cell *cell = reader->cell;
	struct plot_epoch *epoch;

	if (sample->kind != KIND_MEASURED)
		return 0;
	if (!cell || strcmp(cell->cell->key, sample->cell) != 0) {
		cell = find_cell(reader->plot, sample->cell);
		reader->process = SAMPLE_NULL;
	}
	reader->cell = cell;
	if (!cell)
		return 0;
	if (reader->process != sample->process)
		cell->nr_processes++;
	reader->process = sample->process;
	epoch = new_epoch(cell);
	if (!epoch)
		return -ENOMEM;
	epoch->process = cell->nr_processes - 1;
	for (int i = 0; i < NR_PLOT_PHASES; i++)
		epoch->phases[i] = figure_value(plot_phase_figures[i], &input);
	add_counts(cell, &sample->figures);
	return add_detail(cell, sample->detail);
}

/* Which lines are left out was decided, and told, when the side was loaded. */
static int pass_damage(void *arg, int err, const struct reason *why)
{
	(void)arg;
	(void)err;
	(void)why;
	return 0;
}

static int read_epochs(struct plot *plot, struct reason *why)
{
	const struct side *side = plot->choice.side;
	struct reader reader = { .plot = plot };
	struct load_sink sink = {
		.sample = take_sample,
		.damaged = pass_damage,
		.arg = &reader,
	};

	for (int i = 0; i < side->nr_runs; i++) {
		int err;

		reader.cell = NULL;
		err = load_samples(side->runs[i].path, &sink, why);
		if (err == -ENOMEM)
			return reason_set(why, err, "no memory");
		if (err)
			return err;
	}
	for (int i = 0; i < plot->nr_cells; i++)
		end_counts(&plot->cells[i]);
	return 0;
}

static int choose_cells(struct plot *plot)
{
	const struct side *side = plot->choice.side;
	int nr = summary_nr_cells(side->summary);

	plot->cells = calloc((size_t)nr + 1, sizeof(*plot->cells));
	if (!plot->cells)
		return -ENOMEM;
	for (int i = 0; i < nr; i++) {
		const struct summary_cell *cell =
			summary_cell(side->summary, i);
		struct plot_cell *chosen = &plot->cells[plot->nr_cells];

		if (!plot_listed(plot->choice.workloads, cell->workload) ||
		    !plot_listed(plot->choice.trackers, cell->tracker))
			continue;
		chosen->cell = cell;
		chosen->colour = plot_colour(side, cell->tracker);
		plot->nr_cells++;
		chosen->variant = cellname_distinction(side->summary, cell);
		if (!chosen->variant ||
		    asprintf(&chosen->label, "%s%s", cell->tracker,
			     chosen->variant) < 0)
			return -ENOMEM;
	}
	return 0;
}

static bool has_name(const struct summary *summary, const char *name,
		     bool of_tracker)
{
	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (strcmp(of_tracker ? cell->tracker : cell->workload, name) ==
		    0)
			return true;
	}
	return false;
}

static int check_names(const struct summary *summary, const char *list,
		       bool of_tracker, struct reason *why)
{
	while (list) {
		size_t length = strcspn(list, ",");
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)length, list);
		if (!has_name(summary, name, of_tracker))
			return reason_set(why, -EINVAL,
					  "no cell has the %s '%.*s'",
					  of_tracker ? "tracker" : "workload",
					  (int)length, list);
		list = list[length] ? list + length + 1 : NULL;
	}
	return 0;
}

int plot_open(struct plot **plot, const struct plot_choice *choice,
	      struct reason *why)
{
	const struct summary *summary = choice->side->summary;
	struct plot *made;
	int err;

	err = check_names(summary, choice->workloads, false, why);
	if (!err)
		err = check_names(summary, choice->trackers, true, why);
	if (err)
		return err;
	made = calloc(1, sizeof(*made));
	if (!made)
		return reason_set(why, -ENOMEM, "no memory");
	made->choice = *choice;
	err = choose_cells(made);
	if (err)
		reason_set(why, err, "no memory");
	/* Files of Google Benchmark have no epochs. */
	if (!err && !choice->side->google)
		err = read_epochs(made, why);
	if (err)
		plot_close(made);
	else
		*plot = made;
	return err;
}

static void free_cell(struct plot_cell *cell)
{
	free(cell->variant);
	free(cell->label);
	free(cell->epochs);
	free(cell->detail);
	free(cell->pursuits);
}

void plot_close(struct plot *plot)
{
	if (!plot)
		return;
	for (int i = 0; i < plot->nr_cells; i++)
		free_cell(&plot->cells[i]);
	free(plot->cells);
	free(plot);
}
