// SPDX-License-Identifier: GPL-2.0-or-later
/* The files beside the samples of a run: are they what they should be. */
#include "tests/cli/runfiles.h"

#include <hwloc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/cli/problem.h"
#include "tests/cli/samplerow.h"

/* Of a time, through the sums and quotients of doubles. */
static const double rounding = 1e-9;

json_t *runfiles_load(const char *path)
{
	json_error_t error;
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		problem(path, "line %d: %s", error.line, error.text);
	return json;
}

/* --- env.json --- */

static void check_same_run(const char *path, const json_t *environment,
			   const json_t *row)
{
	static const char *const same[] = { "run", "label", "boot" };

	for (int i = 0; row && i < 3; i++)
		if (!json_equal(row_at(environment, NULL, same[i]),
				row_at(row, NULL, same[i])))
			problem(path, "%s is not that of the samples", same[i]);
}

static void check_texts(const char *path, const json_t *list,
			const char *const names[])
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i,
			   entry) for (int j = 0; names[j];
				       j++) if (!row_text(entry, names[j])[0])
		problem(path, "noise %zu has no %s", i, names[j]);
}

void runfiles_check_environment(const char *path, const json_t *row)
{
	static const char *const objects[] = {
		"tools",	  "kernel",	 "cpu",	  "cpufreq",
		"memory",	  "thp",	 "ksm",	  "swap",
		"virtualisation", "mitigations", "clock", "placement",
	};
	static const char *const noise[] = { "id", "severity", "what", "quiet",
					     NULL };
	json_t *environment = runfiles_load(path);
	const json_t *word;
	size_t i;

	if (!environment)
		return;
	check_same_run(path, environment, row);
	if (row_int(environment, NULL, "v") != 1)
		problem(path, "v is not 1");
	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (!json_is_object(row_at(environment, NULL, objects[i])))
			problem(path, "%s is no object", objects[i]);
	if (!json_array_size(row_at(environment, NULL, "command")))
		problem(path, "no command");
	json_array_foreach(row_at(environment, NULL, "command"), i,
			   word) if (!json_is_string(word))
		problem(path, "a word of the command is no text");
	if (!json_is_array(row_at(environment, NULL, "noise")))
		problem(path, "noise is no list");
	check_texts(path, row_at(environment, NULL, "noise"), noise);
	if (strncmp(row_text(environment, "range_base"), "0x", 2) != 0)
		problem(path, "range_base is no address");
	json_decref(environment);
}

/* --- gbench.json --- */

struct repetition {
	const char *cell;
	int64_t process;
	int64_t least_ns, most_ns; /* of its measured epochs; -1 for none */
	const char *reason;	   /* NULL, or of its skip or failure */
};

static void find_epochs(const json_t *rows, struct repetition *r)
{
	const json_t *row;
	int64_t total_ns;
	size_t i;

	r->least_ns = r->most_ns = -1;
	r->reason = NULL;
	json_array_foreach(rows, i, row)
	{
		if (strcmp(row_text(row, "cell"), r->cell) != 0)
			continue;
		if (!row_has_epoch(row))
			r->reason = row_text(row, "reason");
		if (row_int(row, NULL, "process") != r->process ||
		    strcmp(row_text(row, "kind"), "measured") != 0)
			continue;
		total_ns = row_total_ns(row);
		if (r->least_ns < 0 || total_ns < r->least_ns)
			r->least_ns = total_ns;
		if (total_ns > r->most_ns)
			r->most_ns = total_ns;
	}
}

static void check_time(const char *path, const json_t *entry,
		       const struct repetition *r)
{
	double time_ns = json_number_value(row_at(entry, NULL, "real_time"));

	if (strcmp(row_text(entry, "time_unit"), "ns") != 0)
		problem(path, "%s: the unit is not ns", r->cell);
	if (time_ns < (double)r->least_ns * (1 - rounding) ||
	    time_ns > (double)r->most_ns * (1 + rounding))
		problem(path, "%s: %.0f ns, not within %lld and %lld", r->cell,
			time_ns, (long long)r->least_ns, (long long)r->most_ns);
}

/* Told with the words of the installed library, of which there are two. */
static const char *trouble_of(const json_t *entry)
{
	if (json_is_true(row_at(entry, NULL, "skipped")))
		return row_text(entry, "skip_message");
	if (json_is_true(row_at(entry, NULL, "error_occurred")))
		return row_text(entry, "error_message");
	return NULL;
}

