/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sides that a command line names: BASE NEW, or BASE... -- NEW... */
#ifndef DIRTYBENCH_SIDELIST_H
#define DIRTYBENCH_SIDELIST_H

#include <argp.h>

#include "harness/reason.h"
#include "results/side/side.h"

struct sidelist {
	/* NULL stands where "--" stood. */
	const char **words;
	int nr_words;
	struct side **sides; /* the base first */
	int nr_sides;
};

/*
 * To be called before the options are parsed, which would take each "--" away
 * and read no option behind it.
 */
void sidelist_keep_separators(int argc, char **argv);

/* What a parser does with each argument that is no option. 0 or ENOMEM. */
error_t sidelist_add_word(struct sidelist *list, const char *word);

/*
 * Loads the sides: each word is one, or what stands between "--" is. There
 * have to be two or more, and each has to be comparable with the first. @flags
 * as side_load(). 0, or a negative errno and one sentence; -ENOMEM is the only
 * one that is not the user's input. sidelist_clear() in any case.
 */
int sidelist_load(struct sidelist *list, unsigned int flags,
		  struct reason *why);
void sidelist_clear(struct sidelist *list);

#endif
