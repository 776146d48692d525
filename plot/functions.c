// SPDX-License-Identifier: GPL-2.0-or-later
/* Instructions by function: over a series of kernels, and what changed. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/kinds.h"
#include "results/profile/explanation.h"
#include "results/tables/text.h"

enum {
	/* Functions with a colour and a name; the others are one grey bar. */
	MOST_NAMED = 5,
	/* Rows of a panel of changes. */
	MOST_CHANGES = 12,
	/* Sizes in pixels. */
	COLUMN_PX = 300,
	LEFT_PX = 62,
	RIGHT_PX = 10,
	TITLE_PX = 54,
	HEAD_PX = 26,
	PANEL_PX = 220,
	FOOT_PX = 66, /* names of kernels, which may be slanted */
	LEGEND_PX = 16,
	NAME_PX = 330, /* left of the bars of changes */
	BARS_PX = 420,
	ROW_PX = 18,
	AXIS_PX = 30,
	MARGIN_PX = 14,
	LETTER_PX = 6,
	/* In characters. */
	NAME_COLUMNS = 34,
	NUMBER_COLUMNS = 9,
	MOST_BESIDE = (PLOT_TEXT_COLUMNS - NAME_COLUMNS) / NUMBER_COLUMNS,
};

/* Of a panel: between the longest bar and its edge. */
static const double room = 1.05;

/* Half the width of a bar, of 1 a kernel. */
static const double half = 0.36;

/* Phases that recur: set-up has other sizes, and is paid once. */
static const char *const shown[] = { "arm", "change", "write", "collect",
				     "collect_arm" };

enum { NR_SHOWN = sizeof(shown) / sizeof(shown[0]) };

struct kernels {
	const struct plot *plot;
	struct profile **profiles;
	int nr;
};

/* A phase of a cell over the kernels; NULL where one has none. */
struct stack {
	const struct profile_part **parts;
	const char *named[MOST_NAMED];
	int nr_named;
};

/* --- what there is --- */

static int load_side(struct profile **profile, const struct side *side)
{
	const char **paths = calloc((size_t)side->nr_runs, sizeof(*paths));
	struct reason why;
	int err;

	if (!paths)
		return -ENOMEM;
	for (int i = 0; i < side->nr_runs; i++)
		paths[i] = side->runs[i].path;
	err = profile_load(profile, paths, side->nr_runs, PROFILE_BY_FUNCTION,
			   &why);
	free((void *)paths);
	return err;
}

static void clear(struct kernels *kernels)
{
	for (int i = 0; i < kernels->nr; i++)
		profile_free(kernels->profiles[i]);
	free(kernels->profiles);
}

/* -ENODATA where not every side has a profile. clear() in any case. */
static int load(struct kernels *kernels, const struct plot *plot,
		struct side *const *sides, int nr)
{
	int err = 0;

	kernels->plot = plot;
	kernels->profiles = calloc((size_t)nr + 1, sizeof(struct profile *));
	if (!kernels->profiles)
		return -ENOMEM;
	for (int i = 0; !err && i < nr; i++) {
		err = load_side(&kernels->profiles[i], sides[i]);
		kernels->nr++;
	}
	return err && err != -ENOMEM ? -ENODATA : err;
}

/* The workload's or the tracker's name, of a cell's key. */
static bool is_listed(const char *list, const char *name, size_t length)
{
	char copy[64];

	snprintf(copy, sizeof(copy), "%.*s", (int)length, name);
	return plot_listed(list, copy);
}

static bool is_chosen(const struct plot *plot, const char *cell)
{
	size_t workload = strcspn(cell, "/");
	const char *tracker = cell + workload + (cell[workload] == '/');

	return is_listed(plot->choice.workloads, cell, workload) &&
	       is_listed(plot->choice.trackers, tracker, strcspn(tracker, "/"));
}

/* Cells come one after the other, each with all its phases. */
static bool begins_cell(const struct profile *profile, int part)
{
	for (int i = 0; i < part; i++)
		if (!strcmp(profile->parts[i].cell, profile->parts[part].cell))
			return false;
	return true;
}

/* --- stacked bars --- */

static bool is_named(const struct stack *stack, const char *function)
{
	for (int i = 0; i < stack->nr_named; i++)
		if (!strcmp(stack->named[i], function))
			return true;
	return false;
}

