// SPDX-License-Identifier: GPL-2.0-or-later
/* What recording writes cost, and who could not collect as often as asked. */
#include "results/tables/watchnotes.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "results/tables/cellname.h"
#include "results/tables/text.h"

/* Where a long note goes on. */
enum { NOTE_INDENT = 2 };

/* Collections of an epoch, as a share, that may be late: more, and the delay
 * between two is mostly another one. */
static const double late_share = 0.5;

struct span {
	double lowest, highest; /* NAN where there is nothing */
};

static double median(const struct summary_cell *cell, enum figure_id id)
{
	return cell->figures[id].median;
}

static void widen(struct span *span, double value)
{
	span->lowest = fmin(span->lowest, value);
	span->highest = fmax(span->highest, value);
}

/*
 * Of an untracked write it is the time itself: there it is most of what there
 * is. A tracked one takes a fault, and what can be seen of it depends on how
 * far these differ.
 */
static void print_recording(FILE *out, const struct summary *summary)
{
	struct span bare_ns = { NAN, NAN }, share = { NAN, NAN };

	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);
		double ns = median(cell, FIGURE_WATCH_RECORDING);

		if (isfinite(median(cell, FIGURE_WATCH_PAGES)))
			widen(&share, ns / median(cell, FIGURE_WATCH_TRACKED));
		else
			widen(&bare_ns, ns);
	}
	if (isfinite(bare_ns.lowest))
		fprintf(out,
			"recording: %.1f to %.1f ns of a write that nobody "
			"tracks\n",
			bare_ns.lowest, bare_ns.highest);
	if (isfinite(share.lowest))
		fprintf(out,
			"recording: %.1f to %.1f %% of the median tracked "
			"write\n",
			100 * share.lowest, 100 * share.highest);
}

static int print_late(FILE *out, const struct summary_cell *cell)
{
	const char *delay = summary_cell_param(cell, "delay-ms");
	char *text;
	size_t size;
	FILE *note = open_memstream(&text, &size);
	int err;

	if (!note)
		return -ENOMEM;
	fputs("fell behind: ", note);
	cellname_put(note, cell);
	fprintf(note,
		": %.0f %% of its collections began late, as collecting or "
		"judging took longer than delay-ms%s%s or the epoch left: "
		"choose longer ones, or fewer pages",
		100 * median(cell, FIGURE_WATCH_LATE), delay ? "=" : "",
		delay ? delay : "");
	err = fclose(note) ? -ENOMEM : 0;
	if (!err)
		text_wrap_at(out, TEXT_COLUMNS, NOTE_INDENT, text);
	free(text);
	return err;
}

int watchnotes_print(FILE *out, const struct summary *summary)
{
	int err = 0;

	print_recording(out, summary);
	for (int i = 0; i < summary_nr_cells(summary) && !err; i++)
		if (median(summary_cell(summary, i), FIGURE_WATCH_LATE) >=
		    late_share)
			err = print_late(out, summary_cell(summary, i));
	return err;
}
