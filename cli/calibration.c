// SPDX-License-Identifier: GPL-2.0-or-later
/* bench-statistics: how often the verdicts on simulated runs are right. */
#include <argp.h>
#include <err.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "results/statistics/contrast.h"
#include "results/statistics/mannwhitney.h"

/*
 * A default run has about so many timed rows. 300 tables tell 90 % from 95 %
 * and 5 % from 1 %, within a minute.
 */
enum { ROWS = 70, BOOTS = 10, PROCESSES = 10, TABLES = 300 };

/* What the verdicts have to keep to. */
static const double most_false = 0.05, least_found = 0.90;

enum { KEY_TABLES = 256, KEY_SEED };

struct request {
	int tables, seed;
	gsl_rng *rng;
};

/*
 * Both sides of a row: 100 ns x exp(boot + process), the boot's part drawn once
 * a boot, and both normal with a standard deviation of @spread. The new side is
 * that times @factor, in the first @changed rows of a table.
 */
struct scene {
	int boots, processes;
	double spread, factor;
	int changed;
};

/* What came out, over all tables. */
struct outcome {
	int tables, claiming; /* with any claim in a row without a change */
	int complete;	      /* with each change claimed, the right way */
	int rows, covered;    /* by the interval */
	int unchanged, wrong; /* rows without a change; claimed all the same */
};

struct row {
	struct contrast contrast;
	double truth;
	double values[2][BOOTS * PROCESSES];
};

static void draw_side(const struct scene *scene, double factor, double *values,
		      gsl_rng *rng)
{
	for (int boot = 0; boot < scene->boots; boot++) {
		double shift = gsl_ran_gaussian(rng, scene->spread);

		for (int i = 0; i < scene->processes; i++)
			*values++ = 100 * factor *
				    exp(shift +
					gsl_ran_gaussian(rng, scene->spread));
	}
}

static void draw_row(struct row *row, const struct scene *scene, int index,
		     gsl_rng *rng)
{
	row->truth = index < scene->changed ? scene->factor : 1;
	draw_side(scene, 1, row->values[0], rng);
	draw_side(scene, row->truth, row->values[1], rng);
}

static void draw_table(struct row *rows, const struct scene *scene,
		       gsl_rng *rng)
{
	for (int i = 0; i < ROWS; i++)
		draw_row(&rows[i], scene, i, rng);
}

/* Gives each row its verdict. */
typedef void judge_rows(struct row *rows, const struct scene *scene,
			gsl_rng *rng);

static void judge_by_the_rule(struct row *rows, const struct scene *scene,
			      gsl_rng *rng)
{
	struct contrast *contrasts[ROWS];
	int sizes[BOOTS];

	for (int i = 0; i < scene->boots; i++)
		sizes[i] = scene->processes;
	for (int i = 0; i < ROWS; i++) {
		struct replicates sides[2];

		for (int side = 0; side < 2; side++)
			sides[side] = (struct replicates){
				.values = rows[i].values[side],
				.sizes = sizes,
				.nr_boots = scene->boots,
			};
		contrasts[i] = &rows[i].contrast;
		if (contrast_times(contrasts[i], &sides[0], &sides[1],
				   gsl_rng_get(rng)))
			errx(EXIT_FAILED, "out of memory");
	}
	if (contrast_judge(contrasts, ROWS))
		errx(EXIT_FAILED, "out of memory");
}

/* One boot a side, each process taken for evidence, each row for the only. */
static void judge_naively(struct row *rows, const struct scene *scene,
			  gsl_rng *rng)
{
	(void)rng;
	for (int i = 0; i < ROWS; i++) {
		double p;

		if (mannwhitney(rows[i].values[0], scene->processes,
				rows[i].values[1], scene->processes, &p))
			errx(EXIT_FAILED, "out of memory");
		rows[i].contrast.verdict =
			p < 0.05 ? VERDICT_WORSE : VERDICT_NONE;
	}
}

static void count_table(struct outcome *outcome, const struct row *rows)
{
	int wrong = 0, missed = 0;

	for (int i = 0; i < ROWS; i++) {
		const struct contrast *contrast = &rows[i].contrast;
		bool unchanged = rows[i].truth == 1;

		outcome->covered += contrast->low <= rows[i].truth &&
				    contrast->high >= rows[i].truth;
		outcome->unchanged += unchanged;
		wrong += unchanged && contrast->verdict != VERDICT_NONE;
		missed += !unchanged && contrast->verdict != VERDICT_WORSE;
	}
	outcome->tables++;
	outcome->rows += ROWS;
	outcome->wrong += wrong;
	outcome->claiming += wrong > 0;
	outcome->complete += missed == 0;
}

static struct outcome simulate(const struct scene *scene, judge_rows *judge,
			       const struct request *request)
{
	static struct row rows[ROWS];
	struct outcome outcome = { 0 };

	for (int table = 0; table < request->tables; table++) {
		draw_table(rows, scene, request->rng);
		judge(rows, scene, request->rng);
		count_table(&outcome, rows);
	}
	return outcome;
}

