// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench list: what there is, what can be run here, and why not. */
#include <argp.h>
#include <errno.h>
#include <libsmartcols.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/preset.h"
#include "harness/cell.h"
#include "harness/prepare.h"
#include "harness/registry.h"
#include "results/tables/text.h"

/* Distinct reasons on one page; more would be no summary. */
enum { MAX_REASONS = 26 };

struct reasons {
	char text[MAX_REASONS][sizeof(((struct reason *)0)->text)];
	int nr;
};

/* The letter that stands for a reason: a, b, c. */
static char letter_of(struct reasons *reasons, const char *text)
{
	int i;

	for (i = 0; i < reasons->nr; i++)
		if (!strcmp(reasons->text[i], text))
			return (char)('a' + i);
	if (i == MAX_REASONS)
		return '?';
	snprintf(reasons->text[i], sizeof(reasons->text[i]), "%s", text);
	reasons->nr++;
	return (char)('a' + i);
}

/* What 'run' would make of a pair: as root it prepares the machine first. */
static int check_pair(const struct cell *cell, struct reason *why)
{
	return geteuid() ? cell_check(cell, why) : cell_check_kernel(cell, why);
}

/* Trackers in the order of their columns. */
static const struct tracker *next_shown(int *index)
{
	while (trackers[*index] && trackers[*index]->hidden)
		(*index)++;
	return trackers[*index] ? trackers[(*index)++] : NULL;
}

static int fill_row(struct libscols_table *table,
		    const struct workload *workload, struct reasons *reasons)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const struct tracker *tracker;
	struct reason why;
	struct cell cell;
	char mark[2] = "";
	size_t column = 1;
	int at = 0;

	if (!line || scols_line_set_data(line, 0, workload->name))
		return -ENOMEM;
	while ((tracker = next_shown(&at))) {
		if (cell_init(&cell, workload, tracker, &why))
			return -EINVAL;
		mark[0] = check_pair(&cell, &why) ? letter_of(reasons, why.text)
						  : '+';
		if (scols_line_set_data(line, column++, mark))
			return -ENOMEM;
	}
	return 0;
}

/* A column for each tracker, with a number: their names would be too wide. */
static int add_columns(struct libscols_table *table)
{
	char number[12];
	int at = 0, nr = 0;

	if (!scols_table_new_column(table, "workload", 0, 0))
		return -ENOMEM;
	while (next_shown(&at)) {
		snprintf(number, sizeof(number), "%d", ++nr);
		if (!scols_table_new_column(table, number, 0, 0))
			return -ENOMEM;
	}
	return 0;
}

static void print_legend(const struct reasons *reasons)
{
	char line[sizeof(reasons->text[0]) + 2];
	const struct tracker *tracker;
	int at = 0, nr = 0;
	size_t used = 0;

	while (used < sizeof(line) && (tracker = next_shown(&at)))
		used += (size_t)snprintf(line + used, sizeof(line) - used,
					 "%s%d %s", used ? ", " : "", ++nr,
					 tracker->name);
	puts("");
	text_wrap(stdout, 0, line);
	puts("+ can be run here");
	for (int i = 0; i < reasons->nr; i++) {
		snprintf(line, sizeof(line), "%c %s", 'a' + i,
			 reasons->text[i]);
		text_wrap(stdout, 2, line);
	}
}

static int print_matrix(void)
{
	struct libscols_table *table = scols_new_table();
	struct reasons reasons = { .nr = 0 };
	int ret = table ? add_columns(table) : -ENOMEM;

	for (int i = 0; !ret && workloads[i]; i++)
		ret = fill_row(table, workloads[i], &reasons);
	if (!ret)
		ret = scols_print_table(table);
	scols_unref_table(table);
	if (!ret)
		print_legend(&reasons);
	return ret;
}

static void print_params(const struct param *param)
{
	char line[256];

	for (; param && param->name; param++) {
		snprintf(line, sizeof(line), "    %s=%s  %s%s%s%s", param->name,
			 param->fallback_fn ? param->fallback_fn()
					    : param->fallback,
			 param->help, param->choices ? ": " : "",
			 param->choices ? param->choices : "", "");
		text_wrap(stdout, 8, line);
	}
}

static void print_arms_more(const struct tracker *tracker)
{
	char line[256];

	if (!tracker->arms_more)
		return;
	snprintf(line, sizeof(line), "    cannot arm a part: %s",
		 tracker->arms_more);
	text_wrap(stdout, 8, line);
}

static void print_things(void)
{
	char line[256];

	puts("Trackers");
	for (int i = 0; trackers[i]; i++) {
		if (trackers[i]->hidden)
			continue;
		snprintf(line, sizeof(line), "  %-14s %s", trackers[i]->name,
			 trackers[i]->summary);
		text_wrap(stdout, 17, line);
		print_arms_more(trackers[i]);
		print_params(trackers[i]->params);
	}
	puts("\nWorkloads");
	for (int i = 0; workloads[i]; i++) {
		snprintf(line, sizeof(line), "  %-14s %s", workloads[i]->name,
			 workloads[i]->summary);
		text_wrap(stdout, 17, line);
		print_params(workloads[i]->params);
	}
	puts("\nPresets");
	for (const struct preset *p = presets; p->name; p++) {
		snprintf(line, sizeof(line),
			 "  %-14s %s (%d processes x %d epochs)", p->name,
			 p->summary, p->processes, p->epochs);
		text_wrap(stdout, 17, line);
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct reason why;

	(void)state;
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	reason_set(&why, 0, "list takes no argument '%s'", arg);
	return options_refuse(&why);
}

int list_main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_option,
		.doc = "Show trackers, workloads and presets, and which pairs "
		       "this kernel and machine can run.",
	};

	if (options_parse(&argp, argc, argv, NULL))
		return EXIT_USAGE;
	print_things();
	puts("");
	if (print_matrix() || fflush(stdout)) {
		fprintf(stderr, "dirtybench: the list could not be written\n");
		return EXIT_FAILED;
	}
	return EXIT_MEASURED;
}
