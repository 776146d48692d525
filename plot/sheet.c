// SPDX-License-Identifier: GPL-2.0-or-later
/* One plot on its way to gnuplot: its texts, its size and its data. */
#include "plot/sheet.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/tables/notes.h"
#include "results/tables/text.h"

enum {
	/* Widths of the small print below a plot, for wrapping it. */
	SMALL_LETTER_PX = 7,
	SMALL_LINE_PX = 15,
	/* Above and below the small print. */
	MARGIN_PX = 12,
	/* Longer than any note: they are wrapped when they are printed. */
	NOTE_COLUMNS = 4096,
};

static bool open_stream(struct stream *stream)
{
	stream->file = open_memstream(&stream->text, &stream->size);
	return stream->file != NULL;
}

static int close_stream(struct stream *stream)
{
	int ret = 0;

	if (stream->file && fclose(stream->file))
		ret = -ENOMEM;
	stream->file = NULL;
	return ret;
}

static void clear_stream(struct stream *stream)
{
	close_stream(stream);
	free(stream->text);
}

static bool is_taken(const struct sheets *sheets, const char *name)
{
	for (int i = 0; i < sheets->nr; i++)
		if (strcmp(sheets->list[i].name, name) == 0)
			return true;
	return false;
}

/* Letters, digits and single hyphens: nothing that a shell or gnuplot sees. */
static void set_name(const struct sheets *sheets, struct sheet *sheet,
		     const char *name)
{
	/* Room for a number behind it. */
	char clean[sizeof(sheet->name) - 12];
	size_t length = 0;

	for (const char *at = name; *at && length < sizeof(clean) - 1; at++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			   *at))
			clean[length++] = *at;
		else if (length && clean[length - 1] != '-')
			clean[length++] = '-';
	clean[length] = '\0';
	while (length > 1 && clean[length - 1] == '-')
		clean[--length] = '\0';
	snprintf(sheet->name, sizeof(sheet->name), "%s", clean);
	for (int i = 2; is_taken(sheets, sheet->name); i++)
		snprintf(sheet->name, sizeof(sheet->name), "%s-%d", clean, i);
}

struct sheet *sheets_add(struct sheets *sheets, const char *script,
			 const char *name)
{
	struct sheet *grown =
		growing_room(sheets->list, sheets->nr, sizeof(*grown));
	struct sheet *sheet;

	if (!grown)
		return NULL;
	sheets->list = grown;
	sheet = &grown[sheets->nr];
	memset(sheet, 0, sizeof(*sheet));
	set_name(sheets, sheet, name);
	sheet->script = script;
	sheets->nr++;
	return open_stream(&sheet->head) && open_stream(&sheet->body) &&
			       open_stream(&sheet->notes) &&
			       open_stream(&sheet->drawn)
		       ? sheet
		       : NULL;
}

int sheets_end(struct sheets *sheets)
{
	struct sheet *sheet = &sheets->list[sheets->nr - 1];
	int head = close_stream(&sheet->head);
	int body = close_stream(&sheet->body);
	int notes = close_stream(&sheet->notes);
	int drawn = close_stream(&sheet->drawn);

	return head || body || notes || drawn ? -ENOMEM : 0;
}

void sheets_clear(struct sheets *sheets)
{
	for (int i = 0; i < sheets->nr; i++) {
		clear_stream(&sheets->list[i].head);
		clear_stream(&sheets->list[i].body);
		clear_stream(&sheets->list[i].notes);
		clear_stream(&sheets->list[i].drawn);
	}
	free(sheets->list);
}

void sheet_put(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text == '"')
			fputs("''", out);
		else if (*text == '\\')
			fputs("\\\\", out);
		else
			fputc(*text >= ' ' && *text <= '~' ? *text : '?', out);
}

void sheet_put_number(FILE *out, double value)
{
	if (isfinite(value))
		fprintf(out, "%.9g", value);
	else
		fputc('-', out);
}

struct wanted {
	const struct plot *plot;
	const char *workload;
	bool absent; /* only cells that did not run */
};

