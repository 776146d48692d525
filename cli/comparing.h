/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands that compare sides have in common: options, loading, output. */
#ifndef DIRTYBENCH_COMPARING_H
#define DIRTYBENCH_COMPARING_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/sidelist.h"
#include "harness/reason.h"
#include "results/comparison/comparison.h"

struct comparing {
	struct sidelist sides;
	enum figure_id figures[NR_FIGURES];
	int nr_figures; /* 0: the default ones */
	bool partial;
	uint64_t seed;
	const char *file; /* NULL: standard output */
};

/* Keys of a command's own options begin at COMPARING_KEYS. */
enum {
	COMPARING_FIGURE = 256,
	COMPARING_PARTIAL,
	COMPARING_SEED,
	COMPARING_KEYS,
};

/* Rows of a table of options. */
#define COMPARING_OPTIONS                                               \
	{ "figure",                                                     \
	  COMPARING_FIGURE,                                             \
	  "LIST",                                                       \
	  0,                                                            \
	  "times to compare, separated by commas; arm, change, write, " \
	  "collect and collect_arm by default",                         \
	  0 },                                                          \
		{ "output", 'o', "FILE", 0, "write there", 0 },         \
		{ "partial",                                            \
		  COMPARING_PARTIAL,                                    \
		  NULL,                                                 \
		  0,                                                    \
		  "leave damaged lines out in place of refusing them",  \
		  0 },                                                  \
	{                                                               \
		"seed", COMPARING_SEED, "N", 0,                         \
			"of the resampling, 1 by default", 0            \
	}

/* Before the options are parsed. */
void comparing_init(struct comparing *comparing, int argc, char **argv);

/* For the parser of a command: ARGP_ERR_UNKNOWN where it is none of these. */
error_t comparing_parse(struct comparing *comparing, int key, char *arg);

/*
 * Loads the sides and compares each with the first: *@list gets *@nr
 * comparisons. 0, or an exit code after one line on standard error.
 * comparing_clear() in any case.
 */
int comparing_make(struct comparing *comparing, struct comparison ***list,
		   int *nr);
void comparing_clear(struct comparing *comparing, struct comparison **list,
		     int nr);

/*
 * What @print writes goes out at once, or none of it; @print gives 0 or a
 * negative errno. The exit code, after a line on standard error if need be.
 */
int comparing_deliver(const struct comparing *comparing,
		      int (*print)(FILE *out, void *arg), void *arg);

#endif
