// SPDX-License-Identifier: GPL-2.0-or-later
// Two sides, row by row: what changed, by how much, and how sure that is.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_parts.h"
#include "results/summary/baseline.h"

static const enum figure_id phase_figures[] = {
	FIGURE_ARM_RESIDENT,
	FIGURE_CHANGE,
	FIGURE_WRITE,
	FIGURE_COLLECT_RESIDENT,
	FIGURE_COLLECT_ARM_RESIDENT,
	FIGURE_WATCH_WRITE,
	FIGURE_WATCH_WRITE_99,
	FIGURE_WATCH_TRACKED,
	FIGURE_WATCH_COLLECT,
	FIGURE_WATCH_ARM,
	FIGURE_WATCH_COLLECT_ARM,
	FIGURE_PURSUIT_STOPPED,
	FIGURE_PURSUIT_PAUSE,
};

static const enum figure_id google_figures[] = {
	FIGURE_REAL_TIME,
	FIGURE_CPU_TIME,
};

bool comparison_is_spoilt(const struct summary_cell *cell)
{
	return cell->rows[STATUS_FAIL] || cell->rows[STATUS_LIED] ||
	       cell->rows[STATUS_INEXACT];
}

const struct summary_cell *
comparison_counterpart(const struct comparison *comparison,
		       const struct summary_cell *cell, bool of_base)
{
	const struct side *other =
		of_base ? comparison->fresh : comparison->base;

	return summary_find(other->summary, cell->key);
}

/* --- which cells can be compared --- */

/* Cells of one side, sorted into lists that have room for all of them. */
struct sorting {
	const struct summary_cell **only, **spoilt;
	int *nr_only, *nr_spoilt;
};

static void sort_cell(const struct sorting *sorting,
		      const struct summary_cell *cell,
		      const struct summary_cell *other)
{
	bool other_usable = other && (summary_cell_ran(other) ||
				      comparison_is_spoilt(other));

	if (comparison_is_spoilt(cell))
		sorting->spoilt[(*sorting->nr_spoilt)++] = cell;
	else if (summary_cell_ran(cell) && !other_usable)
		sorting->only[(*sorting->nr_only)++] = cell;
}

static int sort_side(struct comparison *comparison, bool of_base)
{
	const struct summary *summary = of_base ? comparison->base->summary
						: comparison->fresh->summary;
	const struct summary_cell ***only =
		of_base ? &comparison->only_base : &comparison->only_fresh;
	const struct summary_cell ***spoilt =
		of_base ? &comparison->spoilt_base : &comparison->spoilt_fresh;
	int nr = summary_nr_cells(summary);
	struct sorting sorting = {
		.nr_only = of_base ? &comparison->nr_only_base
				   : &comparison->nr_only_fresh,
		.nr_spoilt = of_base ? &comparison->nr_spoilt_base
				     : &comparison->nr_spoilt_fresh,
	};

	*only = calloc(nr + 1, sizeof(struct summary_cell *));
	*spoilt = calloc(nr + 1, sizeof(struct summary_cell *));
	if (!*only || !*spoilt)
		return -ENOMEM;
	sorting.only = *only;
	sorting.spoilt = *spoilt;
	for (int i = 0; i < nr; i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		sort_cell(&sorting, cell,
			  comparison_counterpart(comparison, cell, of_base));
	}
	return 0;
}

/* The caller frees *@pairs. The number of them, or -ENOMEM. */
static int find_pairs(const struct comparison *comparison,
		      struct comparison_pair **pairs)
{
	const struct summary *summary = comparison->base->summary;
	int nr_cells = summary_nr_cells(summary);
	int nr = 0;

	*pairs = calloc(nr_cells + 1, sizeof(**pairs));
	if (!*pairs)
		return -ENOMEM;
	for (int i = 0; i < nr_cells; i++) {
		const struct summary_cell *base = summary_cell(summary, i);
		const struct summary_cell *fresh =
			comparison_counterpart(comparison, base, true);

		if (!fresh || !summary_cell_ran(base) ||
		    !summary_cell_ran(fresh) || comparison_is_spoilt(base) ||
		    comparison_is_spoilt(fresh))
			continue;
		(*pairs)[nr++] = (struct comparison_pair){ base, fresh };
	}
	return nr;
}

/* --- the rows --- */

/* What contrast.h takes, in memory of its own. */
struct gathered {
	double *values;
	int *sizes;
	struct replicates replicates;
};

static void gathered_clear(struct gathered *gathered)
{
	free(gathered->values);
	free(gathered->sizes);
}

static int gather(struct gathered *gathered, const struct summary_cell *cell,
		  enum figure_id figure)
{
	int boot = -1;
	int nr = 0;

