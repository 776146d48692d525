// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels bisect-step: whether a kernel is as good as another was.
 */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/bootlog.h"
#include "cli/kernelchild.h"
#include "cli/kernels.h"
#include "cli/options.h"
#include "harness/interrupt.h"
#include "kernels/cachedir.h"
#include "kernels/emulator.h"
#include "results/comparison/comparison.h"
#include "results/comparison/comparison_words.h"
#include "results/side/side.h"
#include "results/summary/baseline.h"
#include "results/tables/text.h"

/* What git bisect run makes of an exit code. Whatever would be wrong at every
 * step has to end the bisection, or it would tell good kernels from bad ones
 * by a misspelled word. */
enum { STEP_GOOD = 0, STEP_BAD = 1, STEP_SKIP = 125, STEP_STOP = 128 };

/* Two boots of one image differ by less (docs/method.md). */
static const double default_gate = 0.02;

/* Of two steps of a bisection, the guests have the same randomness. */
static const int default_seed = 1;

/* Bytes of "--cell=KEY" and of every other option that is handed on. */
enum { ARGUMENT_BYTES = 600 };

struct step_options {
	const char *good, *image, *cell;
	enum figure_id figure;
	bool has_figure;
	double gate;
};

struct step {
	const struct step_options *options;
	struct side *good;
	/* Those of @good that have the figure. */
	const struct summary_cell **cells;
	int nr_cells;
	char (*arguments)[ARGUMENT_BYTES];
	int nr_arguments;
	char folder[256]; /* of the runs, as long as they are needed */
};

static int tell(FILE *out, const char *word, const struct reason *why, int code)
{
	fprintf(out, "%s: %s\n", word, why->text);
	return fflush(out) ? STEP_STOP : code;
}

/* --- the run that was good --- */

/* "WORKLOAD/TRACKER" are all cells of the two. */
static bool is_chosen(const struct step_options *options,
		      const struct summary_cell *cell)
{
	size_t length = options->cell ? strlen(options->cell) : 0;

	if (!options->cell)
		return true;
	return !strncmp(cell->key, options->cell, length) &&
	       (!cell->key[length] ||
		(cell->key[length] == '/' && strchr(options->cell, '/')));
}

/* Without tracking the other phases are two readings of the clock. */
static bool has_figure(const struct summary_cell *cell, enum figure_id figure)
{
	return (figure_get(figure)->untracked || !baseline_is(cell)) &&
	       !comparison_is_spoilt(cell) && cell->figures[figure].median > 0;
}

static int choose_cells(struct step *step, struct reason *why)
{
	const struct step_options *options = step->options;
	int nr = summary_nr_cells(step->good->summary);

	step->nr_cells = 0;
	step->cells = calloc((size_t)nr + 1, sizeof(struct summary_cell *));
	if (!step->cells)
		return reason_errno(why, -ENOMEM, "%s", options->good);
	for (int i = 0; i < nr; i++) {
		const struct summary_cell *cell =
			summary_cell(step->good->summary, i);

		if (!has_figure(cell, options->figure) ||
		    !is_chosen(options, cell))
			continue;
		if (cell->timing != TIMING_INSN)
			return reason_set(why, -EINVAL,
					  "%s: has time, not instructions: "
					  "make it with 'dirtybench kernels "
					  "run'",
					  options->good);
		step->cells[step->nr_cells++] = cell;
	}
	if (step->nr_cells)
		return 0;
	return reason_set(why, -EINVAL, "%s: no cell%s%s has the figure %s",
			  options->good, options->cell ? " " : "",
			  options->cell ? options->cell : "",
			  comparison_figure_name(options->figure));
}

/* --- measuring in the same way --- */

static void add_argument(struct step *step, const char *name, const char *value)
{
	snprintf(step->arguments[step->nr_arguments++], ARGUMENT_BYTES,
		 "--%s=%s", name, value);
}

static void add_number(struct step *step, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	add_argument(step, name, text);
}

/* What the folder of boots says that the good run is in, or one above it. */
static json_t *find_boots(const char *run)
{
	static const char *const above[] = { "", "/..", "/../.." };
	char path[PATH_MAX];
	json_t *lines = NULL;

	for (size_t i = 0; !lines && i < sizeof(above) / sizeof(above[0]);
	     i++) {
		snprintf(path, sizeof(path), "%s%s/boots.jsonl", run, above[i]);
		lines = bootlog_read(path);
	}
	return lines;
}

static void add_guest(struct step *step)
{
	json_t *lines = find_boots(step->options->good);
	const json_t *first = json_array_get(lines, 0);
	json_int_t memory =
		json_integer_value(json_object_get(first, "memory_mb"));
	const json_t *seed = json_object_get(first, "seed");
	const char *append =
		json_string_value(json_object_get(first, "append"));

	add_number(step, "seed",
		   json_integer_value(seed) > 0 ? json_integer_value(seed)
						: default_seed);
	if (memory > 0)
		add_number(step, "memory", memory);
	if (append && append[0])
		add_argument(step, "append", append);
	json_decref(lines);
}

