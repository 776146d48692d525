// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and sentences as a person reads them.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/tables/text.h"

static void test_figures(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 1, "1.00" },
		{ 1.234, "1.23" },
		{ 9.994, "9.99" },
		{ 9.996, "10.0" },
		{ 12.34, "12.3" },
		{ 99.96, "100" },
		{ 123.4, "123" },
		{ 1234.5, "1234" },
		{ 65516, "65516" },
		{ 999499, "999499" },
		{ 999999, "1.00e6" },
		{ 2075195, "2.08e6" },
		{ 0.1234, "0.123" },
		{ 0.0123, "0.0123" },
		{ 0.00123, "0.0012" },
		{ 1e-9, "0.0000" },
		{ -12.34, "-12.3" },
	};
	char text[TEXT_NUMBER_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_figure(text, cases[i].value);
		assert_string_equal(text, cases[i].text);
	}
	text_figure(text, NAN);
	assert_string_equal(text, "-");
	text_figure(text, INFINITY);
	assert_string_equal(text, "-");
}

static void test_percent(void **state)
{
	static const struct {
		double change;
		const char *text;
	} cases[] = {
		{ 0, "+0.0%" },	       { -0.0001, "+0.0%" },
		{ 0.05, "+5.0%" },     { -0.123, "-12.3%" },
		{ 0.994, "+99.4%" },   { 1.5, "+150%" },
		{ 98.6, "+9860%" },    { 122, "x123" },
		{ 99997, "x99998" },   { 123456, "x1e+05" },
		{ -0.9996, "-99.9%" }, { -1, "-100%" },
	};
	char text[TEXT_NUMBER_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_percent(text, cases[i].change);
		assert_string_equal(text, cases[i].text);
		assert_true(strlen(text) <= 6);
	}
	text_percent(text, NAN);
	assert_string_equal(text, "-");
}

static void test_counts(void **state)
{
	char text[TEXT_NUMBER_BYTES];

	(void)state;
	text_count(text, 65496);
	assert_string_equal(text, "65496");
	text_count(text, -1);
	assert_string_equal(text, "-1");
	text_count(text, 2.5);
	assert_string_equal(text, "3");
	text_count(text, NAN);
	assert_string_equal(text, "-");
}

/* What @print makes of @text. */
static void check_print(void (*print)(FILE *out, const char *text),
			const char *text, const char *expected)
{
	char *printed;
	size_t size;
	FILE *out = open_memstream(&printed, &size);

	assert_non_null(out);
	print(out, text);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(printed, expected);
	free(printed);
}

static void wrap(FILE *out, const char *text)
{
	text_wrap(out, 2, text);
}

static void check_wrap(const char *text, const char *expected)
{
	check_print(wrap, text, expected);
}

#define TEN   "123456789 "
#define SOLID "1234567890"

static void test_wrap(void **state)
{
	(void)state;
	check_wrap("", "\n");
	check_wrap("short", "short\n");
	check_wrap("t\xc3\xa9st\n", "t??st?\n");
	check_wrap(TEN TEN TEN TEN TEN TEN TEN SOLID "",
		   TEN TEN TEN TEN TEN TEN TEN SOLID "\n");
	check_wrap(TEN TEN TEN TEN TEN TEN TEN SOLID "x",
		   TEN TEN TEN TEN TEN TEN "123456789\n  " SOLID "x\n");
	check_wrap(SOLID SOLID SOLID SOLID SOLID SOLID SOLID SOLID "x",
		   SOLID SOLID SOLID SOLID SOLID SOLID SOLID SOLID "\n  x\n");
}

static void test_lines(void **state)
{
	(void)state;
	check_print(text_trimmed, "", "\n");
	check_print(text_trimmed, "   ", "\n");
	check_print(text_trimmed, " a  b  ", " a  b\n");
}

static void test_csv(void **state)
{
	(void)state;
	check_print(text_csv, "", "");
	check_print(text_csv, "a b", "a b");
	check_print(text_csv, "a,b", "\"a,b\"");
	check_print(text_csv, "a \"b\"", "\"a \"\"b\"\"\"");
	check_print(text_csv, "a\nb\r", "\"a\nb\r\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures), cmocka_unit_test(test_percent),
		cmocka_unit_test(test_counts),	cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_lines),	cmocka_unit_test(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
