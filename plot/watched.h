/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells whose writers did not stop, by workload and its parameters. */
#ifndef DIRTYBENCH_WATCHED_H
#define DIRTYBENCH_WATCHED_H

#include "plot/sheet.h"

/* Cells of one group, from first to end - 1; .plot and .has are set and the
 * rest zero before the first. */
struct watched {
	const struct plot *plot;
	bool (*has)(const struct plot_cell *cell); /* something to draw */
	int first, end;
};

/* Whether anything was recorded of the cell's writes. */
bool watched_has(const struct plot_cell *cell);

/* Whether it has a timeline. */
bool watched_has_timeline(const struct plot_cell *cell);

/* The next group with a cell that .has() it. False when there is none. */
bool watched_next(struct watched *group);

/* A sheet with the group as its subtitle, named after @kind and the group. NULL
 * without memory. */
struct sheet *watched_sheet(struct sheets *sheets, const struct watched *group,
			    const char *script, const char *kind);

/* Letters of the longest label. */
int watched_longest(const struct watched *group);

/* The line of the head on the curve of cell number @index. */
void watched_put_head(struct sheet *sheet, const struct watched *group,
		      int index);

/* 0 or -ENOMEM. */
int watched_end(struct sheets *sheets, struct sheet *sheet,
		const struct watched *group);

#endif
