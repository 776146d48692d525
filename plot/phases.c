// SPDX-License-Identifier: GPL-2.0-or-later
/* Stacked bars: what arming, writing and collecting cost, panel by panel. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/kinds.h"
#include "results/tables/cellname.h"
#include "results/tables/text.h"

enum {
	/* On one sheet; what is more goes to another. */
	MAX_PANELS = 12,
	MAX_COLUMNS = 3,
	/* Sizes in pixels. */
	PANEL_PX = 470,
	ONE_PANEL_PX = 800,
	ROW_PX = 19,
	HEAD_PX = 62,  /* room above the rows of a panel: its title */
	FOOT_PX = 58,  /* below: tics and the axis */
	TITLE_PX = 64, /* on top of the sheet: its title and the key */
	LETTER_PX = 7,
	GAP_PX = 12,
	/* The plot in characters: room for names, totals and bars. */
	NAME_COLUMNS = 16,
	TOTAL_COLUMNS = 7,
	BAR_COLUMNS = PLOT_TEXT_COLUMNS - NAME_COLUMNS - TOTAL_COLUMNS - 5,
};

/* Bars of one workload and its parameters: cells first to end - 1. */
struct panel {
	int first, end;
	int rows;
	int x, y; /* pixels from the left and the top of the sheet */
};

/* The letters of the plot in characters. */
static const char letters[NR_PLOT_PHASES] = {
	[PHASE_ARM] = 'a',
	[PHASE_WRITE] = 'w',
	[PHASE_COLLECT] = 'c',
	[PHASE_COLLECT_ARM] = 'b',
};

/*
 * All phases by one denominator, so that the stack is what tracking a dirtied
 * page costs: figures by resident pages are brought to dirtied ones.
 */
static double phase_cost(const struct plot_cell *cell, enum plot_phase phase)
{
	double value = cell->cell->figures[plot_phase_figures[phase]].median;

	return phase == PHASE_WRITE
		       ? value
		       : value * cell->part_resident / cell->dirtied;
}

/* NAN where no phase has a figure. */
static double total_cost(const struct plot_cell *cell)
{
	double total = 0;
	bool any = false;

	for (int i = 0; i < NR_PLOT_PHASES; i++) {
		double cost = phase_cost(cell, i);

		if (!isfinite(cost))
			continue;
		any = true;
		total += cost;
	}
	return any ? total : NAN;
}

static double panel_top(const struct plot *plot, const struct panel *panel)
{
	double most = 0;

	for (int i = panel->first; i < panel->end; i++)
		most = fmax(most, total_cost(&plot->cells[i]));
	return most;
}

/* What stands behind the name of a tracker that is not to be believed. */
static const char *warning(const struct plot_cell *cell)
{
	if (cell->cell->rows[STATUS_LIED])
		return " LIED";
	return cell->cell->rows[STATUS_INEXACT] ? " inexact" : "";
}

static int label_length(const struct plot_cell *cell)
{
	return (int)(strlen(cell->label) + strlen(warning(cell)));
}

/* Why a cell has no bar, in a word. */
static const char *absence(const struct plot_cell *cell)
{
	if (summary_cell_ran(cell->cell))
		return "nothing written";
	return cell->cell->rows[STATUS_FAIL] ? "failed" : "skipped";
}

static void put_row(FILE *out, const struct plot_cell *cell)
{
	double total = total_cost(cell);
	char number[TEXT_NUMBER_BYTES];

	sheet_put(out, cell->label);
	fputs(warning(cell), out);
	for (int i = 0; i < NR_PLOT_PHASES; i++) {
		double cost = phase_cost(cell, i);

		fputc('\t', out);
		sheet_put_number(out, isfinite(cost) ? cost : 0);
	}
	fputc('\t', out);
	sheet_put_number(out, isfinite(total) ? total : 0);
	text_figure(number, total);
	fprintf(out, "\t%s\n", isfinite(total) ? number : absence(cell));
}