/* The one that is largest in some kernel, of those without a name yet. */
static const char *next_named(const struct stack *stack, int nr)
{
	const char *best = NULL;
	double most = 0;

	for (int i = 0; i < nr; i++) {
		const struct profile_part *part = stack->parts[i];

		for (int j = 0; part && j < part->nr_costs; j++) {
			if (part->costs[j].insn <= most ||
			    is_named(stack, part->costs[j].function))
				continue;
			best = part->costs[j].function;
			most = part->costs[j].insn;
		}
	}
	return best;
}

/* 0: no kernel has it. The largest function is the lowest in each bar. */
static int make_stack(struct stack *stack, const struct kernels *kernels,
		      const char *cell, const char *phase)
{
	int have = 0;

	stack->nr_named = 0;
	for (int i = 0; i < kernels->nr; i++) {
		stack->parts[i] =
			profile_find(kernels->profiles[i], cell, phase);
		have += stack->parts[i] != NULL;
	}
	while (stack->nr_named < MOST_NAMED) {
		const char *next = next_named(stack, kernels->nr);

		if (!next)
			break;
		stack->named[stack->nr_named++] = next;
	}
	return have;
}

static double cost_of(const struct profile_part *part, const char *function)
{
	const struct profile_cost *cost = profile_cost(part, function);

	return cost ? cost->insn : 0;
}

static void put_bar(FILE *out, const char *kernel, int x, double from,
		    double to, int colour)
{
	sheet_put(out, kernel);
	fprintf(out, "\t%g\t%g\t", x - half, x + half);
	sheet_put_number(out, from);
	fputc('\t', out);
	sheet_put_number(out, to);
	fprintf(out, "\t%d\n", colour);
}

static void put_stack(FILE *out, const struct stack *stack,
		      const struct kernels *kernels)
{
	fputs("\n\n# kernel\tleft\tright\tfrom\tto\tcolour\n", out);
	for (int i = 0; i < kernels->nr; i++) {
		const char *name = kernels->profiles[i]->name;
		const struct profile_part *part = stack->parts[i];
		double at = 0, next;

		for (int j = 0; part && j < stack->nr_named; j++, at = next) {
			next = at + cost_of(part, stack->named[j]);
			put_bar(out, name, i, at, next, j + 1);
		}
		put_bar(out, name, i, at, part ? fmax(at, part->insn) : 0, 0);
	}
}

static double highest(const struct stack *stack, int nr)
{
	double most = 0;

	for (int i = 0; i < nr; i++)
		if (stack->parts[i])
			most = fmax(most, stack->parts[i]->insn);
	return most > 0 ? most * room : 1;
}

static const struct profile_part *any_part(const struct stack *stack)
{
	int i = 0;

	while (!stack->parts[i])
		i++;
	return stack->parts[i];
}

/* The lines of one panel: its place, the legend, the characters. */
struct panel {
	FILE *panels, *legend, *bars, *drawn;
	int column;
};

static void put_legend(struct panel *panel, const struct stack *stack)
{
	int x = panel->column * COLUMN_PX + MARGIN_PX;
	int y = TITLE_PX + HEAD_PX + PANEL_PX + FOOT_PX;

	for (int i = 0; i <= stack->nr_named; i++) {
		sheet_put(panel->legend,
			  i < stack->nr_named ? stack->named[i] : "others");
		fprintf(panel->legend, "\t%d\t%d\t%d\n",
			i < stack->nr_named ? i + 1 : 0, x, y + i * LEGEND_PX);
	}
}

static void draw_numbers(FILE *out, const char *name, const double *values,
			 int nr)
{
	char number[TEXT_NUMBER_BYTES];

	fprintf(out, "  %-*.*s", NAME_COLUMNS - 2, NAME_COLUMNS - 3, name);
	for (int i = 0; i < nr; i++) {
		text_figure(number, values[i]);
		fprintf(out, "%*s", NUMBER_COLUMNS, number);
	}
	fputc('\n', out);
}

/* Kernels [first, first + nr) of a panel; "" is the whole phase. */
static void draw_function(FILE *out, const struct stack *stack, int first,
			  int nr, const char *function)
{
	double values[MOST_BESIDE];

	for (int i = 0; i < nr; i++) {
		const struct profile_part *part = stack->parts[first + i];

		values[i] = !part	  ? NAN
			    : function[0] ? cost_of(part, function)
					  : part->insn;
	}
	draw_numbers(out, function[0] ? function : "all functions", values, nr);
}

