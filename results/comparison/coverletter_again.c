// SPDX-License-Identifier: GPL-2.0-or-later
// How a reader of a cover letter makes its runs again.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/coverletter_parts.h"
#include "results/tables/text.h"

/* A command, and what of it goes on behind a backslash. */
enum { COMMAND_INDENT = 2, FURTHER_INDENT = 6 };

static bool is_plain(const char *word)
{
	return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
					   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789/=.,:%+_-")];
}

static bool is_printable(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (word[i] < ' ' || word[i] > '~')
			return false;
	return true;
}

/* A mail has to be ASCII: bash, zsh and POSIX of 2024 know $'\303'. */
static void put_quoted(FILE *out, const char *word, size_t length)
{
	bool printable = is_printable(word, length);

	fputs(printable ? "'" : "$'", out);
	for (size_t i = 0; i < length; i++)
		if (word[i] < ' ' || word[i] > '~')
			fprintf(out, "\\%03o", (unsigned char)word[i]);
		else if (printable && word[i] == '\'')
			fputs("'\\''", out);
		else if (!printable && strchr("'\\", word[i]))
			fprintf(out, "\\%c", word[i]);
		else
			fputc(word[i], out);
	fputc('\'', out);
}

/* As a shell has to read it. To be freed; NULL without memory. */
static char *quote(const char *word)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (is_plain(word))
		fputs(word, out);
	else
		put_quoted(out, word, strlen(word));
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/*
 * How many words from @index on say where the run goes, which is the sender's
 * own and differs from run to run.
 */
static size_t place_words(const json_t *words, size_t index)
{
	const char *word = json_string_value(json_array_get(words, index));

	if (!word || !index)
		return 0;
	if (strcmp(word, "-o") == 0 || strcmp(word, "--output") == 0)
		return 2;
	return strncmp(word, "-o", 2) == 0 ||
	       strncmp(word, "--output=", strlen("--output=")) == 0;
}

/*
 * The words that make such a run, the program without its folder; to be
 * released. NULL where the run does not tell, or without memory.
 */
static json_t *command_of(const struct side_run *run)
{
	const json_t *words = json_object_get(run->environment, "command");
	size_t size = json_array_size(words);
	json_t *command = size ? json_array() : NULL;

	for (size_t i = 0; command && i < size; i++) {
		const char *word = json_string_value(json_array_get(words, i));
		const char *slash = word && !i ? strrchr(word, '/') : NULL;
		size_t skipped = place_words(words, i);

		if (skipped)
			i += skipped - 1;
		else if (word &&
			 json_array_append_new(
				 command, json_string_nocheck(slash ? slash + 1
								    : word))) {
			json_decref(command);
			return NULL;
		}
	}
	return command;
}

/* How much of @word fits a line in quotes, with a backslash behind it. */
static size_t piece_of(const char *word)
{
	/* The quotes, with a dollar, and the backslash. */
	int room = TEXT_MAIL_COLUMNS - 4;
	size_t length = 0;

	while (word[length]) {
		bool itself = word[length] >= ' ' && word[length] <= '~' &&
			      !strchr("'\\", word[length]);

		room -= itself ? 1 : 4;
		if (room < 0)
			break;
		length++;
	}
	return length;
}

/* A word longer than a line: quoted pieces, each at the edge of a line. */
static void put_long_word(FILE *out, const char *word)
{
	while (*word) {
		size_t length = piece_of(word);

		fputs("\\\n", out);
		put_quoted(out, word, length);
		word += length;
	}
}

/* Adds a word to the line that ends at @column; where it ends then. */
static size_t put_word(FILE *out, const char *word, const char *quoted,
		       size_t column)
{
	size_t room = TEXT_MAIL_COLUMNS - 2;
	size_t length = strlen(quoted);

	if (FURTHER_INDENT + length > room) {
		fputc(' ', out);
		put_long_word(out, word);
		return room;
	}
	if (column + 1 + length > room) {
		fprintf(out, " \\\n%*s", FURTHER_INDENT, "");
		column = FURTHER_INDENT;
	} else {
		fputc(' ', out);
		column++;
	}
	fputs(quoted, out);
	return column + length;
}