	memset(gathered, 0, sizeof(*gathered));
	gathered->values = calloc(cell->nr_processes + 1, sizeof(double));
	gathered->sizes = calloc(cell->nr_processes + 1, sizeof(int));
	if (!gathered->values || !gathered->sizes)
		return -ENOMEM;
	for (int i = 0; i < cell->nr_processes; i++) {
		const struct summary_process *process = &cell->processes[i];

		if (!isfinite(process->figures[figure]))
			continue;
		if (process->boot != boot)
			gathered->replicates.nr_boots++;
		boot = process->boot;
		gathered->sizes[gathered->replicates.nr_boots - 1]++;
		gathered->values[nr++] = process->figures[figure];
	}
	gathered->replicates.values = gathered->values;
	gathered->replicates.sizes = gathered->sizes;
	return 0;
}

/* A figure that one side lacks: shown, and nothing said of it. */
static void contrast_one_sided(struct contrast *contrast,
			       const struct comparison_row *row)
{
	*contrast = (struct contrast){
		.base = row->base->figures[row->figure].median,
		.fresh = row->fresh->figures[row->figure].median,
		.ratio = NAN,
		.low = NAN,
		.high = NAN,
		.p = NAN,
		.holm = NAN,
		.floor = NAN,
		.verdict = VERDICT_NONE,
	};
}

/* FNV-1a over the key, and the figure behind it. */
static uint64_t row_seed(uint64_t seed, const struct comparison_row *row)
{
	const uint64_t prime = UINT64_C(0x100000001b3);
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed;

	for (const char *c = row->base->key; *c; c++)
		hash = (hash ^ (unsigned char)*c) * prime;
	return (hash ^ (uint64_t)row->figure) * prime;
}

static int contrast_row(struct comparison_row *row, const struct gathered *base,
			const struct gathered *fresh, uint64_t seed)
{
	if (!base->replicates.nr_boots || !fresh->replicates.nr_boots) {
		contrast_one_sided(&row->contrast, row);
		return 0;
	}
	if (row->base->timing == TIMING_INSN)
		return contrast_exact(&row->contrast, &base->replicates,
				      &fresh->replicates);
	return contrast_times(&row->contrast, &base->replicates,
			      &fresh->replicates, row_seed(seed, row));
}

static int add_row(struct comparison *comparison,
		   const struct comparison_pair *pair, enum figure_id figure)
{
	struct comparison_row *row = &comparison->rows[comparison->nr_rows];
	struct gathered base, fresh;
	int err;

	*row = (struct comparison_row){ pair->base, pair->fresh, figure,
					.contrast = { 0 } };
	err = gather(&base, pair->base, figure);
	if (err)
		goto out_base;
	err = gather(&fresh, pair->fresh, figure);
	if (err)
		goto out_fresh;
	if (!base.replicates.nr_boots && !fresh.replicates.nr_boots)
		goto out_fresh;
	err = contrast_row(row, &base, &fresh, comparison->seed);
	if (!err)
		comparison->nr_rows++;
out_fresh:
	gathered_clear(&fresh);
out_base:
	gathered_clear(&base);
	return err;
}

/* Without tracking the other phases are two readings of the clock. */
static bool means_something(const struct comparison_pair *pair,
			    enum figure_id figure)
{
	return figure_get(figure)->untracked || !baseline_is(pair->base);
}

static int add_rows(struct comparison *comparison,
		    const struct comparison_pair *pairs, int nr_pairs,
		    const struct comparison_request *request)
{
	int err = 0;

	comparison->rows = calloc((size_t)nr_pairs * request->nr_figures + 1,
				  sizeof(*comparison->rows));
	if (!comparison->rows)
		return -ENOMEM;
	for (int i = 0; i < nr_pairs; i++)
		for (int j = 0; j < request->nr_figures && !err; j++)
			if (means_something(&pairs[i], request->figures[j]))
				err = add_row(comparison, &pairs[i],
					      request->figures[j]);
	return err;
}

static int judge(struct comparison *comparison)
{
	struct contrast **rows;
	int err;

	rows = calloc(comparison->nr_rows + 1, sizeof(struct contrast *));
	if (!rows)
		return -ENOMEM;
	for (int i = 0; i < comparison->nr_rows; i++)
		rows[i] = &comparison->rows[i].contrast;
	err = contrast_judge(rows, comparison->nr_rows);
	free(rows);
	return err;
}

/* --- how much can be claimed --- */

static int min_boots(const struct comparison *comparison)
{
	int base = summary_nr_boots(comparison->base->summary);
	int fresh = summary_nr_boots(comparison->fresh->summary);

	return base < fresh ? base : fresh;
}

