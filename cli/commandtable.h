/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands by name, for the program and for a command that has its own. */
#ifndef DIRTYBENCH_COMMANDTABLE_H
#define DIRTYBENCH_COMMANDTABLE_H

#include <stddef.h>

/* A row; one without a name ends the table. */
struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *summary;
};

/* "usage: @program COMMAND", and a line for each of @table. To standard
 * error where @to_error is not 0, else to standard output. */
void command_usage(const struct command *table, const char *program,
		   int to_error);

/*
 * Run the command argv[1] of @table, as @program and its name, and return what
 * it returns. --help, -h and help print the usage. The exit code for wrong
 * usage after one line on standard error for another word, and after the usage
 * where there is none.
 */
int command_run(const struct command *table, const char *program, int argc,
		char **argv);

#endif
