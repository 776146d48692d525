/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parsing a subcommand's options: one line for whatever is wrong. */
#ifndef DIRTYBENCH_OPTIONS_H
#define DIRTYBENCH_OPTIONS_H

#include <argp.h>

#include "harness/reason.h"

/*
 * As argp_parse(), with @input for the parser. A parser that refuses a value
 * says so with options_refuse() and returns what that returned. 0, or EINVAL
 * after exactly one line on standard error. --help prints and exits.
 */
int options_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Print @why as the one line. EINVAL. */
error_t options_refuse(const struct reason *why);

/*
 * The value @text of option --@name, a number from 1 to @most, into *@value. 0
 * or EINVAL after one line.
 */
error_t options_number(const char *name, const char *text, int most,
		       int *value);

/*
 * The value @text of option --@name, per cent, with or without the sign, into
 * *@fraction: 0.05 for 5%. 0 or EINVAL after one line.
 */
error_t options_percent(const char *name, const char *text, double *fraction);

#endif
