/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of aligned columns, printed one at a time between other text. */
#ifndef DIRTYBENCH_GRID_H
#define DIRTYBENCH_GRID_H

#include <libsmartcols.h>
#include <stdio.h>

/*
 * Ends a list of columns without a head. A column is at least @width wide, so
 * that tables of different runs look alike, and as wide as its widest value.
 */
struct grid_column {
	const char *head;
	int width;
	int flags; /* SCOLS_FL_RIGHT */
};

/*
 * A table of @columns for lines of @screen characters; line 0 has the heads,
 * so that headings can stand below it. The caller drops the reference. 0 or
 * -ENOMEM.
 */
int grid_create(struct libscols_table **grid, const struct grid_column *columns,
		int screen);

/* Appends an empty line; NULL without memory. */
struct libscols_line *grid_add_line(struct libscols_table *grid);

/*
 * What is not printable ASCII in @text becomes a question mark: the library
 * never comes back from bytes that the locale cannot tell. 0 or -ENOMEM.
 */
int grid_set(struct libscols_line *line, size_t column, const char *text);

/* Prints line @number, without blanks behind. 0 or a negative errno. */
int grid_print_line(FILE *out, struct libscols_table *grid, size_t number);

#endif