static bool is_wanted(const void *arg, const struct summary_cell *cell)
{
	const struct wanted *wanted = arg;
	const struct plot_choice *choice = &wanted->plot->choice;

	return plot_listed(choice->workloads, cell->workload) &&
	       plot_listed(choice->trackers, cell->tracker) &&
	       (!wanted->workload ||
		strcmp(wanted->workload, cell->workload) == 0) &&
	       !(wanted->absent && summary_cell_ran(cell));
}

static int note_cells(struct sheet *sheet, const struct wanted *wanted)
{
	struct notes notes = {
		.summary = wanted->plot->choice.side->summary,
		.columns = NOTE_COLUMNS,
		.wanted = is_wanted,
		.arg = wanted,
	};
	int err;

	err = notes_print_problems(sheet->notes.file, &notes);
	if (!err)
		err = notes_print_skips(sheet->notes.file, &notes);
	return err;
}

int sheet_note_cells(struct sheet *sheet, const struct plot *plot,
		     const char *workload)
{
	const struct wanted wanted = { plot, workload, false };

	return note_cells(sheet, &wanted);
}

int sheet_note_absent(struct sheet *sheet, const struct plot *plot,
		      const char *workload)
{
	const struct wanted wanted = { plot, workload, true };

	return note_cells(sheet, &wanted);
}

/* Each line of @lines as a line of the data file, broken to the width. */
static int put_lines(FILE *out, const char *key, const char *lines, int width)
{
	int columns = width / SMALL_LETTER_PX;
	int nr = 0;

	while (*lines) {
		size_t length = strcspn(lines, "\n");
		struct stream wrapped = { NULL };
		char *line, *rest;

		line = strndup(lines, length);
		if (!line || !open_stream(&wrapped)) {
			free(line);
			return -ENOMEM;
		}
		text_wrap_at(wrapped.file, columns, 4, line);
		free(line);
		if (close_stream(&wrapped)) {
			free(wrapped.text);
			return -ENOMEM;
		}
		for (rest = wrapped.text; *rest; nr++) {
			char *end = strchr(rest, '\n');

			*end = '\0';
			fprintf(out, "%s\t", key);
			sheet_put(out, rest);
			fputc('\n', out);
			rest = end + 1;
		}
		free(wrapped.text);
		lines += length + (lines[length] == '\n');
	}
	return nr;
}

static int put_small_print(FILE *out, const struct sheet *sheet,
			   const struct plot *plot)
{
	struct stream caption = { NULL };
	int picture, notes, captions = -ENOMEM;

	picture = put_lines(out, "small", sheet->picture_note, sheet->width);
	notes = put_lines(out, "small", sheet->notes.text, sheet->width);
	if (open_stream(&caption)) {
		caption_print(caption.file, plot);
		if (!close_stream(&caption))
			captions = put_lines(out, "small", caption.text,
					     sheet->width);
		free(caption.text);
	}
	return picture < 0 || notes < 0 || captions < 0
		       ? -ENOMEM
		       : picture + notes + captions;
}

int sheet_write(FILE *out, const struct sheet *sheet, const struct plot *plot)
{
	int lines, below;

	fprintf(out,
		"# Tab-separated. Draw again, in this folder: gnuplot -c "
		".../%s %s.tsv OUT.svg\n# (or OUT.png, OUT.txt). Blocks are "
		"parted by two empty lines; this one has texts\n# and sizes "
		"in pixels.\n# key\tvalue\ntitle\t",
		sheet->script, sheet->name);
	sheet_put(out, sheet->title);
	fputc('\n', out);
	lines = put_small_print(out, sheet, plot);
	if (lines < 0)
		return lines;
	below = lines * SMALL_LINE_PX + MARGIN_PX;
	fprintf(out, "width\t%d\nheight\t%d\nbelow\t%d\n", sheet->width,
		sheet->height + below, below);
	fputs(sheet->head.text, out);
	fputs(sheet->body.text, out);
	return ferror(out) ? -EIO : 0;
}
