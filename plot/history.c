// SPDX-License-Identifier: GPL-2.0-or-later
/* What each phase costs from kernel to kernel: a line a tracker. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/kinds.h"
#include "plot/lineup.h"
#include "results/tables/cellname.h"
#include "results/tables/notes.h"
#include "results/tables/text.h"

enum {
	/* Rows of panels on one sheet; what is more goes to another. */
	MAX_ROWS = 8,
	/* Sizes in pixels. */
	COLUMN_PX = 300,
	LEFT_PX = 58,  /* in a column, left of its panel: the y axis */
	RIGHT_PX = 8,  /* and right of it */
	TITLE_PX = 54, /* on top of the sheet; the legend comes below */
	HEAD_PX = 52,  /* above a panel: workload, parameters, phase */
	PANEL_PX = 128,
	FOOT_PX = 22, /* below it: names of the kernels */
	SLANTED_PX = 62,
	LEGEND_PX = 19,
	MARK_PX = 30, /* of an entry of the legend, beside its letters */
	LETTER_PX = 8,
	SMALL_LETTER_PX = 6,
	MARGIN_PX = 14,
	/* The plot in characters. */
	NAME_COLUMNS = 18,
	NUMBER_COLUMNS = 9,
	/* As many kernels as fit beside each other there. */
	MOST_BESIDE = (PLOT_TEXT_COLUMNS - NAME_COLUMNS) / NUMBER_COLUMNS,
};

/* A panel spans that much at least, or noise would look like a change. */
static const double least_span = 10;

/* Between the outermost points and the edges of a panel. */
static const double room = 1.2;

/* --- panels --- */

struct range {
	double low, high; /* INFINITY and 0 where there is no value */
};

static struct range range_of(const struct lineup *lineup, int group, int series,
			     enum plot_phase phase)
{
	struct range range = { INFINITY, 0 };

	for (int i = 0; i < lineup->nr_sides; i++) {
		double value = lineup_value(lineup, group, series, i, phase);

		if (value > 0) {
			range.low = fmin(range.low, value);
			range.high = fmax(range.high, value);
		}
	}
	return range;
}

/*
 * Of all trackers; `none`, far below them, would take the room in which they
 * differ, and is drawn only where it is in between.
 */
static struct range panel_range(const struct lineup *lineup, int group,
				enum plot_phase phase)
{
	struct range all = { INFINITY, 0 }, none = { INFINITY, 0 };
	double missing;

	for (int i = 0; i < lineup->nr_series; i++) {
		struct range range = range_of(lineup, group, i, phase);
		struct range *into = lineup->series[i].colour ? &all : &none;

		if (!lineup_drawn(&lineup->series[i], phase))
			continue;
		into->low = fmin(into->low, range.low);
		into->high = fmax(into->high, range.high);
	}
	if (!all.high || none.low * room > all.low) {
		all.low = fmin(all.low, none.low);
		all.high = fmax(all.high, none.high);
	}
	if (!all.high)
		return all;
	missing = fmax(1, sqrt(least_span * all.low / all.high / room / room));
	all.low /= room * missing;
	all.high *= room * missing;
	return all;
}

static bool has_values(const struct lineup *lineup, int group)
{
	for (int i = 0; i < NR_PLOT_PHASES; i++)
		if (panel_range(lineup, group, i).high > 0)
			return true;
	return false;
}

/* " (none: 5.02)" where it is below the panel. */
static void put_none(FILE *out, const struct lineup *lineup, int group,
		     enum plot_phase phase, struct range panel)
{
	char low[TEXT_NUMBER_BYTES], high[TEXT_NUMBER_BYTES];
	struct range none = { INFINITY, 0 };

	if (lineup->nr_series && !lineup->series[0].colour &&
	    phase == PHASE_WRITE)
		none = range_of(lineup, group, 0, phase);
	if (!none.high || none.high > panel.low)
		return;
	text_figure(low, none.low);
	text_figure(high, none.high);
	fprintf(out, strcmp(low, high) ? " (none: %s-%s)" : " (none: %s)", low,
		high);
}

static const char *denominator(enum plot_phase phase)
{
	return phase == PHASE_WRITE ? "dirtied page" : "resident page";
}

