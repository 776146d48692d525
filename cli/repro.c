// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench repro: a standalone C program that times one cell by hand. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/byhand.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "harness/libbench/wholefile.h"

struct wanted {
	const char *key, *output;
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "write the program there", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct wanted *wanted = state->input;
	struct reason why;

	switch (key) {
	case 'o':
		wanted->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (!wanted->key) {
			wanted->key = arg;
			return 0;
		}
		reason_set(&why, 0, "repro takes one cell: '%s' is one more",
			   arg);
		return options_refuse(&why);
	case ARGP_KEY_NO_ARGS:
		reason_set(&why, 0,
			   "repro needs a cell: WORKLOAD/TRACKER, or a key as "
			   "'dirtybench run' prints it");
		return options_refuse(&why);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int make(const char *key, char **text, struct reason *why)
{
	hwloc_topology_t topology;
	struct placement place;
	struct cell cell;
	int ret;

	ret = cell_parse(&cell, key, why);
	if (ret)
		return ret;
	ret = placement_topology(&topology, why);
	if (ret)
		return ret;
	ret = placement_choose(topology, PLACE_NEAR, &place, why);
	hwloc_topology_destroy(topology);
	return ret ? ret : byhand_make(&cell, &place, text, why);
}

static int print(const char *text, const char *path)
{
	int ret;

	if (!path) {
		fputs(text, stdout);
		return EXIT_MEASURED; /* what fails is seen at the end */
	}
	ret = wholefile_write(path, text, strlen(text));
	if (!ret)
		return EXIT_MEASURED;
	fprintf(stderr, "dirtybench: %s: %s\n", path, strerror(-ret));
	return EXIT_FAILED;
}

int repro_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "CELL",
		.doc = "Print a C program that makes and times the same cell by "
		       "hand, without the code of dirtybench. CELL is a key as "
		       "'dirtybench run' prints it; parameters left out have "
		       "their defaults: dense/scan, dense/scan/dirty:50%.",
	};
	struct wanted wanted = { .key = NULL };
	struct reason why;
	char *text;
	int ret;

	if (options_parse(&argp, argc, argv, &wanted))
		return EXIT_USAGE;
	ret = make(wanted.key, &text, &why);
	if (ret) {
		fprintf(stderr, "dirtybench: %s\n", why.text);
		return EXIT_USAGE;
	}
	ret = print(text, wanted.output);
	free(text);
	return ret;
}