/* A figure with a baseline needs the cell that this comes from. */
static void add_baseline(struct step *step, const struct summary_cell *cell)
{
	int nr = summary_nr_cells(step->good->summary);

	for (int i = 0; i < nr; i++) {
		const struct summary_cell *other =
			summary_cell(step->good->summary, i);

		if (!strcmp(other->tracker, "none") &&
		    !strcmp(other->workload, cell->workload) &&
		    !strcmp(other->workload_params, cell->workload_params))
			add_argument(step, "cell", other->key);
	}
}

static int make_arguments(struct step *step, struct reason *why)
{
	int processes = 1, epochs = 1, boots;

	step->arguments = calloc((size_t)step->nr_cells * 2 + 8,
				 sizeof(*step->arguments));
	if (!step->arguments)
		return reason_errno(why, -ENOMEM, "%s", step->options->good);
	boots = summary_nr_boots(step->good->summary);
	for (int i = 0; i < step->nr_cells; i++) {
		const struct summary_cell *cell = step->cells[i];

		if (cell->nr_processes / boots > processes)
			processes = cell->nr_processes / boots;
		if (cell->nr_measured > epochs)
			epochs = cell->nr_measured;
		add_argument(step, "cell", cell->key);
		if (step->options->figure == FIGURE_TRACKING)
			add_baseline(step, cell);
	}
	add_number(step, "processes", processes);
	add_number(step, "epochs", epochs);
	add_guest(step);
	return 0;
}

static int measure(struct step *step, char runs[PATH_MAX], struct reason *why)
{
	const char **arguments =
		calloc((size_t)step->nr_arguments + 1, sizeof(*arguments));
	int ret;

	if (!arguments)
		return reason_errno(why, -ENOMEM, "%s", step->options->image);
	for (int i = 0; i < step->nr_arguments; i++)
		arguments[i] = step->arguments[i];
	ret = kernelchild_run(step->options->image, step->folder, arguments,
			      runs, why);
	free(arguments);
	return ret;
}

/* --- the judgement --- */

static const struct comparison_row *
find_row(const struct comparison *comparison, const struct summary_cell *cell)
{
	for (int i = 0; i < comparison->nr_rows; i++)
		if (comparison->rows[i].base == cell &&
		    isfinite(comparison->rows[i].contrast.ratio))
			return &comparison->rows[i];
	return NULL;
}

/* Beyond what two boots differ by anyway, where that is known. */
static bool is_worse(const struct contrast *contrast, double gate)
{
	return contrast->ratio - 1 > gate &&
	       !(log(contrast->ratio) <= contrast->floor);
}

static void say_row(const struct comparison_row *row, const struct step *step,
		    struct reason *why)
{
	char base[TEXT_NUMBER_BYTES], fresh[TEXT_NUMBER_BYTES];
	char change[TEXT_NUMBER_BYTES];

	text_figure(base, row->contrast.base);
	text_figure(fresh, row->contrast.fresh);
	text_percent(change, row->contrast.ratio - 1);
	reason_set(why, 0, "%s: %s %s -> %s %s (%s; gate %g%%, %d %s)",
		   row->base->key, comparison_figure_name(row->figure), base,
		   fresh, comparison_row_unit(row), change,
		   100 * step->options->gate,
		   TEXT_NOUN(step->nr_cells, "cell", "cells"));
}

/* Why the image has no figure for a cell that the good run has one of. */
static void say_missing(const struct comparison *comparison,
			const struct summary_cell *cell, struct reason *why)
{
	const struct summary_cell *fresh =
		comparison_counterpart(comparison, cell, true);
	static const enum sample_status grave[] = { STATUS_FAIL, STATUS_LIED,
						    STATUS_INEXACT,
						    STATUS_SKIP };

	reason_set(why, 0, "%s: was not measured", cell->key);
	for (size_t i = 0; fresh && i < sizeof(grave) / sizeof(grave[0]); i++) {
		if (!fresh->rows[grave[i]])
			continue;
		reason_set(why, 0, "%s: %s", cell->key,
			   fresh->reason[grave[i]] ? fresh->reason[grave[i]]
						   : "cannot be run");
		return;
	}
}

static int judge(const struct step *step, const struct comparison *comparison,
		 struct reason *why)
{
	const struct comparison_row *worst = NULL, *row;
	const struct summary_cell *missing = NULL;

	for (int i = 0; i < step->nr_cells; i++) {
		row = find_row(comparison, step->cells[i]);
		if (!row)
			missing = step->cells[i];
		else if (!worst || row->contrast.ratio > worst->contrast.ratio)
			worst = row;
	}
	if (worst)
		say_row(worst, step, why);
	if (worst && is_worse(&worst->contrast, step->options->gate))
		return STEP_BAD;
	if (!missing)
		return STEP_GOOD;
	say_missing(comparison, missing, why);
	return STEP_SKIP;
}