static void put_panel(FILE *out, const struct lineup *lineup, int group,
		      int row, int column, enum plot_phase phase, int top,
		      int foot)
{
	struct range range = panel_range(lineup, group, phase);
	int left = column * COLUMN_PX;

	/* The heading of a row stands over its first panel. */
	if (!column)
		sheet_put(out, lineup->groups[group]->workload);
	fputc('\t', out);
	if (!column)
		sheet_put(out, lineup->groups[group]->workload_params);
	top += row * (HEAD_PX + PANEL_PX + foot) + HEAD_PX;
	fprintf(out, "\t%s, %s per %s", plot_phase_names[phase],
		plot_time_unit(lineup->plot), denominator(phase));
	put_none(out, lineup, group, phase, range);
	fprintf(out, "\t%d\t%d\t%d\t%d\t", left + LEFT_PX,
		left + COLUMN_PX - RIGHT_PX, top, top + PANEL_PX);
	/* A panel without a line keeps its place. */
	sheet_put_number(out, range.high ? range.low : 1);
	fputc('\t', out);
	sheet_put_number(out, range.high ? range.high : least_span);
	fputc('\n', out);
}

/* A line ends at what is no number, and passes over what is missing. */
static void put_value(FILE *out, double value)
{
	if (isfinite(value))
		sheet_put_number(out, value);
	else
		fputs("NaN", out);
}

static void put_points(FILE *out, const struct lineup *lineup, int group,
		       enum plot_phase phase)
{
	fprintf(out, "\n\n# %s, %s: kernel, and a column a line above\n",
		lineup->groups[group]->workload, plot_phase_names[phase]);
	for (int i = 0; i < lineup->nr_sides; i++) {
		sheet_put(out, lineup->sides[i]->name);
		for (int j = 0; j < lineup->nr_series; j++) {
			const struct series *series = &lineup->series[j];

			if (!series->any)
				continue;
			fputc('\t', out);
			put_value(out, lineup_drawn(series, phase)
					       ? lineup_value(lineup, group, j,
							      i, phase)
					       : NAN);
		}
		fputc('\n', out);
	}
}

/* The legend, in lines of the sheet's width; how high it is. */
static int put_series(FILE *out, const struct lineup *lineup, int width)
{
	int x = MARGIN_PX, y = TITLE_PX;

	fputs("\n\n# tracker\tcolour\tvariant\tx\ty\n", out);
	for (int i = 0; i < lineup->nr_series; i++) {
		const struct series *series = &lineup->series[i];
		int length = (int)strlen(series->label) * LETTER_PX + MARK_PX;

		if (!series->any)
			continue;
		if (x > MARGIN_PX && x + length > width) {
			x = MARGIN_PX;
			y += LEGEND_PX;
		}
		sheet_put(out, series->label);
		fprintf(out, "\t%d\t%d\t%d\t%d\n", series->colour,
			series->variant, x, y);
		x += length;
	}
	return y + LEGEND_PX - TITLE_PX;
}

/* Long names do not fit below each other's points. */
static bool is_slanted(const struct lineup *lineup)
{
	int longest = 0;

	for (int i = 0; i < lineup->nr_sides; i++)
		if ((int)strlen(lineup->sides[i]->name) > longest)
			longest = (int)strlen(lineup->sides[i]->name);
	return (longest + 1) * SMALL_LETTER_PX * lineup->nr_sides >
	       COLUMN_PX - LEFT_PX - RIGHT_PX;
}

/* --- in characters --- */

static void draw_line(FILE *out, const struct lineup *lineup, int group,
		      int series, enum plot_phase phase, int first)
{
	const char *label = lineup->series[series].label;
	int most = lineup->nr_sides - first;

	if (most > MOST_BESIDE)
		most = MOST_BESIDE;
	fprintf(out, "    %s", label);
	/* A long name has a line of its own above its figures. */
	if ((int)strlen(label) > NAME_COLUMNS - 4)
		fprintf(out, "\n%*s", NAME_COLUMNS, "");
	else
		fprintf(out, "%*s", NAME_COLUMNS - 4 - (int)strlen(label), "");
	for (int i = first; i < first + most; i++) {
		char number[TEXT_NUMBER_BYTES];

		text_figure(number,
			    lineup_value(lineup, group, series, i, phase));
		fprintf(out, "%*s", NUMBER_COLUMNS, number);
	}
	fputc('\n', out);
}

static void draw_phase(FILE *out, const struct lineup *lineup, int group,
		       enum plot_phase phase, int first)
{
	fprintf(out, "  %-*s", NAME_COLUMNS - 2, plot_phase_names[phase]);
	for (int i = first; i < lineup->nr_sides && i < first + MOST_BESIDE;
	     i++)
		fprintf(out, " %*.*s", NUMBER_COLUMNS - 1, NUMBER_COLUMNS - 1,
			lineup->sides[i]->name);
	fputc('\n', out);
	for (int i = 0; i < lineup->nr_series; i++)
		if (lineup_drawn(&lineup->series[i], phase) &&
		    range_of(lineup, group, i, phase).high > 0)
			draw_line(out, lineup, group, i, phase, first);
}

