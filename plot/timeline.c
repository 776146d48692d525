// SPDX-License-Identifier: GPL-2.0-or-later
/* The start of one epoch: the slowest write of each moment, and collections. */
#include <errno.h>
#include <stdlib.h>

#include "plot/kinds.h"
#include "plot/watched.h"

/* Sizes in pixels. */
enum { WIDTH_PX = 1000, PANEL_PX = 162, HEAD_PX = 84, FOOT_PX = 20 };

/* What a mail and a page have room for. */
enum { MOST_PANELS = 12 };

/* A line a slot in which anything was: its start, the slowest write that ended
 * there, and which part of it the tracker collected. */
static void put_slots(FILE *out, const struct plot_cell *cell)
{
	const struct timeline *timeline = &cell->detail->timeline;

	fputs("\n\n# ", out);
	sheet_put(out, cell->label);
	fputs("\n# ms\tslowest ns\tpart in collections\twrites\n", out);
	for (int i = 0; i < TIMELINE_SLOTS; i++) {
		fprintf(out, "%.6g\t", (double)i * TIMELINE_SLOT_NS / 1e6);
		if (timeline->writes[i])
			fprintf(out, "%llu",
				(unsigned long long)timeline->slowest_ns[i]);
		else
			fputc('-', out);
		fprintf(out, "\t%.4g\t%llu\n",
			cell->colour == PLOT_COLOUR_NONE
				? 0
				: (double)timeline->collecting_ns[i] /
					  TIMELINE_SLOT_NS,
			(unsigned long long)timeline->writes[i]);
	}
}

static int make_sheet(struct sheets *sheets, const struct watched *group)
{
	const struct plot_cell *cells = group->plot->cells;
	struct sheet *sheet;
	int nr = 0;

	for (int i = group->first; i < group->end; i++)
		nr += watched_has_timeline(&cells[i]);
	if (!nr)
		return 0;
	sheet = watched_sheet(sheets, group, "timeline.gp", "timeline");
	if (!sheet)
		return -ENOMEM;
	nr = nr < MOST_PANELS ? nr : MOST_PANELS;
	snprintf(sheet->title, sizeof(sheet->title),
		 "The slowest write of each moment, and collections");
	sheet->width = WIDTH_PX;
	sheet->height = HEAD_PX + nr * PANEL_PX + FOOT_PX;
	fputs("Each point is the slowest write that ended in 66 us of one "
	      "epoch; grey: the tracker collects or arms. Where there is no "
	      "point, no write ended\n",
	      sheet->notes.file);
	for (int i = group->first; i < group->end && nr; i++) {
		if (!watched_has_timeline(&cells[i]))
			continue;
		watched_put_head(sheet, group, i);
		put_slots(sheet->body.file, &cells[i]);
		nr--;
	}
	return watched_end(sheets, sheet, group);
}

int timeline_make(struct sheets *sheets, const struct plot *plot)
{
	struct watched group = { .plot = plot, .has = watched_has };
	int err = 0;

	while (!err && watched_next(&group))
		err = make_sheet(sheets, &group);
	return err;
}
