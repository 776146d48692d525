// SPDX-License-Identifier: GPL-2.0-or-later
/* Parameters: what their texts may be, and what is said of those they aren't.
 */
#include "harness/params.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *three(void)
{
	return "3";
}

static const struct param table[] = {
	{ .name = "size",
	  .type = PARAM_BYTES,
	  .fallback = "64m",
	  .min = 4096,
	  .max = 1 << 30 },
	{ .name = "dirty", .type = PARAM_PORTION, .fallback = "25%", .min = 1 },
	{ .name = "share", .type = PARAM_PORTION, .fallback = "0%" },
	{ .name = "room", .type = PARAM_BYTES, .fallback = "0" },
	{ .name = "order",
	  .type = PARAM_CHOICE,
	  .fallback = "shuffled",
	  .choices = "ascending|shuffled|as" },
	{ .name = "vec",
	  .type = PARAM_COUNT,
	  .fallback = "512",
	  .min = 1,
	  .max = 65536 },
	{ .name = "runs", .type = PARAM_COUNT, .fallback_fn = three },
	{ .name = NULL },
};

static void make(struct params *params)
{
	memset(params, 0, sizeof(*params));
	assert_int_equal(params_add(params, table), 0);
}

static void defaults_are_sorted_by_name(void **state)
{
	static const char *const names[] = { "dirty", "order", "room", "runs",
					     "share", "size",  "vec" };
	struct params params;

	(void)state;
	make(&params);
	assert_int_equal(params.nr, 7);
	for (int i = 0; i < params.nr; i++)
		assert_string_equal(params.v[i].param->name, names[i]);
	assert_int_equal(params_value(&params, "size"), 64 << 20);
	assert_int_equal(params_value(&params, "vec"), 512);
	assert_int_equal(params_value(&params, "runs"), 3);
	assert_int_equal(params_value(&params, "order"), 1);
	assert_true(params_is(&params, "order", "shuffled"));
	assert_false(params_is(&params, "order", "as"));
	assert_null(params_find(&params, "nothing"));
	assert_ptr_equal(params_find(&params, "vec")->param, &table[5]);
}

static void tables_that_do_not_fit_are_refused(void **state)
{
	static const struct param wrong[] = {
		{ .name = "n", .type = PARAM_COUNT, .fallback = "many" },
		{ .name = NULL },
	};
	static char names[PARAMS_MAX + 1][4];
	struct param many[PARAMS_MAX + 2];
	struct params params;

	(void)state;
	make(&params);
	assert_int_equal(params_add(&params, table), -EEXIST);
	assert_int_equal(params_add(&params, NULL), 0);
	assert_int_equal(params_add(&params, wrong), -EINVAL);
	memset(many, 0, sizeof(many));
	for (int i = 0; i <= PARAMS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "p%d", i);
		many[i] = (struct param){ .name = names[i],
					  .type = PARAM_COUNT,
					  .fallback = "0" };
	}
	memset(&params, 0, sizeof(params));
	assert_int_equal(params_add(&params, many), -ENOSPC);
	assert_int_equal(params.nr, PARAMS_MAX);
}

struct good {
	const char *name, *text;
	uint64_t value;
	const char *canonical;
};

static void texts_get_their_canonical_form(void **state)
{
	static const struct good good[] = {
		{ "size", "65536k", 64 << 20, "64m" },
		{ "size", "64M", 64 << 20, "64m" },
		{ "size", "4096", 4096, "4k" },
		{ "size", "4096b", 4096, "4k" },
		{ "size", "1536k", 1536 << 10, "1536k" },
		{ "size", "5001", 5001, "5001" },
		{ "size", "1g", 1 << 30, "1g" },
		{ "size", "0001g", 1 << 30, "1g" },
		{ "room", "0k", 0, "0" },
		{ "room", "14t", 14ULL << 40, "14t" },
		{ "room", "18446744073709551615", UINT64_MAX,
		  "18446744073709551615" },
		{ "room", "16777215t", 16777215ULL << 40, "16777215t" },
		{ "dirty", "1024", 1024, "1024" },
		{ "dirty", "007", 7, "7" },
		{ "dirty", "100%", 1000000, "100%" },
		{ "dirty", "12.5%", 125000, "12.5%" },
		{ "dirty", "12.50%", 125000, "12.5%" },
		{ "dirty", ".5%", 5000, "0.5%" },
		{ "dirty", "0.0001%", 1, "0.0001%" },
		{ "share", "0", 0, "0" },
		{ "share", "0.0%", 0, "0%" },
		{ "order", "as", 2, "as" },
		{ "order", "ascending", 0, "ascending" },
		{ "vec", "65536", 65536, "65536" },
		{ "runs", "0", 0, "0" },
	};
	const struct param_value *value;
	struct params params;

	(void)state;
	make(&params);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(
			params_set(&params, good[i].name, good[i].text, NULL),
			0);
		value = params_find(&params, good[i].name);
		assert_true(value->value == good[i].value);
		assert_string_equal(value->text, good[i].canonical);
		assert_int_equal(value->percent,
				 strchr(good[i].text, '%') != 0);
		/* The canonical text means the same. */
		assert_int_equal(params_set(&params, good[i].name,
					    good[i].canonical, NULL),
				 0);
		assert_true(value->value == good[i].value);
		assert_string_equal(value->text, good[i].canonical);
	}
}

