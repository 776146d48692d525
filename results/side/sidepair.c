// SPDX-License-Identifier: GPL-2.0-or-later
// Whether two sides can be compared.
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "results/side/mismatch.h"
#include "results/side/side.h"

static int check_kind(const struct side *base, const struct side *fresh,
		      struct reason *why)
{
	if (base->google == fresh->google)
		return 0;
	return reason_set(why, -EINVAL,
			  "%s %s a file of Google Benchmark and %s %s: both "
			  "sides are to be of one kind",
			  base->runs[0].path, base->google ? "is" : "is not",
			  fresh->runs[0].path, fresh->google ? "is" : "is not");
}

static int check_runs(const struct side *base, const struct side *fresh,
		      struct reason *why)
{
	for (int i = 0; i < base->nr_runs; i++)
		for (int j = 0; j < fresh->nr_runs; j++) {
			const struct side_run *a = &base->runs[i];
			const struct side_run *b = &fresh->runs[j];

			if (strcmp(a->run, b->run) == 0 &&
			    strcmp(a->boot, b->boot) == 0)
				return reason_set(why, -EINVAL,
						  "run %s is on both sides: %s "
						  "and %s",
						  a->run, a->path, b->path);
		}
	return 0;
}

static int check_machine(const struct side *base, const struct side *fresh,
			 struct reason *why)
{
	struct setting_differences differences = { .list = NULL };
	int err;

	err = setting_compare(base->runs[0].environment,
			      fresh->runs[0].environment, &differences);
	if (err)
		reason_set(why, err, "no memory to compare the sides");
	for (int i = 0; i < differences.nr && !err; i++) {
		const struct setting_difference *difference =
			&differences.list[i];

		if (difference->kind == SETTING_MACHINE)
			err = reason_set(why, -EINVAL,
					 "%s is %s in base and %s in new: only "
					 "runs of one machine can be compared",
					 difference->field, difference->base,
					 difference->fresh);
	}
	setting_differences_clear(&differences);
	return err;
}

/* The next cell of another workload than that of cell @i. */
static int next_workload(const struct summary *summary, int i)
{
	const char *workload = summary_cell(summary, i)->workload;

	while (i < summary_nr_cells(summary) &&
	       strcmp(summary_cell(summary, i)->workload, workload) == 0)
		i++;
	return i;
}

/* Of a side each workload has one version, and the cells are in its order. */
static int check_versions(const struct summary *base,
			  const struct summary *fresh, struct reason *why)
{
	int i = 0, j = 0;

	while (i < summary_nr_cells(base) && j < summary_nr_cells(fresh)) {
		const struct summary_cell *a = summary_cell(base, i);
		const struct summary_cell *b = summary_cell(fresh, j);
		int order = strcmp(a->workload, b->workload);

		if (order == 0 && a->workload_version != b->workload_version)
			return reason_set(why, -EINVAL,
					  "workload_version of %s is %" PRId64
					  " in base and %" PRId64 " in new: "
					  "only runs of one version can be "
					  "compared",
					  a->workload, a->workload_version,
					  b->workload_version);
		if (order <= 0)
			i = next_workload(base, i);
		if (order >= 0)
			j = next_workload(fresh, j);
	}
	return 0;
}

static const char *clock_text(const struct summary_cell *cell)
{
	return cell->timed[TIMING_INSN] ? "instructions (insn)" : "time (ns)";
}

static int check_timing(const struct summary *base, const struct summary *fresh,
			struct reason *why)
{
	for (int i = 0; i < summary_nr_cells(base); i++) {
		const struct summary_cell *a = summary_cell(base, i);
		const struct summary_cell *b = summary_find(fresh, a->key);

		if (b && ((a->timed[TIMING_NS] && b->timed[TIMING_INSN]) ||
			  (a->timed[TIMING_INSN] && b->timed[TIMING_NS])))
			return reason_set(why, -EINVAL,
					  "%s/%s has %s in base and %s in new: "
					  "only one of them can be compared",
					  a->workload, a->tracker,
					  clock_text(a), clock_text(b));
	}
	return 0;
}

static const char *slash(const struct summary_cell *cell)
{
	return cell->tracker[0] ? "/" : "";
}

static int check_common(const struct summary *base, const struct summary *fresh,
			struct reason *why)
{
	const struct summary_cell *a = summary_cell(base, 0);
	const struct summary_cell *b = summary_cell(fresh, 0);

	for (int i = 0; i < summary_nr_cells(base); i++)
		if (summary_find(fresh, summary_cell(base, i)->key))
			return 0;
	return reason_set(why, -EINVAL,
			  "no cell is on both sides: base has %s%s%s, new has "
			  "%s%s%s, and so on",
			  a->workload, slash(a), a->tracker, b->workload,
			  slash(b), b->tracker);
}

int side_check_pair(const struct side *base, const struct side *fresh,
		    struct reason *why)
{
	int err = check_kind(base, fresh, why);

	if (!err)
		err = check_runs(base, fresh, why);
	if (!err)
		err = check_machine(base, fresh, why);
	if (!err)
		err = check_versions(base->summary, fresh->summary, why);
	if (!err)
		err = check_timing(base->summary, fresh->summary, why);
	if (!err)
		err = mismatch_check(base->summary, fresh->summary, why);
	if (!err)
		err = check_common(base->summary, fresh->summary, why);
	return err;
}
