/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of profile.jsonl: what a phase of an epoch executed, by function. */
#ifndef DIRTYBENCH_PROFILEROW_H
#define DIRTYBENCH_PROFILEROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"
#include "results/sample.h"

/* The format that this program writes; docs/result-format.md describes it. */
enum { PROFILE_VERSION = 1 };

/* The file's name, in the folder of a run. */
#define PROFILE_FILE "profile.jsonl"

/* What functions may miss of a phase, as a fraction of it, and in instructions
 * in one that is so short that the clock's rounding is more. */
#define PROFILE_TOLERANCE 0.005
#define PROFILE_ROUNDING  2

/* The texts belong to whoever made the list. */
struct profile_function {
	const char *function; /* as the kernel calls it, or "[tracker]", ... */
	const char *inlined;  /* the innermost one inlined there; NULL */
	const char *line;     /* "mm/memory.c:4032"; NULL */
	const char *caller;   /* that calls it most, directly; NULL */
	int64_t insn, entries, reads, writes;
};

struct profile_row {
	int64_t seq; /* of the sample */
	char run[64];
	char cell[SAMPLE_CELL_BYTES];
	int64_t process, epoch;
	enum sample_kind kind;
	char phase[16]; /* a member of insn in a sample */
	struct {
		int64_t range, resident, dirtied;
	} pages;
	int64_t change_calls; /* system calls of the phase change; SAMPLE_NULL
			       */
	int64_t insn;	      /* as the sample has it */
	int64_t counted;      /* the sum over the functions */
	const struct profile_function *functions;
	int nr_functions;
};

/* Whether the functions are the phase, but for PROFILE_TOLERANCE or
 * PROFILE_ROUNDING. */
bool profile_row_matches(const struct profile_row *row);

/* As record_encode(). */
int profile_row_encode(const struct profile_row *row, char **line,
		       size_t *length, struct reason *why);

/*
 * Gives @row to @take, valid during the call, and returns what that does. The
 * errors of record_decode(), with @why.
 */
int profile_row_decode(const char *line, size_t length,
		       int (*take)(void *arg, const struct profile_row *row),
		       void *arg, struct reason *why);

#endif
