// SPDX-License-Identifier: GPL-2.0-or-later
// The section of a cover letter that shows what a change did to tracking.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_print.h"
#include "results/comparison/coverletter.h"
#include "results/tables/text.h"

/* What follows the first line of a sentence; a command as a whole. */
enum { SENTENCE_INDENT = 0, COMMAND_INDENT = 2 };

static const char *text_of(const struct side *side, const char *field)
{
	const json_t *environment = side->runs[0].environment;

	return environment ? setting_text(environment, field) : NULL;
}

/* --- how it was measured --- */

static void put_tool(FILE *out, const struct side *side)
{
	const char *version = text_of(side, "tools.dirtybench");
	const char *commit = text_of(side, "tools.commit");

	fprintf(out, "Measured with dirtybench%s%s", version ? " " : "",
		version ? version : "");
	if (commit)
		fprintf(out, " (commit %s)", commit);
}

static void put_setting(FILE *out, const struct side *side, const char *field,
			const char *words)
{
	const char *value = text_of(side, field);

	if (value)
		fprintf(out, "; %s: %s", words, value);
}

struct ordered_run {
	const char *start;
	bool of_base;
};

static int compare_starts(const void *left, const void *right)
{
	const struct ordered_run *a = left;
	const struct ordered_run *b = right;

	return strcmp(a->start, b->start);
}

static int list_runs(struct ordered_run *list, const struct side *side,
		     bool of_base)
{
	for (int i = 0; i < side->nr_runs; i++) {
		const json_t *environment = side->runs[i].environment;
		const char *start =
			environment ? setting_text(environment, "start") : NULL;

		if (!start)
			return -ENOENT;
		list[i] = (struct ordered_run){ start, of_base };
	}
	return 0;
}

/* "in the order base new new base": a drift of the machine is seen by it. */
static int put_order(FILE *out, const struct comparison *comparison)
{
	int nr_base = comparison->base->nr_runs;
	int nr = nr_base + comparison->fresh->nr_runs;
	struct ordered_run *list = calloc(nr, sizeof(*list));
	const char *longest = nr > 8 ? "B" : "base";
	const char *longest_new = nr > 8 ? "N" : "new";

	if (!list)
		return -ENOMEM;
	if (!list_runs(list, comparison->base, true) &&
	    !list_runs(list + nr_base, comparison->fresh, false)) {
		qsort(list, nr, sizeof(*list), compare_starts);
		fputs(" The runs were made in the order", out);
		for (int i = 0; i < nr; i++)
			fprintf(out, " %s",
				list[i].of_base ? longest : longest_new);
		fputs(nr > 8 ? " (B base, N new)." : ".", out);
	}
	free(list);
	return 0;
}

struct proof {
	int64_t proved, wrong;
};

static void add_proof(struct proof *proof, const struct summary *summary)
{
	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		proof->proved += cell->proved;
		proof->wrong +=
			cell->rows[STATUS_LIED] + cell->rows[STATUS_INEXACT];
	}
}

static void put_proof(FILE *out, const struct comparison *comparison)
{
	struct proof proof = { 0, 0 };

	add_proof(&proof, comparison->base->summary);
	add_proof(&proof, comparison->fresh->summary);
	if (!proof.proved && !proof.wrong)
		return;
	fprintf(out,
		" After each of %" PRId64 " epochs the pages reported were "
		"compared with the pages written",
		proof.proved + proof.wrong);
	if (proof.wrong)
		fprintf(out, ": in %" PRId64 " they were wrong, see below.",
			proof.wrong);
	else
		fputs(": all were right.", out);
}

