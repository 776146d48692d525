// SPDX-License-Identifier: GPL-2.0-or-later
// The JSON scanner, by cases and against jansson.
#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/json_scan.h"

static int whole(const char *text, size_t length)
{
	struct json_scan scan;
	int err;

	json_scan_init(&scan, text, length);
	err = json_scan_skip(&scan);
	return err ? err : json_scan_finish(&scan);
}

static void test_whole_texts(void **state)
{
	static const struct {
		const char *text;
		int result;
	} cases[] = {
		{ "{}", 0 },
		{ " { \"a\" : [ 1 , -2.5e+3, true,false,null, \"\" ] } ", 0 },
		{ "[]", 0 },
		{ "0", 0 },
		{ "-0.5E-1", 0 },
		{ "\"\\u00e9\\ud83d\\ude00\\n\"", 0 },
		{ "\"\xf0\x9f\x98\x80\"", 0 },
		{ "", -ENODATA },
		{ "{", -ENODATA },
		{ "{\"a\"", -ENODATA },
		{ "{\"a\":", -ENODATA },
		{ "{\"a\":1,", -ENODATA },
		{ "[1", -ENODATA },
		{ "nul", -ENODATA },
		{ "\"\\u12", -ENODATA },
		{ "\"\\ud83d", -ENODATA },
		{ "\"\xc3", -ENODATA },
		{ "-", -ENODATA },
		{ "1.", -ENODATA },
		{ "1e+", -ENODATA },
		{ "{} x", -EBADMSG },
		{ "{\"a\" 1}", -EBADMSG },
		{ "{1:1}", -EBADMSG },
		{ "{\"a\":1,}", -EBADMSG },
		{ "[1,]", -EBADMSG },
		{ "[1}", -EBADMSG },
		{ "01", -EBADMSG },
		{ "+1", -EBADMSG },
		{ ".5", -EBADMSG },
		{ "1.2.3", -EBADMSG },
		{ "nil", -EBADMSG },
		{ "NaN", -EBADMSG },
		{ "\"\t\"", -EBADMSG },
		{ "\"\\x\"", -EBADMSG },
		{ "\"\\u0000\"", -EBADMSG },
		{ "\"\\udc00\"", -EBADMSG },
		{ "\"\\ud83d\\u0020\"", -EBADMSG },
		{ "\"\xc0\x80\"", -EBADMSG },
		{ "\"\xed\xa0\x80\"", -EBADMSG },
		{ "\"\xf4\x90\x80\x80\"", -EBADMSG },
		{ "\"\xff\"", -EBADMSG },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (whole(cases[i].text, strlen(cases[i].text)) !=
		    cases[i].result)
			fail_msg("%s: %d", cases[i].text,
				 whole(cases[i].text, strlen(cases[i].text)));
}

static int integer(const char *text, int64_t *value)
{
	struct json_scan scan;

	json_scan_init(&scan, text, strlen(text));
	return json_scan_integer(&scan, value);
}

static void test_integers(void **state)
{
	int64_t value;

	(void)state;
	assert_int_equal(integer(" 9223372036854775807", &value), 0);
	assert_true(value == INT64_MAX);
	assert_int_equal(integer("-9223372036854775808", &value), 0);
	assert_true(value == INT64_MIN);
	assert_int_equal(integer("-17,", &value), 0);
	assert_true(value == -17);
	assert_int_equal(integer("9223372036854775808", &value), -ERANGE);
	assert_int_equal(integer("99999999999999999999", &value), -ERANGE);
	assert_int_equal(integer("1.0", &value), -EINVAL);
	assert_int_equal(integer("1e3", &value), -EINVAL);
	assert_int_equal(integer("\"1\"", &value), -EINVAL);
	assert_int_equal(integer("null", &value), -EINVAL);
	assert_int_equal(integer("007", &value), -EBADMSG);
}

static void test_strings(void **state)
{
	static const char text[] = "\"a\\\"\\u00fc\\ud83d\\ude00\\/\" \"\"";
	struct json_scan scan;
	char buffer[16];

	(void)state;
	json_scan_init(&scan, text, strlen(text));
	assert_int_equal(json_scan_string(&scan, buffer, sizeof(buffer)), 0);
	assert_string_equal(buffer, "a\"\xc3\xbc\xf0\x9f\x98\x80/");
	assert_int_equal(json_scan_string(&scan, buffer, 1), 0);
	assert_string_equal(buffer, "");
	assert_int_equal(json_scan_finish(&scan), 0);

	json_scan_init(&scan, text, strlen(text));
	assert_int_equal(json_scan_string(&scan, buffer, 9), -EOVERFLOW);
	assert_int_equal(strlen(buffer), 8);
	assert_int_equal(json_scan_string(&scan, buffer, 1), 0);
}

static void test_depth(void **state)
{
	char text[130];

	(void)state;
	memset(text, '[', 65);
	memset(text + 65, ']', 65);
	assert_int_equal(whole(text + 1, 128), 0);
	assert_int_equal(whole(text, 130), -EBADMSG);
}

/* jansson keeps numbers, so that some are too big for it. */
static int jansson(const char *text, size_t length)
{
	json_error_t error;
	json_t *value = json_loadb(text, length, JSON_DECODE_ANY, &error);

	if (!value && json_error_code(&error) == json_error_numeric_overflow)
		return 1;
	if (!value)
		return -1;
	json_decref(value);
	return 0;
}

static const char seed_text[] =
	"{\"v\":1,\"a\":{\"b\":[true,false,null,-1.5e3,\"\\u00e9\\n\"],"
	"\"c\":\"\xc3\xa9\xf0\x9f\x98\x80\"},\"d\":12345,\"e\":{},\"f\":[]}";

static void test_like_jansson(void **state)
{
	static const char bytes[] = "{}[]\",:\\0129.eE+-tfnu \x80\xc3\xed\xf4";
	char text[sizeof(seed_text)];

	(void)state;
	srandom(1);
	for (int round = 0; round < 200000; round++) {
		size_t length = sizeof(seed_text) - 1;
		int other;

		memcpy(text, seed_text, sizeof(seed_text));
		for (long edits = random() % 3; edits >= 0; edits--)
			text[random() % length] =
				bytes[random() % (sizeof(bytes) - 1)];
		if (random() % 4 == 0)
			length = random() % length;
		other = jansson(text, length);
		if (other <= 0 && (other == 0) != (whole(text, length) == 0))
			fail_msg("jansson says %d, the scanner %d: %.*s", other,
				 whole(text, length), (int)length, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_texts),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_like_jansson),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
