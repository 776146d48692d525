// SPDX-License-Identifier: GPL-2.0-or-later
/* Why something could not be done: one sentence that a user can act on. */
#include "harness/reason.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What was read, or a path, may have brought a line break along. */
static void keep_one_line(struct reason *why)
{
	for (char *c = why->text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
}

int reason_set(struct reason *why, int err, const char *format, ...)
{
	va_list args;

	if (!why)
		return err;
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	keep_one_line(why);
	return err;
}

int reason_errno(struct reason *why, int err, const char *format, ...)
{
	va_list args;
	size_t used;

	if (!why)
		return err;
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	used = strlen(why->text);
	snprintf(why->text + used, sizeof(why->text) - used, ": %s",
		 strerror(-err));
	keep_one_line(why);
	return err;
}
