/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Profiles of runs, as what each function takes of a phase, per page. */
#ifndef DIRTYBENCH_PROFILE_H
#define DIRTYBENCH_PROFILE_H

#include "harness/reason.h"
#include "results/profile/profilerow.h"

/* What instructions are summed up by. */
enum profile_by {
	PROFILE_BY_FUNCTION,
	PROFILE_BY_INLINED, /* where the kernel's debug information was there */
	PROFILE_BY_LINE,
	NR_PROFILE_BYS,
};

/* Of one function; means over epochs and processes, divided by the part's unit.
 */
struct profile_cost {
	char *function; /* without suffixes of the compiler */
	char *caller;	/* its main one, likewise; NULL */
	double insn, entries, reads, writes;
};

/* A phase of a cell. */
struct profile_part {
	char *cell;
	char phase[16];
	const char *unit; /* what all is divided by: "resident page" */
	struct profile_cost *costs; /* biggest first */
	int nr_costs;
	double insn; /* all of it, as the clock had it */
	int rows;
};

struct profile {
	char *name; /* the run's label, or its kernel's release */
	struct profile_part *parts; /* in the order of the runs */
	int nr_parts;
	int rows, unmatched; /* whose functions are not the phase */
	bool detailed;	     /* some function has what they are summed up by */
};

/*
 * Reads profile.jsonl of the runs that @words name (as paths_find()), which
 * count as one side. Epochs and phases count that the figures of the phase are
 * taken from. Errors are the user's input, but for -ENOMEM, with a sentence:
 * -ENOENT: a run has no profile; -ENODATA: it has nothing that @by asks for.
 * profile_free() takes NULL.
 */
int profile_load(struct profile **profile, const char *const *words,
		 int nr_words, enum profile_by by, struct reason *why);
void profile_free(struct profile *profile);

/* NULL: there is no such part. */
const struct profile_part *profile_find(const struct profile *profile,
					const char *cell, const char *phase);

/* NULL: it executed nothing of it. */
const struct profile_cost *profile_cost(const struct profile_part *part,
					const char *function);

/* Whether the words of a user mean the cell: its key, or the front of it up to
 * a slash. */
bool profile_cell_matches(const char *cell, const char *words);

/* -EINVAL with the names that there are. */
int profile_by_find(const char *name, enum profile_by *by, struct reason *why);
int profile_phase_check(const char *name, struct reason *why);

#endif