/* --- the sheet for gnuplot --- */

static int labels_px(const struct plot *plot, const struct panel *panel)
{
	int longest = 0;

	for (int i = panel->first; i < panel->end; i++)
		if (label_length(&plot->cells[i]) > longest)
			longest = label_length(&plot->cells[i]);
	return longest * LETTER_PX + 2 * GAP_PX;
}

static int panel_px(const struct panel *panel)
{
	return HEAD_PX + panel->rows * ROW_PX + FOOT_PX;
}

/* Each panel below the column that is shortest so far. The sheet's height. */
static int place(struct panel *panels, int nr, int columns, int width)
{
	int heights[MAX_COLUMNS] = { 0 };
	int highest = 0;

	for (int i = 0; i < nr; i++) {
		int shortest = 0;

		for (int j = 1; j < columns; j++)
			if (heights[j] < heights[shortest])
				shortest = j;
		panels[i].x = shortest * width;
		panels[i].y = TITLE_PX + heights[shortest];
		heights[shortest] += panel_px(&panels[i]);
		if (heights[shortest] > highest)
			highest = heights[shortest];
	}
	return TITLE_PX + highest;
}

/* The parameters below the workload's name, in at most two lines. */
static void put_params(FILE *out, const char *params, size_t columns)
{
	size_t length = strlen(params);
	size_t first = length;
	char *line;

	if (length > columns) {
		first = columns;
		while (first && params[first] != ' ')
			first--;
		if (!first)
			first = columns;
	}
	line = strndup(params, first);
	sheet_put(out, line ? line : "");
	free(line);
	fputc('\t', out);
	sheet_put(out, params + first + strspn(params + first, " "));
}

static void put_panel(FILE *out, const struct plot *plot,
		      const struct panel *panel, int width)
{
	const struct summary_cell *cell = plot->cells[panel->first].cell;

	sheet_put(out, cell->workload);
	fputc('\t', out);
	put_params(out, cell->workload_params,
		   (size_t)((width - 3 * GAP_PX) / LETTER_PX));
	fprintf(out, "\t%d\t%d\t%d\t%d\t%d\t",
		panel->x + labels_px(plot, panel), panel->x + width - GAP_PX,
		panel->y + HEAD_PX, panel->y + HEAD_PX + panel->rows * ROW_PX,
		panel->rows);
	sheet_put_number(out, panel_top(plot, panel));
	fprintf(out, "\t%d\n", panel->x + GAP_PX);
}

static void put_panels(struct sheet *sheet, const struct plot *plot,
		       const struct panel *panels, int nr, int width)
{
	FILE *out = sheet->body.file;

	fputs("\n\n# workload\tparameters\tmore parameters\tleft\tright\ttop\t"
	      "bottom\trows\tlongest bar\ttitle\n",
	      out);
	for (int i = 0; i < nr; i++)
		put_panel(out, plot, &panels[i], width);
	for (int i = 0; i < nr; i++) {
		fputs("\n\n# tracker\tarm\twrite\tcollect\tcollect and arm\t"
		      "all\tas text\n",
		      out);
		for (int j = panels[i].first; j < panels[i].end; j++)
			put_row(out, &plot->cells[j]);
	}
}

/* --- the plot in characters --- */

static void draw_bar(FILE *out, const struct plot_cell *cell, double longest)
{
	double until = 0;
	int drawn = 0;

	for (int i = 0; i < NR_PLOT_PHASES; i++) {
		double cost = phase_cost(cell, i);

		if (!isfinite(cost))
			continue;
		until += cost;
		for (; drawn < lround(until / longest * BAR_COLUMNS); drawn++)
			fputc(letters[i], out);
	}
}

