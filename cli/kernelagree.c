// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels agree: on which pages trackers differ, by kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/agree.h"
#include "cli/agreecode.h"
#include "cli/agreeplan.h"
#include "cli/commands.h"
#include "cli/kernelrun.h"
#include "cli/kernels.h"
#include "cli/kernelscratch.h"
#include "cli/options.h"
#include "cli/pagesname.h"
#include "harness/interrupt.h"
#include "results/agreement/agreement.h"

struct watching {
	struct agreement_kernel *kernels;
	int nr_kernels;
	struct agreement_style style;
};

struct agree_options {
	struct kernels_options run;
	struct agreement_style style;
};

static int begin(void *arg, struct kernels_run *run)
{
	struct watching *watching = arg;
	int nr = run->options->nr_kernels;

	watching->kernels = calloc((size_t)nr, sizeof(*watching->kernels));
	if (!watching->kernels)
		return reason_set(&run->why, -ENOMEM, "no memory");
	watching->nr_kernels = nr;
	for (int i = 0; i < nr; i++)
		watching->kernels[i].name = run->kernels[i].label;
	return agreeplan_make(&run->plan, true, &run->why);
}

/* The cells that are compared with cell @nr, itself included. */
static int first_of(const struct plan *plan, int nr, int *end)
{
	int first = 0;

	for (;; first = *end) {
		*end = agreeplan_end(plan, first);
		if (nr < *end)
			return first;
	}
}

static int find_cell(const struct plan *plan, const char *key)
{
	for (int i = 0; i < plan->nr; i++)
		if (!strcmp(plan->cells[i].key, key))
			return i;
	return -1;
}

/* None of its cells is for another boot. The guest may have known fewer cells,
 * and named the pages otherwise. */
static int take_agreement(struct watching *watching,
			  const struct kernels_run *run, int kernel, int cell,
			  struct agreement *agreement, bool *done)
{
	int end, first = first_of(&run->plan, cell, &end);
	int ret;

	pagesname(&run->plan, &run->plan.cells[first], false, agreement->pages);
	for (int i = first; i < end; i++)
		done[i] = true;
	ret = agreement_kernel_add(&watching->kernels[kernel], agreement);
	if (ret)
		agreement_free(agreement);
	return ret;
}

static int take_line(void *arg, const struct kernels_run *run, int kernel,
		     const char *line, bool *done)
{
	static struct agreement agreement;
	int cell, ret;

	ret = agreement_decode(&agreement, line, NULL);
	cell = ret ? -1 : find_cell(&run->plan, agreement.cell);
	if (cell >= 0)
		return take_agreement(arg, run, kernel, cell, &agreement, done);
	agreement_free(&agreement);
	return ret ? ret : -EINVAL;
}

static void booted(void *arg, const struct kernels_run *run, int kernel,
		   const struct boot_result *result, bool *done)
{
	static struct agreement agreement;
	struct watching *watching = arg;

	agreement = (struct agreement){ .page_bytes = 1, .failed = true };
	if (result->end == BOOT_BROKE && result->cell >= 0) {
		agreement.why = result->why;
		take_agreement(watching, run, kernel, result->cell, &agreement,
			       done);
	} else if (result->end != BOOT_COMPLETE) {
		watching->kernels[kernel].why = result->why;
	}
}

static int show(void *arg, struct kernels_run *run)
{
	struct watching *watching = arg;

	(void)run;
	if (!agreement_print(stdout, watching->kernels, watching->nr_kernels,
			     &watching->style) &&
	    !fflush(stdout))
		return agree_code(watching->kernels, watching->nr_kernels);
	fprintf(stderr, "dirtybench: what was found could not be written\n");
	return EXIT_FAILED;
}

static int run_agree(const struct agree_options *options)
{
	struct watching watching = { .style = options->style };
	const struct kernels_watch watch = { .begin = begin,
					     .agreement = take_line,
					     .booted = booted,
					     .show = show,
					     .arg = &watching };
	struct kernels_options run = options->run;
	int code;

	run.watch = &watch;
	code = kernelscratch_run(&run, "agree");
	for (int i = 0; i < watching.nr_kernels; i++)
		agreement_kernel_free(&watching.kernels[i]);
	free(watching.kernels);
	return code;
}

enum { KEY_FORMAT = KERNELS_KEY_NEXT, KEY_ALL };

static const struct argp_option option_table[] = {
	KERNELS_OPTIONS,
	{ "all", KEY_ALL, NULL, 0, "list all regions, not only the first ones",
	  0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text or json", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct agree_options *options = state->input;
	struct reason why;

	if (key == KEY_ALL) {
		options->style.all = true;
		return 0;
	}
	if (key != KEY_FORMAT)
		return kernels_options_parse(key, arg, state, &options->run);
	return agreement_format_find(arg, &options->style.format, &why)
		       ? options_refuse(&why)
		       : 0;
}

int kernels_agree_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse_option,
		.args_doc = "KERNEL...",
		.doc = "Boot each kernel in QEMU, have trackers follow the "
		       "same stores to the same memory there, and list every "
		       "page on which they differ.\v" KERNELS_ARGS_DOC
		       " Without --preset the cells are small ones for every "
		       "kind of pages.",
	};
	struct agree_options options = { .style = { .all = false } };
	int code = EXIT_USAGE;

	kernels_options_init(&options.run);
	options.run.engine = ENGINE_TCG;
	options.run.agree = true;
	options.run.epochs = AGREE_EPOCHS;
	options.run.choice.preset = &preset_matrix;
	if (!options_parse(&argp, argc, argv, &options) &&
	    !kernels_options_check(&options.run))
		code = run_agree(&options);
	choice_free(&options.run.choice);
	if (interrupt_signal())
		interrupt_die(interrupt_signal());
	return code;
}