/* --- the report --- */

/* With the 95 % interval of the rate (Wilson's). */
static void print_rate(const char *what, int hits, int nr)
{
	const double z = 1.959964; /* of the normal distribution */
	double rate = (double)hits / nr;
	double middle = (rate + z * z / (2 * nr)) / (1 + z * z / nr);
	double half = z / (1 + z * z / nr) *
		      sqrt((rate * (1 - rate) + z * z / (4 * nr)) / nr);

	printf("  %-31s %5.1f %%  %5.1f to %5.1f %6d", what, 100 * rate,
	       100 * fabs(middle - half), 100 * (middle + half), nr);
}

static void print_free(const char *what, int hits, int nr)
{
	print_rate(what, hits, nr);
	putchar('\n');
}

static void print_bound(const char *what, int hits, int nr, bool kept,
			const char *bound)
{
	print_rate(what, hits, nr);
	printf(" %s: %s\n", bound, kept ? "kept" : "MISSED");
}

/* So large a spread that the least change claimed, 1 %, hides nothing. */
static void print_unchanged(const struct request *request)
{
	struct scene scene = { .boots = BOOTS,
			       .processes = PROCESSES,
			       .spread = 0.05 };
	struct outcome outcome = simulate(&scene, judge_by_the_rule, request);

	puts("nothing changed, spread 5 %");
	print_bound("tables with any claim", outcome.claiming, outcome.tables,
		    outcome.claiming <= most_false * outcome.tables, "<= 5 %");
	print_free("intervals that hold the truth", outcome.covered,
		   outcome.rows);
}

static void print_changed(int changed, const struct request *request)
{
	struct scene scene = { .boots = BOOTS,
			       .processes = PROCESSES,
			       .spread = 0.01,
			       .factor = 1.05,
			       .changed = changed };
	struct outcome outcome = simulate(&scene, judge_by_the_rule, request);

	printf("%d of %d rows 5 %% worse, spread 1 %%\n", changed, ROWS);
	print_bound("tables with each change claimed", outcome.complete,
		    outcome.tables,
		    outcome.complete >= least_found * outcome.tables,
		    ">= 90 %");
	print_free("intervals that hold the truth", outcome.covered,
		   outcome.rows);
	if (outcome.unchanged)
		print_free("tables with a false claim", outcome.claiming,
			   outcome.tables);
}

static void print_one_boot(const char *how, judge_rows *judge, int processes,
			   const struct request *request)
{
	struct scene scene = { .boots = 1,
			       .processes = processes,
			       .spread = 0.05 };
	struct outcome outcome = simulate(&scene, judge, request);

	printf("nothing changed, spread 5 %%, one boot a side, %d "
	       "processes:\n%s\n",
	       processes, how);
	print_free("tables with a wrong verdict", outcome.claiming,
		   outcome.tables);
	print_free("rows with a wrong verdict", outcome.wrong,
		   outcome.unchanged);
}

static void print_report(const struct request *request)
{
	printf("Simulated tables of %d rows, %d tables a case, seed %d; where "
	       "not said\notherwise, %d boots a side and %d processes a boot. "
	       "Boots spread as much\nas processes within a boot.\n\n"
	       "%-34s %7s  %s %6s\n",
	       ROWS, request->tables, request->seed, BOOTS, PROCESSES, "",
	       "rate", "95 % interval ", "of");
	print_unchanged(request);
	print_changed(1, request);
	print_changed(ROWS, request);
	print_one_boot("exploratory verdicts", judge_by_the_rule, PROCESSES,
		       request);
	print_one_boot("p < 0.05 without correction, the naive way",
		       judge_naively, BOOTS * PROCESSES, request);
}

/* --- the command line --- */

static const struct argp_option options[] = {
	{ "tables", KEY_TABLES, "N", 0, "tables a case, 300 by default", 0 },
	{ "seed", KEY_SEED, "N", 0, "of the simulation, 1 by default", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;
	/* Rows are counted in an int. */
	const int most = 1000000;

	switch (key) {
	case KEY_TABLES:
		return options_number("tables", arg, most, &request->tables);
	case KEY_SEED:
		return options_number("seed", arg, most, &request->seed);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Measure on simulated runs how often the verdicts of "
	       "`dirtybench compare` are right.",
};

int main(int argc, char **argv)
{
	struct request request = { .tables = TABLES, .seed = 1 };

	if (options_parse(&argp, argc, argv, &request))
		return EXIT_USAGE;
	request.rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(request.rng, request.seed);
	print_report(&request);
	gsl_rng_free(request.rng);
	if (fflush(stdout) || ferror(stdout))
		err(EXIT_FAILED, "standard output");
	return EXIT_MEASURED;
}
