// SPDX-License-Identifier: GPL-2.0-or-later
/* What more writers get done, and what threads that do nothing cost one. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "plot/curves.h"
#include "plot/kinds.h"

/* From one writer to two. */
enum { LEAST_POINTS = 2 };

static double count(const struct plot_cell *cell, const char *param,
		    double without)
{
	const char *value = summary_cell_param(cell->cell, param);

	return value ? strtod(value, NULL) : without;
}

static double median(const struct plot_cell *cell, enum figure_id id)
{
	return cell->cell->figures[id].median;
}

static double writers(const struct plot_cell *cell)
{
	return count(cell, "threads", NAN);
}

static double million_writes(const struct plot_cell *cell)
{
	return median(cell, FIGURE_WATCH_WRITES_RATE) / 1e6;
}

static double tracked_write(const struct plot_cell *cell)
{
	return median(cell, FIGURE_WATCH_TRACKED);
}

static const struct curve_rule scaling_rules[] = {
	{ .swept = "threads",
	  .least = LEAST_POINTS,
	  .x = writers,
	  .y = million_writes },
	{ .swept = "threads",
	  .least = LEAST_POINTS,
	  .x = writers,
	  .y = tracked_write },
};

/* With the one that stores. */
static double threads(const struct plot_cell *cell)
{
	return 1 + count(cell, "idle-threads", 0);
}

static double write_page(const struct plot_cell *cell)
{
	return median(cell, FIGURE_WRITE);
}

/* Of none it is the time of a call that does nothing. */
static double arm_page(const struct plot_cell *cell)
{
	return cell->colour == PLOT_COLOUR_NONE
		       ? NAN
		       : median(cell, FIGURE_ARM_RESIDENT);
}

static const struct curve_rule idle_rules[] = {
	{ .swept = "idle-threads",
	  .unset = true,
	  .least = LEAST_POINTS,
	  .split = "idle",
	  .x = threads,
	  .y = write_page },
	{ .swept = "idle-threads",
	  .unset = true,
	  .least = LEAST_POINTS,
	  .split = "idle",
	  .x = threads,
	  .y = arm_page },
};

static int add_sheet(struct sheets *sheets, const struct plot *plot,
		     const struct charts *charts, int index,
		     struct chart *lower, const char *kind, const char *script,
		     const char *title)
{
	struct chart *upper = &charts->list[index];
	struct sheet *sheet = chart_sheet(sheets, charts, index, kind, script);

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title), "%s", title);
	fprintf(sheet->head.file, "unit\t%s\n", plot_time_unit(plot));
	chart_put_pair(sheet, upper, 0, lower, 0);
	if (sheet_note_cells(sheet, plot, upper->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

static int make_scaling(struct sheets *sheets, const struct plot *plot,
			const struct charts *charts, int index,
			struct chart *lower)
{
	return add_sheet(sheets, plot, charts, index, lower, "scaling",
			 "scaling.gp", "Writes, by the threads that store");
}

static int make_idle(struct sheets *sheets, const struct plot *plot,
		     const struct charts *charts, int index,
		     struct chart *lower)
{
	return add_sheet(sheets, plot, charts, index, lower, "idle", "idle.gp",
			 "Writing and arming, by threads that do nothing");
}

int scaling_make(struct sheets *sheets, const struct plot *plot)
{
	return charts_make_pairs(sheets, plot, scaling_rules, make_scaling);
}

int idle_make(struct sheets *sheets, const struct plot *plot)
{
	return charts_make_pairs(sheets, plot, idle_rules, make_idle);
}
