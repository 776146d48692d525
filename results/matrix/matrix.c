// SPDX-License-Identifier: GPL-2.0-or-later
// What trackers tell of kinds of pages on several kernels, as samples prove.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "results/matrix/matrix.h"

const char *matrix_outcome_name(enum matrix_outcome outcome)
{
	static const char *const names[NR_MATRIX_OUTCOMES] = {
		[MATRIX_NOTHING] = "nothing",
		[MATRIX_EXACT] = "exact",
		[MATRIX_OVER] = "over-reports",
		[MATRIX_WRONG] = "wrong",
		[MATRIX_UNSUPPORTED] = "unsupported",
		[MATRIX_FAILED] = "failed",
		[MATRIX_HUNG] = "hung",
		[MATRIX_OOPS] = "oops",
	};

	return names[outcome];
}

int matrix_format_find(const char *name, enum matrix_format *format,
		       struct reason *why)
{
	static const char *const names[NR_MATRIX_FORMATS] = {
		[MATRIX_TEXT] = "text",
		[MATRIX_MARKDOWN] = "markdown",
		[MATRIX_CSV] = "csv",
		[MATRIX_JSON] = "json",
	};

	for (int i = 0; i < NR_MATRIX_FORMATS; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		*format = (enum matrix_format)i;
		return 0;
	}
	return reason_set(why, -EINVAL,
			  "--format %s: has to be text, markdown, csv or json",
			  name);
}

int matrix_init(struct matrix *matrix, const char *const *kernels,
		int nr_kernels)
{
	*matrix = (struct matrix){ .nr_kernels = nr_kernels };
	matrix->kernels = calloc((size_t)nr_kernels, sizeof(*matrix->kernels));
	if (!matrix->kernels)
		return -ENOMEM;
	for (int i = 0; i < nr_kernels; i++) {
		matrix->kernels[i] = strdup(kernels[i]);
		if (!matrix->kernels[i])
			return -ENOMEM;
	}
	return 0;
}

int matrix_add_row(struct matrix *matrix, const char *cell, const char *pages,
		   const char *tracker, bool unclaimed)
{
	struct matrix_row *row;

	row = realloc(matrix->rows,
		      ((size_t)matrix->nr_rows + 1) * sizeof(*row));
	if (!row)
		return -ENOMEM;
	matrix->rows = row;
	row += matrix->nr_rows++;
	row->cell = strdup(cell);
	row->pages = strdup(pages);
	row->tracker = strdup(tracker);
	row->unclaimed = unclaimed;
	row->entries =
		calloc((size_t)matrix->nr_kernels, sizeof(*row->entries));
	if (!row->cell || !row->pages || !row->tracker || !row->entries)
		return -ENOMEM;
	for (int i = 0; i < matrix->nr_kernels; i++)
		row->entries[i].declared = true;
	return 0;
}

void matrix_destroy(struct matrix *matrix)
{
	for (int i = 0; matrix->kernels && i < matrix->nr_kernels; i++)
		free(matrix->kernels[i]);
	for (int i = 0; i < matrix->nr_rows; i++) {
		free(matrix->rows[i].cell);
		free(matrix->rows[i].pages);
		free(matrix->rows[i].tracker);
		free(matrix->rows[i].entries);
	}
	free(matrix->kernels);
	free(matrix->rows);
	*matrix = (struct matrix){ .nr_rows = 0 };
}

static struct matrix_entry *find_entry(struct matrix *matrix, int kernel,
				       const char *cell)
{
	for (int i = 0; i < matrix->nr_rows; i++)
		if (!strcmp(matrix->rows[i].cell, cell))
			return &matrix->rows[i].entries[kernel];
	return NULL;
}

static void raise_outcome(struct matrix_entry *entry,
			  enum matrix_outcome outcome)
{
	if (outcome > entry->outcome)
		entry->outcome = outcome;
}

static void keep_reason(struct matrix_entry *entry, const char *reason)
{
	if (!entry->reason[0])
		snprintf(entry->reason, sizeof(entry->reason), "%s", reason);
}

static int64_t known(int64_t figure)
{
	return figure == SAMPLE_NULL ? 0 : figure;
}

