// SPDX-License-Identifier: GPL-2.0-or-later
// The words that all formats of a comparison share.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_words.h"
#include "results/tables/text.h"

/* A figure that is a time, and whose denominator it has. */
struct timed {
	const char *name, *per;
};

static const struct timed timed_figures[NR_FIGURES] = {
	[FIGURE_ARM_RESIDENT] = { "arm", "resident page" },
	[FIGURE_ARM_RANGE] = { "arm_range", "page of the range" },
	[FIGURE_ARM_REARMED] = { "arm_rearmed", "rearmed page" },
	[FIGURE_CHANGE] = { "change", "call" },
	[FIGURE_WRITE] = { "write", "dirtied page" },
	[FIGURE_COLLECT_RESIDENT] = { "collect", "resident page" },
	[FIGURE_COLLECT_RANGE] = { "collect_range", "page of the range" },
	[FIGURE_COLLECT_ARM_RESIDENT] = { "collect_arm", "resident page" },
	[FIGURE_COLLECT_ARM_RANGE] = { "collect_arm_range",
				       "page of the range" },
	[FIGURE_TRACKING] = { "tracking", "dirtied page, writing untracked "
					  "taken off" },
	[FIGURE_OPEN] = { "open", "resident page" },
	[FIGURE_FIRST_ARM] = { "first_arm", "resident page" },
	[FIGURE_CLOSE] = { "close", "resident page" },
	[FIGURE_AFTER_READ] = { "after_read", "resident page" },
	[FIGURE_AFTER_WRITE] = { "after_write", "dirtied page" },
	[FIGURE_WATCH_WRITE] = { "watch_write", "write" },
	[FIGURE_WATCH_WRITE_99] = { "watch_write_p99", "write" },
	[FIGURE_WATCH_TRACKED] = { "watch_tracked_write", "write" },
	[FIGURE_WATCH_COLLECT] = { "watch_collect", "collection" },
	[FIGURE_WATCH_ARM] = { "watch_arm", "collection" },
	[FIGURE_WATCH_COLLECT_ARM] = { "watch_collect_arm", "collection" },
	[FIGURE_PURSUIT_STOPPED] = { "pre_dump_stopped", "pre-dump" },
	[FIGURE_PURSUIT_PAUSE] = { "pre_dump_pause", "pre-dump" },
	[FIGURE_REAL_TIME] = { "real_time", "iteration" },
	[FIGURE_CPU_TIME] = { "cpu_time", "iteration" },
};

const char *comparison_figure_name(enum figure_id id)
{
	return timed_figures[id].name;
}

const char *comparison_row_figure(const struct comparison_row *row)
{
	return figure_get(row->figure)->name[row->base->timing];
}

const char *comparison_row_unit(const struct comparison_row *row)
{
	return figure_get(row->figure)->unit[row->base->timing];
}

static bool has_name(enum figure_id id, const char *name)
{
	const struct figure *figure = figure_get(id);
	const char *brief = timed_figures[id].name;

	for (int i = 0; i < NR_TIMINGS; i++)
		if (figure->name[i] && strcmp(figure->name[i], name) == 0)
			return true;
	return brief && strcmp(brief, name) == 0;
}

int comparison_figure_find(const char *name, enum figure_id *id)
{
	for (int i = 0; i < NR_FIGURES; i++) {
		if (!has_name(i, name))
			continue;
		*id = i;
		return timed_figures[i].name ? 0 : -EINVAL;
	}
	for (int i = 0; i < NR_COUNTS; i++)
		if (strcmp(count_get(i)->name, name) == 0)
			return -EINVAL;
	return -ENOENT;
}

const char *comparison_verdict_name(const struct contrast *contrast)
{
	switch (contrast->verdict) {
	case VERDICT_BETTER:
		return "better";
	case VERDICT_WORSE:
		return "worse";
	default:
		return "none";
	}
}

const char *comparison_verdict_mark(const struct contrast *contrast)
{
	switch (contrast->verdict) {
	case VERDICT_BETTER:
		return contrast->exploratory ? "better ?" : "better *";
	case VERDICT_WORSE:
		return contrast->exploratory ? "worse ?" : "worse *";
	default:
		return "~";
	}
}

static bool is_one_sided(const struct comparison_row *row)
{
	return isnan(row->contrast.base) || isnan(row->contrast.fresh);
}

bool comparison_row_shows(const struct comparison_row *row)
{
	return row->contrast.verdict != VERDICT_NONE || is_one_sided(row);
}

bool comparison_count_shows(const struct comparison_count *count)
{
	return count->changed;
}

double comparison_change(double base, double fresh)
{
	return base > 0 ? fresh / base - 1 : NAN;
}

const char *comparison_count_word(const struct comparison_count *count)
{
	if (count->changed)
		return "changed";
	return count->varies ? "varies" : "same";
}

/* --- cells in no row --- */

static const char *spoilt_reason(const struct summary_cell *cell)
{
	static const enum sample_status statuses[] = {
		STATUS_LIED,
		STATUS_INEXACT,
		STATUS_FAIL,
	};

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (cell->rows[statuses[i]])
			return cell->reason[statuses[i]];
	return NULL;
}

