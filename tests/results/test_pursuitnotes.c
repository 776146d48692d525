// SPDX-License-Identifier: GPL-2.0-or-later
// Why a pre-dump ended: told of cells in which one did not converge.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/tables/table.h"
#include "tests/results/fixture.h"

static struct summary *summary;

static int make(void **state)
{
	(void)state;
	summary = summary_create();
	return !summary;
}

static int drop(void **state)
{
	(void)state;
	summary_destroy(summary);
	return 0;
}

/* Epochs of a kind that ended in that way. */
static void add(const char *params, enum sample_kind kind, enum pursuit_end end,
		int nr)
{
	static int64_t epoch;
	struct sample sample;

	fixture_epoch(&sample, "pre-dump", "scan", params);
	sample.kind = kind;
	sample.figures.pursuit.iterations = 3;
	snprintf(sample.figures.counters[0].name,
		 sizeof(sample.figures.counters[0].name), "%s",
		 pursuit_end_name(end));
	sample.figures.counters[0].value = 1;
	sample.figures.nr_counters = 1;
	for (int i = 0; i < nr; i++) {
		sample.epoch = epoch++;
		assert_int_equal(summary_add(summary, &sample), 0);
	}
}

/* The line below the row; "" for none. To be freed. */
static char *below(void)
{
	char *text, *row, *end;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(summary_finish(summary), 0);
	assert_int_equal(table_print(out, summary, TABLE_PURSUIT), 0);
	assert_int_equal(fclose(out), 0);
	row = strstr(text, "\n  scan ");
	assert_non_null(row);
	row = strchr(row + 1, '\n') + 1;
	end = strchr(row, '\n');
	assert_non_null(end);
	end = strndup(row, (size_t)(end - row));
	free(text);
	return end;
}

static void check(const char *wanted)
{
	char *text = below();

	assert_string_equal(text, wanted);
	free(text);
}

#define PARAMS "max-iterations=8 rate=0"

static void test_all_converged(void **state)
{
	(void)state;
	add(PARAMS, KIND_MEASURED, PURSUIT_CONVERGED, 4);
	/* The first of a process is not in the row. */
	add(PARAMS, KIND_FIRST, PURSUIT_LIMIT, 1);
	check("");
}

static void test_some_did_not(void **state)
{
	(void)state;
	add(PARAMS, KIND_MEASURED, PURSUIT_CONVERGED, 1);
	add(PARAMS, KIND_MEASURED, PURSUIT_STALLED, 5);
	add(PARAMS, KIND_MEASURED, PURSUIT_LIMIT, 2);
	check("    of 8 epochs, 5 ended as sets no longer shrank, 2 at "
	      "max-iterations=8");
}

static void test_none_did(void **state)
{
	(void)state;
	add(PARAMS, KIND_MEASURED, PURSUIT_LIMIT, 3);
	check("    of 3 epochs, 3 ended at max-iterations=8");
}

static void test_no_longer_shrank(void **state)
{
	(void)state;
	add("", KIND_MEASURED, PURSUIT_STALLED, 1);
	check("    of 1 epoch, 1 ended as sets no longer shrank");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_converged, make, drop),
		cmocka_unit_test_setup_teardown(test_some_did_not, make, drop),
		cmocka_unit_test_setup_teardown(test_none_did, make, drop),
		cmocka_unit_test_setup_teardown(test_no_longer_shrank, make,
						drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