static void find_replicates_needed(struct comparison *comparison)
{
	int tested = 0, able = 0;

	comparison->exploratory = min_boots(comparison) < 2;
	for (int i = 0; i < comparison->nr_rows; i++)
		tested += !isnan(comparison->rows[i].contrast.p);
	for (int i = 0; i < comparison->nr_rows; i++) {
		struct contrast *contrast = &comparison->rows[i].contrast;

		/* What one side lacks was not contrasted. */
		if (!contrast->nr_base)
			contrast->exploratory = comparison->exploratory;
		able += !isnan(contrast->p) &&
			contrast_can_claim(contrast->nr_base,
					   contrast->nr_fresh, tested);
	}
	if (comparison->exploratory || able < tested)
		comparison->replicates_needed =
			contrast_replicates_needed(tested);
	comparison->mute = tested && !able;
}

void comparison_check_gate(const struct comparison *comparison, double limit,
			   struct comparison_gate *gate)
{
	memset(gate, 0, sizeof(*gate));
	for (int i = 0; i < comparison->nr_rows; i++) {
		const struct comparison_row *row = &comparison->rows[i];
		const struct contrast *contrast = &row->contrast;
		const struct comparison_row *worst = gate->worst;

		if (contrast->verdict != VERDICT_WORSE ||
		    !(contrast->ratio - 1 > limit))
			continue;
		*(contrast->exploratory ? &gate->exploratory
					: &gate->claimed) += 1;
		if (!worst ||
		    worst->contrast.exploratory > contrast->exploratory ||
		    (worst->contrast.exploratory == contrast->exploratory &&
		     worst->contrast.ratio < contrast->ratio))
			gate->worst = row;
	}
	for (int i = 0; i < comparison->nr_spoilt_fresh; i++) {
		const struct summary_cell *cell = comparison->spoilt_fresh[i];
		const struct summary_cell *base =
			comparison_counterpart(comparison, cell, false);

		if (base && comparison_is_spoilt(base))
			continue;
		if (!gate->spoilt++)
			gate->first_spoilt = cell;
	}
}

/* --- all of it --- */

static int compare_settings(struct comparison *comparison)
{
	const json_t *base = comparison->base->runs[0].environment;
	const json_t *fresh = comparison->fresh->runs[0].environment;

	if (!base || !fresh)
		return 0;
	return setting_compare(base, fresh, &comparison->differences);
}

static int compare(struct comparison *comparison,
		   const struct comparison_request *request)
{
	struct comparison_pair *pairs = NULL;
	int nr_pairs;
	int err;

	err = sort_side(comparison, true);
	if (!err)
		err = sort_side(comparison, false);
	if (err)
		return err;
	nr_pairs = find_pairs(comparison, &pairs);
	if (nr_pairs < 0)
		return nr_pairs;
	err = add_rows(comparison, pairs, nr_pairs, request);
	if (!err)
		err = judge(comparison);
	if (!err)
		err = comparison_add_counts(comparison, pairs, nr_pairs);
	if (!err)
		err = comparison_add_means(comparison, request->figures,
					   request->nr_figures);
	if (!err)
		err = compare_settings(comparison);
	if (!err)
		find_replicates_needed(comparison);
	free(pairs);
	return err;
}

static struct comparison_request
whole_request(const struct comparison_request *request, bool google)
{
	struct comparison_request whole = *request;

	if (!whole.figures && google) {
		whole.figures = google_figures;
		whole.nr_figures =
			sizeof(google_figures) / sizeof(google_figures[0]);
	} else if (!whole.figures) {
		whole.figures = phase_figures;
		whole.nr_figures =
			sizeof(phase_figures) / sizeof(phase_figures[0]);
	}
	return whole;
}

int comparison_make(struct comparison **comparison, const struct side *base,
		    const struct side *fresh,
		    const struct comparison_request *request,
		    struct reason *why)
{
	struct comparison_request whole = whole_request(request, base->google);
	int err;

	*comparison = calloc(1, sizeof(**comparison));
	if (!*comparison)
		return reason_set(why, -ENOMEM, "no memory to compare");
	(*comparison)->base = base;
	(*comparison)->fresh = fresh;
	(*comparison)->seed = whole.seed;
	err = compare(*comparison, &whole);
	if (!err)
		return 0;
	comparison_free(*comparison);
	*comparison = NULL;
	return reason_errno(why, err, "cannot compare");
}

void comparison_free(struct comparison *comparison)
{
	if (!comparison)
		return;
	free(comparison->rows);
	free(comparison->counts);
	free(comparison->means);
	free(comparison->only_base);
	free(comparison->only_fresh);
	free(comparison->spoilt_base);
	free(comparison->spoilt_fresh);
	setting_differences_clear(&comparison->differences);
	free(comparison);
}
