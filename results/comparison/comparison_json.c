// SPDX-License-Identifier: GPL-2.0-or-later
// A comparison as JSON, for programs.
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_print.h"
#include "results/comparison/comparison_words.h"
#include "results/tables/text.h"

/* Of the object; a change of meaning raises it. */
enum { COMPARISON_VERSION = 1 };

/* JSON has no NaN and no infinity. */
static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *integer(int64_t value)
{
	return value == SAMPLE_NULL ? json_null() : json_integer(value);
}

/* A file's name need not be UTF-8. */
static json_t *text(const char *value)
{
	json_t *json;
	char *ascii;

	if (!value)
		return json_null();
	json = json_string(value);
	if (json)
		return json;
	ascii = strdup(value);
	for (char *c = ascii; c && *c; c++)
		*c = text_ascii(*c);
	json = ascii ? json_string(ascii) : NULL;
	free(ascii);
	return json;
}

/* --- the sides --- */

static json_t *make_differences(const struct setting_differences *differences)
{
	static const char *const kinds[NR_SETTING_KINDS] = {
		[SETTING_MACHINE] = "machine",
		[SETTING_KERNEL] = "kernel",
		[SETTING_CONTROL] = "setting",
		[SETTING_TOOLS] = "tools",
	};
	json_t *list = json_array();

	for (int i = 0; i < differences->nr; i++) {
		const struct setting_difference *from = &differences->list[i];

		json_array_append_new(list,
				      json_pack("{s:o, s:s, s:o, s:o}", "field",
						text(from->field), "kind",
						kinds[from->kind], "base",
						text(from->base), "new",
						text(from->fresh)));
	}
	return list;
}

static json_t *make_runs(const struct side *side)
{
	json_t *list = json_array();

	for (int i = 0; i < side->nr_runs; i++) {
		const struct side_run *run = &side->runs[i];

		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:o}", "path",
				  text(run->path), "run", text(run->run),
				  "label", text(run->label), "boot",
				  text(run->boot), "lines",
				  (json_int_t)run->lines, "damaged",
				  (json_int_t)run->damaged, "damage",
				  text(run->damage)));
	}
	return list;
}

static json_t *make_side(const struct side *side)
{
	return json_pack("{s:o, s:i, s:o, s:o}", "label", text(side->name),
			 "boots", summary_nr_boots(side->summary), "runs",
			 make_runs(side), "mixed",
			 make_differences(&side->mixed));
}

/* What is known of the pair stands with its new side. */
static json_t *make_new_side(const struct comparison *comparison)
{
	json_t *side = make_side(comparison->fresh);

	json_object_set_new(side, "exploratory",
			    json_boolean(comparison->exploratory));
	json_object_set_new(side, "boots_needed",
			    json_integer(comparison->replicates_needed));
	json_object_set_new(side, "differences",
			    make_differences(&comparison->differences));
	return side;
}

static json_t *make_sides(const struct comparison *const *list, int nr)
{
	json_t *sides = json_array();

	if (nr)
		json_array_append_new(sides, make_side(list[0]->base));
	for (int i = 0; i < nr; i++)
		json_array_append_new(sides, make_new_side(list[i]));
	return sides;
}

/* --- what is compared --- */

static json_t *make_row(const struct comparison_row *row, int side)
{
	const struct contrast *contrast = &row->contrast;

	return json_pack(
		"{s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:b, "
		"s:o, s:o, s:i, s:i, s:i}",
		"cell", text(row->base->key), "figure",
		comparison_row_figure(row), "unit", comparison_row_unit(row),
		"base", number(contrast->base), "new", number(contrast->fresh),
		"change", number(contrast->ratio - 1), "low",
		number(contrast->low - 1), "high", number(contrast->high - 1),
		"p", number(contrast->p), "verdict",
		comparison_verdict_name(contrast), "exploratory",
		contrast->exploratory, "holm", number(contrast->holm), "floor",
		number(contrast->floor), "base_replicates", contrast->nr_base,
		"new_replicates", contrast->nr_fresh, "side", side);
}

static json_t *make_count(const struct comparison_count *count, int side)
{
	const struct count *about = count_get(count->count);

	return json_pack(
		"{s:o, s:s, s:s, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, "
		"s:i}",
		"cell", text(count->base_cell->key), "figure", about->name,
		"unit", about->unit, "base", number(count->base), "new",
		number(count->fresh), "change",
		number(comparison_change(count->base, count->fresh)), "changed",
		count->changed, "varies", count->varies, "base_lowest",
		integer(count->base_lowest), "base_highest",
		integer(count->base_highest), "new_lowest",
		integer(count->fresh_lowest), "new_highest",
		integer(count->fresh_highest), "side", side);
}

static json_t *make_mean(const struct comparison_mean *mean, int side)
{
	return json_pack("{s:s, s:o, s:s, s:o, s:i, s:i}", "of",
			 mean->of_tracker ? "tracker" : "workload", "name",
			 text(mean->name), "figure",
			 comparison_figure_name(mean->figure), "change",
			 number(mean->ratio - 1), "cells", mean->cells, "side",
			 side);
}

struct json_sink {
	json_t *cells;
	int side;
};

static void take_cell(void *arg, const struct summary_cell *cell,
		      const char *why, const char *reason)
{
	const struct json_sink *sink = arg;

	json_array_append_new(sink->cells,
			      json_pack("{s:o, s:s, s:o, s:i}", "cell",
					text(cell->key), "why", why, "reason",
					text(reason), "side", sink->side));
}

static void fill(json_t *rows, json_t *counts, json_t *means, json_t *cells,
		 const struct comparison *comparison, int side)
{
	struct json_sink sink = { cells, side };

	for (int i = 0; i < comparison->nr_rows; i++)
		json_array_append_new(rows,
				      make_row(&comparison->rows[i], side));
	for (int i = 0; i < comparison->nr_counts; i++)
		json_array_append_new(counts,
				      make_count(&comparison->counts[i], side));
	for (int i = 0; i < comparison->nr_means; i++)
		json_array_append_new(means,
				      make_mean(&comparison->means[i], side));
	comparison_cells_left_out(comparison, take_cell, &sink);
}

/* NULL without memory; members that got lost are not found out. */
static json_t *make_document(const struct comparison *const *list, int nr)
{
	json_t *rows = json_array(), *counts = json_array();
	json_t *means = json_array(), *cells = json_array();

	for (int i = 0; i < nr; i++)
		fill(rows, counts, means, cells, list[i], i + 1);
	return json_pack("{s:i, s:I, s:o, s:o, s:o, s:o, s:o}", "v",
			 COMPARISON_VERSION, "seed",
			 (json_int_t)(nr ? list[0]->seed : 0), "sides",
			 make_sides(list, nr), "rows", rows, "counts", counts,
			 "means", means, "cells", cells);
}

int comparison_print_json(FILE *out, const struct comparison *const *list,
			  int nr)
{
	json_t *document = make_document(list, nr);
	int err;

	if (!document)
		return -ENOMEM;
	err = json_dumpf(document, out, JSON_INDENT(1));
	json_decref(document);
	fputc('\n', out);
	return err || ferror(out) ? -EIO : 0;
}