static int print_setup(FILE *out, const struct coverletter *letter)
{
	const struct comparison *comparison = letter->comparison;
	const struct side *base = comparison->base;
	char *text;
	size_t size;
	FILE *line = open_memstream(&text, &size);
	int err;

	if (!line)
		return -ENOMEM;
	if (base->google) {
		fputs("Measured with programs of Google Benchmark.", line);
	} else {
		put_tool(line, base);
		put_setting(line, base, "thp.enabled",
			    "transparent huge pages");
		put_setting(line, base, "clock.source", "clock");
		fputc('.', line);
	}
	err = put_order(line, comparison);
	put_proof(line, comparison);
	if (fclose(line))
		err = -ENOMEM;
	if (!err)
		text_wrap_at(out, TEXT_MAIL_COLUMNS, SENTENCE_INDENT, text);
	free(text);
	return err;
}

/* --- how to make it again --- */

static bool is_plain(const char *word)
{
	return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
					   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789/=.,:%+_-")];
}

/* As a shell has to read it. */
static void put_word(FILE *out, const char *word)
{
	if (is_plain(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	fputc('\'', out);
}

/* Without the folder of the program, which is the sender's own. */
static char *command_of(const struct side_run *run)
{
	const json_t *words = json_object_get(run->environment, "command");
	const char *word, *slash;
	char *text = NULL;
	size_t size, index;
	json_t *value;
	FILE *out;

	if (!json_array_size(words))
		return NULL;
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	json_array_foreach(words, index, value)
	{
		word = json_string_value(value);
		if (!word)
			continue;
		slash = index ? NULL : strrchr(word, '/');
		fputs(index ? " " : "", out);
		put_word(out, slash ? slash + 1 : word);
	}
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/* A line too long for a mail goes on behind a backslash, as in a shell. */
static void print_command(FILE *out, const char *command)
{
	size_t room = TEXT_MAIL_COLUMNS - 2 * COMMAND_INDENT - 2;
	size_t indent = COMMAND_INDENT;

	while (strlen(command) > room) {
		size_t length = room;

		while (length && command[length] != ' ')
			length--;
		if (!length)
			length = strcspn(command, " ");
		if (!command[length])
			break;
		fprintf(out, "%*s%.*s \\\n", (int)indent, "", (int)length,
			command);
		command += length + 1;
		indent = 2 * COMMAND_INDENT + COMMAND_INDENT;
		room = TEXT_MAIL_COLUMNS - indent - 2;
	}
	fprintf(out, "%*s%s\n", (int)indent, "", command);
}

static bool told_before(const struct side *side, int run, const char *command)
{
	bool same = false;

	for (int i = 0; i < run && !same; i++) {
		char *other = command_of(&side->runs[i]);

		same = other && strcmp(other, command) == 0;
		free(other);
	}
	return same;
}

static void print_commands(FILE *out, const struct side *side, const char *word)
{
	fprintf(out, "%s:\n", word);
	for (int i = 0; i < side->nr_runs; i++) {
		char *command = command_of(&side->runs[i]);

		if (command && !told_before(side, i, command))
			print_command(out, command);
		free(command);
	}
}

static int print_again(FILE *out, const struct coverletter *letter)
{
	const struct comparison *comparison = letter->comparison;
	const char *commit = text_of(comparison->base, "tools.commit");

	if (comparison->base->google)
		return 0;
	fputs("To reproduce", out);
	if (commit)
		fprintf(out, ", with dirtybench at commit %s", commit);
	fputs(":\n", out);
	print_commands(out, comparison->base, "base");
	print_commands(out, comparison->fresh, "new");
	if (!letter->by_hand)
		return 0;
	fputs("without dirtybench, one cell as a program of its own "
	      "(attached):\n",
	      out);
	fprintf(out, "%*sdirtybench repro \\\n", COMMAND_INDENT, "");
	fprintf(out, "%*s%s > repro.c\n", 3 * COMMAND_INDENT, "",
		letter->by_hand);
	fprintf(out, "%*scc -O2 -o repro repro.c && ./repro\n", COMMAND_INDENT,
		"");
	return 0;
}

/* --- the whole --- */

/* Each part stands behind an empty line, where it says anything. */
struct part {
	int (*print)(FILE *out, const struct coverletter *letter);
};

static int print_sides(FILE *out, const struct coverletter *letter)
{
	return comparison_text_sides(out, letter->comparison);
}

static int print_table(FILE *out, const struct coverletter *letter)
{
	return comparison_text_rows(out, letter->comparison, false);
}

static int print_plot(FILE *out, const struct coverletter *letter)
{
	if (letter->plot)
		fputs(letter->plot, out);
	return 0;
}

static int print_counts(FILE *out, const struct coverletter *letter)
{
	if (!letter->comparison->nr_counts)
		return 0;
	return comparison_text_counts(out, letter->comparison, false);
}

static int print_means(FILE *out, const struct coverletter *letter)
{
	if (!letter->comparison->nr_means)
		return 0;
	return comparison_text_means(out, letter->comparison);
}

/* These begin with headings, which have their empty line themselves. */
static int print_differences(FILE *out, const struct coverletter *letter)
{
	return comparison_text_differences(out, letter->comparison);
}

static int print_left_out(FILE *out, const struct coverletter *letter)
{
	return comparison_text_left_out(out, letter->comparison);
}

static int print_caveats(FILE *out, const struct coverletter *letter)
{
	return comparison_text_caveats(out, letter->comparison);
}

static const struct part parts[] = {
	{ print_setup }, { print_sides },    { print_differences },
	{ print_table }, { print_plot },     { print_counts },
	{ print_means }, { print_left_out }, { print_caveats },
	{ print_again },
};

/* Prints @text, the empty lines before and behind it left out. */
static bool put_trimmed(FILE *out, const char *text, bool first)
{
	size_t length;

	text += strspn(text, "\n");
	length = strlen(text);
	while (length && text[length - 1] == '\n')
		length--;
	if (!length)
		return false;
	fprintf(out, "%s%.*s\n", first ? "" : "\n", (int)length, text);
	return true;
}

static int print_part(FILE *out, const struct coverletter *letter,
		      const struct part *part, bool *first)
{
	char *text;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int err;

	if (!memory)
		return -ENOMEM;
	err = part->print(memory, letter);
	if (fclose(memory))
		err = -ENOMEM;
	if (!err && put_trimmed(out, text, *first))
		*first = false;
	free(text);
	return err;
}

int coverletter_print(FILE *out, const struct coverletter *letter)
{
	bool first = true;
	int err = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !err; i++)
		err = print_part(out, letter, &parts[i], &first);
	return err ? err : ferror(out) ? -EIO : 0;
}

/* --- which cell is offered as a program --- */

static double size_of(const struct comparison_row *row)
{
	if (row->contrast.verdict == VERDICT_NONE || isnan(row->contrast.ratio))
		return 0;
	return fabs(log(row->contrast.ratio));
}

static int compare_rows(const void *left, const void *right)
{
	const struct comparison_row *a =
		*(const struct comparison_row *const *)left;
	const struct comparison_row *b =
		*(const struct comparison_row *const *)right;
	double difference = size_of(b) - size_of(a);

	if (difference != 0)
		return difference > 0 ? 1 : -1;
	return a < b ? -1 : a > b;
}

const struct summary_cell **
coverletter_candidates(const struct comparison *comparison)
{
	int nr = comparison->nr_rows;
	const struct comparison_row **rows = calloc(nr + 1, sizeof(*rows));
	const struct summary_cell **cells = calloc(nr + 1, sizeof(*cells));

	if (!rows || !cells) {
		free(rows);
		free(cells);
		return NULL;
	}
	for (int i = 0; i < nr; i++)
		rows[i] = &comparison->rows[i];
	qsort(rows, nr, sizeof(*rows), compare_rows);
	for (int i = 0; i < nr; i++)
		cells[i] = rows[i]->fresh;
	free(rows);
	return cells;
}