static int compare(const struct step *step, const char *runs,
		   struct reason *why)
{
	const struct comparison_request request = {
		.figures = &step->options->figure,
		.nr_figures = 1,
		.seed = 1,
	};
	struct comparison *comparison = NULL;
	struct side *fresh = NULL;
	int code = STEP_SKIP;

	if (!side_load(&fresh, &runs, 1, 0, why) &&
	    !side_check_pair(step->good, fresh, why) &&
	    !comparison_make(&comparison, step->good, fresh, &request, why))
		code = judge(step, comparison, why);
	comparison_free(comparison);
	side_free(fresh);
	return code;
}

/* --- the command --- */

static int make_folder(struct step *step, struct reason *why)
{
	const char *place = getenv("TMPDIR");
	int length;

	if (!place || !place[0])
		place = "/tmp";
	length = snprintf(step->folder, sizeof(step->folder),
			  "%s/dirtybench-step-XXXXXX", place);
	if (length < (int)sizeof(step->folder) && mkdtemp(step->folder))
		return 0;
	step->folder[0] = '\0';
	return reason_errno(why, -errno, "cannot make a folder in %s", place);
}

static int prepare(struct step *step, struct reason *why)
{
	int ret;

	ret = side_load(&step->good, &step->options->good, 1, 0, why);
	if (!ret)
		ret = choose_cells(step, why);
	if (!ret)
		ret = emulator_check(why);
	if (!ret)
		ret = make_arguments(step, why);
	if (!ret)
		ret = make_folder(step, why);
	if (!ret && interrupt_install())
		ret = reason_set(why, -errno, "cannot catch signals");
	return ret;
}

static int run_step(const struct step_options *options)
{
	static const char *const words[] = { "good", "bad" };
	struct step step = { .options = options };
	struct reason why = { "" };
	char runs[PATH_MAX];
	int code = STEP_STOP, ret;

	ret = prepare(&step, &why);
	if (ret) {
		tell(stderr, "dirtybench", &why, code);
	} else {
		ret = measure(&step, runs, &why);
		if (!ret)
			code = compare(&step, runs, &why);
		else if (ret == -ENODATA)
			code = STEP_SKIP;
		if (ret != -ECANCELED)
			code = tell(stdout,
				    code <= STEP_BAD ? words[code] : "skip",
				    &why, code);
	}
	if (step.folder[0])
		folder_remove(step.folder, NULL);
	free(step.arguments);
	free(step.cells);
	side_free(step.good);
	return code;
}

enum { KEY_FIGURE = 256, KEY_GATE, KEY_CELL };

static const struct argp_option option_table[] = {
	{ "figure", KEY_FIGURE, "NAME", 0,
	  "what is looked at: arm, write, collect, tracking, ...; required",
	  0 },
	{ "gate", KEY_GATE, "PCT", 0,
	  "how much worse is bad, 2 per cent by default", 0 },
	{ "cell", KEY_CELL, "CELL", 0,
	  "only this cell, or the cells of this WORKLOAD/TRACKER", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_figure(struct step_options *options, const char *name)
{
	struct reason why;

	options->has_figure = true;
	if (!comparison_figure_find(name, &options->figure))
		return 0;
	reason_set(&why, 0,
		   "--figure %s: has to be one figure that is measured, as "
		   "arm, write, collect, tracking",
		   name);
	return options_refuse(&why);
}

static error_t take_word(struct step_options *options, const char *word)
{
	struct reason why;

	if (!options->good) {
		options->good = word;
	} else if (!options->image) {
		options->image = word;
	} else {
		reason_set(&why, 0, "'%s': one image at a time", word);
		return options_refuse(&why);
	}
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct step_options *options = state->input;

	switch (key) {
	case KEY_FIGURE:
		return parse_figure(options, arg);
	case KEY_GATE:
		return options_percent("gate", arg, &options->gate);
	case KEY_CELL:
		options->cell = arg;
		return 0;
	case ARGP_KEY_ARG:
		return take_word(options, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int check_options(const struct step_options *options)
{
	struct reason why = { "" };

	if (!options->image)
		reason_set(&why, 0,
			   "needs two words: the run that was good, and the "
			   "image to try");
	else if (!options->has_figure)
		reason_set(&why, 0, "--figure NAME: what is to be looked at?");
	return why.text[0] ? options_refuse(&why) : 0;
}

int kernels_bisect_step_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse_option,
		.args_doc = "GOOD_RUN IMAGE",
		.doc = "For 'git bisect run': boot IMAGE, run the cells of "
		       "GOOD_RUN that have the figure, and compare.\vExit "
		       "status: 0 good, 1 bad, 125 the image does not boot or "
		       "cannot run the cells, 128 whatever would be wrong at "
		       "every step.",
	};
	struct step_options options = { .gate = default_gate };
	int code = STEP_STOP;

	if (!options_parse(&argp, argc, argv, &options) &&
	    !check_options(&options))
		code = run_step(&options);
	if (interrupt_signal())
		interrupt_die(interrupt_signal());
	return code;
}
