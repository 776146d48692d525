// SPDX-License-Identifier: GPL-2.0-or-later
// The section of a cover letter that shows what a change did to tracking.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_print.h"
#include "results/comparison/coverletter_parts.h"
#include "results/summary/baseline.h"
#include "results/tables/text.h"

/* What follows the first line of a sentence. */
enum { SENTENCE_INDENT = 0 };

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

static void put_setting(FILE *out, const struct comparison *comparison,
			const char *field, const char *words)
{
	const char *base = text_of(comparison->base, field);
	const char *fresh = text_of(comparison->fresh, field);

	if (!base || !fresh)
		return;
	fprintf(out, "; %s: %s", words, base);
	if (strcmp(base, fresh) != 0)
		fprintf(out, " in base, %s in new", fresh);
}

/* Silence could as well mean that nobody looked. */
static void put_likeness(FILE *out, const struct comparison *comparison)
{
	if (comparison->differences.nr ||
	    !text_of(comparison->base, "kernel.release") ||
	    !text_of(comparison->fresh, "kernel.release"))
		return;
	fputs(" No difference in kernel release, configuration, command "
	      "line or settings was recorded.",
	      out);
}

static bool share_a_boot(const struct side *base, const struct side *fresh)
{
	for (int i = 0; i < base->nr_runs; i++)
		for (int j = 0; j < fresh->nr_runs; j++)
			if (base->runs[i].boot && fresh->runs[j].boot &&
			    strcmp(base->runs[i].boot, fresh->runs[j].boot) ==
				    0)
				return true;
	return false;
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

/* More runs than this are not told one by one. */
enum { MANY_RUNS = 8 };

/* Whether the sides take turns, from the first run to the last. */
static bool take_turns(const struct ordered_run *list, int nr)
{
	for (int i = 1; i < nr; i++)
		if (list[i].of_base == list[i - 1].of_base)
			return false;
	return true;
}

static void tell_order(FILE *out, const struct ordered_run *list, int nr)
{
	if (nr > MANY_RUNS && take_turns(list, nr)) {
		fprintf(out, " The runs of base and new took turns, %s first.",
			list[0].of_base ? "base" : "new");
		return;
	}
	fputs(" The runs were made in the order", out);
	for (int i = 0; i < nr;) {
		int same = 1;

		while (i + same < nr &&
		       list[i + same].of_base == list[i].of_base)
			same++;
		fprintf(out, "%s %s", i ? "," : "",
			list[i].of_base ? "base" : "new");
		if (same > 1)
			fprintf(out, " %d times", same);
		i += same;
	}
	fputc('.', out);
}

/* A drift of the machine is seen by it. */
static int put_order(FILE *out, const struct comparison *comparison)
{
	int nr_base = comparison->base->nr_runs;
	int nr = nr_base + comparison->fresh->nr_runs;
	struct ordered_run *list = calloc(nr, sizeof(*list));

	if (!list)
		return -ENOMEM;
	if (!list_runs(list, comparison->base, true) &&
	    !list_runs(list + nr_base, comparison->fresh, false)) {
		qsort(list, nr, sizeof(*list), compare_starts);
		tell_order(out, list, nr);
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
		put_setting(line, comparison, "thp.enabled",
			    "transparent huge pages");
		put_setting(line, comparison, "clock.source", "clock");
		fputc('.', line);
		put_likeness(line, comparison);
	}
	err = put_order(line, comparison);
	if (!base->google && share_a_boot(base, comparison->fresh))
		fputs(" Both sides have runs of the same boot.", line);
	put_proof(line, comparison);
	if (fclose(line))
		err = -ENOMEM;
	if (!err)
		text_wrap_at(out, TEXT_MAIL_COLUMNS, SENTENCE_INDENT, text);
	free(text);
	return err;
}

/* --- what a verdict is --- */

static const char *replicate_word(const struct comparison *comparison)
{
	if (comparison->base->google)
		return "repetitions";
	return comparison->exploratory ? "processes" : "boots";
}

static void put_times_method(FILE *out, const struct comparison *comparison)
{
	const char *replicates = replicate_word(comparison);

	fprintf(out,
		"A change is that of the median over %s, its interval (in "
		"per cent) is from a bootstrap. better and worse need all of: "
		"p < 0.05 in a Mann-Whitney test over %s, after Holm's "
		"correction for all rows; an interval without 0; more than "
		"%g %% change, and more than base shows against itself.",
		replicates, replicates, 100 * CONTRAST_LEAST_CHANGE);
}

/* One process a side has no spread; then the least change decides. */
static bool has_spread(const struct comparison *comparison)
{
	for (int i = 0; i < comparison->nr_rows; i++)
		if (!isnan(comparison->rows[i].contrast.floor))
			return true;
	return false;
}

static void put_exact_method(FILE *out, const struct comparison *comparison)
{
	if (has_spread(comparison))
		fprintf(out,
			"Of instructions, a change is told where it exceeds "
			"the spread between the %s of a side; there is no "
			"test.",
			replicate_word(comparison));
	else
		fprintf(out,
			"Of instructions, a change of more than %g %% is told: "
			"one process a side has no spread, and there is no "
			"test.",
			100 * CONTRAST_LEAST_CHANGE);
}

static int print_method(FILE *out, const struct coverletter *letter)
{
	const struct comparison *comparison = letter->comparison;
	int exact = 0;
	char *text;
	size_t size;
	FILE *line = open_memstream(&text, &size);
	int err;

	if (!line)
		return -ENOMEM;
	for (int i = 0; i < comparison->nr_rows; i++)
		exact += comparison->rows[i].contrast.exact;
	if (exact < comparison->nr_rows)
		put_times_method(line, comparison);
	if (exact && exact < comparison->nr_rows)
		fputc(' ', line);
	if (exact)
		put_exact_method(line, comparison);
	err = fclose(line) ? -ENOMEM : 0;
	if (!err)
		text_wrap_at(out, TEXT_MAIL_COLUMNS, SENTENCE_INDENT, text);
	free(text);
	return err;
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

static int print_profile(FILE *out, const struct coverletter *letter)
{
	if (letter->profile)
		fputs(letter->profile, out);
	return 0;
}

static int print_counts(FILE *out, const struct coverletter *letter)
{
	if (!letter->comparison->nr_counts)
		return 0;
	return comparison_text_counts(out, letter->comparison, false);
}

/* Means have no interval: where nothing can be claimed they would mislead. */
static int print_means(FILE *out, const struct coverletter *letter)
{
	if (!letter->comparison->nr_means || letter->comparison->exploratory)
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
	{ print_setup },    { print_sides },   { print_differences },
	{ print_table },    { print_method },  { print_plot },
	{ print_profile },  { print_counts },  { print_means },
	{ print_left_out }, { print_caveats }, { coverletter_again },
};

/*
 * What git, or a program that sends mail, takes for the start of something, or
 * for a comment, where it begins a line. Benchmarks of other programs have
 * names of any kind.
 */
static bool is_taken(const char *line)
{
	static const char *const starts[] = {
		"#", ">", "---", "-- ", "diff ", "Index: ", "From ",
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strncmp(line, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* A line without what git would take away or take for its own. */
static void put_line(FILE *out, const char *line, size_t length)
{
	bool taken = is_taken(line);

	while (length && line[length - 1] == ' ')
		length--;
	fprintf(out, "%s%.*s\n", taken && length ? " " : "", (int)length, line);
}

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
	if (!first)
		fputc('\n', out);
	for (const char *end = text + length; text < end;) {
		size_t line = strcspn(text, "\n");

		put_line(out, text, line);
		text += line + 1;
	}
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
	int tracked = baseline_is(a->base) - baseline_is(b->base);

	if (difference != 0)
		return difference > 0 ? 1 : -1;
	if (tracked)
		return tracked;
	return a < b ? -1 : a > b;
}

const struct summary_cell **
coverletter_candidates(const struct comparison *comparison)
{
	int nr = comparison->nr_rows;
	const struct comparison_row **rows =
		calloc(nr + 1, sizeof(struct comparison_row *));
	const struct summary_cell **cells =
		calloc(nr + 1, sizeof(struct summary_cell *));

	if (!rows || !cells) {
		free(rows);
		free(cells);
		return NULL;
	}
	for (int i = 0; i < nr; i++)
		rows[i] = &comparison->rows[i];
	qsort(rows, nr, sizeof(struct comparison_row *), compare_rows);
	for (int i = 0; i < nr; i++)
		cells[i] = rows[i]->fresh;
	free(rows);
	return cells;
}
