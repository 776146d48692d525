// SPDX-License-Identifier: GPL-2.0-or-later
/* From blocks and symbols to functions. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/profile/blockreader.h"
#include "kernels/profile/blockstream.h"
#include "kernels/profile/functioncounts.h"
#include "kernels/profile/kernelsymbols.h"

#define HEAD(word, nr) ((uint64_t)BLOCKSTREAM_##word | (uint64_t)(nr) << 8)

static const char symbols_text[] = "1000 walk\n200 other\n"
				   "ffffffffffffff00 leaf.isra.0\n";

struct fixture {
	struct kernel_symbols symbols;
	char text[1024];
	size_t used;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct reason why;

	*state = fixture;
	return kernel_symbols_read(&fixture->symbols, symbols_text,
				   strlen(symbols_text), &why);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	kernel_symbols_free(&fixture->symbols);
	free(fixture);
	return 0;
}

static void take_begun(void *arg, uint64_t address)
{
	(void)arg;
	(void)address;
}

static void find(void *arg, uint64_t address, struct code_place *place)
{
	const struct fixture *fixture = arg;

	*place = (struct code_place){
		kernel_symbols_find(&fixture->symbols, address)->name, NULL,
		NULL
	};
}

static char letter(enum mark phase)
{
	return phase == MARK_ARM       ? 'a'
	       : phase == MARK_COLLECT ? 'c'
	       : phase == MARK_WRITE   ? 'w'
				       : '?';
}

static int take_phase(void *arg, int number, enum mark phase,
		      const struct profile_function *functions, int nr)
{
	struct fixture *fixture = arg;

	fixture->used += (size_t)snprintf(fixture->text + fixture->used, 100,
					  "%d/%c:", number, letter(phase));
	for (int i = 0; i < nr; i++)
		fixture->used += (size_t)snprintf(
			fixture->text + fixture->used, 100,
			" %s<%s %lld e%lld r%lld w%lld", functions[i].function,
			functions[i].caller ? functions[i].caller : "",
			(long long)functions[i].insn,
			(long long)functions[i].entries,
			(long long)functions[i].reads,
			(long long)functions[i].writes);
	fixture->used +=
		(size_t)snprintf(fixture->text + fixture->used, 100, "\n");
	return 0;
}

static int count(struct fixture *fixture, const uint64_t *words, size_t nr,
		 int *rows)
{
	const struct counting counting = { take_begun, find, take_phase,
					   fixture };
	struct reason why = { "" };
	int ret = function_counts(words, nr, &counting, rows, &why);

	assert_true(!ret == !why.text[0]);
	return ret;
}

/* Block 7 of walk calls leaf, 8 goes on from one into the other, 9 is leaf's
 * and calls itself. */
#define BLOCKS                                                            \
	HEAD(BLOCK, 7), 7, 0x10f5, 0x1100, 2, 2, 2, 5, HEAD(BLOCK, 5), 8, \
		0x10fe, 0, 2, 2, HEAD(BLOCK, 5), 9, 0x1180, 0x1100, 3, 3

/* Entered ten times, and left at the second instruction twice. */
static const uint64_t words[] = {
	BLOCKS,
	HEAD(MARK, 1),
	0x500,
	HEAD(COUNT, 6),
	7,
	10,
	30,
	4,
	1,
	2,
	HEAD(COUNT, 4),
	9,
	5,
	0,
	0,
	HEAD(COUNT, 4),
	8,
	1,
	1,
	0,
	HEAD(PART, 3),
	9,
	1,
	2,
	HEAD(PHASE, 1),
	MARK_ARM,
	HEAD(COUNT, 4),
	9,
	1,
	1,
	1,
	HEAD(PHASE, 1),
	MARK_COLLECT,
	HEAD(COUNT, 4),
	9,
	2,
	2,
	2,
	HEAD(PHASE, 1),
	MARK_COLLECT,
	HEAD(ROW, 0),
	HEAD(COUNT, 4),
	9,
	1,
	0,
	0,
	HEAD(ROW, 0),
	HEAD(COUNT, 4),
	9,
	1,
	0,
	0,
	HEAD(PHASE, 1),
	MARK_WRITE,
	HEAD(ROW, 0),
	HEAD(COUNT, 40),
	9,
	1, /* cut off */
};