struct bad {
	const char *name, *text;
	int err;
	const char *sentence;
};

static void check_refused(const struct bad *bad, size_t nr)
{
	struct param_value before;
	struct params params;
	struct reason why;

	make(&params);
	for (size_t i = 0; i < nr; i++) {
		before = *params_find(&params, bad[i].name);
		assert_int_equal(
			params_set(&params, bad[i].name, bad[i].text, &why),
			bad[i].err);
		if (bad[i].sentence)
			assert_string_equal(why.text, bad[i].sentence);
		assert_memory_equal(params_find(&params, bad[i].name), &before,
				    sizeof(before));
	}
}

static void sizes_are_refused_with_what_would_do(void **state)
{
#define SIZE "has to be a size such as 64m or 16g"
	static const struct bad bad[] = {
		{ "size", "", -EINVAL, "size=: " SIZE },
		{ "size", "m", -EINVAL, "size=m: " SIZE },
		{ "size", "64mm", -EINVAL, "size=64mm: " SIZE },
		{ "size", "64mb", -EINVAL, NULL },
		{ "size", "64 m", -EINVAL, NULL },
		{ "size", " 64m", -EINVAL, NULL },
		{ "size", "64m ", -EINVAL, NULL },
		{ "size", "-64m", -EINVAL, "size=-64m: " SIZE },
		{ "size", "+64m", -EINVAL, NULL },
		{ "size", "1.5m", -EINVAL, NULL },
		{ "size", "0x1000", -EINVAL, NULL },
		{ "size", "64p", -EINVAL, NULL },
		{ "size", "25%", -EINVAL, NULL },
		{ "size", "1k", -ERANGE, "size=1k: " SIZE ", from 4k to 1g" },
		{ "size", "2g", -ERANGE, "size=2g: " SIZE ", from 4k to 1g" },
		{ "size", "0", -ERANGE, NULL },
		{ "room", "16777216t", -ERANGE, NULL },
		{ "room", "18446744073709551616", -ERANGE, NULL },
		{ "room", "99999999999999999999", -ERANGE, NULL },
	};

	(void)state;
	check_refused(bad, sizeof(bad) / sizeof(bad[0]));
}

static void portions_are_refused_with_what_would_do(void **state)
{
#define PORTION "has to be a percentage up to 100% or a count of pages"
	static const struct bad bad[] = {
		{ "dirty", "", -EINVAL, "dirty=: " PORTION },
		{ "dirty", "%", -EINVAL, "dirty=%: " PORTION },
		{ "dirty", ".%", -EINVAL, NULL },
		{ "dirty", "-1%", -EINVAL, NULL },
		{ "dirty", "25%%", -EINVAL, NULL },
		{ "dirty", "25%x", -EINVAL, NULL },
		{ "dirty", "nan%", -EINVAL, NULL },
		{ "dirty", "inf%", -EINVAL, NULL },
		{ "dirty", "half", -EINVAL, NULL },
		{ "dirty", "1.5", -EINVAL, NULL },
		{ "dirty", "1k", -EINVAL, NULL },
		{ "dirty", "100.1%", -ERANGE, NULL },
		{ "dirty", "1000%", -ERANGE, NULL },
		{ "dirty", "0%", -ERANGE, "dirty=0%: " PORTION ", at least 1" },
		{ "dirty", "0.00001%", -ERANGE, NULL },
		{ "dirty", "0", -ERANGE, "dirty=0: " PORTION ", at least 1" },
	};

	(void)state;
	check_refused(bad, sizeof(bad) / sizeof(bad[0]));
}