static void draw_stack(FILE *out, const struct stack *stack,
		       const struct kernels *kernels)
{
	const struct profile_part *part = any_part(stack);

	for (int first = 0; first < kernels->nr; first += MOST_BESIDE) {
		int nr = kernels->nr - first < MOST_BESIDE ? kernels->nr - first
							   : MOST_BESIDE;
		char head[100];

		snprintf(head, sizeof(head), "%s, insn per %s", part->phase,
			 part->unit);
		fprintf(out, "\n%-*s", NAME_COLUMNS, head);
		for (int i = first; i < first + nr; i++)
			fprintf(out, " %*.*s", NUMBER_COLUMNS - 1,
				NUMBER_COLUMNS - 1, kernels->profiles[i]->name);
		fputc('\n', out);
		for (int i = 0; i < stack->nr_named; i++)
			draw_function(out, stack, first, nr, stack->named[i]);
		draw_function(out, stack, first, nr, "");
	}
}

static void put_panel(struct panel *panel, const struct stack *stack,
		      const struct kernels *kernels)
{
	const struct profile_part *part = any_part(stack);
	int left = panel->column * COLUMN_PX;

	fprintf(panel->panels, "%s, instructions per %s\t%d\t%d\t%d\t%d\t",
		part->phase, part->unit, left + LEFT_PX,
		left + COLUMN_PX - RIGHT_PX, TITLE_PX + HEAD_PX,
		TITLE_PX + HEAD_PX + PANEL_PX);
	fprintf(panel->panels, "-0.6\t%g\t0\t", kernels->nr - 0.4);
	sheet_put_number(panel->panels, highest(stack, kernels->nr));
	fputc('\n', panel->panels);
	put_legend(panel, stack);
	put_stack(panel->bars, stack, kernels);
	draw_stack(panel->drawn, stack, kernels);
	panel->column++;
}

/* Long names do not fit below each other's bars. */
static bool is_slanted(const struct kernels *kernels)
{
	size_t longest = 0;

	for (int i = 0; i < kernels->nr; i++)
		if (strlen(kernels->profiles[i]->name) > longest)
			longest = strlen(kernels->profiles[i]->name);
	return ((int)longest + 1) * LETTER_PX * kernels->nr >
	       COLUMN_PX - LEFT_PX - RIGHT_PX;
}

/* The body begins with the panels; what else there is comes behind them. */
static int open_parts(struct sheet *sheet, struct stream *legend,
		      struct stream *bars)
{
	fputs("\n\n# panel\tleft\tright\ttop\tbottom\taxes: x and y, from "
	      "and to\n",
	      sheet->body.file);
	legend->file = open_memstream(&legend->text, &legend->size);
	bars->file = open_memstream(&bars->text, &bars->size);
	return legend->file && bars->file ? 0 : -ENOMEM;
}

/* Appends what was written to @out. */
static int close_part(struct stream *part, FILE *out)
{
	int err = part->file && !fclose(part->file) ? 0 : -ENOMEM;

	if (!err)
		fputs(part->text, out);
	free(part->text);
	return err;
}

static int fill_sheet(struct sheet *sheet, const struct kernels *kernels,
		      struct stack *stack, const char *cell)
{
	struct stream legend = { NULL }, bars = { NULL };
	struct panel panel = { .drawn = sheet->drawn.file,
			       .panels = sheet->body.file };
	int err = open_parts(sheet, &legend, &bars);

	panel.legend = legend.file;
	panel.bars = bars.file;
	for (int i = 0; !err && i < NR_SHOWN; i++)
		if (make_stack(stack, kernels, cell, shown[i]))
			put_panel(&panel, stack, kernels);
	fputs("\n\n# function\tcolour\tx\ty\n", sheet->body.file);
	if (close_part(&legend, sheet->body.file) ||
	    close_part(&bars, sheet->body.file))
		err = -ENOMEM;
	sheet->width = panel.column * COLUMN_PX;
	sheet->height = TITLE_PX + HEAD_PX + PANEL_PX + FOOT_PX +
			(MOST_NAMED + 1) * LEGEND_PX;
	return err;
}

/* Of the key's front: workload and tracker. */
static int names_length(const char *cell)
{
	size_t workload = strcspn(cell, "/");

	if (!cell[workload])
		return (int)workload;
	return (int)(workload + 1 + strcspn(cell + workload + 1, "/"));
}

