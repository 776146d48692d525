// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels matrix: what trackers tell, by kind of pages and kernel.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/kernelrun.h"
#include "cli/kernels.h"
#include "cli/kernelscratch.h"
#include "cli/options.h"
#include "cli/pagesname.h"
#include "harness/interrupt.h"
#include "results/matrix/matrix.h"

struct watching {
	struct matrix matrix;
	enum matrix_format format;
};

struct matrix_options {
	struct kernels_options run;
	enum matrix_format format;
};

/* Without those that prove nothing, and those that would track their own
 * process where another one's pages are meant: a pair is run although the
 * tracker declares it impossible, but not what it has no way to try. */
static bool can_be_judged(const struct cell *cell)
{
	struct needs needs;

	if (cell->tracker->claim == CLAIM_NOTHING)
		return false;
	return cell_needs(cell, &needs, NULL) || !needs.other_process ||
	       cell->tracker->other_process;
}

static void keep_judged(struct plan *plan)
{
	int kept = 0;

	for (int i = 0; i < plan->nr; i++)
		if (can_be_judged(&plan->cells[i]))
			plan->cells[kept++] = plan->cells[i];
	plan->nr = kept;
}

static int begin(void *arg, struct kernels_run *run)
{
	struct watching *watching = arg;
	int nr = run->options->nr_kernels;
	const char **labels = calloc((size_t)nr, sizeof(*labels));
	char pages[PAGES_BYTES];
	int ret = labels ? 0 : -ENOMEM;

	for (int i = 0; !ret && i < nr; i++)
		labels[i] = run->kernels[i].label;
	if (!ret)
		ret = matrix_init(&watching->matrix, labels, nr);
	free(labels);
	keep_judged(&run->plan);
	for (int i = 0; !ret && i < run->plan.nr; i++) {
		const struct cell *cell = &run->plan.cells[i];

		pagesname(&run->plan, cell, true, pages);
		ret = matrix_add_row(&watching->matrix, cell->key, pages,
				     cell->tracker->name,
				     cell_check_kinds(cell, NULL) != 0);
	}
	if (ret)
		return reason_set(&run->why, ret, "no memory");
	if (!run->plan.nr)
		return reason_set(&run->why, -EINVAL,
				  "none of the chosen cells proves anything: "
				  "choose trackers that report pages");
	return 0;
}

static int take(void *arg, int kernel, const struct sample *sample)
{
	struct watching *watching = arg;

	matrix_take(&watching->matrix, kernel, sample);
	return 0;
}

static void booted(void *arg, const struct kernels_run *run, int kernel,
		   const struct boot_result *result, bool *done)
{
	static const enum matrix_outcome outcomes[] = {
		[BREAK_OTHER] = MATRIX_FAILED,
		[BREAK_HANG] = MATRIX_HUNG,
		[BREAK_OOPS] = MATRIX_OOPS,
	};
	struct watching *watching = arg;

	(void)done;
	if (result->end == BOOT_BROKE && result->cell >= 0)
		matrix_set_broken(&watching->matrix, kernel,
				  run->plan.cells[result->cell].key,
				  outcomes[result->how]);
	/* The next one goes on where there is one. */
	else if (result->end != BOOT_COMPLETE)
		matrix_explain_rest(&watching->matrix, kernel,
				    result->why.text);
}

/* What a tracker does not claim may go wrong. */
static int entry_code(const struct matrix_row *row,
		      const struct matrix_entry *entry)
{
	if (entry->outcome == MATRIX_NOTHING)
		return EXIT_FAILED;
	if (row->unclaimed)
		return EXIT_MEASURED;
	if (entry->outcome == MATRIX_WRONG || !entry->declared)
		return EXIT_LIED;
	return entry->outcome > MATRIX_UNSUPPORTED ? EXIT_FAILED
						   : EXIT_MEASURED;
}

/* 3 for a lie, else 1 for a failure: the largest. */
static int exit_code(const struct matrix *matrix)
{
	int code = EXIT_MEASURED, other;

	for (int i = 0; i < matrix->nr_rows; i++)
		for (int j = 0; j < matrix->nr_kernels; j++) {
			other = entry_code(&matrix->rows[i],
					   &matrix->rows[i].entries[j]);
			code = other > code ? other : code;
		}
	return code;
}

static int show(void *arg, struct kernels_run *run)
{
	struct watching *watching = arg;

	(void)run;
	if (matrix_print(stdout, &watching->matrix, watching->format) ||
	    fflush(stdout)) {
		fprintf(stderr,
			"dirtybench: the matrix could not be written\n");
		return EXIT_FAILED;
	}
	return exit_code(&watching->matrix);
}

static int run_matrix(const struct matrix_options *options)
{
	struct watching watching = { .format = options->format };
	const struct kernels_watch watch = { .begin = begin,
					     .sample = take,
					     .booted = booted,
					     .show = show,
					     .arg = &watching };
	struct kernels_options run = options->run;
	int code;

	run.watch = &watch;
	code = kernelscratch_run(&run, "matrix");
	matrix_destroy(&watching.matrix);
	return code;
}

enum { KEY_FORMAT = KERNELS_KEY_NEXT };

static const struct argp_option option_table[] = {
	KERNELS_OPTIONS,
	{ "format", KEY_FORMAT, "NAME", 0, "text, markdown, csv or json", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct matrix_options *options = state->input;
	struct reason why;

	if (key != KEY_FORMAT)
		return kernels_options_parse(key, arg, state, &options->run);
	return matrix_format_find(arg, &options->format, &why)
		       ? options_refuse(&why)
		       : 0;
}

int kernels_matrix_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse_option,
		.args_doc = "KERNEL...",
		.doc = "Boot each kernel in QEMU and show which trackers are "
		       "right about which pages, also where a tracker declares "
		       "that it cannot be.\v" KERNELS_ARGS_DOC
		       " Without --preset the cells are small ones for every "
		       "kind of pages.",
	};
	struct matrix_options options;
	int code = EXIT_USAGE;

	kernels_options_init(&options.run);
	options.format = MATRIX_TEXT;
	options.run.engine = ENGINE_TCG;
	options.run.unclaimed = true;
	options.run.choice.preset = &preset_matrix;
	if (!options_parse(&argp, argc, argv, &options) &&
	    !kernels_options_check(&options.run))
		code = run_matrix(&options);
	choice_free(&options.run.choice);
	if (interrupt_signal())
		interrupt_die(interrupt_signal());
	return code;
}
