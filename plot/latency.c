// SPDX-License-Identifier: GPL-2.0-or-later
/* How long writes take, as the share that takes longer: writers that go on. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/kinds.h"
#include "plot/watched.h"

/* Sizes in pixels. */
enum { WIDTH_PX = 900, HEIGHT_PX = 520, LETTER_PX = 8, SAMPLE_PX = 60 };

/* A point a bucket: which share of the values is above it. */
static void put_curve(FILE *out, const struct plot_cell *cell)
{
	const struct histogram *h = &cell->detail->histograms[DETAIL_WRITE];
	uint64_t left = h->nr;

	fputs("\n\n# ", out);
	sheet_put(out, cell->label);
	fputs("\n# ns\tshare of writes that take longer\n", out);
	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t high = histogram_low(i + 1) - 1;

		if (!h->count[i])
			continue;
		left -= h->count[i];
		if (left)
			fprintf(out, "%llu\t%.9g\n", (unsigned long long)high,
				(double)left / (double)h->nr);
	}
	/* The last one is above nothing: it is one of so many. */
	fprintf(out, "%llu\t%.9g\n", (unsigned long long)h->max,
		1 / (double)h->nr);
}

/* Of few writes there is none. */
static void put_tail(FILE *notes, const struct histogram *h, unsigned int of,
		     const char *name)
{
	double value = histogram_tail(h, of);

	if (isfinite(value))
		fprintf(notes, ", %s %.0f", name, value);
}

/* The median is below the smallest fault, and the slowest is a single one. */
static void put_note(FILE *notes, const struct plot_cell *cell)
{
	const struct histogram *h = &cell->detail->histograms[DETAIL_WRITE];
	double recording = cell->cell->figures[FIGURE_WATCH_RECORDING].median;

	fprintf(notes, "%s: %llu writes recorded, median %.0f ns", cell->label,
		(unsigned long long)h->nr, histogram_quantile(h, 0.5));
	put_tail(notes, h, 100, "99 %");
	put_tail(notes, h, 1000, "99.9 %");
	fprintf(notes, ", slowest %llu", (unsigned long long)h->max);
	if (isfinite(recording))
		fprintf(notes, "; recording adds %.1f ns a write", recording);
	fputc('\n', notes);
}

static int make_sheet(struct sheets *sheets, const struct watched *group)
{
	struct sheet *sheet =
		watched_sheet(sheets, group, "latency.gp", "latency");
	int legend;

	if (!sheet)
		return -ENOMEM;
	legend = watched_longest(group) * LETTER_PX + SAMPLE_PX;
	snprintf(sheet->title, sizeof(sheet->title),
		 "Writes that take longer than so long");
	sheet->width = WIDTH_PX + legend;
	sheet->height = HEIGHT_PX;
	fprintf(sheet->head.file, "legend\t%d\n", legend);
	for (int i = group->first; i < group->end; i++)
		if (watched_has(&group->plot->cells[i])) {
			watched_put_head(sheet, group, i);
			put_curve(sheet->body.file, &group->plot->cells[i]);
			put_note(sheet->notes.file, &group->plot->cells[i]);
		}
	return watched_end(sheets, sheet, group);
}

int latency_make(struct sheets *sheets, const struct plot *plot)
{
	struct watched group = { .plot = plot, .has = watched_has };
	int err = 0;

	while (!err && watched_next(&group))
		err = make_sheet(sheets, &group);
	return err;
}