static struct sheet *add_sheet(struct sheets *sheets, const char *kind,
			       const char *cell)
{
	struct sheet *sheet;
	char name[96];

	snprintf(name, sizeof(name), "%s-%.*s", kind, names_length(cell), cell);
	sheet = sheets_add(sheets, "functions.gp", name);
	if (!sheet)
		return NULL;
	snprintf(sheet->picture_note, sizeof(sheet->picture_note), "%s", cell);
	text_wrap_at(sheet->drawn.file, PLOT_TEXT_COLUMNS, 4, cell);
	return sheet;
}

static int make_functions(struct sheets *sheets, const struct kernels *kernels,
			  struct stack *stack, const char *cell)
{
	struct sheet *sheet = add_sheet(sheets, "functions", cell);
	int err;

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "Where %.*s executes, from kernel to kernel",
		 names_length(cell), cell);
	fprintf(sheet->head.file, "labels\t%d\n", is_slanted(kernels));
	err = fill_sheet(sheet, kernels, stack, cell);
	return err ? err : sheets_end(sheets);
}

/* Of cells of the last kernel, which has most. */
int functions_make(struct sheets *sheets, const struct plot *plot)
{
	struct kernels kernels = { .nr = 0 };
	struct stack stack = { .parts = NULL };
	const struct profile *last;
	int err;

	err = load(&kernels, plot, plot->choice.history,
		   plot->choice.nr_history);
	if (!err && kernels.nr) {
		stack.parts = calloc((size_t)kernels.nr,
				     sizeof(struct profile_part *));
		err = stack.parts ? 0 : -ENOMEM;
	}
	last = kernels.nr ? kernels.profiles[kernels.nr - 1] : NULL;
	for (int i = 0; !err && last && i < last->nr_parts; i++)
		if (begins_cell(last, i) &&
		    is_chosen(plot, last->parts[i].cell))
			err = make_functions(sheets, &kernels, &stack,
					     last->parts[i].cell);
	free((void *)stack.parts);
	clear(&kernels);
	return err == -ENODATA ? 0 : err;
}

/* --- what changed --- */

static double change_of(const struct explanation_row *row)
{
	return row->change.fresh - row->change.base;
}

static double widest(const struct explanation_table *table, int rows)
{
	double most = 0;

	for (int i = 0; i < rows; i++)
		most = fmax(most, fabs(change_of(&table->rows[i])));
	return most > 0 ? most * room : 1;
}

static void put_change(struct panel *panel, const struct explanation_row *row,
		       int number, int top)
{
	double change = change_of(row);
	int y = top + HEAD_PX + number * ROW_PX + ROW_PX / 2;
	char text[200];

	snprintf(text, sizeof(text), "%s%.150s%s%s",
		 row->change.with ? "   " : "", row->function,
		 row->change.presence ? ", " : "",
		 profile_presence_name(row->change.presence));
	/* Less is better. */
	sheet_put(panel->bars, row->function);
	fputc('\t', panel->bars);
	sheet_put_number(panel->bars, fmin(0, change));
	fputc('\t', panel->bars);
	sheet_put_number(panel->bars, fmax(0, change));
	fprintf(panel->bars, "\t%g\t%g\t%d\n", -number - half, -number + half,
		change < 0 ? 1 : 2);
	sheet_put(panel->legend, text);
	fprintf(panel->legend, "\t%d\t%d\t%d\n", change < 0 ? 1 : 2, MARGIN_PX,
		y);
	snprintf(text, sizeof(text), "%s%.150s", row->change.with ? "  " : "",
		 row->function);
	draw_numbers(
		panel->drawn, text,
		(const double[]){ row->change.base, row->change.fresh, change },
		3);
}

