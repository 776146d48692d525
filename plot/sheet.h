/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One plot on its way to gnuplot: its texts, its size and its data. */
#ifndef DIRTYBENCH_SHEET_H
#define DIRTYBENCH_SHEET_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/reason.h"
#include "plot/plotdata.h"

/* A text that is being written and then only read. */
struct stream {
	FILE *file; /* NULL once closed */
	char *text;
	size_t size;
};

/*
 * The data file has these blocks, parted by two empty lines: "key<TAB>value"
 * lines with title, caption, notes and numbers; then the body.
 */
struct sheet {
	char name[96];	    /* of its files, without suffix */
	const char *script; /* "phases.gp" */
	char title[160];
	char picture_note[400]; /* that characters do not need; may be "" */
	struct stream head;	/* more lines of the first block */
	struct stream body;	/* further blocks */
	struct stream notes;	/* a sentence a line */
	struct stream drawn;	/* the plot in characters; empty: by gnuplot */
	int width, height;	/* pixels, without what stands below */
};

struct sheets {
	struct sheet *list;
	int nr;
};

/*
 * A new sheet; @name may be anything, what no file name should have becomes
 * '-'; a name that is taken gets a number. NULL without memory. It is valid
 * until the next one is made.
 */
struct sheet *sheets_add(struct sheets *sheets, const char *script,
			 const char *name);

/* Close the streams of the last sheet. 0 or -ENOMEM. */
int sheets_end(struct sheets *sheets);
void sheets_clear(struct sheets *sheets);

/*
 * Writes a text into a field of a data file: 7 bits, without tabs and line
 * ends. A double quote, which ends a field for gnuplot, becomes two single
 * ones; a backslash, which is followed by a code, is doubled.
 */
void sheet_put(FILE *out, const char *text);

/* A number with all its digits that matter, or "-" for NAN. */
void sheet_put_number(FILE *out, double value);

/*
 * Notes on the cells of @plot that were skipped, failed, lied or were inexact;
 * only of @workload unless NULL. 0 or -ENOMEM.
 */
int sheet_note_cells(struct sheet *sheet, const struct plot *plot,
		     const char *workload);

/* The same of those that did not run: for plots that show what the others
 * reported wrongly. */
int sheet_note_absent(struct sheet *sheet, const struct plot *plot,
		      const char *workload);

/* The lines on kernel and machine, for all plots of @plot. */
void caption_print(FILE *out, const struct plot *plot);

/* What the whole data file has. */
int sheet_write(FILE *out, const struct sheet *sheet, const struct plot *plot);

#endif
