// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench plot: draw runs, and comparisons of runs. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/sidelist.h"
#include "plot/plot.h"

struct plot_options {
	struct sidelist sides;
	bool compares; /* there was a "--" */
	bool history;  /* several kernels, each word or what is parted a side */
	bool kinds[NR_PLOT_KINDS];
	bool kinds_asked; /* otherwise all that there is something for */
	unsigned int formats;
	const char *folder;
	struct plot_choice choice;
};

/* That of compare, so that both say the same. */
enum { DEFAULT_SEED = 1 };

/* What a command line asks for, loaded. */
struct plotted {
	struct side *alone; /* where there is one side only */
	const struct side *first, *last;
	struct comparison *comparison;
	struct plot *plot;
	char folder[PATH_MAX];
};

static int complain(const struct reason *why, int code)
{
	fprintf(stderr, "dirtybench: %s\n", why->text);
	return code;
}

/* What a user gave that cannot be used, or something that went wrong. */
static int code_of(int err)
{
	return err == -ENOMEM || err == -EIO || err == -ENOSPC ? EXIT_FAILED
							       : EXIT_USAGE;
}

/* --- options --- */

static const struct {
	const char *name;
	enum plot_format format;
} format_names[] = {
	{ "svg", PLOT_SVG },
	{ "png", PLOT_PNG },
	{ "text", PLOT_TEXT },
};

static error_t add_kind(struct plot_options *options, const char *word,
			size_t length)
{
	struct reason why;

	options->kinds_asked = true;
	for (int i = 0; i < NR_PLOT_KINDS; i++)
		if (strlen(plot_kind_name(i)) == length &&
		    !strncmp(plot_kind_name(i), word, length)) {
			options->kinds[i] = true;
			return 0;
		}
	reason_set(&why, 0,
		   "no kind of plot '%.*s': there are phases, sweep, range, "
		   "holes, growth, chain, output, vec, part, aftermath, folio, "
		   "functions, history, changes, forest, latency, timeline, "
		   "convergence, scaling, idle and distribution",
		   (int)length, word);
	return options_refuse(&why);
}

static error_t add_format(struct plot_options *options, const char *word,
			  size_t length)
{
	struct reason why;

	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]);
	     i++)
		if (strlen(format_names[i].name) == length &&
		    !strncmp(format_names[i].name, word, length)) {
			options->formats |= format_names[i].format;
			return 0;
		}
	reason_set(&why, 0, "no format '%.*s': there are svg, png and text",
		   (int)length, word);
	return options_refuse(&why);
}

static error_t each_word(struct plot_options *options, const char *list,
			 error_t (*add)(struct plot_options *options,
					const char *word, size_t length))
{
	for (;;) {
		size_t length = strcspn(list, ",");
		error_t err = add(options, list, length);

		if (err || !list[length])
			return err;
		list += length + 1;
	}
}

enum { KEY_KIND = 256, KEY_FORMAT };

