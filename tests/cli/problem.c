// SPDX-License-Identifier: GPL-2.0-or-later
/* What is wrong with a run, told and counted. */
#include "tests/cli/problem.h"

#include <stdarg.h>
#include <stdio.h>

/* A mistake in the format shows in every line; a few of them tell it. */
enum { MOST_TOLD = 20 };

static int count;

void problem(const char *where, const char *format, ...)
{
	va_list args;

	if (count++ >= MOST_TOLD)
		return;
	printf("%s: ", where);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

int problem_count(void)
{
	return count;
}