/* A line too long for a mail goes on behind a backslash, as in a shell. */
static int print_command(FILE *out, const json_t *command)
{
	size_t column = COMMAND_INDENT - 1;
	const json_t *value;
	size_t index;

	fprintf(out, "%*s", COMMAND_INDENT - 1, "");
	json_array_foreach((json_t *)command, index, value)
	{
		const char *word = json_string_value(value);
		char *quoted = quote(word);

		if (!quoted)
			return -ENOMEM;
		column = put_word(out, word, quoted, column);
		free(quoted);
	}
	fputc('\n', out);
	return 0;
}

/* The commands of a side, each once. To be released; NULL without memory. */
static json_t *commands_of(const struct side *side)
{
	json_t *list = json_array();

	for (int i = 0; list && i < side->nr_runs; i++) {
		json_t *command = command_of(&side->runs[i]);
		const json_t *other;
		size_t index;
		bool told = !command;

		json_array_foreach(list, index, other) told =
			told || json_equal(other, command);
		if (!told && json_array_append(list, command)) {
			json_decref(list);
			list = NULL;
		}
		json_decref(command);
	}
	return list;
}

static int print_commands(FILE *out, const json_t *commands, const char *word)
{
	const json_t *command;
	size_t index;
	int err = 0;

	if (json_array_size(commands))
		fprintf(out, "%s:\n", word);
	json_array_foreach((json_t *)commands, index, command) if (!err) err =
		print_command(out, command);
	return err;
}

static int print_both(FILE *out, const struct comparison *comparison)
{
	json_t *base = commands_of(comparison->base);
	json_t *fresh = commands_of(comparison->fresh);
	bool same = base && fresh && json_equal(base, fresh);
	int err = base && fresh ? 0 : -ENOMEM;

	if (!err)
		err = print_commands(out, base,
				     same ? "each run, of base and of new"
					  : "each run of base");
	if (!err && !same)
		err = print_commands(out, fresh, "each run of new");
	json_decref(base);
	json_decref(fresh);
	return err;
}

/* A guest's own command is that of its init, which nobody can run. */
static void print_boots(FILE *out, const char *engine)
{
	fprintf(out,
		"both images, with the preset or cells of the table:\n"
		"  dirtybench kernels run --engine=%s BASE NEW -o DIR\n",
		engine);
}

/* The program that makes one cell without any of ours. */
static void print_by_hand(FILE *out, const char *key)
{
	static const char *const target = " > repro.c";
	int used = COMMAND_INDENT + (int)strlen("dirtybench repro ") +
		   (int)strlen(key) + (int)strlen(target);

	fputs("one cell without dirtybench, as a C program of its own:\n", out);
	fprintf(out, "%*sdirtybench repro ", COMMAND_INDENT, "");
	if (used > TEXT_MAIL_COLUMNS)
		fprintf(out, "\\\n%*s", FURTHER_INDENT, "");
	fprintf(out, "%s%s\n", key, target);
	fprintf(out, "%*scc -O2 -o repro repro.c && ./repro\n", COMMAND_INDENT,
		"");
}

int coverletter_again(FILE *out, const struct coverletter *letter)
{
	const struct comparison *comparison = letter->comparison;
	const json_t *environment = comparison->base->runs[0].environment;
	const char *commit = NULL, *engine = NULL;
	int err;

	if (comparison->base->google)
		return 0;
	if (environment) {
		commit = setting_text(environment, "tools.commit");
		engine = setting_text(environment, "engine");
	}
	err = text_wrap_format(out, TEXT_MAIL_COLUMNS, 0, "To reproduce%s%s:",
			       commit ? ", with dirtybench at commit " : "",
			       commit ? commit : "");
	if (engine)
		print_boots(out, engine);
	else if (!err)
		err = print_both(out, comparison);
	if (!err && letter->by_hand)
		print_by_hand(out, letter->by_hand);
	return err;
}