/* Why the cell is in no row, and *@reason; NULL when it is in one. */
static const char *left_out(const struct comparison *comparison,
			    const struct summary_cell *cell, bool of_base,
			    const char **reason)
{
	const struct summary_cell *other =
		comparison_counterpart(comparison, cell, of_base);

	*reason = cell->reason[STATUS_SKIP];
	if (comparison_is_spoilt(cell)) {
		*reason = spoilt_reason(cell);
		return of_base ? "spoilt in base" : "spoilt in new";
	}
	if (!summary_cell_ran(cell))
		return of_base ? "skipped in base" : "skipped in new";
	if (!other ||
	    (!summary_cell_ran(other) && !comparison_is_spoilt(other))) {
		*reason = other ? other->reason[STATUS_SKIP] : NULL;
		return of_base ? "only in base" : "only in new";
	}
	if (cell->rows[STATUS_SKIP])
		return of_base ? "skipped in part in base"
			       : "skipped in part in new";
	return NULL;
}

void comparison_cells_left_out(const struct comparison *comparison,
			       void (*take)(void *arg,
					    const struct summary_cell *cell,
					    const char *why,
					    const char *reason),
			       void *arg)
{
	for (int of_base = 1; of_base >= 0; of_base--) {
		const struct summary *summary =
			of_base ? comparison->base->summary
				: comparison->fresh->summary;

		for (int i = 0; i < summary_nr_cells(summary); i++) {
			const struct summary_cell *cell =
				summary_cell(summary, i);
			const char *reason;
			const char *why =
				left_out(comparison, cell, of_base, &reason);

			if (why)
				take(arg, cell, why, reason);
		}
	}
}

/* --- what the figures are --- */

static bool is_used(const struct comparison *comparison, enum figure_id id)
{
	for (int i = 0; i < comparison->nr_rows; i++)
		if (comparison->rows[i].figure == id)
			return true;
	return false;
}

static const char *unit_word(const struct comparison *comparison)
{
	bool used[NR_TIMINGS] = { false };

	for (int i = 0; i < comparison->nr_rows; i++)
		used[comparison->rows[i].base->timing] = true;
	if (used[TIMING_NS] && used[TIMING_INSN])
		return "ns or, where they were counted, instructions";
	return used[TIMING_INSN] ? "instructions" : "ns";
}

/* Figures with the denominator of @first, which is the first of them. */
static void tell_figures(FILE *out, const struct comparison *comparison,
			 enum figure_id first)
{
	const char *per = timed_figures[first].per;

	fputs(timed_figures[first].name, out);
	for (int i = first + 1; i < NR_FIGURES; i++)
		if (timed_figures[i].name && is_used(comparison, i) &&
		    strcmp(timed_figures[i].per, per) == 0)
			fprintf(out, ", %s", timed_figures[i].name);
	fprintf(out, ": %s per %s", unit_word(comparison), per);
}

static bool is_first(const struct comparison *comparison, enum figure_id id)
{
	if (!timed_figures[id].name || !is_used(comparison, id))
		return false;
	for (int i = 0; i < (int)id; i++)
		if (timed_figures[i].name && is_used(comparison, i) &&
		    strcmp(timed_figures[i].per, timed_figures[id].per) == 0)
			return false;
	return true;
}

char *comparison_legend(const struct comparison *comparison)
{
	const char *between = "";
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (int i = 0; i < NR_FIGURES; i++) {
		if (!is_first(comparison, i))
			continue;
		fputs(between, out);
		tell_figures(out, comparison, i);
		between = "; ";
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/* --- how much there is --- */

char *comparison_rows_told(const struct comparison *comparison, bool all)
{
	int quiet = 0;
	char *text;

	if (!comparison->nr_rows)
		return strdup("no rows: no cell was measured on both sides");
	for (int i = 0; i < comparison->nr_rows; i++)
		quiet += !comparison_row_shows(&comparison->rows[i]);
	if (asprintf(&text, "%d of %d %s unchanged%s", quiet,
		     TEXT_NOUN(comparison->nr_rows, "row", "rows"),
		     all || !quiet ? "" : " (~, shown by compare --all)") < 0)
		return NULL;
	return text;
}

char *comparison_counts_told(const struct comparison *comparison, bool all)
{
	int changed = 0, vary = 0;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (int i = 0; i < comparison->nr_counts; i++) {
		changed += comparison->counts[i].changed;
		vary += comparison->counts[i].varies &&
			!comparison->counts[i].changed;
	}
	if (!changed && !vary)
		fprintf(out, "all %d %s the same", comparison->nr_counts,
			comparison->nr_counts == 1 ? "count is" : "counts are");
	else
		fprintf(out, "%d of %d %s the same",
			comparison->nr_counts - changed - vary,
			TEXT_NOUN(comparison->nr_counts, "count", "counts"));
	if (vary)
		fprintf(out,
			"; %d %s from process to process, in ranges that "
			"overlap",
			vary, vary == 1 ? "varies" : "vary");
	if (!all && (vary || (changed && changed < comparison->nr_counts)))
		fprintf(out, " (shown by compare --all)");
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
