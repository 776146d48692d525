/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that choose cells, alike for every command that has some. */
#ifndef DIRTYBENCH_CHOICE_H
#define DIRTYBENCH_CHOICE_H

#include <argp.h>

#include "cli/plan.h"

/* Keys of options without a letter; a command's own ones come behind. */
enum { CHOICE_KEY_PRESET = 256, CHOICE_KEY_SWEEP, CHOICE_KEY_NEXT };

/* Rows of an argp_option table. */
#define CHOICE_WORKLOAD_OPTION                                                \
	{                                                                     \
		"workload", 'w', "LIST", 0, "workloads, separated by commas", \
			0                                                     \
	}
#define CHOICE_OPTIONS                                                      \
	{ "tracker", 't', "LIST", 0, "trackers, separated by commas", 0 },  \
		{ "preset",                                                 \
		  CHOICE_KEY_PRESET,                                        \
		  "NAME",                                                   \
		  0,                                                        \
		  "default unless given; 'list' shows all",                 \
		  0 },                                                      \
		{ "param",                                                  \
		  'p',                                                      \
		  "KEY=VALUE",                                              \
		  0,                                                        \
		  "set a parameter of the cells that have it; may be "      \
		  "repeated",                                               \
		  0 },                                                      \
	{                                                                   \
		"sweep", CHOICE_KEY_SWEEP, "KEY=V1,V2,...", 0,              \
			"make a cell for every value; may be repeated for " \
			"all combinations",                                 \
			0                                                   \
	}

/* As an argp parser; ARGP_ERR_UNKNOWN for an option that is another's. */
error_t choice_parse(int key, char *arg, struct choice *choice);

/* The lists, not the struct. */
void choice_free(struct choice *choice);

#endif
