// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench compare: what changed between kernels, and how sure that is. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/comparing.h"
#include "cli/options.h"
#include "harness/params.h"
#include "results/comparison/comparison_print.h"
#include "results/comparison/comparison_words.h"
#include "results/tables/text.h"

enum format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_CSV, FORMAT_JSON };

static const char *const format_names[] = {
	[FORMAT_TEXT] = "text",
	[FORMAT_MARKDOWN] = "markdown",
	[FORMAT_CSV] = "csv",
	[FORMAT_JSON] = "json",
};

enum { NR_FORMATS = sizeof(format_names) / sizeof(format_names[0]) };

struct compare_options {
	struct comparing comparing;
	enum format format;
	bool all;
	double gate; /* a fraction; NAN: no gate */
};

/* --- the options --- */

static error_t parse_format(struct compare_options *options, const char *name)
{
	const char *near = nearest_name(name, format_names, NR_FORMATS);
	struct reason why;

	for (int i = 0; i < NR_FORMATS; i++) {
		if (strcmp(format_names[i], name) != 0)
			continue;
		options->format = i;
		return 0;
	}
	reason_set(&why, 0, "--format %s: %s%s%s", name,
		   near ? "did you mean '"
			: "has to be text, markdown, csv or json",
		   near ? near : "", near ? "'?" : "");
	return options_refuse(&why);
}

enum {
	KEY_ALL = COMPARING_KEYS,
	KEY_FORMAT,
	KEY_GATE,
};

static const struct argp_option option_table[] = {
	{ "all", KEY_ALL, NULL, 0, "show what did not change, too", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text, markdown, csv or json", 0 },
	{ "gate", KEY_GATE, "PCT", 0,
	  "exit with 1 when something got worse by more than that", 0 },
	COMPARING_OPTIONS,
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct compare_options *options = state->input;

	switch (key) {
	case KEY_ALL:
		options->all = true;
		return 0;
	case KEY_FORMAT:
		return parse_format(options, arg);
	case KEY_GATE:
		return options_percent("gate", arg, &options->gate);
	default:
		return comparing_parse(&options->comparing, key, arg);
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "BASE NEW [NEW...]\nBASE... -- NEW... [-- NEW...]",
	.doc = "Show what changed from BASE to NEW, each a run, files of "
	       "Google Benchmark, or several of them.",
};

/* --- the gate --- */

static void tell_worst(FILE *out, const struct comparison_gate *gate)
{
	char change[TEXT_NUMBER_BYTES];

	if (!gate->worst)
		return;
	text_percent(change, gate->worst->contrast.ratio - 1);
	fprintf(out, "; worst %s: %s %s %s",
		gate->worst->contrast.exploratory ? "(exploratory)"
						  : "(claimed)",
		gate->worst->base->key,
		comparison_figure_name(gate->worst->figure), change);
}

/* Who bisects is not to take silence for a good kernel. */
static void tell_mute(const struct comparison *comparison, double limit)
{
	if (!comparison->mute)
		return;
	fprintf(stderr,
		"dirtybench: gate %g%%: %s: too few %s for any verdict, so "
		"that no change can trip it: %d a side would do\n",
		100 * limit, comparison->fresh->name,
		!comparison->exploratory   ? "boots"
		: comparison->base->google ? "repetitions"
					   : "processes",
		comparison->replicates_needed);
}

/* Whether it tripped; then one line on standard error says by what. */
static bool check_gate(const struct comparison *comparison, double limit)
{
	struct comparison_gate gate;

	comparison_check_gate(comparison, limit, &gate);
	if (!gate.worst && !gate.spoilt) {
		tell_mute(comparison, limit);
		return false;
	}
	fprintf(stderr,
		"dirtybench: gate %g%%: %s: %d claimed and %d exploratory "
		"%s beyond it",
		100 * limit, comparison->fresh->name, gate.claimed,
		gate.exploratory,
		gate.claimed + gate.exploratory == 1 ? "regression"
						     : "regressions");
	tell_worst(stderr, &gate);
	if (gate.spoilt)
		fprintf(stderr,
			"; %d %s that failed or lied and did not in base, "
			"the first %s",
			gate.spoilt, gate.spoilt == 1 ? "cell" : "cells",
			gate.first_spoilt->key);
	fputc('\n', stderr);
	return true;
}

/* --- the comparison --- */

static int print_each(FILE *out, const struct compare_options *options,
		      struct comparison *const *list, int nr)
{
	int err = 0;

	for (int i = 0; i < nr && !err; i++) {
		if (i)
			fputs("\n\n", out);
		err = options->format == FORMAT_MARKDOWN
			      ? comparison_print_markdown(out, list[i],
							  options->all)
			      : comparison_print_text(out, list[i],
						      options->all);
	}
	return err;
}

static int print_list(FILE *out, const struct compare_options *options,
		      struct comparison *const *list, int nr)
{
	const struct comparison *const *shown =
		(const struct comparison *const *)list;

	switch (options->format) {
	case FORMAT_CSV:
		return comparison_print_csv(out, shown, nr);
	case FORMAT_JSON:
		return comparison_print_json(out, shown, nr);
	default:
		return print_each(out, options, list, nr);
	}
}

struct listing {
	const struct compare_options *options;
	struct comparison **list;
	int nr;
};

static int print_listing(FILE *out, void *arg)
{
	const struct listing *listing = arg;

	return print_list(out, listing->options, listing->list, listing->nr);
}

int compare_main(int argc, char **argv)
{
	struct compare_options options = { .gate = NAN };
	struct listing listing = { .options = &options };
	int code = EXIT_USAGE;

	comparing_init(&options.comparing, argc, argv);
	if (!options_parse(&argp, argc, argv, &options))
		code = comparing_make(&options.comparing, &listing.list,
				      &listing.nr);
	if (!code) {
		code = comparing_deliver(&options.comparing, print_listing,
					 &listing);
		for (int i = 0; i < listing.nr && !isnan(options.gate); i++)
			if (check_gate(listing.list[i], options.gate))
				code = EXIT_FAILED;
	}
	comparing_clear(&options.comparing, listing.list, listing.nr);
	return code;
}
