/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of samples.jsonl against what docs/result-format.md promises. */
#ifndef DIRTYBENCH_SAMPLEROW_H
#define DIRTYBENCH_SAMPLEROW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* The value of @name, or of @group.@name; JSON null where it is not there. */
const json_t *row_at(const json_t *row, const char *group, const char *name);

/* An integer; -1 for null and whatever else, which no figure can be. */
int64_t row_int(const json_t *row, const char *group, const char *name);

/* A text; "" for null. */
const char *row_text(const json_t *row, const char *name);

/* Whether the row is of an epoch, not of what was skipped or failed. */
bool row_has_epoch(const json_t *row);

/* arm + write + collect, whatever of them ran. */
int64_t row_total_ns(const json_t *row);

/* The rows have instructions in place of times. */
void row_expect_instructions(void);

/* Report whatever cannot be right in the line itself. */
void row_check(const char *where, const json_t *row);

#endif
