// SPDX-License-Identifier: GPL-2.0-or-later
// A matrix as text, Markdown, CSV or JSON.
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "results/matrix/matrix.h"
#include "results/tables/text.h"

/* Room for a sentence: a reason, or what matrix_describe() composes. */
enum { SENTENCE_BYTES = 512 };

/* Of a column of the text: two blanks, a word of six, a blank, a number. */
enum { ENTRY_COLUMNS = 11, ENTRY_BYTES = 24 };

/* Sentences that were given numbers, each once. */
struct notes {
	char **text;
	int nr;
};

static const char *short_name(enum matrix_outcome outcome)
{
	static const char *const names[NR_MATRIX_OUTCOMES] = {
		[MATRIX_NOTHING] = "?",	    [MATRIX_EXACT] = "exact",
		[MATRIX_OVER] = "over",	    [MATRIX_WRONG] = "WRONG",
		[MATRIX_UNSUPPORTED] = "-", [MATRIX_FAILED] = "FAILED",
		[MATRIX_HUNG] = "HUNG",	    [MATRIX_OOPS] = "OOPS",
	};

	return names[outcome];
}

static bool same_note(const char *note, const char *name, const char *sentence)
{
	size_t length = strlen(name);

	return !strncmp(note, name, length) &&
	       !strncmp(note + length, ": ", 2) &&
	       !strcmp(note + length + 2, sentence);
}