static const struct argp_option option_table[] = {
	{ "kind", KEY_KIND, "LIST", 0,
	  "phases, sweep, range, holes, growth, chain, output, vec, part, "
	  "aftermath, folio, changes, forest, latency, timeline, convergence, "
	  "scaling, idle, distribution; all that there is something for; or "
	  "history and functions, of several kernels",
	  0 },
	{ "format", KEY_FORMAT, "LIST", 0,
	  "svg, png, text; the first two unless given", 0 },
	{ "output", 'o', "DIR", 0,
	  "folder of the plots; plots/ in the first run's unless given", 0 },
	{ "workload", 'w', "LIST", 0, "workloads, separated by commas", 0 },
	{ "tracker", 't', "LIST", 0, "trackers, separated by commas", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct plot_options *options = state->input;

	switch (key) {
	case KEY_KIND:
		return each_word(options, arg, add_kind);
	case KEY_FORMAT:
		return each_word(options, arg, add_format);
	case 'o':
		options->folder = arg;
		return 0;
	case 'w':
		options->choice.workloads = arg;
		return 0;
	case 't':
		options->choice.trackers = arg;
		return 0;
	case ARGP_KEY_ARG:
		return sidelist_add_word(&options->sides, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "RUN...\nBASE... -- NEW...\n--kind=history RUN RUN...",
	.doc = "Draw runs: a RUN is a folder, a file of samples or a pattern "
	       "of these. With two sides, draw how they differ. A history has "
	       "a kernel in each RUN, in this order.\vIt tells what "
	       "it wrote: the plots, and beside them their data.",
};

/* Drawn of a list of kernels. */
static bool is_of_kernels(int kind)
{
	return kind == PLOT_HISTORY || kind == PLOT_FUNCTIONS;
}

/* Drawn of two sides. */
static bool is_of_two(int kind)
{
	return kind == PLOT_FOREST || kind == PLOT_CHANGES;
}

static int check_history(const struct plot_options *options)
{
	struct reason why;

	for (int i = 0; i < NR_PLOT_KINDS; i++)
		if (options->kinds[i] && !is_of_kernels(i)) {
			reason_set(&why, 0,
				   "history and functions are drawn of several "
				   "kernels and %s is not: draw it by itself",
				   plot_kind_name(i));
			return options_refuse(&why);
		}
	if (options->sides.nr_words > 1)
		return 0;
	reason_set(&why, 0,
		   "%s needs two kernels or more: dirtybench plot --kind=%s "
		   "RUN RUN...",
		   options->kinds[PLOT_HISTORY] ? "history" : "functions",
		   options->kinds[PLOT_HISTORY] ? "history" : "functions");
	return options_refuse(&why);
}

static int check_options(struct plot_options *options)
{
	struct reason why;

	if (!options->formats)
		options->formats = PLOT_SVG | PLOT_PNG;
	for (int i = 0; i < options->sides.nr_words; i++)
		options->compares |= !options->sides.words[i];
	if (!options->sides.nr_words) {
		reason_set(&why, 0, "which run? dirtybench plot RUN");
		return options_refuse(&why);
	}
	options->history =
		options->kinds[PLOT_HISTORY] || options->kinds[PLOT_FUNCTIONS];
	if (options->history)
		return check_history(options);
	for (int i = 0; options->compares && i < NR_PLOT_KINDS; i++)
		if (options->kinds[i] && !is_of_two(i)) {
			reason_set(&why, 0,
				   "%s is drawn of one side: leave out -- and "
				   "what is behind it",
				   plot_kind_name(i));
			return options_refuse(&why);
		}
	return 0;
}

/* --- drawing --- */

static int compare(struct plotted *plotted, struct plot_options *options,
		   struct reason *why)
{
	const struct comparison_request request = { .seed = DEFAULT_SEED };
	struct sidelist *list = &options->sides;
	int err;

	err = sidelist_load(list, 0, why);
	if (err)
		return err;
	if (list->nr_sides > 2)
		return reason_set(why, -EINVAL,
				  "a forest plot has two sides, not %d",
				  list->nr_sides);
	plotted->first = list->sides[0];
	plotted->last = list->sides[1];
	return comparison_make(&plotted->comparison, plotted->first,
			       plotted->last, &request, why);
}

static int load_history(struct plotted *plotted, struct plot_options *options,
			struct plot_choice *choice, struct reason *why)
{
	struct sidelist *list = &options->sides;
	int err;

	err = sidelist_load(list, 0, why);
	if (err)
		return err;
	plotted->last = list->sides[list->nr_sides - 1];
	plotted->first = plotted->last;
	choice->history = list->sides;
	choice->nr_history = list->nr_sides;
	return 0;
}

static int load(struct plotted *plotted, struct plot_options *options,
		struct reason *why)
{
	struct plot_choice choice = options->choice;
	int err;

	if (options->history) {
		err = load_history(plotted, options, &choice, why);
	} else if (options->compares) {
		err = compare(plotted, options, why);
	} else {
		err = side_load(&plotted->alone, options->sides.words,
				options->sides.nr_words, 0, why);
		plotted->first = plotted->alone;
		plotted->last = plotted->alone;
	}
	choice.side = plotted->first;
	choice.comparison = plotted->comparison;
	return err ? err : plot_open(&plotted->plot, &choice, why);
}

/* In the folder of the first run of the last side. */
static int choose_folder(struct plotted *plotted,
			 const struct plot_options *options, struct reason *why)
{
	const char *run = plotted->last->runs[0].path;
	const char *slash = strrchr(run, '/');
	struct stat status;
	int length;

	if (options->folder)
		length = snprintf(plotted->folder, PATH_MAX, "%s",
				  options->folder);
	else if (!stat(run, &status) && S_ISDIR(status.st_mode))
		length = snprintf(plotted->folder, PATH_MAX, "%s%splots", run,
				  slash && !slash[1] ? "" : "/");
	else
		length = snprintf(plotted->folder, PATH_MAX, "%.*splots",
				  slash ? (int)(slash - run) + 1 : 0, run);
	if (length < PATH_MAX - NAME_MAX - 1)
		return 0;
	return reason_set(why, -ENAMETOOLONG, "%.100s: the path is too long",
			  plotted->folder);
}

/* Before the first is drawn: all that can be drawn, or why one cannot. */
static int choose_kinds(const struct plotted *plotted,
			struct plot_options *options, struct reason *why)
{
	bool any = false;

	for (int i = 0; i < NR_PLOT_KINDS; i++) {
		int err;

		if (!options->kinds_asked)
			options->kinds[i] = !options->compares || is_of_two(i);
		if (!options->kinds[i])
			continue;
		err = plot_check(plotted->plot, i, why);
		if (err && (options->kinds_asked || err != -ENODATA))
			return err;
		options->kinds[i] = !err;
		any |= !err;
	}
	return any ? 0
		   : reason_set(why, -ENODATA,
				"there is nothing to draw: no cell was "
				"measured");
}

static void print_path(void *arg, const char *path)
{
	(void)arg;
	puts(path);
}

static int draw(const struct plotted *plotted,
		const struct plot_options *options, struct reason *why)
{
	int err = 0;

	if (mkdir(plotted->folder, 0777) && errno != EEXIST)
		return reason_errno(why, -errno, "%.300s", plotted->folder);
	for (int i = 0; !err && i < NR_PLOT_KINDS; i++)
		if (options->kinds[i])
			err = plot_draw(plotted->plot, i, options->formats,
					plotted->folder, print_path, NULL, why);
	return err;
}

static int load_and_draw(struct plot_options *options)
{
	struct plotted plotted = { .plot = NULL };
	struct reason why;
	int err;

	err = load(&plotted, options, &why);
	if (!err)
		err = choose_kinds(&plotted, options, &why);
	if (!err)
		err = choose_folder(&plotted, options, &why);
	if (!err)
		err = plot_gnuplot(&why);
	if (!err)
		err = draw(&plotted, options, &why);
	plot_close(plotted.plot);
	comparison_free(plotted.comparison);
	side_free(plotted.alone);
	return err ? complain(&why, code_of(err)) : EXIT_MEASURED;
}

int plot_main(int argc, char **argv)
{
	struct plot_options options = { .folder = NULL };
	int code = EXIT_USAGE;

	sidelist_keep_separators(argc, argv);
	if (!options_parse(&argp, argc, argv, &options) &&
	    !check_options(&options))
		code = load_and_draw(&options);
	sidelist_clear(&options.sides);
	return code;
}
