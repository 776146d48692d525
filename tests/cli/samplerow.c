// SPDX-License-Identifier: GPL-2.0-or-later
/* One line of samples.jsonl against what docs/result-format.md promises. */
#include "tests/cli/samplerow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cli/problem.h"

/* All of them are there, and nothing else. */
static const char *const fields[] = {
	"v",
	"seq",
	"run",
	"label",
	"boot",
	"cell",
	"workload",
	"workload_version",
	"tracker",
	"params",
	"process",
	"epoch",
	"kind",
	"status",
	"reason",
	"pages",
	"ns",
	"insn",
	"regions",
	"records",
	"output_bytes",
	"syscalls",
	"change_calls",
	"vmas",
	"pagetable_kb",
	"anon_huge_kb",
	"faults",
	"switches",
	"placement",
	"concurrent",
	"pursuit",
	"counters",
	"histograms",
	"timeline",
	"iterations",
};

static const char *const texts[] = { "run",	 "boot",    "cell",
				     "workload", "tracker", "status" };

/* Figures, and those that are in a group. */
static const struct {
	const char *group, *name;
} figures[] = {
	{ "pages", "range" },	       { "pages", "resident" },
	{ "pages", "dirtied" },	       { "pages", "unit" },
	{ "pages", "reported" },       { "pages", "missed" },
	{ "pages", "extra" },	       { "pages", "extra_in_granule" },
	{ "regions", "final" },	       { "regions", "ideal" },
	{ NULL, "records" },	       { NULL, "output_bytes" },
	{ NULL, "syscalls" },	       { "vmas", "before" },
	{ "vmas", "armed" },	       { "vmas", "peak" },
	{ "vmas", "after" },	       { "pagetable_kb", "before" },
	{ "pagetable_kb", "peak" },    { "anon_huge_kb", "before" },
	{ "anon_huge_kb", "after" },   { "faults", "minor" },
	{ "faults", "major" },	       { "switches", "voluntary" },
	{ "switches", "involuntary" }, { "pages", "part_range" },
	{ "pages", "part_resident" },  { "pagetable_kb", "after" },
	{ NULL, "change_calls" },
};

static const char *const groups[] = { "pages",	      "regions",      "vmas",
				      "pagetable_kb", "anon_huge_kb", "faults",
				      "switches" };

static const char *const phases[] = { "open",	 "arm",		"write",
				      "collect", "collect_arm", "disarm",
				      "close",	 "read",	"change" };

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* What the clock counted, and what it did not. */
static const char *counted = "ns", *not_counted = "insn";

void row_expect_instructions(void)
{
	counted = "insn";
	not_counted = "ns";
}

const json_t *row_at(const json_t *row, const char *group, const char *name)
{
	const json_t *from = group ? json_object_get(row, group) : row;
	const json_t *value = json_object_get(from, name);

	return value ? value : json_null();
}

