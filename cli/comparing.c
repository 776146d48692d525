// SPDX-License-Identifier: GPL-2.0-or-later
/* What commands that compare sides have in common: options, loading, output. */
#include "cli/comparing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "harness/libbench/wholefile.h"
#include "harness/params.h"
#include "results/comparison/comparison_words.h"

/* Any number will do; what matters is that it is always the same. */
static const uint64_t default_seed = 1;

void comparing_init(struct comparing *comparing, int argc, char **argv)
{
	*comparing = (struct comparing){ .seed = default_seed };
	sidelist_keep_separators(argc, argv);
}

/* --- the options --- */

static error_t refuse_figure(const char *name, int err)
{
	/* Short and full names. */
	const char *names[NR_FIGURES * (1 + NR_TIMINGS)];
	const char *near;
	struct reason why;
	size_t nr = 0;

	if (err == -EINVAL) {
		reason_set(&why, err,
			   "--figure %s: is counted or made of counts, and "
			   "counts are always compared",
			   name);
		return options_refuse(&why);
	}
	for (int i = 0; i < NR_FIGURES; i++) {
		if (!comparison_figure_name(i))
			continue;
		names[nr++] = comparison_figure_name(i);
		for (int j = 0; j < NR_TIMINGS; j++)
			names[nr++] = figure_get(i)->name[j];
	}
	near = nearest_name(name, names, nr);
	reason_set(&why, err, "no figure '%s'%s%s%s", name,
		   near ? ": did you mean '"
			: ": has to be arm, write, "
			  "collect, tracking, or another "
			  "that dirtybench(1) names",
		   near ? near : "", near ? "'?" : "");
	return options_refuse(&why);
}

static void add_figure(struct comparing *comparing, enum figure_id id)
{
	for (int i = 0; i < comparing->nr_figures; i++)
		if (comparing->figures[i] == id)
			return;
	comparing->figures[comparing->nr_figures++] = id;
}

static error_t parse_figures(struct comparing *comparing, const char *list)
{
	char name[64];

	do {
		size_t length = strcspn(list, ",");
		enum figure_id id;
		int err;

		snprintf(name, sizeof(name), "%.*s", (int)length, list);
		err = comparison_figure_find(name, &id);
		if (err)
			return refuse_figure(name, err);
		add_figure(comparing, id);
		list += length;
	} while (*list++);
	return 0;
}

static error_t parse_seed(struct comparing *comparing, const char *text)
{
	struct reason why;
	char *end;

	errno = 0;
	comparing->seed = strtoull(text, &end, 10);
	/* The generators take no more bits. */
	if (*text && !*end && !errno && !strpbrk(text, "+- ") &&
	    comparing->seed <= UINT32_MAX)
		return 0;
	reason_set(&why, 0,
		   "--seed %s: has to be a whole number from 0 to %" PRIu32,
		   text, UINT32_MAX);
	return options_refuse(&why);
}

static error_t parse_file(struct comparing *comparing, const char *path)
{
	struct reason why;

	comparing->file = path;
	if (*path)
		return 0;
	reason_set(&why, 0, "-o: has to be the name of a file");
	return options_refuse(&why);
}

error_t comparing_parse(struct comparing *comparing, int key, char *arg)
{
	switch (key) {
	case COMPARING_FIGURE:
		return parse_figures(comparing, arg);
	case COMPARING_PARTIAL:
		comparing->partial = true;
		return 0;
	case COMPARING_SEED:
		return parse_seed(comparing, arg);
	case 'o':
		return parse_file(comparing, arg);
	case ARGP_KEY_ARG:
		return sidelist_add_word(&comparing->sides, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- the comparisons --- */

static int complain(const struct reason *why, int code)
{
	fprintf(stderr, "dirtybench: %s\n", why->text);
	return code;
}

/* Figures that were asked for and that no cell has are a mistake. */
static int check_figures(const struct comparing *comparing,
			 const struct comparison *comparison,
			 struct reason *why)
{
	if (!comparing->nr_figures || comparison->nr_rows ||
	    comparison->nr_spoilt_base || comparison->nr_spoilt_fresh)
		return 0;
	return reason_set(why, -EINVAL,
			  "--figure: no cell has such a figure in these runs%s",
			  comparison->base->google
				  ? ": files of Google Benchmark have "
				    "real_time and cpu_time"
				  : "");
}

static int make_all(const struct comparing *comparing, struct comparison **list,
		    int nr, struct reason *why)
{
	const struct comparison_request request = {
		.figures = comparing->nr_figures ? comparing->figures : NULL,
		.nr_figures = comparing->nr_figures,
		.seed = comparing->seed,
	};
	int err = 0;

	for (int i = 0; i < nr && !err; i++) {
		err = comparison_make(&list[i], comparing->sides.sides[0],
				      comparing->sides.sides[i + 1], &request,
				      why);
		if (!err)
			err = check_figures(comparing, list[i], why);
	}
	return err;
}

/* Not after half a minute of work. */
static int check_file(const char *file, struct reason *why)
{
	int err = file ? wholefile_check(file) : 0;

	return err ? reason_errno(why, err, "-o %s", file) : 0;
}

int comparing_make(struct comparing *comparing, struct comparison ***list,
		   int *nr)
{
	struct reason why;
	int err;

	*list = NULL;
	*nr = 0;
	err = check_file(comparing->file, &why);
	if (!err)
		err = sidelist_load(&comparing->sides,
				    comparing->partial ? SIDE_PARTIAL : 0,
				    &why);
	if (err)
		return complain(&why,
				err == -ENOMEM ? EXIT_FAILED : EXIT_USAGE);
	*list = calloc(comparing->sides.nr_sides, sizeof(struct comparison *));
	if (!*list) {
		reason_errno(&why, -ENOMEM, "cannot compare");
		return complain(&why, EXIT_FAILED);
	}
	*nr = comparing->sides.nr_sides - 1;
	err = make_all(comparing, *list, *nr, &why);
	if (!err)
		return 0;
	return complain(&why, err == -ENOMEM ? EXIT_FAILED : EXIT_USAGE);
}

void comparing_clear(struct comparing *comparing, struct comparison **list,
		     int nr)
{
	for (int i = 0; i < nr; i++)
		comparison_free(list[i]);
	free(list);
	sidelist_clear(&comparing->sides);
}

/* --- what is printed --- */

static int write_out(const char *file, const char *text, size_t length)
{
	struct reason why;
	int err;

	if (!file) {
		if (fwrite(text, 1, length, stdout) == length &&
		    !fflush(stdout))
			return EXIT_MEASURED;
		reason_set(&why, -EIO, "the comparison could not be written");
		return complain(&why, EXIT_FAILED);
	}
	err = wholefile_write(file, text, length);
	if (!err)
		return EXIT_MEASURED;
	reason_errno(&why, err, "%s could not be written", file);
	return complain(&why, EXIT_FAILED);
}

int comparing_deliver(const struct comparing *comparing,
		      int (*print)(FILE *out, void *arg), void *arg)
{
	struct reason why;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	int err = -ENOMEM;
	int code;

	if (out) {
		err = print(out, arg);
		if (fclose(out) && !err)
			err = -ENOMEM;
	}
	if (err) {
		reason_errno(&why, err, "cannot compare");
		code = complain(&why, EXIT_FAILED);
	} else {
		code = write_out(comparing->file, text, length);
	}
	free(text);
	return code;
}
