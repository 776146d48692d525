// SPDX-License-Identifier: GPL-2.0-or-later
// Profiles as text for a terminal or a mail, and as Markdown.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/profile/explanation_parts.h"
#include "results/tables/text.h"

/* Columns behind the name, all of one width, so that a line has 72. */
enum { VALUE_COLUMNS = 10, NAME_COLUMNS = 42, MAX_VALUES = 5 };

/* Of one run: instructions, per cent, reads, writes; of two: base, new, change.
 */
struct line {
	const char *name, *note;
	bool indented;
	double values[MAX_VALUES];
	int nr;
};

/* How a table is put: lines as a mail or Markdown has them. */
struct style {
	void (*heading)(FILE *out, const struct explanation_table *table);
	void (*heads)(FILE *out, const char *const *heads, int nr);
	void (*line)(FILE *out, const struct line *line);
};

static void fill_of_two(struct line *line, double base, double fresh)
{
	line->values[0] = base;
	line->values[1] = fresh;
	line->values[2] = fresh - base;
	line->nr = 3;
}

static void fill_of_one(struct line *line, double insn, double all,
			double reads, double writes)
{
	line->values[0] = insn;
	line->values[1] = all > 0 ? 100 * insn / all : NAN;
	line->values[2] = reads;
	line->values[3] = writes;
	line->nr = 4;
}

/* What rows [first, end) of the table have together. */
static void sum_rows(const struct explanation_table *table, int first, int end,
		     struct line *line)
{
	double base = 0, fresh = 0, reads = 0, writes = 0;

	for (int i = first; i < end; i++) {
		const struct explanation_row *row = &table->rows[i];

		base += row->cost ? row->cost->insn : row->change.base;
		fresh += row->change.fresh;
		reads += row->cost ? row->cost->reads : 0;
		writes += row->cost ? row->cost->writes : 0;
	}
	if (table->fresh)
		fill_of_two(line, base, fresh);
	else
		fill_of_one(line, base, table->base->insn, reads, writes);
}

static void put_row(FILE *out, const struct style *style,
		    const struct explanation_table *table, int number)
{
	const struct explanation_row *row = &table->rows[number];
	struct line line = {
		.name = row->function,
		.note = profile_presence_name(row->change.presence),
		.indented = row->change.with,
	};

	sum_rows(table, number, number + 1, &line);
	style->line(out, &line);
}

static void put_others(FILE *out, const struct style *style,
		       const struct explanation_table *table, int first)
{
	char name[40];
	struct line line = { .name = name, .note = "" };

	if (first >= table->nr)
		return;
	snprintf(name, sizeof(name), "%d %s",
		 TEXT_NOUN(table->nr - first, "other", "others"));
	sum_rows(table, first, table->nr, &line);
	style->line(out, &line);
}

/* What the clock counted and no function has, as far as it shows. */
static void put_rest(FILE *out, const struct style *style,
		     const struct explanation_table *table)
{
	const double *left = table->unaccounted;
	struct line line = { .name = "in no function", .note = "" };

	if (fabs(left[0]) < 0.0005 && fabs(left[1]) < 0.0005)
		return;
	if (table->fresh)
		fill_of_two(&line, left[0], left[1]);
	else
		fill_of_one(&line, left[0], table->base->insn, NAN, NAN);
	style->line(out, &line);
}

static void put_total(FILE *out, const struct style *style,
		      const struct explanation_table *table)
{
	struct line line = { .name = "total", .note = "" };

	sum_rows(table, 0, table->nr, &line);
	line.values[0] = table->base->insn;
	if (table->fresh)
		fill_of_two(&line, table->base->insn, table->fresh->insn);
	else
		line.values[1] = 100;
	style->line(out, &line);
}

/* Nothing between two functions that stand together is left out. */
static int count_shown(const struct explanation *explanation,
		       const struct explanation_table *table)
{
	int shown = explanation->rows;

	while (shown > 0 && shown < table->nr &&
	       table->rows[shown].change.with &&
	       fabs(table->rows[shown].change.fresh -
		    table->rows[shown].change.base) >= EXPLANATION_LEAST)
		shown++;
	/* One row is as long as the line that it would be summed up in. */
	return shown + 1 >= table->nr ? table->nr : shown;
}

static int put_table(FILE *out, const struct explanation *explanation,
		     const struct explanation_table *table,
		     const struct style *style)
{
	const char *of_one[] = { "insn", "%", "reads", "writes" };
	const char *of_two[] = { explanation->base->name, "", "change" };
	int shown = count_shown(explanation, table);

	style->heading(out, table);
	if (table->fresh)
		of_two[1] = explanation->fresh->name;
	if (table->fresh)
		style->heads(out, of_two, 3);
	else
		style->heads(out, of_one, 4);
	for (int i = 0; i < shown; i++)
		put_row(out, style, table, i);
	put_others(out, style, table, shown);
	put_rest(out, style, table);
	put_total(out, style, table);
	return 0;
}