/* The number of a sentence, from 1; 0 where there is none to say. */
static int note_number(struct notes *notes, const struct matrix_entry *entry)
{
	const char *name = matrix_outcome_name(entry->outcome);
	char sentence[SENTENCE_BYTES];
	char **grown;

	matrix_describe(entry, sentence, sizeof(sentence));
	if (!sentence[0])
		return 0;
	for (int i = 0; i < notes->nr; i++)
		if (same_note(notes->text[i], name, sentence))
			return i + 1;
	grown = realloc(notes->text, ((size_t)notes->nr + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	notes->text = grown;
	if (asprintf(&notes->text[notes->nr], "%s: %s", name, sentence) < 0)
		return -ENOMEM;
	return ++notes->nr;
}

static int entry_word(struct notes *notes, const struct matrix_entry *entry,
		      char word[ENTRY_BYTES])
{
	int number = note_number(notes, entry);

	if (number < 0)
		return number;
	if (number)
		snprintf(word, ENTRY_BYTES, "%s %d", short_name(entry->outcome),
			 number);
	else
		snprintf(word, ENTRY_BYTES, "%s", short_name(entry->outcome));
	return 0;
}

static bool begins_pages(const struct matrix *matrix, int row)
{
	return !row || strcmp(matrix->rows[row - 1].pages,
			      matrix->rows[row].pages) != 0;
}

static int longest(int length, const char *text)
{
	int other = (int)strlen(text);

	return other > length ? other : length;
}

/* Of the names of trackers, with room for their mark. */
static int name_columns(const struct matrix *matrix)
{
	int columns = 0;

	for (int i = 0; i < matrix->nr_rows; i++)
		columns = longest(columns, matrix->rows[i].tracker);
	return columns + 4;
}

static int kernel_columns(const struct matrix *matrix)
{
	int columns = ENTRY_COLUMNS - 2;

	for (int i = 0; i < matrix->nr_kernels; i++)
		columns = longest(columns, matrix->kernels[i]);
	return columns + 2;
}

/* Kernels [first, end) side by side. */
struct block {
	int first, end;
	int name_columns, kernel_columns;
};

static void print_heads(FILE *out, const struct matrix *matrix,
			const struct block *block)
{
	char line[256];
	int used =
		snprintf(line, sizeof(line), "%-*s", block->name_columns, "");

	for (int i = block->first; i < block->end; i++)
		used += snprintf(line + used, sizeof(line) - (size_t)used,
				 "%-*s", block->kernel_columns,
				 matrix->kernels[i]);
	text_trimmed(out, line);
}

static int print_row(FILE *out, const struct matrix_row *row,
		     const struct block *block, struct notes *notes)
{
	char line[256], word[ENTRY_BYTES], name[80];
	int used, ret;

	snprintf(name, sizeof(name), "  %s%s", row->tracker,
		 row->unclaimed ? "*" : "");
	used = snprintf(line, sizeof(line), "%-*s", block->name_columns, name);
	for (int i = block->first; i < block->end; i++) {
		ret = entry_word(notes, &row->entries[i], word);
		if (ret)
			return ret;
		used += snprintf(line + used, sizeof(line) - (size_t)used,
				 "%-*s", block->kernel_columns, word);
	}
	text_trimmed(out, line);
	return 0;
}

static int print_block(FILE *out, const struct matrix *matrix,
		       const struct block *block, struct notes *notes)
{
	int ret = 0;

	print_heads(out, matrix, block);
	for (int i = 0; !ret && i < matrix->nr_rows; i++) {
		if (begins_pages(matrix, i))
			fprintf(out, "%s\n", matrix->rows[i].pages);
		ret = print_row(out, &matrix->rows[i], block, notes);
	}
	fputc('\n', out);
	return ret;
}

static void print_legend(FILE *out, const struct matrix *matrix)
{
	bool unclaimed = false;

	for (int i = 0; i < matrix->nr_rows; i++)
		unclaimed |= matrix->rows[i].unclaimed;
	text_wrap(out, 2,
		  "exact: the written pages and no others, in every epoch; "
		  "over: others as well; WRONG: written pages were missed; "
		  "-: unsupported; ?: the kernel did not come to it");
	if (unclaimed)
		text_wrap(out, 2,
			  "*: the tracker declares that it cannot follow such "
			  "pages, and 'dirtybench run' leaves the cell out");
}

static void print_notes(FILE *out, const struct notes *notes)
{
	char line[SENTENCE_BYTES + 64];

	for (int i = 0; i < notes->nr; i++) {
		snprintf(line, sizeof(line), "%2d %s", i + 1, notes->text[i]);
		text_wrap(out, 3, line);
	}
}

static void free_notes(struct notes *notes)
{
	for (int i = 0; i < notes->nr; i++)
		free(notes->text[i]);
	free(notes->text);
}

/* Blocks of as many kernels as there is room for, all equally wide. */
static int print_text(FILE *out, const struct matrix *matrix)
{
	struct block block = { .name_columns = name_columns(matrix),
			       .kernel_columns = kernel_columns(matrix) };
	struct notes notes = { .nr = 0 };
	int fit = (TEXT_COLUMNS - block.name_columns) / block.kernel_columns;
	int blocks, each, ret = 0;

	fit = fit < 1 ? 1 : fit;
	blocks = (matrix->nr_kernels + fit - 1) / fit;
	each = (matrix->nr_kernels + blocks - 1) / blocks;
	while (!ret && block.end < matrix->nr_kernels) {
		block.first = block.end;
		block.end += each;
		if (block.end > matrix->nr_kernels)
			block.end = matrix->nr_kernels;
		ret = print_block(out, matrix, &block, &notes);
	}
	print_legend(out, matrix);
	print_notes(out, &notes);
	free_notes(&notes);
	return ret;
}

static int print_markdown(FILE *out, const struct matrix *matrix)
{
	struct notes notes = { .nr = 0 };
	char word[ENTRY_BYTES];
	int ret = 0;

	fprintf(out, "| pages | tracker |");
	for (int i = 0; i < matrix->nr_kernels; i++)
		fprintf(out, " %s |", matrix->kernels[i]);
	fprintf(out, "\n|---|---|");
	for (int i = 0; i < matrix->nr_kernels; i++)
		fprintf(out, "---|");
	fputc('\n', out);
	for (int i = 0; !ret && i < matrix->nr_rows; i++) {
		fprintf(out, "| %s | %s%s |", matrix->rows[i].pages,
			matrix->rows[i].tracker,
			matrix->rows[i].unclaimed ? "\\*" : "");
		for (int j = 0; !ret && j < matrix->nr_kernels; j++) {
			ret = entry_word(&notes, &matrix->rows[i].entries[j],
					 word);
			if (!ret)
				fprintf(out, " %s |", word);
		}
		fputc('\n', out);
	}
	fputc('\n', out);
	for (int i = 0; i < notes.nr; i++)
		fprintf(out, "%d. %s\n", i + 1, notes.text[i]);
	free_notes(&notes);
	return ret;
}

/* RFC 4180. */
static void put_field(FILE *out, const char *text, const char *behind)
{
	text_csv(out, text);
	fputs(behind, out);
}

static void print_csv(FILE *out, const struct matrix *matrix)
{
	char note[SENTENCE_BYTES];

	fprintf(out, "cell,pages,tracker,unclaimed,kernel,outcome,epochs,"
		     "dirtied,missed,extra,unwritten,declared,note\r\n");
	for (int i = 0; i < matrix->nr_rows; i++) {
		const struct matrix_row *row = &matrix->rows[i];

		for (int j = 0; j < matrix->nr_kernels; j++) {
			const struct matrix_entry *entry = &row->entries[j];

			put_field(out, row->cell, ",");
			put_field(out, row->pages, ",");
			put_field(out, row->tracker, ",");
			fprintf(out, "%d,", row->unclaimed);
			put_field(out, matrix->kernels[j], ",");
			fprintf(out,
				"%s,%d,%" PRId64 ",%" PRId64 ",%" PRId64
				",%" PRId64 ",%d,",
				matrix_outcome_name(entry->outcome),
				entry->epochs, entry->dirtied, entry->missed,
				entry->extra, entry->unwritten,
				entry->declared);
			matrix_describe(entry, note, sizeof(note));
			put_field(out, note, "\r\n");
		}
	}
}

static json_t *entry_json(const struct matrix *matrix,
			  const struct matrix_row *row, int kernel)
{
	const struct matrix_entry *entry = &row->entries[kernel];
	char note[SENTENCE_BYTES];

	matrix_describe(entry, note, sizeof(note));
	return json_pack("{s:s, s:s, s:i, s:I, s:I, s:I, s:I, s:b, s:s?}",
			 "kernel", matrix->kernels[kernel], "outcome",
			 matrix_outcome_name(entry->outcome), "epochs",
			 entry->epochs, "dirtied", (json_int_t)entry->dirtied,
			 "missed", (json_int_t)entry->missed, "extra",
			 (json_int_t)entry->extra, "unwritten",
			 (json_int_t)entry->unwritten, "declared",
			 entry->declared, "note", note[0] ? note : NULL);
}

static int print_json(FILE *out, const struct matrix *matrix)
{
	json_t *kernels = json_array(), *rows = json_array();
	json_t *all, *entries;
	int ret = 0;

	for (int i = 0; i < matrix->nr_kernels; i++)
		json_array_append_new(kernels, json_string(matrix->kernels[i]));
	for (int i = 0; i < matrix->nr_rows; i++) {
		const struct matrix_row *row = &matrix->rows[i];

		entries = json_array();
		for (int j = 0; j < matrix->nr_kernels; j++)
			json_array_append_new(entries,
					      entry_json(matrix, row, j));
		json_array_append_new(
			rows, json_pack("{s:s, s:s, s:s, s:b, s:o}", "cell",
					row->cell, "pages", row->pages,
					"tracker", row->tracker, "unclaimed",
					row->unclaimed, "entries", entries));
	}
	all = json_pack("{s:i, s:o, s:o}", "v", 1, "kernels", kernels, "rows",
			rows);
	if (!all || json_dumpf(all, out, JSON_INDENT(1)))
		ret = -ENOMEM;
	fputc('\n', out);
	json_decref(all);
	return ret;
}

int matrix_print(FILE *out, const struct matrix *matrix,
		 enum matrix_format format)
{
	int ret = 0;

	if (format == MATRIX_TEXT)
		ret = print_text(out, matrix);
	else if (format == MATRIX_MARKDOWN)
		ret = print_markdown(out, matrix);
	else if (format == MATRIX_CSV)
		print_csv(out, matrix);
	else
		ret = print_json(out, matrix);
	return ret ? ret : ferror(out) ? -EIO : 0;
}
