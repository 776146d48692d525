/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other programs have computed, from tests/data/statistics/. */
#ifndef DIRTYBENCH_VECTORS_H
#define DIRTYBENCH_VECTORS_H

#include <jansson.h>

/* Setup and teardown of a group: *@state becomes vectors.json. */
int vectors_open(void **state);
int vectors_close(void **state);

/* Array @name of @state, which has to have elements. */
const json_t *vectors_get(void **state, const char *name);

/* The array @name of @vector into @numbers, with room for @max. How many. */
int vectors_numbers(const json_t *vector, const char *name, double *numbers,
		    int max);

/* Fails the test unless @value is @expected to 9 digits; what @vector says. */
void vectors_check(const json_t *vector, double value, double expected);

#endif