static void take_epoch(struct matrix_entry *entry, const struct sample *sample)
{
	int64_t dirtied = known(sample->figures.pages.dirtied);
	int64_t missed = known(sample->figures.pages.missed);
	int64_t extra = known(sample->figures.pages.extra);

	/* The tracker claims nothing, and nothing was proved. */
	if (sample->figures.pages.missed == SAMPLE_NULL)
		return;
	entry->epochs++;
	entry->unit = known(sample->figures.pages.unit);
	entry->dirtied += dirtied;
	entry->missed += missed;
	entry->extra += extra;
	/* How many writers that go on have written is not known. */
	if (sample->figures.pages.dirtied == 0)
		entry->unwritten += extra;
	entry->declared &= sample->status == STATUS_OK;
	raise_outcome(entry, MATRIX_EXACT);
	if (extra)
		raise_outcome(entry, MATRIX_OVER);
	if (missed)
		raise_outcome(entry, MATRIX_WRONG);
}

void matrix_take(struct matrix *matrix, int kernel, const struct sample *sample)
{
	struct matrix_entry *entry = find_entry(matrix, kernel, sample->cell);

	if (!entry)
		return;
	if (sample->status == STATUS_SKIP)
		raise_outcome(entry, MATRIX_UNSUPPORTED);
	else if (sample->status == STATUS_FAIL)
		raise_outcome(entry, MATRIX_FAILED);
	else
		take_epoch(entry, sample);
	if (sample->status == STATUS_SKIP || sample->status == STATUS_FAIL)
		keep_reason(entry, sample->reason);
}

void matrix_set_broken(struct matrix *matrix, int kernel, const char *cell,
		       enum matrix_outcome outcome)
{
	struct matrix_entry *entry = find_entry(matrix, kernel, cell);

	if (entry)
		raise_outcome(entry, outcome);
}

void matrix_explain_rest(struct matrix *matrix, int kernel, const char *reason)
{
	for (int i = 0; i < matrix->nr_rows; i++)
		if (matrix->rows[i].entries[kernel].outcome == MATRIX_NOTHING)
			keep_reason(&matrix->rows[i].entries[kernel], reason);
}

static void describe_extra(const struct matrix_entry *entry, char *text,
			   size_t bytes)
{
	size_t used;

	if (entry->declared && entry->unit > 1 && !entry->unwritten &&
	    entry->dirtied + entry->extra == entry->dirtied * entry->unit) {
		snprintf(text, bytes,
			 "whole huge pages of %" PRId64
			 " pages, as the tracker declares",
			 entry->unit);
		return;
	}
	if (!entry->dirtied && !entry->unwritten)
		used = (size_t)snprintf(text, bytes,
					"%" PRId64
					" pages besides the written ones",
					entry->extra);
	else
		used = (size_t)snprintf(
			text, bytes,
			"%" PRId64 " pages for %" PRId64 " written",
			entry->dirtied + entry->extra - entry->unwritten,
			entry->dirtied);
	if (entry->unwritten)
		used += (size_t)snprintf(text + used, bytes - used,
					 ", %" PRId64
					 " where nothing was written",
					 entry->unwritten);
	if (entry->declared)
		snprintf(text + used, bytes - used,
			 ", as the tracker declares");
}

/* Of writers that go on, nobody counts what they have written. */
static size_t describe_missed(const struct matrix_entry *entry, char *text,
			      size_t bytes)
{
	if (!entry->dirtied)
		return (size_t)snprintf(text, bytes,
					"misses %" PRId64
					" pages that were written while it "
					"collected",
					entry->missed);
	return (size_t)snprintf(
		text, bytes, "misses %" PRId64 " of %" PRId64 " written pages",
		entry->missed, entry->dirtied);
}

void matrix_describe(const struct matrix_entry *entry, char *text, size_t bytes)
{
	size_t used;

	text[0] = '\0';
	switch (entry->outcome) {
	case MATRIX_EXACT:
		return;
	case MATRIX_OVER:
		describe_extra(entry, text, bytes);
		return;
	case MATRIX_WRONG:
		used = describe_missed(entry, text, bytes);
		if (entry->extra)
			snprintf(text + used, bytes - used,
				 ", reports %" PRId64 " others", entry->extra);
		return;
	default:
		snprintf(text, bytes, "%s", entry->reason);
	}
}