static void put_changes(struct panel *panel, const struct explanation_table *t,
			int *top)
{
	int rows = t->nr < MOST_CHANGES ? t->nr : MOST_CHANGES;
	double most = widest(t, rows);

	fprintf(panel->panels,
		"%s, instructions per %s: from %.2f to %.2f\t%d\t%d\t%d\t%d\t",
		t->base->phase, t->base->unit, t->base->insn, t->fresh->insn,
		NAME_PX, NAME_PX + BARS_PX, *top + HEAD_PX,
		*top + HEAD_PX + rows * ROW_PX);
	sheet_put_number(panel->panels, -most);
	fputc('\t', panel->panels);
	sheet_put_number(panel->panels, most);
	fprintf(panel->panels, "\t%g\t0.5\n", 0.5 - rows);
	fputs("\n\n# function\tfrom\tto\tlow\thigh\tcolour\n", panel->bars);
	fprintf(panel->drawn, "\n%-*s%*s%*s%*s\n", NAME_COLUMNS, t->base->phase,
		NUMBER_COLUMNS, "base", NUMBER_COLUMNS, "new", NUMBER_COLUMNS,
		"change");
	for (int i = 0; i < rows; i++)
		put_change(panel, &t->rows[i], i, *top);
	draw_numbers(panel->drawn, "all functions",
		     (const double[]){ t->base->insn, t->fresh->insn,
				       t->fresh->insn - t->base->insn },
		     3);
	*top += HEAD_PX + rows * ROW_PX + AXIS_PX;
}

static int put_phases(struct panel *panel, const struct kernels *kernels,
		      const char *cell, int *top)
{
	struct explanation_table table;
	int err = 0;

	for (int i = 0; !err && i < NR_SHOWN; i++) {
		const struct profile_part *base =
			profile_find(kernels->profiles[0], cell, shown[i]);
		const struct profile_part *fresh =
			profile_find(kernels->profiles[1], cell, shown[i]);

		if (!base || !fresh)
			continue;
		err = explanation_table(&table, base, fresh);
		if (!err)
			put_changes(panel, &table, top);
		explanation_table_clear(&table);
	}
	return err;
}

static int make_changes(struct sheets *sheets, const struct kernels *kernels,
			const char *cell)
{
	struct stream legend = { NULL }, bars = { NULL };
	struct panel panel = { .column = 0 };
	struct sheet *sheet = add_sheet(sheets, "changes", cell);
	int top = TITLE_PX;
	int err;

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "Where %.*s differs from %.30s to %.30s", names_length(cell),
		 cell, kernels->profiles[0]->name, kernels->profiles[1]->name);
	fprintf(sheet->head.file, "upper\t1\n");
	err = open_parts(sheet, &legend, &bars);
	panel.panels = sheet->body.file;
	panel.drawn = sheet->drawn.file;
	panel.legend = legend.file;
	panel.bars = bars.file;
	if (!err)
		err = put_phases(&panel, kernels, cell, &top);
	fputs("\n\n# function\tcolour\tx\ty\n", sheet->body.file);
	if (close_part(&legend, sheet->body.file) ||
	    close_part(&bars, sheet->body.file))
		err = -ENOMEM;
	sheet->width = NAME_PX + BARS_PX + 2 * MARGIN_PX;
	sheet->height = top + MARGIN_PX;
	return err ? err : sheets_end(sheets);
}

static bool recurs(const struct profile_part *part)
{
	for (int i = 0; i < NR_SHOWN; i++)
		if (!strcmp(part->phase, shown[i]))
			return true;
	return false;
}

/* Whether it is the first phase of its cell that both have. */
static bool begins_changes(const struct kernels *kernels, int number)
{
	const struct profile *base = kernels->profiles[0];
	const struct profile_part *parts = base->parts;

	for (int i = 0; i <= number; i++) {
		if (strcmp(parts[i].cell, parts[number].cell) != 0 ||
		    !recurs(&parts[i]) ||
		    !profile_find(kernels->profiles[1], parts[i].cell,
				  parts[i].phase))
			continue;
		return i == number;
	}
	return false;
}

int changes_make(struct sheets *sheets, const struct plot *plot)
{
	struct kernels kernels = { .nr = 0 };
	const struct comparison *comparison = plot->choice.comparison;
	struct side *sides[2];
	const struct profile *base;
	int err;

	if (!comparison)
		return 0;
	sides[0] = (struct side *)comparison->base;
	sides[1] = (struct side *)comparison->fresh;
	err = load(&kernels, plot, sides, 2);
	base = kernels.nr ? kernels.profiles[0] : NULL;
	for (int i = 0; !err && base && i < base->nr_parts; i++)
		if (is_chosen(plot, base->parts[i].cell) &&
		    begins_changes(&kernels, i))
			err = make_changes(sheets, &kernels,
					   base->parts[i].cell);
	clear(&kernels);
	return err == -ENODATA ? 0 : err;
}
