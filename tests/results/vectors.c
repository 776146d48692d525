// SPDX-License-Identifier: GPL-2.0-or-later
// What other programs have computed, from tests/data/statistics/.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/results/vectors.h"

int vectors_open(void **state)
{
	*state = json_load_file(VECTORS_FILE, JSON_REJECT_DUPLICATES, NULL);
	return *state ? 0 : -1;
}

int vectors_close(void **state)
{
	json_decref(*state);
	return 0;
}

const json_t *vectors_get(void **state, const char *name)
{
	const json_t *vectors = json_object_get(*state, name);

	assert_true(json_array_size(vectors) > 0);
	return vectors;
}

int vectors_numbers(const json_t *vector, const char *name, double *numbers,
		    int max)
{
	const json_t *array = json_object_get(vector, name);
	int nr = (int)json_array_size(array);

	assert_in_range(nr, 1, max);
	for (int i = 0; i < nr; i++)
		numbers[i] = json_number_value(json_array_get(array, i));
	return nr;
}

void vectors_check(const json_t *vector, double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-9 * fabs(expected)))
		fail_msg("%.17g is not %.17g of %s", value, expected,
			 json_string_value(json_object_get(vector, "how")));
}
