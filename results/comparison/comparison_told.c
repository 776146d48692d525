// SPDX-License-Identifier: GPL-2.0-or-later
// What stands around the rows of a comparison, in sentences.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "results/comparison/comparison_words.h"
#include "results/summary/baseline.h"
#include "results/tables/cellname.h"
#include "results/tables/notes.h"
#include "results/tables/text.h"

/* Room for three numbers of runs, boots and processes with their nouns. */
enum { AMOUNT_BYTES = 128 };

/* Longer than any sentence: notes come in one line each. */
enum { UNBROKEN_COLUMNS = 1 << 20 };

typedef void put_fn(FILE *out, const char *text);

static int tell(FILE *out, put_fn *put, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int tell(FILE *out, put_fn *put, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		return -ENOMEM;
	put(out, text);
	free(text);
	return 0;
}

static const char *side_word(bool of_base)
{
	return of_base ? "base" : "new";
}

/* --- the sides --- */

struct span {
	int lowest, highest;
};

static struct span processes_of(const struct summary *summary)
{
	struct span span = { 0, 0 };

	for (int i = 0; i < summary_nr_cells(summary); i++) {
		int nr = summary_cell(summary, i)->nr_processes;

		if (!nr)
			continue;
		if (!span.lowest || nr < span.lowest)
			span.lowest = nr;
		if (nr > span.highest)
			span.highest = nr;
	}
	return span;
}

static const char *setting_of(const struct side *side, const char *field)
{
	const json_t *environment = side->runs[0].environment;

	return environment ? setting_text(environment, field) : NULL;
}

/* A file of another program has no name but its path. */
static const char *which_run(const struct side *side)
{
	return side->google ? side->runs[0].path : side->runs[0].run;
}

/* Files of another program tell repetitions, and no boots. */
static void write_amount(char amount[AMOUNT_BYTES], const struct side *side)
{
	struct span span = processes_of(side->summary);
	char range[32] = "";

	if (span.lowest < span.highest)
		snprintf(range, sizeof(range), "%d to ", span.lowest);
	if (side->google)
		snprintf(amount, AMOUNT_BYTES, "%d %s, %s%d %s a benchmark",
			 TEXT_NOUN(side->nr_runs, "file", "files"), range,
			 TEXT_NOUN(span.highest, "repetition", "repetitions"));
	else
		snprintf(amount, AMOUNT_BYTES, "%d %s, %d %s, %s%d %s a cell",
			 TEXT_NOUN(side->nr_runs, "run", "runs"),
			 TEXT_NOUN(summary_nr_boots(side->summary), "boot",
				   "boots"),
			 range,
			 TEXT_NOUN(span.highest, "process", "processes"));
}

static int tell_side(const struct comparison *comparison, bool of_base,
		     const struct comparison_sink *sink)
{
	const struct side *side =
		of_base ? comparison->base : comparison->fresh;
	const char *release = setting_of(side, "kernel.release");
	bool told = !release || strcmp(release, side->name) == 0;
	bool alike =
		strcmp(comparison->base->name, comparison->fresh->name) == 0;
	char amount[AMOUNT_BYTES];

	write_amount(amount, side);
	return tell(sink->out, sink->line, "%s: %s%s%s%s%s, %s",
		    side_word(of_base), side->name, told ? "" : ", kernel ",
		    told ? "" : release, alike ? ", run " : "",
		    alike ? which_run(side) : "", amount);
}

static const char *hypervisor_of(const struct side *side)
{
	const json_t *about =
		json_object_get(side->runs[0].environment, "virtualisation");
	const char *name =
		json_string_value(json_object_get(about, "hypervisor"));

	if (!json_is_true(json_object_get(about, "guest")))
		return NULL;
	return name ? name : "an unknown hypervisor";
}

static int64_t number_of(const struct side *side, const char *group,
			 const char *field)
{
	const json_t *object =
		json_object_get(side->runs[0].environment, group);

	return json_integer_value(json_object_get(object, field));
}

static void put_machine(FILE *out, const struct side *side, const char *model,
			const char *hypervisor)
{
	int64_t cpus = number_of(side, "cpu", "online");
	double gib = (double)number_of(side, "memory", "total_kb") / (1 << 20);

	fputs(model ? model : "unknown processor", out);
	if (cpus > 0)
		fprintf(out, ", %" PRId64 " %s",
			TEXT_NOUN(cpus, "CPU", "CPUs"));
	if (gib > 0)
		fprintf(out, ", %.1f GiB of memory", gib);
	if (hypervisor)
		fprintf(out, ", a virtual machine under %s", hypervisor);
}

static int tell_machine(const struct comparison *comparison,
			const struct comparison_sink *sink)
{
	const char *model = setting_of(comparison->base, "cpu.model");
	const char *hypervisor = hypervisor_of(comparison->base);
	char *text = NULL;
	size_t size;
	FILE *out;
	int err;

	if (!model && !hypervisor)
		return 0;
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	put_machine(out, comparison->base, model, hypervisor);
	err = fclose(out) ? -ENOMEM : 0;
	if (!err)
		err = tell(sink->out, sink->line, "machine: %s", text);
	free(text);
	return err;
}

/* Of the kernel command line each side has only its own words. */
static int tell_words(const struct setting_difference *difference,
		      const struct comparison_sink *sink)
{
	const char *base = difference->base, *fresh = difference->fresh;

	return tell(sink->out, sink->item, "%s: %s%s%s%s%s", difference->field,
		    *base ? "only in base " : "", base,
		    *base && *fresh ? ", " : "", *fresh ? "only in new " : "",
		    fresh);
}

int comparison_tell_differences(const struct comparison *comparison,
				const struct comparison_sink *sink)
{
	const struct setting_differences *differences =
		&comparison->differences;
	int err = 0;

	if (!differences->nr)
		return 0;
	sink->heading(sink->out, "what differs, base -> new:");
	for (int i = 0; i < differences->nr && !err; i++) {
		const struct setting_difference *difference =
			&differences->list[i];

		err = difference->words
			      ? tell_words(difference, sink)
			      : tell(sink->out, sink->item, "%s: %s -> %s",
				     difference->field, difference->base,
				     difference->fresh);
	}
	return err;
}

/* --- what to beware of --- */

static int tell_replicates(const struct comparison *comparison,
			   const struct comparison_sink *sink)
{
	int needed = comparison->replicates_needed;

	if (comparison->base->google && comparison->exploratory)
		return tell(sink->out, sink->line,
			    "these files do not tell boots: each verdict is "
			    "exploratory (?), true of these two runs");
	if (comparison->exploratory && needed)
		return tell(
			sink->out, sink->line,
			"only one boot on a side: each verdict is exploratory "
			"(?), true of these boots and not of the kernels; "
			"with %d boots a side each of the %d %s could be "
			"claimed",
			needed, TEXT_NOUN(comparison->nr_rows, "row", "rows"));
	if (comparison->exploratory)
		return tell(sink->out, sink->line,
			    "only one boot on a side: each verdict is "
			    "exploratory (?), true of these boots and "
			    "not of the kernels");
	if (needed)
		return tell(sink->out, sink->line,
			    "too few boots to claim %s of the %d %s: "
			    "%d a side would do",
			    comparison->mute ? "any" : "each",
			    TEXT_NOUN(comparison->nr_rows, "row", "rows"),
			    needed);
	return 0;
}

/* Where the boots stand for themselves, their processes can be too few. */
static int tell_mute(const struct comparison *comparison,
		     const struct comparison_sink *sink)
{
	if (!comparison->exploratory || !comparison->mute)
		return 0;
	return tell(sink->out, sink->line,
		    "too few %s for any verdict, so that ~ says nothing here: "
		    "%d a side would do",
		    comparison->base->google ? "repetitions" : "processes",
		    comparison->replicates_needed);
}

/* What the machine did by itself, as far as it can be told. */
static int tell_drift(const struct comparison *comparison,
		      const struct comparison_sink *sink)
{
	char change[TEXT_NUMBER_BYTES];
	double logs = 0;
	int cells = 0;

	for (int i = 0; i < comparison->nr_rows; i++) {
		const struct comparison_row *row = &comparison->rows[i];

		if (row->figure != FIGURE_WRITE || !baseline_is(row->base) ||
		    isnan(row->contrast.ratio))
			continue;
		logs += log(row->contrast.ratio);
		cells++;
	}
	if (!cells)
		return 0;
	text_percent(change, exp(logs / cells) - 1);
	return tell(sink->out, sink->line,
		    "writing without tracking: %s (mean of %d %s); what "
		    "changed as much elsewhere need not be tracking",
		    change, TEXT_NOUN(cells, "cell", "cells"));
}

static int tell_mixed(const struct side *side, bool of_base,
		      const struct comparison_sink *sink)
{
	int err = 0;

	for (int i = 0; i < side->mixed.nr && !err; i++)
		err = tell(sink->out, sink->line,
			   "not the same in all runs of %s: %s: %s, %s",
			   side_word(of_base), side->mixed.list[i].field,
			   side->mixed.list[i].base, side->mixed.list[i].fresh);
	return err;
}

/* Adds the warnings of a run, not its notes, to @told: how often each is. */
static int add_noise(const struct side_run *run, json_t *told)
{
	const json_t *noise = json_object_get(run->environment, "noise");
	const json_t *finding;
	size_t index;
	int err = 0;

	json_array_foreach(noise, index, finding)
	{
		json_t *id = json_object_get(finding, "id");
		json_t *severity = json_object_get(finding, "severity");
		json_t *what = json_object_get(finding, "what");
		json_t *known;

		if (!json_is_string(id) || !json_is_string(severity) ||
		    strcmp(json_string_value(severity), "note") == 0)
			continue;
		known = json_object_get(told, json_string_value(id));
		if (known)
			err |= json_object_set_new(
				known, "runs",
				json_integer(1 +
					     json_integer_value(json_object_get(
						     known, "runs"))));
		else
			err |= json_object_set_new(
				told, json_string_value(id),
				json_pack("{s:O,s:i}", "what",
					  json_is_string(what) ? what : id,
					  "runs", 1));
	}
	return err ? -ENOMEM : 0;
}

static int add_side_noise(const struct side *side, json_t *told)
{
	int err = 0;

	for (int i = 0; i < side->nr_runs && !err; i++)
		err = add_noise(&side->runs[i], told);
	return err;
}

/* In the words of the first run; figures may be others in the rest. */
static void put_noise(FILE *out, json_t *told, int nr_runs)
{
	const char *between = "";
	const char *id;
	json_t *known;

	json_object_foreach(told, id, known)
	{
		const char *what =
			json_string_value(json_object_get(known, "what"));
		int runs =
			(int)json_integer_value(json_object_get(known, "runs"));

		fprintf(out, "%s%s", between, what ? what : id);
		if (runs < nr_runs)
			fprintf(out, " (%d of %d runs)", runs, nr_runs);
		between = "; ";
	}
}

static int tell_noise(const struct comparison *comparison,
		      const struct comparison_sink *sink)
{
	int nr_runs = comparison->base->nr_runs + comparison->fresh->nr_runs;
	json_t *told = json_object();
	char *text = NULL;
	size_t size;
	FILE *out = told ? open_memstream(&text, &size) : NULL;
	int err;

	if (!out) {
		json_decref(told);
		return -ENOMEM;
	}
	err = add_side_noise(comparison->base, told);
	if (!err)
		err = add_side_noise(comparison->fresh, told);
	put_noise(out, told, nr_runs);
	json_decref(told);
	if (fclose(out))
		err = -ENOMEM;
	if (!err && *text)
		err = tell(sink->out, sink->line,
			   "the machine was not quiet: %s", text);
	free(text);
	return err;
}

static bool has_times(const struct comparison *comparison)
{
	for (int i = 0; i < comparison->nr_rows; i++)
		if (!comparison->rows[i].contrast.exact)
			return true;
	return !comparison->nr_rows;
}

int comparison_tell_caveats(const struct comparison *comparison,
			    const struct comparison_sink *sink)
{
	int err = tell_replicates(comparison, sink);

	if (!err)
		err = tell_mute(comparison, sink);
	/* Instructions are counted, whatever else the machine does. */
	if (!err && hypervisor_of(comparison->base) && has_times(comparison))
		err = tell(sink->out, sink->line,
			   "a virtual machine: page faults cost more than on "
			   "bare metal, and other guests disturb the times");
	if (!err)
		err = tell_noise(comparison, sink);
	if (!err)
		err = tell_drift(comparison, sink);
	if (!err)
		err = tell_mixed(comparison->base, true, sink);
	if (!err)
		err = tell_mixed(comparison->fresh, false, sink);
	return err;
}

int comparison_tell_sides(const struct comparison *comparison,
			  const struct comparison_sink *sink)
{
	int err = tell_side(comparison, true, sink);

	if (!err)
		err = tell_side(comparison, false, sink);
	return err ? err : tell_machine(comparison, sink);
}

/* --- what is left out --- */

/* What the other side did instead is told where it is known. */
static int tell_only_cell(const struct comparison *comparison,
			  const struct summary_cell *cell, bool of_base,
			  const struct comparison_sink *sink)
{
	const struct summary_cell *other =
		comparison_counterpart(comparison, cell, of_base);
	const char *reason = other ? other->reason[STATUS_SKIP] : NULL;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return -ENOMEM;
	cellname_put(out, cell);
	if (other)
		fprintf(out, ": skipped in %s", side_word(!of_base));
	if (reason)
		fprintf(out, ": %s", reason);
	if (fclose(out)) {
		free(text);
		return -ENOMEM;
	}
	sink->item(sink->out, text);
	free(text);
	return 0;
}

static int tell_only(const struct comparison *comparison, bool of_base,
		     const struct comparison_sink *sink)
{
	const struct summary_cell **cells =
		of_base ? comparison->only_base : comparison->only_fresh;
	int nr = of_base ? comparison->nr_only_base : comparison->nr_only_fresh;
	int err = 0;

	if (nr)
		sink->heading(sink->out,
			      of_base ? "only in base:" : "only in new:");
	for (int i = 0; i < nr && !err; i++)
		err = tell_only_cell(comparison, cells[i], of_base, sink);
	return err;
}

/* The lines that @print makes of @notes, below @heading. */
static int tell_notes(const struct notes *notes,
		      int (*print)(FILE *, const struct notes *),
		      const char *heading, const struct comparison_sink *sink)
{
	char *text, *rest, *line;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return -ENOMEM;
	err = print(out, notes);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (!err && *text)
		sink->heading(sink->out, heading);
	for (rest = text; !err && (line = strtok_r(rest, "\n", &rest));)
		sink->item(sink->out, line);
	free(text);
	return err;
}

static int tell_spoilt(const struct comparison *comparison, bool of_base,
		       const struct comparison_sink *sink)
{
	const struct notes notes = {
		.summary = of_base ? comparison->base->summary
				   : comparison->fresh->summary,
		.columns = UNBROKEN_COLUMNS,
	};

	return tell_notes(&notes, notes_print_problems,
			  of_base ? "not compared because of what base did:"
				  : "not compared because of what new did:",
			  sink);
}

/* Skipped cells of one side that are wanted in one list. */
struct skips {
	const struct comparison *comparison;
	bool of_base;
};

static bool skipped_alike(const struct summary_cell *a,
			  const struct summary_cell *b)
{
	return b && !summary_cell_ran(a) && !summary_cell_ran(b) &&
	       a->reason[STATUS_SKIP] && b->reason[STATUS_SKIP] &&
	       strcmp(a->reason[STATUS_SKIP], b->reason[STATUS_SKIP]) == 0;
}

static bool on_both(const void *arg, const struct summary_cell *cell)
{
	const struct skips *skips = arg;

	return skipped_alike(cell,
			     comparison_counterpart(skips->comparison, cell,
						    skips->of_base));
}

/* Not where the other side ran: that is told already. */
static bool on_one(const void *arg, const struct summary_cell *cell)
{
	const struct skips *skips = arg;
	const struct summary_cell *other =
		comparison_counterpart(skips->comparison, cell, skips->of_base);

	if (skipped_alike(cell, other))
		return false;
	return summary_cell_ran(cell) || !other || !summary_cell_ran(other) ||
	       comparison_is_spoilt(other);
}

static int tell_skips(const struct comparison *comparison, bool of_base,
		      bool (*wanted)(const void *, const struct summary_cell *),
		      const char *heading, const struct comparison_sink *sink)
{
	const struct skips skips = { comparison, of_base };
	const struct notes notes = {
		.summary = of_base ? comparison->base->summary
				   : comparison->fresh->summary,
		.columns = UNBROKEN_COLUMNS,
		.wanted = wanted,
		.arg = &skips,
	};

	return tell_notes(&notes, notes_print_skips, heading, sink);
}

static int tell_damage(const struct side *side, const char *heading,
		       const struct comparison_sink *sink)
{
	bool told = false;
	int err = 0;

	for (int i = 0; i < side->nr_runs && !err; i++) {
		const struct side_run *run = &side->runs[i];

		if (!run->damaged)
			continue;
		if (!told)
			sink->heading(sink->out, heading);
		told = true;
		err = tell(sink->out, sink->item,
			   "%" PRId64 " %s of %s, the first: %s",
			   TEXT_NOUN(run->damaged, "line", "lines"), run->run,
			   run->damage ? run->damage : "unknown");
	}
	return err;
}

int comparison_tell_left_out(const struct comparison *comparison,
			     const struct comparison_sink *sink)
{
	int err = tell_only(comparison, true, sink);

	if (!err)
		err = tell_only(comparison, false, sink);
	if (!err)
		err = tell_spoilt(comparison, true, sink);
	if (!err)
		err = tell_spoilt(comparison, false, sink);
	if (!err)
		err = tell_skips(comparison, true, on_both,
				 "skipped on both sides:", sink);
	if (!err)
		err = tell_skips(comparison, true, on_one,
				 "skipped in base:", sink);
	if (!err)
		err = tell_skips(comparison, false, on_one,
				 "skipped in new:", sink);
	if (!err)
		err = tell_damage(comparison->base,
				  "damaged and left out of base:", sink);
	if (!err)
		err = tell_damage(comparison->fresh,
				  "damaged and left out of new:", sink);
	return err;
}
