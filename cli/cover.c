// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench cover: the section to paste into a cover letter. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/byhand.h"
#include "cli/commands.h"
#include "cli/comparing.h"
#include "cli/options.h"
#include "harness/cell.h"
#include "plot/plot.h"
#include "results/comparison/coverletter.h"
#include "results/profile/explanation.h"

static const struct argp_option option_table[] = {
	COMPARING_OPTIONS,
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	return comparing_parse(state->input, key, arg);
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "BASE NEW\nBASE... -- NEW...",
	.doc = "Print the section of a cover letter that shows what changed "
	       "from BASE to NEW.",
};

/* --- a cell that can be made by hand --- */

static bool can_be_made(const struct cell *cell)
{
	const struct placement place = { .other_cpu = -1 };
	struct reason why;
	char *text = NULL;
	int err = byhand_make(cell, &place, &text, &why);

	free(text);
	return !err;
}

static bool is_default(const struct cell *plain, const char *name,
		       const char *value)
{
	const struct params *params = &plain->params;

	for (int i = 0; i < params->nr; i++)
		if (!strcmp(params->v[i].param->name, name))
			return !strcmp(params->v[i].text, value);
	return false;
}

/* The key without what stands at its default, which repro adds again. */
static void shorten(const struct cell *cell, char *key, size_t size)
{
	const struct params *params = &cell->params;
	struct cell plain;
	size_t used;

	used = snprintf(key, size, "%s/%s", cell->workload->name,
			cell->tracker->name);
	if (cell_init(&plain, cell->workload, cell->tracker, NULL))
		return;
	for (int i = 0; i < params->nr && used < size; i++)
		if (!is_default(&plain, params->v[i].param->name,
				params->v[i].text))
			used += snprintf(key + used, size - used, "/%s:%s",
					 params->v[i].param->name,
					 params->v[i].text);
}

/* The key of the first that can; "" when none can. 0 or -ENOMEM. */
static int choose_cell(const struct comparison *comparison, char *key,
		       size_t size)
{
	const struct summary_cell **cells = coverletter_candidates(comparison);
	struct cell cell;

	key[0] = '\0';
	if (!cells)
		return -ENOMEM;
	for (int i = 0; cells[i] && !key[0]; i++)
		if (!cell_parse(&cell, cells[i]->key, NULL) &&
		    can_be_made(&cell))
			shorten(&cell, key, size);
	free(cells);
	return 0;
}

/* --- the plot --- */

/* A mail has room for some rows, not for every row of a preset. */
enum { PLOT_ROWS = 16 };

/* A comparison without anything to draw has no plot. */
static int draw(const struct comparison *comparison, char **text)
{
	const struct plot_choice choice = {
		.side = comparison->fresh,
		.comparison = comparison,
		.most_rows = PLOT_ROWS,
	};
	struct reason why;
	struct plot *plot;
	size_t size;
	FILE *out;
	int err;

	*text = NULL;
	err = plot_open(&plot, &choice, &why);
	if (err)
		return err;
	if (!plot_check(plot, PLOT_FOREST, &why)) {
		out = open_memstream(text, &size);
		err = out ? plot_text(out, plot, PLOT_FOREST, true, &why)
			  : -ENOMEM;
		if (out && fclose(out))
			err = -ENOMEM;
	}
	plot_close(plot);
	return err;
}

/* --- the functions --- */

/* A mail has room for the largest. */
enum { PROFILE_ROWS = 8 };

static int load_profile(struct profile **profile, const struct side *side,
			struct reason *why)
{
	const char **paths = calloc((size_t)side->nr_runs, sizeof(*paths));
	int err;

	*profile = NULL;
	if (!paths)
		return -ENOMEM;
	for (int i = 0; i < side->nr_runs; i++)
		paths[i] = side->runs[i].path;
	err = profile_load(profile, paths, side->nr_runs, PROFILE_BY_FUNCTION,
			   why);
	free((void *)paths);
	return err;
}

/* NULL where not every run has a profile, or nothing changed. */
static int explain(const struct comparison *comparison, char **text)
{
	struct profile *base = NULL, *fresh = NULL;
	struct reason why;
	size_t size;
	FILE *out;
	int err;

	*text = NULL;
	err = load_profile(&base, comparison->base, &why);
	if (!err)
		err = load_profile(&fresh, comparison->fresh, &why);
	if (!err) {
		out = open_memstream(text, &size);
		err = out ? explanation_print_short(out, base, fresh,
						    PROFILE_ROWS)
			  : -ENOMEM;
		if (out && fclose(out))
			err = -ENOMEM;
	}
	profile_free(base);
	profile_free(fresh);
	/* A comparison does without. */
	return err == -ENOMEM ? err : 0;
}

static int print_letter(FILE *out, void *arg)
{
	const struct comparison *comparison = arg;
	char key[sizeof(((struct cell *)0)->key)];
	char *plot = NULL, *profile = NULL;
	int err;

	err = choose_cell(comparison, key, sizeof(key));
	if (!err)
		err = draw(comparison, &plot);
	if (!err)
		err = explain(comparison, &profile);
	if (!err) {
		const struct coverletter letter = {
			.comparison = comparison,
			.plot = plot,
			.profile = profile,
			.by_hand = key[0] ? key : NULL,
		};

		err = coverletter_print(out, &letter);
	}
	free(plot);
	free(profile);
	return err;
}

static int check_two(const struct comparing *comparing)
{
	if (comparing->sides.nr_sides == 2)
		return 0;
	fprintf(stderr,
		"dirtybench: a cover letter is of one base and one new side, "
		"not of %d: put -- between the two\n",
		comparing->sides.nr_sides);
	return EXIT_USAGE;
}

int cover_main(int argc, char **argv)
{
	struct comparing comparing;
	struct comparison **list = NULL;
	int code = EXIT_USAGE;
	int nr = 0;

	comparing_init(&comparing, argc, argv);
	if (!options_parse(&argp, argc, argv, &comparing))
		code = comparing_make(&comparing, &list, &nr);
	if (!code)
		code = check_two(&comparing);
	if (!code)
		code = comparing_deliver(&comparing, print_letter, list[0]);
	comparing_clear(&comparing, list, nr);
	return code;
}
