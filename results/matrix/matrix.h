/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What trackers tell of kinds of pages on several kernels, as samples prove. */
#ifndef DIRTYBENCH_MATRIX_H
#define DIRTYBENCH_MATRIX_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/reason.h"
#include "results/sample.h"

/* What an entry says; of several that hold, the last one. */
enum matrix_outcome {
	MATRIX_NOTHING,	    /* no epoch: the kernel never came to it */
	MATRIX_EXACT,	    /* the written pages and no others, always */
	MATRIX_OVER,	    /* all written pages, and others */
	MATRIX_WRONG,	    /* a written page was missed */
	MATRIX_UNSUPPORTED, /* was skipped */
	MATRIX_FAILED,	    /* a call failed, the target died */
	MATRIX_HUNG,	    /* the kernel did */
	MATRIX_OOPS,
	NR_MATRIX_OUTCOMES,
};

/* One tracker on one kind of pages in one kernel. Pages are base pages. */
struct matrix_entry {
	enum matrix_outcome outcome;
	int epochs; /* judged */
	int64_t dirtied, missed, extra;
	int64_t unwritten; /* of extra, in epochs that wrote nothing */
	int64_t unit;	   /* pages that a page-table entry maps */
	bool declared;	   /* what is extra, the tracker says beforehand */
	char reason[400];  /* of what was skipped, failed or never came */
};

/* One tracker on one kind of pages. */
struct matrix_row {
	char *cell;    /* key */
	char *pages;   /* what they are called: "thp state=split" */
	char *tracker; /* "uffd-wp", and a parameter that tells it apart */
	/* The tracker declares that it cannot follow such pages. */
	bool unclaimed;
	struct matrix_entry *entries; /* one for each kernel */
};

struct matrix {
	char **kernels;
	int nr_kernels;
	struct matrix_row *rows; /* those of one kind of pages together */
	int nr_rows;
};

enum matrix_format {
	MATRIX_TEXT, /* 80 columns of ASCII, with the reasons below */
	MATRIX_MARKDOWN,
	MATRIX_CSV,
	MATRIX_JSON,
	NR_MATRIX_FORMATS,
};

/* -ENOMEM; matrix_destroy() in any case. */
int matrix_init(struct matrix *matrix, const char *const *kernels,
		int nr_kernels);
int matrix_add_row(struct matrix *matrix, const char *cell, const char *pages,
		   const char *tracker, bool unclaimed);
void matrix_destroy(struct matrix *matrix);

/* Count a row of a run into its entry. Cells without a row are left out. */
void matrix_take(struct matrix *matrix, int kernel,
		 const struct sample *sample);

/* How the kernel broke in a cell: MATRIX_HUNG or MATRIX_OOPS. */
void matrix_set_broken(struct matrix *matrix, int kernel, const char *cell,
		       enum matrix_outcome outcome);

/* Why the entries that the kernel did not come to are empty. */
void matrix_explain_rest(struct matrix *matrix, int kernel, const char *reason);

/* "exact", "over-reports", ... */
const char *matrix_outcome_name(enum matrix_outcome outcome);

/* -EINVAL with the names that there are. */
int matrix_format_find(const char *name, enum matrix_format *format,
		       struct reason *why);

/* A sentence, "" where the outcome says all. */
void matrix_describe(const struct matrix_entry *entry, char *text,
		     size_t bytes);

/* 0, -ENOMEM, or -EIO when @out is in error afterwards. */
int matrix_print(FILE *out, const struct matrix *matrix,
		 enum matrix_format format);

#endif
