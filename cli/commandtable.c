// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands by name, for the program and for a command that has its own. */
#include "cli/commandtable.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "harness/params.h"

/* More than any table has. */
enum { MAX_COMMANDS = 32 };

void command_usage(const struct command *table, const char *program,
		   int to_error)
{
	FILE *out = to_error ? stderr : stdout;

	fprintf(out, "usage: %s COMMAND [OPTION...]\n\n", program);
	for (; table->name; table++)
		fprintf(out, "  %-12s %s\n", table->name, table->summary);
	fprintf(out, "\n%s COMMAND --help tells the options.\n", program);
}

static int unknown_command(const struct command *table, const char *program,
			   const char *name)
{
	const char *names[MAX_COMMANDS];
	const char *near;
	size_t nr = 0;

	for (; table->name && nr < MAX_COMMANDS; table++)
		names[nr++] = table->name;
	near = nearest_name(name, names, nr);
	if (near)
		fprintf(stderr, "%s: no command '%s': did you mean '%s'?\n",
			program, name, near);
	else
		fprintf(stderr, "%s: no command '%s': %s --help shows them\n",
			program, name, program);
	return EXIT_USAGE;
}

int command_run(const struct command *table, const char *program, int argc,
		char **argv)
{
	char full_name[64];

	if (argc < 2) {
		command_usage(table, program, 1);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		command_usage(table, program, 0);
		return EXIT_MEASURED;
	}
	for (const struct command *row = table; row->name; row++) {
		if (strcmp(argv[1], row->name) != 0)
			continue;
		snprintf(full_name, sizeof(full_name), "%s %s", program,
			 row->name);
		argv[1] = full_name;
		return row->main(argc - 1, argv + 1);
	}
	return unknown_command(table, program, argv[1]);
}
