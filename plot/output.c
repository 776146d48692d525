// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes that one set of written pages takes, by the form it is told in. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/crossing.h"
#include "plot/kinds.h"
#include "results/growing.h"

/* struct page_region of PAGEMAP_SCAN; an address, which an offset fits as well;
 * an entry of /proc/PID/pagemap. */
enum { REGION_BYTES = 24, OFFSET_BYTES = 8, ENTRY_BYTES = 8, PAGES_A_BYTE = 8 };

/* No logarithm, no point: in an epoch without stores there is nothing to tell.
 */
static double some(double bytes)
{
	return bytes > 0 ? bytes : NAN;
}

static double region_bytes(const struct plot_cell *cell)
{
	return some(cell->regions * REGION_BYTES);
}

static double offset_bytes(const struct plot_cell *cell)
{
	return some(cell->reported * OFFSET_BYTES);
}

/* Of the range, whatever was written; but only where that was told. */
static double bitmap_bytes(const struct plot_cell *cell)
{
	return isfinite(cell->reported) ? ceil(cell->range / PAGES_A_BYTE)
					: NAN;
}

static double entry_bytes(const struct plot_cell *cell)
{
	return isfinite(cell->reported) ? cell->range * ENTRY_BYTES : NAN;
}

enum { NR_FORMS = 4 };

/* Two fractions, as in the default preset, are no curve yet. */
enum { LEAST_POINTS = 3 };

static const struct {
	const char *name;
	double (*bytes)(const struct plot_cell *cell);
} forms[NR_FORMS] = {
	{ "regions", region_bytes },
	{ "page offsets", offset_bytes },
	{ "bitmap", bitmap_bytes },
	{ "pagemap entries", entry_bytes },
};

/* Where all trackers told the same, their names become a note. */
static int name_curves(struct sheet *sheet, struct chart *chart, int form)
{
	for (int i = 0; i < chart->nr; i++) {
		struct curve *curve = &chart->curves[i];
		char *label = NULL;

		if (!form && chart->nr == 1)
			fprintf(sheet->notes.file, "As told by %s\n",
				curve->label);
		if (asprintf(&label, "%s%s%s", forms[form].name,
			     chart->nr > 1 ? ": " : "",
			     chart->nr > 1 ? curve->label : "") < 0)
			return -ENOMEM;
		free(curve->label);
		curve->label = label;
		curve->colour = form + 1;
		curve->variant = i;
	}
	return 0;
}

/* @from loses its curves to @chart. */
static int take_curves(struct chart *chart, struct chart *from)
{
	for (; from->nr; from->nr--) {
		struct curve *grown =
			growing_room(chart->curves, chart->nr, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		chart->curves = grown;
		grown[chart->nr++] = from->curves[0];
		memmove(from->curves, from->curves + 1,
			(size_t)(from->nr - 1) * sizeof(*from->curves));
	}
	return 0;
}

/* The chart of the first form takes in those of the others. */
static int join_forms(struct sheet *sheet, struct charts charts[NR_FORMS],
		      int index)
{
	struct chart *chart = &charts[0].list[index];
	struct chart *of_form[NR_FORMS];
	int err = 0;

	for (int form = 0; !err && form < NR_FORMS; form++) {
		of_form[form] = charts_find(&charts[form], chart->key);
		if (of_form[form])
			err = chart_merge(sheet, of_form[form]);
	}
	for (int form = 0; !err && form < NR_FORMS; form++) {
		if (of_form[form])
			err = name_curves(sheet, of_form[form], form);
		if (!err && form && of_form[form])
			err = take_curves(chart, of_form[form]);
	}
	return err;
}

static int make_sheet(struct sheets *sheets, const struct plot *plot,
		      struct charts charts[NR_FORMS], int index)
{
	struct sheet *sheet =
		chart_sheet(sheets, &charts[0], index, "output", "output.gp");
	const struct chart *chart = &charts[0].list[index];
	int err;

	if (!sheet)
		return -ENOMEM;
	snprintf(sheet->title, sizeof(sheet->title),
		 "What one set of written pages takes, by the form that it is "
		 "told in");
	err = join_forms(sheet, charts, index);
	if (err)
		return err;
	chart_set_size(sheet, chart_legend_px(chart), 1);
	chart_put_span(sheet, chart, 0);
	chart_put_curves(sheet, chart);
	fprintf(sheet->notes.file,
		"Regions: those that the tracker told, adjacent ones joined, "
		"at %d bytes; page offsets: %d bytes a page told; bitmap: a "
		"bit a page of the range; pagemap entries: %d bytes a page of "
		"the range\n",
		REGION_BYTES, OFFSET_BYTES, ENTRY_BYTES);
	if (crossings_put(sheet, chart, "Equal size") ||
	    sheet_note_cells(sheet, plot, chart->first->cell->workload))
		return -ENOMEM;
	return sheets_end(sheets);
}

int output_make(struct sheets *sheets, const struct plot *plot)
{
	struct charts charts[NR_FORMS] = { { NULL } };
	int err = 0;

	for (int form = 0; !err && form < NR_FORMS; form++) {
		const struct curve_rule rule = {
			.swept = "dirty",
			.least = LEAST_POINTS,
			.x = dirty_fraction,
			.y = forms[form].bytes,
		};

		err = charts_make(&charts[form], plot, &rule);
	}
	for (int i = 0; !err && i < charts[0].nr; i++)
		err = make_sheet(sheets, plot, charts, i);
	for (int form = 0; form < NR_FORMS; form++)
		charts_clear(&charts[form]);
	return err;
}
