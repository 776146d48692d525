// SPDX-License-Identifier: GPL-2.0-or-later
// A comparison as CSV (RFC 4180), for spreadsheets and statistics programs.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "results/comparison/comparison_print.h"
#include "results/comparison/comparison_words.h"
#include "results/tables/text.h"

/* Ends the lines of RFC 4180. */
#define LINE_END "\r\n"

static const char header[] =
	"side,base_label,new_label,kind,cell,figure,unit,base,new,change,low,"
	"high,p,holm,floor,base_replicates,new_replicates,verdict,exploratory,"
	"base_lowest,base_highest,new_lowest,new_highest,note" LINE_END;

/* One row; what a kind of row does not have is NULL, NAN or SAMPLE_NULL. */
struct csv_row {
	int side;
	const char *kind, *cell, *figure, *unit;
	double base, fresh, change, low, high, p, holm, floor;
	int64_t base_replicates, fresh_replicates;
	const char *verdict, *exploratory;
	int64_t base_lowest, base_highest, fresh_lowest, fresh_highest;
	const char *note;
};

static struct csv_row empty_row(int side, const char *kind, const char *cell)
{
	return (struct csv_row){
		.side = side,
		.kind = kind,
		.cell = cell,
		.base = NAN,
		.fresh = NAN,
		.change = NAN,
		.low = NAN,
		.high = NAN,
		.p = NAN,
		.holm = NAN,
		.floor = NAN,
		.base_replicates = SAMPLE_NULL,
		.fresh_replicates = SAMPLE_NULL,
		.base_lowest = SAMPLE_NULL,
		.base_highest = SAMPLE_NULL,
		.fresh_lowest = SAMPLE_NULL,
		.fresh_highest = SAMPLE_NULL,
	};
}

static void put_text(FILE *out, const char *text)
{
	fputc(',', out);
	if (text)
		text_csv(out, text);
}

/* As few digits as give the same double again. */
static void put_double(FILE *out, double value)
{
	char text[32];

	fputc(',', out);
	if (!isfinite(value))
		return;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	fputs(text, out);
}

static void put_int(FILE *out, int64_t value)
{
	fputc(',', out);
	if (value != SAMPLE_NULL)
		fprintf(out, "%" PRId64, value);
}

static void put_row(FILE *out, const struct comparison *comparison,
		    const struct csv_row *row)
{
	fprintf(out, "%d", row->side);
	put_text(out, comparison->base->name);
	put_text(out, comparison->fresh->name);
	put_text(out, row->kind);
	put_text(out, row->cell);
	put_text(out, row->figure);
	put_text(out, row->unit);
	put_double(out, row->base);
	put_double(out, row->fresh);
	put_double(out, row->change);
	put_double(out, row->low);
	put_double(out, row->high);
	put_double(out, row->p);
	put_double(out, row->holm);
	put_double(out, row->floor);
	put_int(out, row->base_replicates);
	put_int(out, row->fresh_replicates);
	put_text(out, row->verdict);
	put_text(out, row->exploratory);
	put_int(out, row->base_lowest);
	put_int(out, row->base_highest);
	put_int(out, row->fresh_lowest);
	put_int(out, row->fresh_highest);
	put_text(out, row->note);
	fputs(LINE_END, out);
}

static void put_times(FILE *out, const struct comparison *comparison, int side)
{
	for (int i = 0; i < comparison->nr_rows; i++) {
		const struct comparison_row *from = &comparison->rows[i];
		const struct contrast *contrast = &from->contrast;
		struct csv_row row = empty_row(
			side, contrast->exact ? "instructions" : "time",
			from->base->key);

		row.figure = comparison_row_figure(from);
		row.unit = comparison_row_unit(from);
		row.base = contrast->base;
		row.fresh = contrast->fresh;
		row.change = contrast->ratio - 1;
		row.low = contrast->low - 1;
		row.high = contrast->high - 1;
		row.p = contrast->p;
		row.holm = contrast->holm;
		row.floor = contrast->floor;
		row.base_replicates = contrast->nr_base;
		row.fresh_replicates = contrast->nr_fresh;
		row.verdict = comparison_verdict_name(contrast);
		row.exploratory = contrast->exploratory ? "yes" : "no";
		put_row(out, comparison, &row);
	}
}

static void put_counts(FILE *out, const struct comparison *comparison, int side)
{
	for (int i = 0; i < comparison->nr_counts; i++) {
		const struct comparison_count *from = &comparison->counts[i];
		struct csv_row row =
			empty_row(side, "count", from->base_cell->key);

		row.figure = count_get(from->count)->name;
		row.unit = count_get(from->count)->unit;
		row.base = from->base;
		row.fresh = from->fresh;
		row.change = comparison_change(from->base, from->fresh);
		row.verdict = comparison_count_word(from);
		row.base_lowest = from->base_lowest;
		row.base_highest = from->base_highest;
		row.fresh_lowest = from->fresh_lowest;
		row.fresh_highest = from->fresh_highest;
		put_row(out, comparison, &row);
	}
}

struct csv_sink {
	FILE *out;
	const struct comparison *comparison;
	int side;
};

static void put_cell(void *arg, const struct summary_cell *cell,
		     const char *why, const char *reason)
{
	const struct csv_sink *sink = arg;
	struct csv_row row = empty_row(sink->side, "cell", cell->key);

	row.verdict = why;
	row.note = reason;
	put_row(sink->out, sink->comparison, &row);
}

int comparison_print_csv(FILE *out, const struct comparison *const *list,
			 int nr)
{
	fputs(header, out);
	for (int i = 0; i < nr; i++) {
		struct csv_sink sink = { out, list[i], i + 1 };

		put_times(out, list[i], i + 1);
		put_counts(out, list[i], i + 1);
		comparison_cells_left_out(list[i], put_cell, &sink);
	}
	return ferror(out) ? -EIO : 0;
}
