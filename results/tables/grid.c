// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of aligned columns, printed one at a time between other text.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/tables/grid.h"
#include "results/tables/text.h"

static int add_columns(struct libscols_table *grid,
		       const struct grid_column *columns)
{
	struct libscols_line *heads;
	int err = 0;

	for (int i = 0; columns[i].head; i++)
		if (!scols_table_new_column(grid, NULL, columns[i].width,
					    columns[i].flags))
			return -ENOMEM;
	heads = grid_add_line(grid);
	if (!heads)
		return -ENOMEM;
	for (int i = 0; columns[i].head && !err; i++)
		err = grid_set(heads, i, columns[i].head);
	return err;
}

int grid_create(struct libscols_table **grid, const struct grid_column *columns,
		int screen)
{
	int err;

	*grid = scols_new_table();
	if (!*grid)
		return -ENOMEM;
	scols_table_enable_noheadings(*grid, 1);
	scols_table_enable_noencoding(*grid, 1);
	scols_table_set_termforce(*grid, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(*grid, screen);
	err = add_columns(*grid, columns);
	if (err)
		scols_unref_table(*grid);
	return err;
}

struct libscols_line *grid_add_line(struct libscols_table *grid)
{
	return scols_table_new_line(grid, NULL);
}

int grid_set(struct libscols_line *line, size_t column, const char *text)
{
	char *copy = strdup(text);
	int err;

	if (!copy)
		return -ENOMEM;
	for (char *c = copy; *c; c++)
		*c = text_ascii(*c);
	err = scols_line_set_data(line, column, copy);
	free(copy);
	return err;
}

int grid_print_line(FILE *out, struct libscols_table *grid, size_t number)
{
	struct libscols_line *line = scols_table_get_line(grid, number);
	size_t length;
	char *text;
	int err;

	err = scols_table_print_range_to_string(grid, line, line, &text);
	if (err)
		return err;
	/* The library ends every line but the last of a table. */
	length = strcspn(text, "\n");
	while (length && text[length - 1] == ' ')
		length--;
	fprintf(out, "%.*s\n", (int)length, text);
	free(text);
	return 0;
}
