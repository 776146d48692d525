// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison, row by row: ratio and interval, from the best to the worst. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/kinds.h"
#include "results/tables/text.h"

enum {
	/* More rows than this go to a sheet for each workload. */
	MAX_ROWS = 60,
	/* Sizes in pixels. */
	ROW_PX = 17,
	LETTER_PX = 7,
	AXIS_PX = 460,
	CHANGE_PX = 150, /* change and verdict, to the right of the axis */
	HEAD_PX = 92,
	FOOT_PX = 56,
	/* The plot in characters. */
	NAME_COLUMNS = 30,
	AXIS_HALF = 11, /* columns on each side of no change */
	AXIS_COLUMNS = 2 * AXIS_HALF + 1,
	FURTHER_INDENT = 4,
	GIT_INDENT = 1, /* what a cover letter may put before a name */
};

/* The axis reaches at least that far, or noise would look like a change. */
#define LEAST_REACH 0.05

/* Rows of one sheet: all, or those of a workload. */
struct selection {
	const struct plot *plot;
	const char *workload;		    /* NULL: all */
	const struct comparison_row **rows; /* by ratio */
	int nr;
	int without;  /* rows that have no ratio */
	int smaller;  /* rows beyond most_rows */
	double reach; /* of the axis, a logarithm of a ratio */
	bool beyond;  /* an interval goes on behind an end of the axis */
};

static bool is_chosen(const struct plot *plot, const char *workload,
		      const struct comparison_row *row)
{
	return (!workload || strcmp(row->base->workload, workload) == 0) &&
	       plot_listed(plot->choice.workloads, row->base->workload) &&
	       plot_listed(plot->choice.trackers, row->base->tracker);
}