int64_t row_int(const json_t *row, const char *group, const char *name)
{
	const json_t *value = row_at(row, group, name);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

const char *row_text(const json_t *row, const char *name)
{
	const char *text = json_string_value(row_at(row, NULL, name));

	return text ? text : "";
}

bool row_has_epoch(const json_t *row)
{
	return !json_is_null(row_at(row, NULL, "epoch"));
}

int64_t row_total_ns(const json_t *row)
{
	static const char *const timed[] = { "arm", "write", "collect",
					     "collect_arm" };
	int64_t total_ns = 0;

	for (size_t i = 0; i < NR(timed); i++)
		if (row_int(row, "ns", timed[i]) > 0)
			total_ns += row_int(row, "ns", timed[i]);
	return total_ns;
}

static bool is(const json_t *row, const char *name, const char *text)
{
	return !strcmp(row_text(row, name), text);
}

/* --- what is there, and of which type --- */

static void check_fields(const char *where, const json_t *row)
{
	for (size_t i = 0; i < NR(fields); i++)
		if (!json_object_get(row, fields[i]))
			problem(where, "no field %s", fields[i]);
	if (json_object_size(row) != NR(fields))
		problem(where, "%zu fields instead of %zu",
			json_object_size(row), NR(fields));
	for (size_t i = 0; i < NR(texts); i++)
		if (!row_text(row, texts[i])[0])
			problem(where, "%s is no text", texts[i]);
	if (row_int(row, NULL, "v") != 1)
		problem(where, "v is not 1");
	if (row_int(row, NULL, "workload_version") < 1)
		problem(where, "workload_version is not 1 or above");
	if (!json_is_object(row_at(row, NULL, "histograms")))
		problem(where, "histograms is not an object");
	if (json_object_size(row_at(row, NULL, "histograms")) &&
	    json_is_null(row_at(row, NULL, "concurrent")) &&
	    json_is_null(row_at(row, NULL, "pursuit")))
		problem(where, "histograms of an epoch without writers");
}

static void check_figure(const char *where, const char *name,
			 const json_t *value)
{
	if (!value)
		problem(where, "no field %s", name);
	else if (!json_is_null(value) &&
		 (!json_is_integer(value) || json_integer_value(value) < 0))
		problem(where, "%s is neither null nor 0 or above", name);
}

static void check_phases(const char *where, const json_t *row,
			 const char *timing)
{
	const json_t *group = row_at(row, NULL, timing);

	if (json_is_null(group))
		return;
	if (json_object_size(group) != NR(phases))
		problem(where, "%s has not the %zu phases", timing, NR(phases));
	for (size_t i = 0; i < NR(phases); i++)
		check_figure(where, phases[i],
			     json_object_get(group, phases[i]));
}

static void check_figures(const char *where, const json_t *row)
{
	const json_t *counters = row_at(row, NULL, "counters");
	const json_t *value;
	const char *name;
	size_t in_groups = 0;

	for (size_t i = 0; i < NR(figures); i++)
		check_figure(where, figures[i].name,
			     json_object_get(figures[i].group
						     ? row_at(row, NULL,
							      figures[i].group)
						     : row,
					     figures[i].name));
	for (size_t i = 0; i < NR(groups); i++)
		in_groups += json_object_size(row_at(row, NULL, groups[i]));
	/* Four figures are in no group. */
	if (in_groups != NR(figures) - 4)
		problem(where, "%zu figures in groups instead of %zu",
			in_groups, NR(figures) - 4);
	check_phases(where, row, "ns");
	check_phases(where, row, "insn");
	if (!json_is_object(counters))
		problem(where, "counters is no object");
	json_object_foreach((json_t *)counters, name, value)
		check_figure(where, name, value);
}

/* --- the cell's key --- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_key(const char *where, const json_t *row)
{
	json_t *params = (json_t *)row_at(row, NULL, "params");
	const char *names[32], *name;
	char key[512];
	json_t *value;
	size_t nr = 0;
	int used;

	json_object_foreach(params, name, value) if (nr < NR(names))
		names[nr++] = name;
	qsort(names, nr, sizeof(names[0]), compare_names);
	used = snprintf(key, sizeof(key), "%s/%s", row_text(row, "workload"),
			row_text(row, "tracker"));
	for (size_t i = 0; i < nr; i++)
		used += snprintf(key + used, sizeof(key) - (size_t)used,
				 "/%s:%s", names[i],
				 row_text(params, names[i]));
	if (!is(row, "cell", key))
		problem(where, "cell is not %s", key);
}

/* --- what the figures have to do with each other --- */

static void check_without_epoch(const char *where, const json_t *row)
{
	bool skipped = is(row, "status", "skip");

	if (!skipped && !is(row, "status", "fail"))
		problem(where, "status %s without an epoch",
			row_text(row, "status"));
	if (skipped && row_int(row, NULL, "process") >= 0)
		problem(where, "skipped in a process");
	if (!json_is_null(row_at(row, NULL, "kind")) ||
	    !json_is_null(row_at(row, NULL, "ns")) ||
	    !json_is_null(row_at(row, NULL, "insn")))
		problem(where, "has a kind or phases without an epoch");
	for (size_t i = 0; i < NR(figures); i++)
		if (row_int(row, figures[i].group, figures[i].name) != -1)
			problem(where, "%s without an epoch", figures[i].name);
	if (!row_text(row, "reason")[0])
		problem(where, "no reason");
}

static void check_without_claim(const char *where, const json_t *row)
{
	static const char *const claimed[] = { "reported", "missed", "extra",
					       "extra_in_granule" };

	for (size_t i = 0; i < NR(claimed); i++)
		if (row_int(row, "pages", claimed[i]) != -1)
			problem(where, "claims %s pages", claimed[i]);
	if (row_int(row, "regions", "final") != -1)
		problem(where, "claims regions");
}

static void check_no_proof(const char *where, const json_t *row)
{
	check_without_claim(where, row);
	if (row_int(row, NULL, "syscalls") != 0)
		problem(where, "'none' makes system calls");
	if (!is(row, "status", "ok"))
		problem(where, "'none' is not ok");
}

static void check_proof(const char *where, const json_t *row)
{
	int64_t dirtied = row_int(row, "pages", "dirtied");
	int64_t reported = row_int(row, "pages", "reported");
	int64_t missed = row_int(row, "pages", "missed");
	int64_t extra = row_int(row, "pages", "extra");
	int64_t explained = row_int(row, "pages", "extra_in_granule");
	int64_t regions = row_int(row, "regions", "final");

	if (reported < 0 || missed < 0 || extra < 0 || explained < 0)
		problem(where, "not proved");
	/* Of a part, fewer are to be reported than were written in all. */
	if (row_int(row, "pages", "part_range") >= 0
		    ? reported > dirtied - missed + extra
		    : reported != dirtied - missed + extra || explained > extra)
		problem(where, "the reported pages do not add up");
	if ((missed > 0) != is(row, "status", "lied"))
		problem(where, "status %s with %lld missed pages",
			row_text(row, "status"), (long long)missed);
	if (is(row, "status", "inexact") && extra == explained)
		problem(where, "inexact without an unexplained page");
	if (regions > reported || (regions > 0) != (reported > 0))
		problem(where, "%lld regions of %lld pages", (long long)regions,
			(long long)reported);
}

static void check_stores(const char *where, const json_t *row)
{
	bool stores = is(row, "kind", "first") || is(row, "kind", "measured");
	int64_t dirtied = row_int(row, "pages", "dirtied");
	int64_t ideal = row_int(row, "regions", "ideal");

	if (row_int(row, "pages", "resident") >
		    row_int(row, "pages", "range") ||
	    dirtied > row_int(row, "pages", "resident"))
		problem(where, "dirtied, resident and range do not nest");
	if (row_int(row, "pages", "unit") < 1)
		problem(where, "no mapping unit");
	if (!stores && !is(row, "kind", "idle") && !is(row, "kind", "read"))
		problem(where, "kind is '%s'", row_text(row, "kind"));
	if (!stores && (dirtied || ideal))
		problem(where, "a control epoch dirties pages");
	if (stores != (row_int(row, counted, "write") >= 0))
		problem(where, "write and kind do not agree");
	if ((row_int(row, counted, "change") >= 0) !=
	    (row_int(row, NULL, "change_calls") > 0))
		problem(where, "change and its calls do not agree");
	if (ideal > dirtied || (ideal > 0) != (dirtied > 0))
		problem(where, "%lld ideal regions of %lld pages",
			(long long)ideal, (long long)dirtied);
}

static void check_order(const char *where, const json_t *row)
{
	const char *how = row_text(row_at(row, NULL, "params"), "collect");
	bool atomic = !strcmp(how, "atomic");
	bool first = row_int(row, NULL, "epoch") == 0;

	if (json_is_null(row_at(row, NULL, counted)))
		problem(where, "%s is null", counted);
	if (!json_is_null(row_at(row, NULL, not_counted)))
		problem(where, "%s is not null", not_counted);
	if (first != is(row, "kind", "first"))
		problem(where, "kind and epoch do not agree");
	if ((row_int(row, counted, "collect") >= 0) == atomic ||
	    (row_int(row, counted, "collect_arm") >= 0) != atomic)
		problem(where, "collect=%s and the phases do not agree", how);
	if (row_int(row, counted, "arm") < 0 && (first || !atomic))
		problem(where, "not armed");
	if (first && row_int(row, counted, "open") < 0)
		problem(where, "the first epoch of a process opens nothing");
	if (is(row, "kind", "read") && row_int(row, counted, "close") < 0)
		problem(where, "the last epoch of a process closes nothing");
}

/* Nothing is tracked any more: two phases, what is left, and no more. */
static void check_after(const char *where, const json_t *row)
{
	static const char *const left[] = { "vmas", "pagetable_kb" };
	static const char *const untracked[] = { "open",    "arm",
						 "collect", "collect_arm",
						 "disarm",  "close" };

	check_without_claim(where, row);
	if (!is(row, "status", "ok"))
		problem(where, "status %s behind the epochs",
			row_text(row, "status"));
	for (size_t i = 0; i < NR(left); i++)
		if (row_int(row, left[i], "before") < 0 ||
		    row_int(row, left[i], "after") < 0)
			problem(where, "%s is not counted", left[i]);
	for (size_t i = 0; i < NR(untracked); i++)
		if (row_int(row, counted, untracked[i]) >= 0)
			problem(where, "%s behind the epochs", untracked[i]);
	if (row_int(row, counted, "write") < 0 ||
	    (row_int(row, counted, "read") < 0 &&
	     row_int(row, "pages", "resident") > 0))
		problem(where, "no read or no write behind the epochs");
	if (row_int(row, NULL, "syscalls") != -1 ||
	    row_int(row, "regions", "ideal") != -1)
		problem(where, "something is tracked behind the epochs");
}

static void check_epoch(const char *where, const json_t *row)
{
	static const char *const always[] = { "records", "output_bytes",
					      "syscalls" };

	if (row_int(row, NULL, "process") < 0)
		problem(where, "an epoch in no process");
	if (is(row, "status", "skip") || is(row, "status", "fail"))
		problem(where, "status %s with an epoch",
			row_text(row, "status"));
	if (is(row, "status", "ok") != !row_text(row, "reason")[0])
		problem(where, "status %s and reason '%s'",
			row_text(row, "status"), row_text(row, "reason"));
	for (size_t i = 0; i < NR(always); i++)
		if (row_int(row, NULL, always[i]) < 0)
			problem(where, "no %s", always[i]);
	check_order(where, row);
	check_stores(where, row);
	if (is(row, "tracker", "none"))
		check_no_proof(where, row);
	else
		check_proof(where, row);
}

void row_check(const char *where, const json_t *row)
{
	check_fields(where, row);
	check_figures(where, row);
	check_key(where, row);
	if (is(row, "kind", "after"))
		check_after(where, row);
	else if (row_has_epoch(row))
		check_epoch(where, row);
	else
		check_without_epoch(where, row);
}
