// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench doctor: what will disturb the numbers, and how to quiet it. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "harness/clock.h"
#include "harness/environment.h"

enum { COLUMNS = 80, INDENT = 4 };

/* Steal time is counted in ticks of 10 ms: 50 of them resolve 2 %, and nobody
 * minds waiting so long. */
static const int64_t watch_ns = 500000000;

struct doctor_options {
	const char *root;
	bool json;
};

/* --- the machine --- */

/* The value at "a.b" below @value; NULL without it. */
static const json_t *at(const json_t *value, const char *path)
{
	const char *dot;

	while ((dot = strchr(path, '.'))) {
		value = json_object_getn(value, path, (size_t)(dot - path));
		path = dot + 1;
	}
	return json_object_get(value, path);
}

static const char *text_at(const json_t *environment, const char *path)
{
	const char *text = json_string_value(at(environment, path));

	return text ? text : "unknown";
}

static int64_t int_at(const json_t *environment, const char *path)
{
	return json_integer_value(at(environment, path));
}

/* @text in lines of at most 80 columns; a longer word has a line of its own,
 * so that a path can be copied whole. */
static void print_wrapped(const char *text, int indent)
{
	size_t column = 0;

	while (*text) {
		size_t length = strcspn(text, " ");

		if (column && column + 1 + length > COLUMNS) {
			putchar('\n');
			column = 0;
		}
		if (column)
			column += (size_t)printf(" %.*s", (int)length, text);
		else
			column = (size_t)printf("%*s%.*s", indent, "",
						(int)length, text);
		text += length;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_processors(const json_t *environment)
{
	const json_t *smt = at(environment, "cpu.smt");
	int64_t cpus = int_at(environment, "cpu.online");

	if (cpus)
		printf("%" PRId64 " CPU%s, ", cpus, cpus == 1 ? "" : "s");
	if (smt && !json_is_null(smt))
		printf("SMT %s, ", json_is_true(smt) ? "on" : "off");
}

static void print_machine(const json_t *environment)
{
	int64_t total_kb = int_at(environment, "memory.total_kb");
	const json_t *cost = at(environment, "clock.cost_ns");

	print_wrapped(text_at(environment, "cpu.model"), 0);
	print_processors(environment);
	if (total_kb)
		printf("%.1f GiB of memory, ", (double)total_kb / (1 << 20));
	printf("%" PRId64 " KiB pages, THP %s\n",
	       int_at(environment, "memory.page_bytes") / 1024,
	       text_at(environment, "thp.enabled"));
	printf("Linux %s %s, clock %s", text_at(environment, "kernel.release"),
	       text_at(environment, "kernel.machine"),
	       text_at(environment, "clock.source"));
	if (json_is_real(cost))
		printf(" (%.0f ns)", json_real_value(cost));
	putchar('\n');
}

/* --- the findings --- */

static void print_finding(const json_t *finding)
{
	printf("\n%s: %s\n", text_at(finding, "severity"),
	       text_at(finding, "id"));
	print_wrapped(text_at(finding, "what"), INDENT);
	printf("  to quiet it:\n");
	print_wrapped(text_at(finding, "quiet"), INDENT);
}

static void print_report(const json_t *environment)
{
	const json_t *findings = json_object_get(environment, "noise");
	const json_t *finding;
	size_t i;

	print_machine(environment);
	if (!json_array_size(findings)) {
		printf("\nNothing found that would disturb the numbers.\n");
		return;
	}
	json_array_foreach(findings, i, finding) print_finding(finding);
}

static int print_json(const json_t *environment)
{
	int ret = json_dumpf(json_object_get(environment, "noise"), stdout,
			     JSON_INDENT(2));

	putchar('\n');
	return ret;
}

/* --- the command --- */

/* Beyond the characters, so that there are no short options. */
enum { KEY_JSON = 0x100, KEY_ROOT };

static const struct argp_option options[] = {
	{ "json", KEY_JSON, NULL, 0, "Print the findings as JSON", 0 },
	{ "root", KEY_ROOT, "DIR", OPTION_HIDDEN,
	  "Read a captured /proc and /sys below DIR", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct doctor_options *chosen = state->input;
	struct reason why;

	switch (key) {
	case KEY_JSON:
		chosen->json = true;
		return 0;
	case KEY_ROOT:
		chosen->root = arg;
		if (!access(arg, R_OK | X_OK))
			return 0;
		reason_errno(&why, -errno, "--root %s", arg);
		return options_refuse(&why);
	case ARGP_KEY_ARG:
		reason_set(&why, 0, "doctor takes no argument '%s'", arg);
		return options_refuse(&why);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Show what on this machine will disturb the numbers, and how to "
	       "quiet it. The commands need root; nothing is changed.",
};

/* A busy CPU asks for all of its time, so that theft shows. */
static void stay_busy(void)
{
	int64_t end_ns = clock_now_ns() + watch_ns;

	while (clock_now_ns() < end_ns)
		;
}

static json_t *examine(const char *root)
{
	struct environment_request request = { .root = root };
	struct noise_ticks since;

	if (!root && !noise_ticks_read("", &since)) {
		stay_busy();
		request.since = &since;
	}
	return environment_capture(&request);
}

int doctor_main(int argc, char **argv)
{
	struct doctor_options chosen = { 0 };
	json_t *environment;
	int ret = 0;

	if (options_parse(&argp, argc, argv, &chosen))
		return EXIT_USAGE;
	environment = examine(chosen.root);
	if (!environment) {
		fprintf(stderr, "dirtybench doctor: out of memory\n");
		return EXIT_FAILED;
	}
	if (chosen.json)
		ret = print_json(environment);
	else
		print_report(environment);
	json_decref(environment);
	if (fflush(stdout) || ferror(stdout) || ret) {
		fprintf(stderr, "dirtybench doctor: writing the report: %s\n",
			strerror(errno));
		return EXIT_FAILED;
	}
	return EXIT_MEASURED;
}