static void test_functions_and_callers(void **state)
{
	int rows;

	assert_int_equal(count(*state, words, sizeof(words) / 8, &rows), 0);
	assert_int_equal(rows, 3);
	assert_string_equal(((struct fixture *)*state)->text,
			    "0/a: walk< 35 e11 r31 w4 "
			    "leaf.isra.0<walk 12 e5 r0 w0\n"
			    "0/c: leaf.isra.0< 6 e3 r3 w3\n"
			    "2/w: leaf.isra.0< 2 e1 r0 w0\n");
}

static void test_damaged_counts_are_refused(void **state)
{
	const uint64_t wrong[][16] = {
		{ 'X' },
		{ HEAD(COUNT, 4), 7, 1, 0, 0 }, /* no block */
		{ HEAD(PART, 3), 7, 0, 1 },	/* no block */
		{ HEAD(PHASE, 1), MARK_END },	/* no phase */
		{ HEAD(PHASE, 1), NR_MARKS },
		{ HEAD(MARK, 0) },
		{ HEAD(BLOCK, 3), 1, 1, 1 },		 /* is empty */
		{ HEAD(BLOCK, 4), 1ull << 40, 1, 1, 1 }, /* is one of many */
		{ HEAD(BLOCK, 4), 1, 0x1000, 0, 1, HEAD(PART, 3), 1, 0, 2 },
		{ HEAD(BLOCK, 4), 1, 0x1000, 0, 1, HEAD(PART, 3), 1, 1, 0 },
		{ HEAD(BLOCK, 4), 1, 0x1000, 0, 1, HEAD(COUNT, 5), 1, 1, 0, 0,
		  0 },
		/* Left more often than entered. */
		{ HEAD(BLOCK, 4), 1, 0x1000, 0, 1, HEAD(COUNT, 6), 1, 1, 0, 0,
		  0, 2 },
		/* The same number twice. */
		{ HEAD(BLOCK, 4), 1, 0x1000, 0, 1, HEAD(BLOCK, 4), 1, 0x1000, 0,
		  1 },
	};
	int rows;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(count(*state, wrong[i], 16, &rows), -EBADMSG);
}

static void test_symbols(void **state)
{
	const struct fixture *fixture = *state;
	const struct kernel_symbols *symbols = &fixture->symbols;

	assert_null(kernel_symbols_find(symbols, 0xfff));
	assert_string_equal(kernel_symbols_find(symbols, 0x1000)->name, "walk");
	assert_string_equal(kernel_symbols_find(symbols, 0x10ff)->name, "walk");
	/* Modules come in no order. */
	assert_string_equal(kernel_symbols_find(symbols, 0x1100)->name,
			    "leaf.isra.0");
	assert_string_equal(kernel_symbols_find(symbols, ~0ull)->name, "other");
}

static void test_kernels_that_tell_nothing(void **state)
{
	static const struct {
		const char *text;
		int err;
	} texts[] = {
		{ "", -ENODATA },	 { "0 walk\n0 leaf\n", -ENODATA },
		{ "walk\n", -EINVAL },	 { "10\n", -EINVAL },
		{ "10 \n", -EINVAL },	 { "10 walk\nx leaf\n", -EINVAL },
		{ "10walk\n", -EINVAL },
	};
	struct kernel_symbols symbols;
	struct reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		why.text[0] = '\0';
		assert_int_equal(kernel_symbols_read(&symbols, texts[i].text,
						     strlen(texts[i].text),
						     &why),
				 texts[i].err);
		assert_true(why.text[0]);
		kernel_symbols_free(&symbols);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_functions_and_callers,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damaged_counts_are_refused,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_symbols, set_up,
						tear_down),
		cmocka_unit_test(test_kernels_that_tell_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