static int by_ratio(const void *left, const void *right)
{
	const struct comparison_row *a =
		*(const struct comparison_row *const *)left;
	const struct comparison_row *b =
		*(const struct comparison_row *const *)right;

	if (a->contrast.ratio != b->contrast.ratio)
		return a->contrast.ratio < b->contrast.ratio ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* What is to be seen first: verdicts, then large changes. */
static int by_weight(const void *left, const void *right)
{
	const struct comparison_row *a =
		*(const struct comparison_row *const *)left;
	const struct comparison_row *b =
		*(const struct comparison_row *const *)right;
	bool told_a = a->contrast.verdict != VERDICT_NONE;
	bool told_b = b->contrast.verdict != VERDICT_NONE;
	double size_a = fabs(log(a->contrast.ratio));
	double size_b = fabs(log(b->contrast.ratio));

	if (told_a != told_b)
		return told_a ? -1 : 1;
	if (size_a != size_b)
		return size_a > size_b ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* The longest interval may leave the plot, the largest change may not. */
static double find_reach(const struct selection *selection)
{
	double changes = 0, bounds = 0;

	for (int i = 0; i < selection->nr; i++) {
		const struct contrast *c = &selection->rows[i]->contrast;

		changes = fmax(changes, fabs(log(c->ratio)));
		if (isfinite(c->low) && isfinite(c->high) && c->low > 0)
			bounds = fmax(bounds, fmax(fabs(log(c->low)),
						   fabs(log(c->high))));
	}
	return fmax(fmax(LEAST_REACH, 1.1 * changes),
		    fmin(1.05 * bounds, 2 * changes));
}

static bool goes_beyond(const struct selection *selection, double ratio)
{
	return isfinite(ratio) && ratio > 0 &&
	       fabs(log(ratio)) > selection->reach;
}

static bool some_beyond(const struct selection *selection)
{
	for (int i = 0; i < selection->nr; i++) {
		const struct contrast *c = &selection->rows[i]->contrast;

		if (goes_beyond(selection, c->low) ||
		    goes_beyond(selection, c->high))
			return true;
	}
	return false;
}

static int select_rows(struct selection *selection)
{
	const struct comparison *comparison =
		selection->plot->choice.comparison;
	int most = selection->plot->choice.most_rows;

	selection->rows = calloc((size_t)comparison->nr_rows + 1,
				 sizeof(struct comparison_row *));
	if (!selection->rows)
		return -ENOMEM;
	for (int i = 0; i < comparison->nr_rows; i++) {
		const struct comparison_row *row = &comparison->rows[i];

		if (!is_chosen(selection->plot, selection->workload, row))
			continue;
		if (isfinite(row->contrast.ratio))
			selection->rows[selection->nr++] = row;
		else
			selection->without++;
	}
	if (most && selection->nr > most) {
		qsort(selection->rows, (size_t)selection->nr,
		      sizeof(struct comparison_row *), by_weight);
		selection->smaller = selection->nr - most;
		selection->nr = most;
	}
	qsort(selection->rows, (size_t)selection->nr,
	      sizeof(struct comparison_row *), by_ratio);
	selection->reach = find_reach(selection);
	selection->beyond = some_beyond(selection);
	return 0;
}

/*
 * Whether another row of this workload and tracker has it otherwise, be it
 * drawn or not.
 */
static bool tells_apart(const struct selection *selection,
			const struct comparison_row *row,
			const struct sample_param *param)
{
	const struct comparison *comparison =
		selection->plot->choice.comparison;

	for (int i = 0; i < comparison->nr_rows; i++) {
		const struct comparison_row *other = &comparison->rows[i];
		const char *value;

		if (strcmp(other->base->workload, row->base->workload) != 0 ||
		    strcmp(other->base->tracker, row->base->tracker) != 0)
			continue;
		value = summary_cell_param(other->base, param->name);
		if (!value || strcmp(value, param->value) != 0)
			return true;
	}
	return false;
}

static const char *figure_word(const struct comparison_row *row)
{
	for (int i = 0; i < NR_PLOT_PHASES; i++)
		if (plot_phase_figures[i] == row->figure)
			return i == PHASE_COLLECT_ARM ? "collect+arm"
						      : plot_phase_names[i];
	return figure_get(row->figure)->name[row->base->timing];
}

static void put_label(FILE *out, const struct selection *selection,
		      const struct comparison_row *row)
{
	const struct summary_cell *cell = row->base;

	/* A sheet of one workload has it in its title. */
	fprintf(out, "%s%s%s", selection->workload ? "" : cell->workload,
		!selection->workload && cell->tracker[0] ? "/" : "",
		cell->tracker);
	for (int i = 0; i < cell->nr_params; i++)
		if (tells_apart(selection, row, &cell->params[i]))
			fprintf(out, " %s=%s", cell->params[i].name,
				cell->params[i].value);
	fprintf(out, " %s", figure_word(row));
}

/* The caller frees it; NULL without memory. */
static char *make_label(const struct selection *selection,
			const struct comparison_row *row)
{
	char *label;
	size_t size;
	FILE *file = open_memstream(&label, &size);

	if (!file)
		return NULL;
	put_label(file, selection, row);
	if (!fclose(file))
		return label;
	free(label);
	return NULL;
}

/* As in the tables: a claim, an exploratory verdict, or neither. */
static const char *verdict_text(const struct contrast *contrast)
{
	bool better = contrast->verdict == VERDICT_BETTER;

	if (contrast->verdict == VERDICT_NONE)
		return "~";
	if (contrast->exploratory)
		return better ? "better ?" : "worse ?";
	return better ? "better *" : "worse *";
}

static double bound(double value, double fallback)
{
	return isfinite(value) && value > 0 ? value : fallback;
}

/* --- for gnuplot --- */

static int put_rows(struct sheet *sheet, const struct selection *selection)
{
	FILE *out = sheet->body.file;
	size_t longest = 0;

	fputs("\n\n# row\tratio\tlow\thigh\tverdict: 0 none, 1 better, "
	      "2 worse\tas text\n",
	      out);
	for (int i = 0; i < selection->nr; i++) {
		const struct contrast *c = &selection->rows[i]->contrast;
		char *label = make_label(selection, selection->rows[i]);

		if (!label)
			return -ENOMEM;
		if (strlen(label) > longest)
			longest = strlen(label);
		sheet_put(out, label);
		free(label);
		fprintf(out, "\t%.9g\t%.9g\t%.9g\t%d\t%+.1f%% %s\n", c->ratio,
			bound(c->low, c->ratio), bound(c->high, c->ratio),
			(int)c->verdict, 100 * (c->ratio - 1), verdict_text(c));
	}
	fprintf(sheet->head.file, "rows\t%d\nreach\t%.9g\nlabels\t%d\n",
		selection->nr, selection->reach, (int)longest * LETTER_PX);
	sheet->width = (int)longest * LETTER_PX + AXIS_PX + CHANGE_PX;
	sheet->height = HEAD_PX + selection->nr * ROW_PX + FOOT_PX;
	return 0;
}

/* --- in characters --- */

static int column_of(const struct selection *selection, double ratio)
{
	double place = log(ratio) / selection->reach;

	return (int)lround(AXIS_HALF * (1 + fmax(-1, fmin(1, place))));
}

static void draw_interval(char axis[AXIS_COLUMNS + 1],
			  const struct selection *selection,
			  const struct contrast *c)
{
	int low = column_of(selection, bound(c->low, c->ratio));
	int high = column_of(selection, bound(c->high, c->ratio));

	memset(axis, ' ', AXIS_COLUMNS);
	axis[AXIS_COLUMNS] = '\0';
	for (int i = low; i <= high; i++)
		axis[i] = '-';
	axis[low] = goes_beyond(selection, c->low) ? '<' : '(';
	axis[high] = goes_beyond(selection, c->high) ? '>' : ')';
	axis[AXIS_HALF] = '|';
	axis[column_of(selection, c->ratio)] = 'o';
}

static int draw_row(FILE *out, const struct selection *selection,
		    const struct comparison_row *row)
{
	const struct contrast *c = &row->contrast;
	char axis[AXIS_COLUMNS + 1];
	char *label = make_label(selection, row);

	if (!label)
		return -ENOMEM;
	draw_interval(axis, selection, c);
	if (strlen(label) > NAME_COLUMNS) {
		text_wrap_at(out, PLOT_TEXT_COLUMNS - GIT_INDENT,
			     FURTHER_INDENT, label);
		fprintf(out, "%*s", NAME_COLUMNS, "");
	} else {
		fprintf(out, "%-*s", NAME_COLUMNS, label);
	}
	fprintf(out, " %+6.1f%% %s %s\n", 100 * (c->ratio - 1), axis,
		verdict_text(c));
	free(label);
	return 0;
}

/* Large changes without a verdict are what noise looks like. */
static void draw_choice(FILE *out, const struct selection *selection)
{
	int verdicts = 0;

	for (int i = 0; i < selection->nr; i++)
		verdicts +=
			selection->rows[i]->contrast.verdict != VERDICT_NONE;
	fprintf(out, "%d of %d rows: ", selection->nr,
		selection->nr + selection->smaller);
	if (!verdicts)
		fputs("no verdicts, only the largest changes\n", out);
	else if (verdicts == selection->nr)
		fputs("the largest changes with a verdict\n", out);
	else
		fputs("verdicts, and the largest changes without (~)\n", out);
}

static int draw(FILE *out, const struct selection *selection)
{
	double most = 100 * (exp(selection->reach) - 1);
	double least = 100 * (exp(-selection->reach) - 1);
	char ends[2][24];
	int err = 0;

	snprintf(ends[0], sizeof(ends[0]), "%.1f%%", least);
	snprintf(ends[1], sizeof(ends[1]), "%+.1f%%", most);
	fprintf(out, "%-*s %7s %-*s0%*s\n", NAME_COLUMNS, "new against base",
		"change", AXIS_HALF, ends[0], AXIS_HALF, ends[1]);
	for (int i = 0; !err && i < selection->nr; i++)
		err = draw_row(out, selection, selection->rows[i]);
	fprintf(out,
		"o change; ( ) 95 %% interval%s log axis; lower is better\n",
		selection->beyond ? ", < > beyond the" : ";");
	if (selection->smaller)
		draw_choice(out, selection);
	return err;
}

/* --- both --- */

static void put_notes(struct sheet *sheet, const struct selection *selection)
{
	const struct comparison *comparison =
		selection->plot->choice.comparison;
	FILE *out = sheet->notes.file;

	if (comparison->exploratory)
		fprintf(out,
			"?: exploratory, true of these two %s; ~: no claim\n",
			comparison->base->google ? "files"
						 : "boots, not of the kernels");
	else
		fputs("*: claimed (Holm's p below 0.05, interval without 0, "
		      "beyond the floor); ~: no claim\n",
		      out);
	if (comparison->replicates_needed)
		fprintf(out,
			"%d %s a side are the least that can claim a row\n",
			comparison->replicates_needed,
			comparison->base->google ? "repetitions" : "boots");
	if (selection->beyond)
		fputs("an interval that ends at the edge goes on beyond it\n",
		      out);
	if (selection->without)
		fprintf(out, "%d rows have no ratio: a figure is 0\n",
			selection->without);
	if (comparison->nr_only_base || comparison->nr_only_fresh)
		fprintf(out,
			"cells that ran on one side only: %d of base, %d of "
			"new\n",
			comparison->nr_only_base, comparison->nr_only_fresh);
}

static int fill_sheet(struct sheets *sheets, const struct selection *selection)
{
	struct sheet *sheet;
	char name[64] = "forest";
	int err;

	if (selection->workload)
		snprintf(name, sizeof(name), "forest-%s", selection->workload);
	sheet = sheets_add(sheets, "forest.gp", name);
	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "What changed from base to new%s%s",
		 selection->workload ? ": " : "",
		 selection->workload ? selection->workload : "");
	err = put_rows(sheet, selection);
	if (err)
		return err;
	put_notes(sheet, selection);
	err = draw(sheet->drawn.file, selection);
	return err ? err : sheets_end(sheets);
}

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      const char *workload)
{
	struct selection selection = { .plot = plot, .workload = workload };
	int err;

	err = select_rows(&selection);
	if (!err && selection.nr)
		err = fill_sheet(sheets, &selection);
	free(selection.rows);
	return err;
}

static int count_rows(const struct plot *plot)
{
	const struct comparison *comparison = plot->choice.comparison;
	int nr = 0;

	for (int i = 0; i < comparison->nr_rows; i++)
		nr += is_chosen(plot, NULL, &comparison->rows[i]);
	return nr;
}

int forest_make(struct sheets *sheets, const struct plot *plot)
{
	const char *last = "";
	int err = 0;

	if (!plot->choice.comparison)
		return 0;
	if (count_rows(plot) <= MAX_ROWS || plot->choice.most_rows ||
	    plot->choice.side->google)
		return make_sheet(sheets, plot, NULL);
	/* Cells are sorted by workload. */
	for (int i = 0; !err && i < plot->nr_cells; i++) {
		const char *workload = plot->cells[i].cell->workload;

		if (strcmp(workload, last) != 0)
			err = make_sheet(sheets, plot, workload);
		last = workload;
	}
	return err;
}