static void check_repetition(const char *path, const json_t *entry,
			     const json_t *rows, bool partial)
{
	struct repetition r = {
		.cell = row_text(entry, "run_name"),
		.process = row_int(entry, NULL, "repetition_index"),
	};
	const char *trouble = trouble_of(entry);

	if (strcmp(row_text(entry, "name"), r.cell) != 0)
		problem(path, "%s is not named by its cell", r.cell);
	find_epochs(rows, &r);
	/* Repetitions that were not reached any more are skipped. */
	if (partial && trouble)
		return;
	if (trouble && (!r.reason || strcmp(trouble, r.reason) != 0))
		problem(path, "%s: '%s' is not in the samples", r.cell,
			trouble);
	else if (!trouble && r.least_ns < 0)
		problem(path, "%s: process %lld is not in the samples", r.cell,
			(long long)r.process);
	else if (!trouble)
		check_time(path, entry, &r);
}

static bool is_type(const json_t *entry, const char *type)
{
	return !strcmp(row_text(entry, "run_type"), type);
}

/* How many entries a cell has: repetitions, or aggregates. */
static int count_entries(const json_t *entries, const char *cell,
			 const char *type)
{
	const json_t *entry;
	int count = 0;
	size_t i;

	json_array_foreach(
		entries, i,
		entry) if (!strcmp(row_text(entry, "run_name"), cell) &&
			   is_type(entry, type)) count++;
	return count;
}

static void check_aggregate(const char *path, const json_t *entry,
			    const json_t *entries)
{
	static const char *const wanted[] = { "mean", "median", "stddev",
					      "cv" };
	const char *cell = row_text(entry, "run_name");
	const char *kind = row_text(entry, "aggregate_name");
	char name[512];
	bool known = false;

	for (int i = 0; i < 4; i++)
		known |= !strcmp(kind, wanted[i]);
	snprintf(name, sizeof(name), "%s_%s", cell, kind);
	if (!known || strcmp(row_text(entry, "name"), name) != 0)
		problem(path, "%s is no aggregate of %s",
			row_text(entry, "name"), cell);
	if (count_entries(entries, cell, "aggregate") != 4)
		problem(path, "%s has not 4 aggregates", cell);
	if (count_entries(entries, cell, "iteration") < 2)
		problem(path, "%s has aggregates of one repetition", cell);
}

/* Every process that was measured to its end is a repetition. */
static void check_all_there(const char *path, const json_t *rows,
			    const json_t *entries)
{
	const json_t *row;
	const char *cell;
	int64_t process;
	int count;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		cell = row_text(row, "cell");
		process = row_int(row, NULL, "process");
		count = count_entries(entries, cell, "iteration");
		if (count <= process || !count)
			problem(path, "%s: no repetition %lld", cell,
				(long long)process);
		if (count > 1 && !strcmp(row_text(row, "kind"), "read") &&
		    !count_entries(entries, cell, "aggregate"))
			problem(path, "%s: no aggregates", cell);
	}
}

void runfiles_check_benchmarks(const char *path, const json_t *rows,
			       bool partial)
{
	json_t *report = runfiles_load(path);
	const json_t *entries = row_at(report, NULL, "benchmarks");
	const json_t *entry;
	size_t i;

	if (!report)
		return;
	if (!json_is_object(row_at(report, NULL, "context")))
		problem(path, "no context");
	if (!json_is_array(entries))
		problem(path, "no benchmarks");
	json_array_foreach(entries, i, entry)
	{
		if (is_type(entry, "iteration"))
			check_repetition(path, entry, rows, partial);
		else if (is_type(entry, "aggregate"))
			check_aggregate(path, entry, entries);
		else
			problem(path, "entry %zu is of no type", i);
	}
	if (!partial)
		check_all_there(path, rows, entries);
	json_decref(report);
}

/* --- topology.xml --- */

void runfiles_check_topology(const char *path)
{
	hwloc_topology_t topology;

	if (hwloc_topology_init(&topology)) {
		problem(path, "hwloc does not start");
		return;
	}
	if (hwloc_topology_set_xml(topology, path) ||
	    hwloc_topology_load(topology))
		problem(path, "hwloc cannot read it");
	else if (hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU) < 1)
		problem(path, "there is no processor");
	hwloc_topology_destroy(topology);
}
