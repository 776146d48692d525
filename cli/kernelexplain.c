// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels explain: where a phase's instructions go, by function. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/kernels.h"
#include "cli/options.h"
#include "results/profile/explanation.h"

/* Functions of a table: with those, most phases are 95 % told. */
enum { DEFAULT_ROWS = 16, MAX_ROWS = 100000 };

struct explain_options {
	const char *runs[2];
	int nr_runs;
	const char *cell, *phase;
	enum profile_by by;
	enum explanation_format format;
	int rows;
};

enum { KEY_CELL = 256, KEY_PHASE, KEY_FORMAT, KEY_BY, KEY_ROWS };

static const struct argp_option option_table[] = {
	{ "cell", KEY_CELL, "KEY", 0, "these cells: a key, or the front of one",
	  0 },
	{ "phase", KEY_PHASE, "NAME", 0,
	  "open, arm, change, write, collect, collect_arm, disarm, close or "
	  "read",
	  0 },
	{ "by", KEY_BY, "NAME", 0,
	  "function, inlined (what is inlined there) or line; function by "
	  "default",
	  0 },
	{ "rows", KEY_ROWS, "N", 0, "functions of a table, 16 by default", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text, markdown, csv or json", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t add_run(struct explain_options *options, const char *word)
{
	struct reason why;

	if (options->nr_runs < 2) {
		options->runs[options->nr_runs++] = word;
		return 0;
	}
	reason_set(&why, 0, "%s: one run is shown, or two are compared", word);
	return options_refuse(&why);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct explain_options *options = state->input;
	struct reason why;
	int ret = 0;

	switch (key) {
	case KEY_CELL:
		options->cell = arg;
		return 0;
	case KEY_PHASE:
		options->phase = arg;
		ret = profile_phase_check(arg, &why);
		break;
	case KEY_BY:
		ret = profile_by_find(arg, &options->by, &why);
		break;
	case KEY_ROWS:
		return options_number("rows", arg, MAX_ROWS, &options->rows);
	case KEY_FORMAT:
		ret = explanation_format_find(arg, &options->format, &why);
		break;
	case ARGP_KEY_ARG:
		return add_run(options, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return ret ? options_refuse(&why) : 0;
}

static int print(const struct explain_options *options,
		 const struct profile *base, const struct profile *fresh,
		 struct reason *why)
{
	const struct explanation explanation = {
		.base = base,
		.fresh = fresh,
		.cell = options->cell,
		.phase = options->phase,
		.rows = options->rows,
	};
	char *text;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int ret;

	if (!memory)
		return reason_set(why, -ENOMEM, "no memory");
	ret = explanation_print(memory, &explanation, options->format, why);
	if (fclose(memory) && !ret)
		ret = reason_set(why, -ENOMEM, "no memory");
	/* All of it, or nothing. */
	if (!ret && (fputs(text, stdout) < 0 || fflush(stdout)))
		ret = reason_errno(why, -EIO, "cannot write the profile");
	free(text);
	return ret;
}

static int explain(const struct explain_options *options)
{
	struct profile *sides[2] = { NULL, NULL };
	struct reason why;
	int ret = 0;

	for (int i = 0; !ret && i < options->nr_runs; i++)
		ret = profile_load(&sides[i], &options->runs[i], 1, options->by,
				   &why);
	if (!ret)
		ret = print(options, sides[0], sides[1], &why);
	profile_free(sides[0]);
	profile_free(sides[1]);
	if (!ret)
		return EXIT_MEASURED;
	fprintf(stderr, "dirtybench: %s\n", why.text);
	return ret == -ENOMEM || ret == -EIO ? EXIT_FAILED : EXIT_USAGE;
}

static int check(const struct explain_options *options)
{
	struct reason why;

	if (options->nr_runs)
		return 0;
	reason_set(&why, 0,
		   "which run? dirtybench kernels explain RUN, or RUN RUN2 for "
		   "what changed");
	return options_refuse(&why);
}

int kernels_explain_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse_option,
		.args_doc = "RUN [RUN2]",
		.doc = "Show which functions the instructions of a phase were "
		       "in, per page, or how that changed from RUN to RUN2.\v"
		       "RUN is what 'dirtybench kernels run --profile' wrote: "
		       "the folder of a kernel, or of one of its boots.",
	};
	struct explain_options options = { .rows = DEFAULT_ROWS };

	if (options_parse(&argp, argc, argv, &options) || check(&options))
		return EXIT_USAGE;
	return explain(&options);
}
