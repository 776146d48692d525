// SPDX-License-Identifier: GPL-2.0-or-later
/* A process that goes on while it is copied: pages of each copy, and the rest.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "plot/kinds.h"
#include "plot/watched.h"

/* Sizes in pixels. */
enum { WIDTH_PX = 960, HEIGHT_PX = 480, LETTER_PX = 8, SAMPLE_PX = 60 };

static bool was_pursued(const struct plot_cell *cell)
{
	return cell->nr_pursuits && cell->colour != PLOT_COLOUR_NONE;
}

/* Where none were copied, a logarithmic scale has a place below one page. */
static double shown(uint64_t pages)
{
	return pages ? (double)pages : 0.5;
}

/* A line a copy: its number and pages, and those again where it is the last
 * one. Epochs are parted by an empty line. */
static void put_epochs(FILE *out, const struct plot_cell *cell)
{
	fputs("\n\n# ", out);
	sheet_put(out, cell->label);
	fputs("\n# iteration\tpages\tpages left\n", out);
	for (int i = 0; i < cell->nr_pursuits; i++) {
		const struct iterations *rows = &cell->pursuits[i];
		const uint64_t *pages = rows->column[ITERATION_PAGES];

		for (uint64_t row = 0; row < rows->nr; row++) {
			fprintf(out, "%llu\t%g\t", (unsigned long long)row,
				shown(pages[row]));
			if (row + 1 == rows->nr)
				fprintf(out, "%g\n", shown(pages[row]));
			else
				fputs("-\n", out);
		}
		fputc('\n', out);
	}
}

static void put_note(FILE *notes, const struct plot_cell *cell)
{
	const struct summary_cell *summary = cell->cell;

	fprintf(notes,
		"%s: %d epochs; medians: %.3g copies while it goes on, %.3g "
		"times its pages in all, %.0f left, an estimated pause of "
		"%.3g ms\n",
		cell->label, cell->nr_pursuits,
		summary->figures[FIGURE_PURSUIT_ITERATIONS].median,
		summary->figures[FIGURE_PURSUIT_COPIED].median,
		summary->figures[FIGURE_PURSUIT_LEFT].median,
		summary->figures[FIGURE_PURSUIT_PAUSE].median / 1e6);
}

static int make_sheet(struct sheets *sheets, const struct watched *group)
{
	struct sheet *sheet =
		watched_sheet(sheets, group, "convergence.gp", "convergence");
	int legend;

	if (!sheet)
		return -ENOMEM;
	legend = watched_longest(group) * LETTER_PX + SAMPLE_PX;
	snprintf(sheet->title, sizeof(sheet->title),
		 "Pages of each copy of a process that goes on");
	sheet->width = WIDTH_PX + legend;
	sheet->height = HEIGHT_PX;
	fprintf(sheet->head.file, "legend\t%d\n", legend);
	fputs("A line an epoch; its last point is what was left when the "
	      "process was stopped. Below 1 page: none\n",
	      sheet->notes.file);
	for (int i = group->first; i < group->end; i++)
		if (was_pursued(&group->plot->cells[i])) {
			watched_put_head(sheet, group, i);
			put_epochs(sheet->body.file, &group->plot->cells[i]);
			put_note(sheet->notes.file, &group->plot->cells[i]);
		}
	return watched_end(sheets, sheet, group);
}

int convergence_make(struct sheets *sheets, const struct plot *plot)
{
	struct watched group = { .plot = plot, .has = was_pursued };
	int err = 0;

	while (!err && watched_next(&group))
		err = make_sheet(sheets, &group);
	return err;
}