static void counts_and_choices_are_refused_with_what_would_do(void **state)
{
#define CHOICE "has to be one of ascending|shuffled|as"
	static const struct bad bad[] = {
		{ "order", "", -EINVAL, "order=: " CHOICE },
		{ "order", "a", -EINVAL, "order=a: " CHOICE },
		{ "order", "ascendin", -EINVAL, NULL },
		{ "order", "ascendingly", -EINVAL, NULL },
		{ "order", "ascending|shuffled", -EINVAL, NULL },
		{ "order", "Ascending", -EINVAL, NULL },
		{ "runs", "x", -EINVAL, "runs=x: has to be a whole number" },
		{ "runs", "1x", -EINVAL, NULL },
		{ "runs", "-1", -EINVAL, NULL },
		{ "runs", "18446744073709551616", -ERANGE, NULL },
		{ "vec", "0", -ERANGE,
		  "vec=0: has to be a whole number, from 1 to 65536" },
		{ "vec", "65537", -ERANGE, NULL },
		{ "vec", "1k", -EINVAL, NULL },
	};

	(void)state;
	check_refused(bad, sizeof(bad) / sizeof(bad[0]));
}

static void an_unknown_name_is_told(void **state)
{
	struct params params;
	struct reason why;

	(void)state;
	make(&params);
	assert_int_equal(params_set(&params, "sise", "4k", &why), -ENOENT);
	assert_non_null(strstr(why.text, "no parameter 'sise'"));
	assert_int_equal(params_set(&params, "", "4k", &why), -ENOENT);
}

static void asking_for_a_missing_value_is_a_mistake(void **state)
{
	struct rlimit no_core = { 0, 0 };
	struct params params;
	int status;
	pid_t child;

	(void)state;
	make(&params);
	child = fork();
	if (!child) {
		setrlimit(RLIMIT_CORE, &no_core);
		params_value(&params, "nothing");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static uint64_t portion(const char *text, uint64_t whole)
{
	struct params params;

	make(&params);
	assert_int_equal(params_set(&params, "dirty", text, NULL), 0);
	return params_portion(&params, "dirty", whole);
}

static void portions_are_rounded_down_and_bounded(void **state)
{
	(void)state;
	assert_int_equal(portion("25%", 1000), 250);
	assert_int_equal(portion("10%", 30), 3);
	assert_int_equal(portion("50%", 3), 1);
	assert_int_equal(portion("99.9999%", 3), 2);
	assert_int_equal(portion("0.1%", 10), 1);
	assert_int_equal(portion("0.0001%", 1), 1);
	assert_int_equal(portion("100%", 12345), 12345);
	assert_int_equal(portion("100%", 1ULL << 32), 1ULL << 32);
	assert_int_equal(portion("5000", 1000), 1000);
	assert_int_equal(portion("7", 1000), 7);
	assert_int_equal(portion("25%", 0), 0);
}

static void bytes_are_written_in_their_largest_unit(void **state)
{
	char text[PARAM_TEXT_BYTES];

	(void)state;
	params_format_bytes(text, 0);
	assert_string_equal(text, "0");
	params_format_bytes(text, 1023);
	assert_string_equal(text, "1023");
	params_format_bytes(text, 1025 << 10);
	assert_string_equal(text, "1025k");
	params_format_bytes(text, 2048ULL << 40);
	assert_string_equal(text, "2048t");
}

static void the_nearest_name_is_near(void **state)
{
	static const char *const names[] = { "mprotect", "none", "pagemap",
					     "scan", "scan-resident" };
	static const char *const equal[] = { "bat", "cat" };
	static const char *const orders[] = { "order", "pattern" };
	static const char *const giant[] = {
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	};

	(void)state;
	assert_string_equal(nearest_name("scna", names, 5), "scan");
	assert_string_equal(nearest_name("mprotct", names, 5), "mprotect");
	assert_string_equal(nearest_name("scan-resid", names, 5),
			    "scan-resident");
	assert_string_equal(nearest_name("scan", names, 5), "scan");
	assert_string_equal(nearest_name("mat", equal, 2), "bat");
	assert_null(nearest_name("wholly-different", names, 5));
	/* Half of the letters are others, and more. */
	assert_null(nearest_name("handler", orders, 2));
	assert_null(nearest_name("", names, 5));
	assert_null(nearest_name("scan", names, 0));
	assert_null(nearest_name(giant[0], giant, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_sorted_by_name),
		cmocka_unit_test(tables_that_do_not_fit_are_refused),
		cmocka_unit_test(texts_get_their_canonical_form),
		cmocka_unit_test(sizes_are_refused_with_what_would_do),
		cmocka_unit_test(portions_are_refused_with_what_would_do),
		cmocka_unit_test(
			counts_and_choices_are_refused_with_what_would_do),
		cmocka_unit_test(an_unknown_name_is_told),
		cmocka_unit_test(asking_for_a_missing_value_is_a_mistake),
		cmocka_unit_test(portions_are_rounded_down_and_bounded),
		cmocka_unit_test(bytes_are_written_in_their_largest_unit),
		cmocka_unit_test(the_nearest_name_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