static int begin_nothing(FILE *out __attribute__((unused)),
			 const struct explanation *explanation
			 __attribute__((unused)))
{
	return 0;
}

static int put_doubts(FILE *out, const struct explanation *explanation)
{
	char *doubts = explanation_doubts(explanation);

	if (!doubts)
		return -ENOMEM;
	if (doubts[0])
		text_wrap_at(out, TEXT_MAIL_COLUMNS, 0, doubts);
	free(doubts);
	return 0;
}

/* --- text --- */

static void text_heading(FILE *out, const struct explanation_table *table)
{
	text_wrap_format(out, TEXT_MAIL_COLUMNS, 2,
			 "%s: %s, instructions per %s", table->base->cell,
			 table->base->phase, table->base->unit);
	fputc('\n', out);
}

/* A line never ends in a blank. */
static void text_put(FILE *out, const char *name, const char *const *values,
		     int nr, const char *note)
{
	int name_columns = TEXT_MAIL_COLUMNS - nr * VALUE_COLUMNS;

	if (name_columns > NAME_COLUMNS)
		name_columns = NAME_COLUMNS;
	/* A name that is too long has its numbers in the next line. */
	if ((int)strlen(name) >= name_columns)
		fprintf(out, "%s\n%-*s", name, name_columns, "");
	else
		fprintf(out, "%-*s", name_columns, name);
	for (int i = 0; i < nr; i++)
		fprintf(out, "%*.*s", VALUE_COLUMNS, VALUE_COLUMNS - 1,
			values[i]);
	fprintf(out, "%s%s\n", note[0] ? " " : "", note);
}

static void text_heads(FILE *out, const char *const *heads, int nr)
{
	text_put(out, "", heads, nr, "");
}

static void put_value(char buffer[TEXT_NUMBER_BYTES], double value, bool sign)
{
	if (isnan(value))
		snprintf(buffer, TEXT_NUMBER_BYTES, "-");
	else
		snprintf(buffer, TEXT_NUMBER_BYTES, sign ? "%+.3f" : "%.3f",
			 value);
}

static void text_line(FILE *out, const struct line *line)
{
	char numbers[MAX_VALUES][TEXT_NUMBER_BYTES], name[200];
	const char *values[MAX_VALUES];

	snprintf(name, sizeof(name), "%s%.190s", line->indented ? "  " : "",
		 line->name);
	for (int i = 0; i < line->nr; i++) {
		put_value(numbers[i], line->values[i], line->nr == 3 && i == 2);
		values[i] = numbers[i];
	}
	/* A note stands where the side that has nothing would. */
	if (line->note[0])
		values[strcmp(line->note, "appears") != 0] = line->note;
	text_put(out, name, values, line->nr, "");
}

static const struct style text_style = { text_heading, text_heads, text_line };

static int text_table(FILE *out, const struct explanation *explanation,
		      const struct explanation_table *table)
{
	put_table(out, explanation, table, &text_style);
	fputc('\n', out);
	return 0;
}

const struct explanation_printer explanation_text = {
	.begin = begin_nothing,
	.table = text_table,
	.end = put_doubts,
};

/* --- Markdown --- */

static void markdown_heading(FILE *out, const struct explanation_table *table)
{
	fprintf(out, "**`%s`: %s, instructions per %s**\n\n", table->base->cell,
		table->base->phase, table->base->unit);
}

static void markdown_heads(FILE *out, const char *const *heads, int nr)
{
	fputs("| |", out);
	for (int i = 0; i < nr; i++)
		fprintf(out, " %s |", heads[i]);
	fputs("\n|---|", out);
	for (int i = 0; i < nr; i++)
		fputs("---:|", out);
	fputc('\n', out);
}

static void markdown_line(FILE *out, const struct line *line)
{
	char number[TEXT_NUMBER_BYTES];

	fprintf(out, "| %s`%s`%s%s |", line->indented ? "&nbsp; " : "",
		line->name, line->note[0] ? " " : "", line->note);
	for (int i = 0; i < line->nr; i++) {
		put_value(number, line->values[i], line->nr == 3 && i == 2);
		fprintf(out, " %s |", number);
	}
	fputc('\n', out);
}

static const struct style markdown_style = { markdown_heading, markdown_heads,
					     markdown_line };

static int markdown_table(FILE *out, const struct explanation *explanation,
			  const struct explanation_table *table)
{
	put_table(out, explanation, table, &markdown_style);
	fputc('\n', out);
	return 0;
}

const struct explanation_printer explanation_markdown = {
	.begin = begin_nothing,
	.table = markdown_table,
	.end = put_doubts,
};
