// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's line: messages come whole, however the bytes are cut. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernels/wire.h"

struct heard {
	char text[4096];
	size_t used;
	int stop_at; /* word that ends the feeding; -1 */
};

static int hear(void *arg, enum wire_word word, const char *text,
		const char *bytes, size_t length)
{
	struct heard *heard = arg;

	heard->used += (size_t)snprintf(heard->text + heard->used,
					sizeof(heard->text) - heard->used,
					"%d|%s|%.*s;", (int)word, text,
					(int)length, bytes ? bytes : "");
	return (int)word == heard->stop_at ? -ECANCELED : 0;
}

/* What a guest has written, as the host reads it. */
static size_t said(char *bytes, size_t size)
{
	int ends[2];
	size_t used;

	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	assert_int_equal(wire_send(ends[1], WIRE_HELLO, "6.12 boot"), 0);
	assert_int_equal(wire_send(ends[1], WIRE_SAMPLE, "{\"v\":1}\n"), 0);
	assert_int_equal(wire_send_file(ends[1], "env.json", "{\n}\n", 4), 0);
	assert_int_equal(wire_send_file(ends[1], "empty", "", 0), 0);
	assert_int_equal(wire_send(ends[1], WIRE_END, "0"), 0);
	used = (size_t)read(ends[0], bytes, size);
	close(ends[0]);
	close(ends[1]);
	return used;
}

static const char expected[] = "0|6.12 boot|;2|{\"v\":1}|;3|env.json|{\n}\n;"
			       "3|empty|;5|0|;";

static void test_pieces_of_every_size(void **state)
{
	char bytes[1024];
	size_t length = said(bytes, sizeof(bytes));

	(void)state;
	for (size_t piece = 1; piece <= length; piece++) {
		struct wire_reader reader = { .used = 0 };
		struct heard heard = { .stop_at = -1 };
		struct wire_sink sink = { hear, &heard };

		for (size_t at = 0; at < length; at += piece)
			assert_int_equal(wire_feed(&reader, bytes + at,
						   piece < length - at
							   ? piece
							   : length - at,
						   &sink),
					 0);
		assert_string_equal(heard.text, expected);
		assert_int_equal(reader.used, 0);
		assert_int_equal(reader.strays, 0);
		wire_reader_free(&reader);
	}
}

static void test_half_a_message_is_not_given(void **state)
{
	static const char text[] = "@sample {\"v\":1";
	struct wire_reader reader = { .used = 0 };
	struct heard heard = { .stop_at = -1 };
	struct wire_sink sink = { hear, &heard };

	(void)state;
	assert_int_equal(wire_feed(&reader, text, strlen(text), &sink), 0);
	assert_string_equal(heard.text, "");
	wire_reader_free(&reader);
}

static void test_strays_are_counted(void **state)
{
	static const char text[] = "[ 1.2] kernel\n@nonsense 1\n@\n@cell a/b\n";
	struct wire_reader reader = { .used = 0 };
	struct heard heard = { .stop_at = -1 };
	struct wire_sink sink = { hear, &heard };

	(void)state;
	assert_int_equal(wire_feed(&reader, text, strlen(text), &sink), 0);
	assert_string_equal(heard.text, "1|a/b|;");
	assert_int_equal(reader.strays, 3);
	wire_reader_free(&reader);
}

static void test_sink_ends_it(void **state)
{
	struct wire_reader reader = { .used = 0 };
	struct heard heard = { .stop_at = WIRE_SAMPLE };
	struct wire_sink sink = { hear, &heard };
	char bytes[1024];
	size_t length = said(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(wire_feed(&reader, bytes, length, &sink), -ECANCELED);
	assert_string_equal(heard.text, "0|6.12 boot|;2|{\"v\":1}|;");
	wire_reader_free(&reader);
}

static void test_absurd_length_is_refused(void **state)
{
	static const char text[] = "@file env.json 99999999999\n";
	struct wire_reader reader = { .used = 0 };
	struct heard heard = { .stop_at = -1 };
	struct wire_sink sink = { hear, &heard };

	(void)state;
	assert_int_equal(wire_feed(&reader, text, strlen(text), &sink),
			 -EOVERFLOW);
	wire_reader_free(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_of_every_size),
		cmocka_unit_test(test_half_a_message_is_not_given),
		cmocka_unit_test(test_strays_are_counted),
		cmocka_unit_test(test_sink_ends_it),
		cmocka_unit_test(test_absurd_length_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
