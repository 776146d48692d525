/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Named parameters of trackers and workloads, declared as tables. */
#ifndef DIRTYBENCH_PARAMS_H
#define DIRTYBENCH_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"

enum param_type {
	PARAM_BYTES,   /* "64m", binary multiples k m g t; the value is bytes */
	PARAM_PORTION, /* "25%" of a whole, or a count */
	PARAM_SHARE,   /* the same of what is not counted: no count */
	PARAM_COUNT,   /* a whole number */
	PARAM_CHOICE,  /* one of choices; the value is its index */
};

/* One row of a tracker's or workload's table; a NULL name ends the table. */
struct param {
	const char *name; /* unique over all trackers and workloads of a cell */
	enum param_type type;
	const char *fallback; /* the default, as a user would write it */
	const char *(*fallback_fn)(void); /* instead of fallback, or NULL */
	const char *choices; /* PARAM_CHOICE: "ascending|shuffled" */
	uint64_t min, max;   /* of the value; max 0 is no limit */
	/* Keys, samples and tables are without it while it has its default, as
	 * it is spelt here: so a cell that there was before the parameter is
	 * still the same one. */
	bool quiet;
	const char *help; /* one line, no full stop */
};

enum {
	PARAMS_MAX = 24,      /* more than any cell has */
	PARAM_TEXT_BYTES = 40 /* fits every canonical value */
};

struct param_value {
	const struct param *param;
	char text[PARAM_TEXT_BYTES]; /* canonical: 65536k becomes 64m */
	uint64_t value;		     /* for a percentage: millionths */
	bool percent;
};

/* The values of one cell, sorted by name. */
struct params {
	struct param_value v[PARAMS_MAX];
	int nr;
};

/* Add @table's rows with their defaults; NULL adds nothing. -ENOSPC when there
 * are more than PARAMS_MAX, -EEXIST when two tables share a name. */
int params_add(struct params *params, const struct param *table);

/* Set @name from text. -ENOENT: no such parameter; -EINVAL or -ERANGE: not a
 * value it can take, @why says what would be. */
int params_set(struct params *params, const char *name, const char *text,
	       struct reason *why);

/* Whether keys, samples and tables have it. */
bool params_is_told(const struct param_value *value);

const struct param_value *params_find(const struct params *params,
				      const char *name);

/* Values by name; the name has to exist (a mistake of the caller aborts). */
uint64_t params_value(const struct params *params, const char *name);
bool params_is(const struct params *params, const char *name,
	       const char *choice);
/* A portion of @whole as a count: rounded down, at least 1 for more than 0%,
 * at most @whole. */
uint64_t params_portion(const struct params *params, const char *name,
			uint64_t whole);

/* "64m": the largest binary unit that divides @bytes. */
void params_format_bytes(char text[PARAM_TEXT_BYTES], uint64_t bytes);

/* The name among @nr names that is nearest to @name in spelling; NULL when
 * none is near. */
const char *nearest_name(const char *name, const char *const *names, size_t nr);

#endif
