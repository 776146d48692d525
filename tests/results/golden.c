// SPDX-License-Identifier: GPL-2.0-or-later
// Texts that a person reads, compared with files of tests/golden/.
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/results/golden.h"

/* Far above any text that a person wants to read. */
enum { MAX_GOLDEN_BYTES = 64 << 10 };

static void rewrite(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void golden_compare(const char *name, const char *text)
{
	const char *mode = getenv("DIRTYBENCH_GOLDEN");
	static char expected[MAX_GOLDEN_BYTES];
	char path[PATH_MAX];
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", GOLDEN_DIR, name);
	if (mode && strcmp(mode, "rewrite") == 0)
		rewrite(path, text);
	file = fopen(path, "r");
	if (!file)
		fail_msg("%s is missing: run with DIRTYBENCH_GOLDEN=rewrite",
			 path);
	length = fread(expected, 1, sizeof(expected) - 1, file);
	expected[length] = '\0';
	fclose(file);
	if (strcmp(expected, text) != 0)
		fail_msg("%s differs; the text is now:\n%s", path, text);
}

void golden_check_shape(const char *text, int columns)
{
	int line = 1;

	while (*text) {
		int length = (int)strcspn(text, "\n");

		if (length > columns)
			fail_msg("line %d has %d columns", line, length);
		if (length && text[length - 1] == ' ')
			fail_msg("line %d ends in a space", line);
		for (int i = 0; i < length; i++)
			if (text[i] < ' ' || text[i] > '~')
				fail_msg("line %d is not ASCII", line);
		text += length;
		assert_int_equal(*text, '\n');
		text++;
		line++;
	}
}
