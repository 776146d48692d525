/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The closing tables of a run, for a terminal of 80 columns, in ASCII. */
#ifndef DIRTYBENCH_TABLE_H
#define DIRTYBENCH_TABLE_H

#include <stdio.h>

#include "results/summary/summary.h"

enum table {
	TABLE_EPOCHS,	 /* arm, write, collect, compaction, VMAs, proof */
	TABLE_CHANGE,	 /* what changing mappings costs and leads to */
	TABLE_WATCH,	 /* writes and collections at a time, and proof */
	TABLE_PURSUIT,	 /* copies of a process that goes on, and proof */
	TABLE_SETUP,	 /* open, first arm, close */
	TABLE_AFTERMATH, /* read, write, huge pages, VMAs, page tables left */
	NR_TABLES,
};

/*
 * A finished summary, one row for each cell that ran, under one heading for
 * each workload and its parameters, with a legend below; nothing when no cell
 * ran. TABLE_CHANGE has only cells with that phase. 0, -ENOMEM, or -EIO when
 * @out is in error afterwards.
 */
int table_print(FILE *out, const struct summary *summary, enum table table);

/* TABLE_WATCH and TABLE_PURSUIT, below TABLE_EPOCHS; nothing when no cell's
 * writers went on. */
int table_print_watch(FILE *out, const struct summary *summary);

/* TABLE_CHANGE behind an empty line, where it has a row. Errors as above. */
int table_print_change(FILE *out, const struct summary *summary);

/*
 * What the tables leave out: trackers that lied or were inexact, and failed
 * cells, each with its first reason; skipped cells summed up by reason.
 * Nothing when there is none. Errors as above.
 */
int table_print_notes(FILE *out, const struct summary *summary);

#endif
