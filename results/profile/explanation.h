/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profiles for people and programs: text, Markdown, CSV, JSON. */
#ifndef DIRTYBENCH_EXPLANATION_H
#define DIRTYBENCH_EXPLANATION_H

#include <stdio.h>

#include "results/profile/profile.h"
#include "results/profile/profilechange.h"

enum explanation_format {
	EXPLANATION_TEXT,
	EXPLANATION_MARKDOWN,
	EXPLANATION_CSV,
	EXPLANATION_JSON,
	NR_EXPLANATION_FORMATS,
};

struct explanation {
	const struct profile *base;
	const struct profile *fresh; /* NULL: one run is shown */
	const char *cell, *phase;    /* NULL: all */
	int rows; /* functions of a table that people read; others are summed */
};

/* What one function has in a table. */
struct explanation_row {
	const char *function;
	struct profile_change change;	 /* of two runs */
	const struct profile_cost *cost; /* of one run; NULL */
};

/* A phase of a cell. */
struct explanation_table {
	const struct profile_part *base, *fresh;
	struct explanation_row *rows;
	int nr;
	int number;	       /* of the tables before it */
	double unaccounted[2]; /* of base and new: not in any function */
};

int explanation_format_find(const char *name, enum explanation_format *format,
			    struct reason *why);

/*
 * 0; -ENODATA with @why: nothing of the kind was profiled (on both sides);
 * -ENOMEM; -EIO when @out is in error afterwards. Text is in lines of
 * TEXT_MAIL_COLUMNS.
 */
int explanation_print(FILE *out, const struct explanation *explanation,
		      enum explanation_format format, struct reason *why);

/* The table of @base, or of what changed. explanation_table_clear() in any
 * case. 0 or -ENOMEM. */
int explanation_table(struct explanation_table *table,
		      const struct profile_part *base,
		      const struct profile_part *fresh);
void explanation_table_clear(struct explanation_table *table);

/*
 * For a cover letter: a heading and the functions that changed most, compared
 * with the phase that each is in, at most @most of all phases that both sides
 * have; nothing where nothing changed. 0 or -ENOMEM.
 */
int explanation_print_short(FILE *out, const struct profile *base,
			    const struct profile *fresh, int most);

#endif