static void draw_row(FILE *out, const struct plot_cell *cell, double longest)
{
	double total = total_cost(cell);
	char number[TEXT_NUMBER_BYTES];

	/* A long name has a line of its own above its bar. */
	fputs("  ", out);
	fprintf(out, "%s%s", cell->label, warning(cell));
	if (label_length(cell) > NAME_COLUMNS)
		fprintf(out, "\n%*s", NAME_COLUMNS + 2, "");
	else
		fprintf(out, "%*s", NAME_COLUMNS - label_length(cell), "");
	text_figure(number, total);
	fprintf(out, " %*s", TOTAL_COLUMNS,
		isfinite(total) ? number : absence(cell));
	if (isfinite(total)) {
		fputs(" |", out);
		draw_bar(out, cell, longest);
	}
	fputc('\n', out);
}

static bool any_atomic(const struct plot *plot, const struct panel *panels,
		       int nr)
{
	for (int i = panels[0].first; i < panels[nr - 1].end; i++)
		if (isfinite(phase_cost(&plot->cells[i], PHASE_COLLECT_ARM)))
			return true;
	return false;
}

static int draw_panel(FILE *out, const struct plot *plot,
		      const struct panel *panel)
{
	double longest = panel_top(plot, panel);
	int err;

	fputc('\n', out);
	err = cellname_print_heading(out, PLOT_TEXT_COLUMNS,
				     plot->cells[panel->first].cell);
	for (int i = panel->first; !err && i < panel->end; i++)
		draw_row(out, &plot->cells[i], longest);
	return err;
}

static int draw(FILE *out, const struct plot *plot, const struct panel *panels,
		int nr)
{
	int err = 0;

	fprintf(out,
		"%s per dirtied page: a arm, w write, c collect%s; each "
		"workload\nhas a scale of its own\n",
		plot_time_unit(plot),
		any_atomic(plot, panels, nr) ? ", b both" : "");
	for (int i = 0; !err && i < nr; i++)
		err = draw_panel(out, plot, &panels[i]);
	return err;
}

/* --- both --- */

static bool has_bar(const struct plot *plot, const struct panel *panel)
{
	return panel_top(plot, panel) > 0;
}

static int find_panels(const struct plot *plot, struct panel *panels)
{
	int nr = 0;

	for (int i = 0; i < plot->nr_cells;) {
		struct panel *panel = &panels[nr];

		panel->first = i;
		while (i < plot->nr_cells &&
		       cellname_same_group(plot->cells[panel->first].cell,
					   plot->cells[i].cell))
			i++;
		panel->end = i;
		panel->rows = i - panel->first;
		nr += has_bar(plot, panel);
	}
	return nr;
}

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      struct panel *panels, int nr)
{
	struct sheet *sheet = sheets_add(sheets, "phases.gp", "phases");
	int columns = nr < 2 ? 1 : nr < 5 ? 2 : MAX_COLUMNS;
	int width = nr < 2 ? ONE_PANEL_PX : PANEL_PX;
	int err;

	if (!sheet)
		return -ENOMEM;
	sheet->width = columns * width;
	sheet->height = place(panels, nr, columns, width);
	snprintf(sheet->title, sizeof(sheet->title),
		 "What tracking costs: arm, write and collect");
	fprintf(sheet->head.file, "unit\t%s\natomic\t%d\n",
		plot_time_unit(plot), any_atomic(plot, panels, nr));
	put_panels(sheet, plot, panels, nr, width);
	err = sheet_note_cells(sheet, plot, NULL);
	if (!err)
		err = draw(sheet->drawn.file, plot, panels, nr);
	return err ? err : sheets_end(sheets);
}

int phases_make(struct sheets *sheets, const struct plot *plot)
{
	struct panel *panels =
		calloc((size_t)plot->nr_cells + 1, sizeof(*panels));
	int nr;
	int err = 0;

	if (!panels)
		return -ENOMEM;
	nr = find_panels(plot, panels);
	for (int i = 0; !err && i < nr; i += MAX_PANELS)
		err = make_sheet(sheets, plot, &panels[i],
				 nr - i < MAX_PANELS ? nr - i : MAX_PANELS);
	free(panels);
	return err;
}