static int draw_group(FILE *out, const struct lineup *lineup, int group)
{
	int err;

	fputc('\n', out);
	err = cellname_print_heading(out, PLOT_TEXT_COLUMNS,
				     lineup->groups[group]);
	for (int i = 0; !err && i < NR_PLOT_PHASES; i++) {
		if (!panel_range(lineup, group, i).high)
			continue;
		for (int j = 0; j < lineup->nr_sides; j += MOST_BESIDE)
			draw_phase(out, lineup, group, i, j);
	}
	return err;
}

/* --- both --- */

static bool is_wanted(const void *arg, const struct summary_cell *cell)
{
	return lineup_chosen(arg, cell);
}

/* What the notes of each side say, behind its name. */
static int note_sides(FILE *out, const struct lineup *lineup,
		      int (*print)(FILE *out, const struct notes *notes))
{
	int err = 0;

	for (int i = 0; !err && i < lineup->nr_sides; i++) {
		struct notes notes = {
			.summary = lineup->sides[i]->summary,
			.columns = 4096, /* wrapped when they are printed */
			.wanted = is_wanted,
			.arg = lineup->plot,
		};
		struct stream text;
		char *at, *end;

		text.file = open_memstream(&text.text, &text.size);
		if (!text.file)
			return -ENOMEM;
		err = print(text.file, &notes);
		if (fclose(text.file))
			err = -ENOMEM;
		for (at = text.text; !err && (end = strchr(at, '\n'));
		     at = end + 1)
			fprintf(out, "%s: %.*s\n", lineup->sides[i]->name,
				(int)(end - at), at);
		free(text.text);
	}
	return err;
}

static void put_body(struct sheet *sheet, const struct lineup *lineup,
		     const int *groups, int nr)
{
	FILE *out = sheet->body.file;
	bool slanted = is_slanted(lineup);
	int foot = slanted ? SLANTED_PX : FOOT_PX;
	int top;

	sheet->width = lineup->nr_phases * COLUMN_PX;
	top = TITLE_PX + put_series(out, lineup, sheet->width);
	sheet->height = top + nr * (HEAD_PX + PANEL_PX + foot);
	fprintf(sheet->head.file, "labels\t%d\n", slanted);
	fputs("\n\n# workload\tparameters\tphase\tleft\tright\ttop\tbottom\t"
	      "lowest\thighest\n",
	      out);
	for (int i = 0; i < nr; i++)
		for (int j = 0, column = 0; j < NR_PLOT_PHASES; j++)
			if (lineup->phases[j])
				put_panel(out, lineup, groups[i], i, column++,
					  j, top, foot);
	for (int i = 0; i < nr; i++)
		for (int j = 0; j < NR_PLOT_PHASES; j++)
			if (lineup->phases[j])
				put_points(out, lineup, groups[i], j);
}

static int make_sheet(struct sheets *sheets, const struct lineup *lineup,
		      const int *groups, int nr)
{
	struct sheet *sheet = sheets_add(sheets, "history.gp", "history");
	int err = 0;

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "What tracking costs, from kernel to kernel");
	snprintf(sheet->picture_note, sizeof(sheet->picture_note),
		 "A line has no point where the kernel cannot do it, or it "
		 "was not run.");
	put_body(sheet, lineup, groups, nr);
	fprintf(sheet->drawn.file,
		"%s per page: arm and collect by resident pages, write by "
		"dirtied ones\n",
		plot_time_unit(lineup->plot));
	for (int i = 0; !err && i < nr; i++)
		err = draw_group(sheet->drawn.file, lineup, groups[i]);
	if (!err)
		err = note_sides(sheet->notes.file, lineup,
				 notes_print_problems);
	return err ? err : sheets_end(sheets);
}

int history_make(struct sheets *sheets, const struct plot *plot)
{
	struct lineup lineup;
	int *groups = NULL;
	int nr = 0;
	int err;

	err = lineup_make(&lineup, plot);
	if (!err) {
		groups = calloc((size_t)lineup.nr_groups + 1, sizeof(*groups));
		err = groups ? 0 : -ENOMEM;
	}
	for (int i = 0; !err && i < lineup.nr_groups; i++)
		if (has_values(&lineup, i))
			groups[nr++] = i;
	for (int i = 0; !err && i < nr; i += MAX_ROWS)
		err = make_sheet(sheets, &lineup, &groups[i],
				 nr - i < MAX_ROWS ? nr - i : MAX_ROWS);
	free(groups);
	lineup_clear(&lineup);
	return err;
}
