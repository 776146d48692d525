// SPDX-License-Identifier: GPL-2.0-or-later
// One file in a folder of its own, for tests of what reads files.
#include "tests/results/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

char scratch_folder[64];
char scratch_path[96];

int scratch_make(void **state)
{
	(void)state;
	snprintf(scratch_folder, sizeof(scratch_folder),
		 "/tmp/dirtybench-test-XXXXXX");
	if (!mkdtemp(scratch_folder))
		return -1;
	snprintf(scratch_path, sizeof(scratch_path), "%s/file", scratch_folder);
	return 0;
}

int scratch_remove(void **state)
{
	(void)state;
	unlink(scratch_path);
	return rmdir(scratch_folder);
}

void scratch_write(const char *text)
{
	FILE *file = fopen(scratch_path, "w");

	assert_non_null(file);
	for (; *text; text++)
		fputc(*text == '\'' ? '"' : *text, file);
	assert_int_equal(fclose(file), 0);
}
