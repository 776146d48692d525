// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells whose writers did not stop, by workload and its parameters. */
#include "plot/watched.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "results/tables/cellname.h"

bool watched_has(const struct plot_cell *cell)
{
	return cell->detail && cell->detail->histograms[DETAIL_WRITE].nr;
}

bool watched_has_timeline(const struct plot_cell *cell)
{
	return cell->detail && cell->detail->has_timeline;
}

bool watched_next(struct watched *group)
{
	const struct plot_cell *cells = group->plot->cells;
	bool any = false;

	while (!any && group->end < group->plot->nr_cells) {
		group->first = group->end;
		while (group->end < group->plot->nr_cells &&
		       cellname_same_group(cells[group->first].cell,
					   cells[group->end].cell))
			any |= group->has(&cells[group->end++]);
	}
	return any;
}

struct sheet *watched_sheet(struct sheets *sheets, const struct watched *group,
			    const char *script, const char *kind)
{
	const struct summary_cell *cell = group->plot->cells[group->first].cell;
	struct sheet *sheet;
	char *name;

	if (asprintf(&name, "%s-%s", kind, cell->workload) < 0)
		return NULL;
	sheet = sheets_add(sheets, script, name);
	free(name);
	if (!sheet)
		return NULL;
	fputs("subtitle\t", sheet->head.file);
	sheet_put(sheet->head.file, cell->workload);
	fputc(' ', sheet->head.file);
	sheet_put(sheet->head.file, cell->workload_params);
	fputc('\n', sheet->head.file);
	return sheet;
}

int watched_longest(const struct watched *group)
{
	size_t longest = 0;

	for (int i = group->first; i < group->end; i++)
		if (strlen(group->plot->cells[i].label) > longest)
			longest = strlen(group->plot->cells[i].label);
	return (int)longest;
}

/* Cells of one tracker before it in the group: each has its own dashes. */
static int variant(const struct watched *group, int index)
{
	const struct plot_cell *cells = group->plot->cells;
	int nr = 0;

	for (int i = group->first; i < index; i++)
		nr += group->has(&cells[i]) &&
		      cells[i].colour == cells[index].colour;
	return nr;
}

void watched_put_head(struct sheet *sheet, const struct watched *group,
		      int index)
{
	const struct plot_cell *cell = &group->plot->cells[index];

	fputs("curve\t", sheet->head.file);
	sheet_put(sheet->head.file, cell->label);
	fprintf(sheet->head.file, "\t%d\t%d\t0\n", cell->colour,
		variant(group, index));
}

int watched_end(struct sheets *sheets, struct sheet *sheet,
		const struct watched *group)
{
	int err = sheet_note_cells(
		sheet, group->plot,
		group->plot->cells[group->first].cell->workload);

	return err ? err : sheets_end(sheets);
}
