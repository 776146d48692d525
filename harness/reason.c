// SPDX-License-Identifier: GPL-2.0-or-later
/* Why something could not be done: one sentence that a user can act on. */
#include "harness/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int reason_set(struct reason *why, int err, const char *format, ...)
{
	va_list args;

	if (!why)
		return err;
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
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
	return err;
}
