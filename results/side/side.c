// SPDX-License-Identifier: GPL-2.0-or-later
// One side of a comparison: the runs of one kernel on one machine.
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/load.h"
#include "results/side/gbfile.h"
#include "results/side/paths.h"
#include "results/side/side.h"

/* The version of a workload that a side has, and the file it is known from. */
struct version {
	char *workload;
	int64_t number;
	const char *path;
};

struct loader {
	struct side *side;
	const struct paths_run *place; /* of the run that is being read */
	struct side_run *run;
	struct version *versions;
	int nr_versions;
	unsigned int flags;
	int64_t last_seq; /* of the run; -1 before the first */
	struct reason *why;
};

static int no_memory(struct loader *loader)
{
	reason_set(loader->why, -ENOMEM, "no memory to read %s",
		   loader->place->samples);
	return -ENOMEM;
}

static void free_run(struct side_run *run)
{
	free(run->path);
	free(run->run);
	free(run->label);
	free(run->boot);
	free(run->damage);
	json_decref(run->environment);
}

void side_free(struct side *side)
{
	if (!side)
		return;
	for (int i = 0; i < side->nr_runs; i++)
		free_run(&side->runs[i]);
	free(side->runs);
	free(side->name);
	setting_differences_clear(&side->mixed);
	summary_destroy(side->summary);
	free(side);
}

/* Whether the side has the file's version of its workload, or none yet. */
static int check_version(struct loader *loader, const struct sample *sample)
{
	struct version *version;
	void *versions;

	for (int i = 0; i < loader->nr_versions; i++) {
		version = &loader->versions[i];
		if (strcmp(version->workload, sample->workload) != 0)
			continue;
		if (version->number == sample->workload_version)
			return 0;
		return reason_set(
			loader->why, -EINVAL,
			"workload_version of %s is %" PRId64
			" in %s and %" PRId64 " in %s: a side needs one",
			sample->workload, version->number, version->path,
			sample->workload_version, loader->place->samples);
	}
	versions = growing_room(loader->versions, loader->nr_versions,
				sizeof(*version));
	if (!versions)
		return no_memory(loader);
	loader->versions = versions;
	version = &loader->versions[loader->nr_versions];
	version->workload = strdup(sample->workload);
	if (!version->workload)
		return no_memory(loader);
	version->number = sample->workload_version;
	version->path = loader->place->samples;
	loader->nr_versions++;
	return 0;
}

static int check_sample(struct loader *loader, const struct sample *sample)
{
	const struct side_run *run = loader->run;

	if (strcmp(sample->run, run->run) != 0)
		return reason_set(loader->why, -EINVAL,
				  "%s has a sample of run %s, but %s is of run "
				  "%s: they do not belong together",
				  loader->place->samples, sample->run,
				  loader->place->environment, run->run);
	if (strcmp(sample->boot, run->boot) != 0)
		return reason_set(loader->why, -EINVAL,
				  "%s has a sample of boot %s, but %s is of "
				  "boot %s: they do not belong together",
				  loader->place->samples, sample->boot,
				  loader->place->environment, run->boot);
	if (sample->seq <= loader->last_seq)
		return reason_set(loader->why, -EINVAL,
				  "seq %" PRId64 " stands behind seq %" PRId64
				  " in %s: a run has each once, in order",
				  sample->seq, loader->last_seq,
				  loader->place->samples);
	return check_version(loader, sample);
}

static int take_sample(void *arg, const struct sample *sample)
{
	struct loader *loader = arg;
	int err = check_sample(loader, sample);

	if (err)
		return err;
	loader->last_seq = sample->seq;
	loader->run->lines++;
	err = summary_add(loader->side->summary, sample);
	return err ? no_memory(loader) : 0;
}

static int take_damage(void *arg, int err, const struct reason *damage)
{
	struct loader *loader = arg;
	struct side_run *run = loader->run;

	if (err == -EPROTONOSUPPORT)
		return reason_set(loader->why, err, "%s", damage->text);
	if (!(loader->flags & SIDE_PARTIAL))
		return reason_set(loader->why, err,
				  "%s; --partial leaves damaged lines out",
				  damage->text);
	if (!run->damaged++)
		run->damage = strdup(damage->text);
	return run->damage ? 0 : no_memory(loader);
}

static int read_samples(struct loader *loader)
{
	struct load_sink sink = {
		.sample = take_sample,
		.damaged = take_damage,
		.arg = loader,
	};
	int err;

	loader->last_seq = -1;
	err = load_samples(loader->place->samples, &sink, loader->why);
	if (err || loader->run->lines)
		return err;
	return reason_set(loader->why, -EINVAL,
			  "%s has no samples%s: leave this run out",
			  loader->place->samples,
			  loader->run->damaged ? " but damaged ones" : "");
}

static int take_process(void *arg, const char *cell, double real_ns,
			double cpu_ns)
{
	struct loader *loader = arg;
	double figures[NR_FIGURES];
	int err;

	for (int i = 0; i < NR_FIGURES; i++)
		figures[i] = NAN;
	figures[FIGURE_REAL_TIME] = real_ns;
	figures[FIGURE_CPU_TIME] = cpu_ns;
	loader->run->lines++;
	err = summary_add_process(loader->side->summary, loader->run->run,
				  loader->run->boot, cell, figures);
	return err ? no_memory(loader) : 0;
}

static int take_row(struct loader *loader, const char *cell,
		    enum sample_status status, const char *message)
{
	int err;

	loader->run->lines++;
	err = summary_add_row(loader->side->summary, loader->run->run,
			      loader->run->boot, cell, status, message);
	return err ? no_memory(loader) : 0;
}

static int take_failure(void *arg, const char *cell, const char *message)
{
	return take_row(arg, cell, STATUS_FAIL, message);
}

static int take_skip(void *arg, const char *cell, const char *message)
{
	return take_row(arg, cell, STATUS_SKIP, message);
}

static int read_google(struct loader *loader)
{
	struct gbfile_sink sink = {
		.process = take_process,
		.failed = take_failure,
		.skipped = take_skip,
		.arg = loader,
	};

	return gbfile_load(loader->place->samples, &sink,
			   &loader->run->environment, loader->why);
}

/* The run that was read before under the same name, in the same boot. */
static int check_once(struct loader *loader)
{
	const struct side *side = loader->side;

	for (int i = 0; i < side->nr_runs - 1; i++)
		if (strcmp(side->runs[i].run, loader->run->run) == 0 &&
		    strcmp(side->runs[i].boot, loader->run->boot) == 0)
			return reason_set(loader->why, -EINVAL,
					  "run %s is given twice: %s and %s",
					  loader->run->run, side->runs[i].path,
					  loader->run->path);
	return 0;
}

static bool has_difference(const struct setting_differences *differences,
			   const char *field)
{
	for (int i = 0; i < differences->nr; i++)
		if (strcmp(differences->list[i].field, field) == 0)
			return true;
	return false;
}

/* Takes the texts over. */
static int keep_difference(struct loader *loader,
			   struct setting_difference *difference)
{
	struct setting_differences *mixed = &loader->side->mixed;
	void *list;

	if (has_difference(mixed, difference->field))
		return 0;
	list = growing_room(mixed->list, mixed->nr, sizeof(*difference));
	if (!list)
		return no_memory(loader);
	mixed->list = list;
	mixed->list[mixed->nr++] = *difference;
	*difference = (struct setting_difference){ .field = NULL };
	return 0;
}

static int take_difference(struct loader *loader,
			   struct setting_difference *difference)
{
	bool machine = difference->kind == SETTING_MACHINE;

	if (!machine && difference->kind != SETTING_KERNEL)
		return keep_difference(loader, difference);
	return reason_set(loader->why, -EINVAL,
			  "%s is %s in %s and %s in %s: the runs of a side are "
			  "of one %s",
			  difference->field, difference->base,
			  loader->side->runs[0].path, difference->fresh,
			  loader->run->path, machine ? "machine" : "kernel");
}

/* Against the first run of the side. */
static int check_environment(struct loader *loader)
{
	struct setting_differences differences = { .list = NULL };
	const struct side *side = loader->side;
	int err;

	err = setting_compare(side->runs[0].environment,
			      loader->run->environment, &differences);
	if (err)
		no_memory(loader);
	for (int i = 0; i < differences.nr && !err; i++)
		err = take_difference(loader, &differences.list[i]);
	setting_differences_clear(&differences);
	return err;
}

static char *copy_text(const char *text, const char *instead)
{
	return strdup(text ? text : instead);
}

static int describe_run(struct loader *loader)
{
	struct side_run *run = loader->run;
	const char *label;
	int err;

	err = setting_read(loader->place->environment, &run->environment,
			   loader->why);
	if (err)
		return err;
	label = setting_text(run->environment, "label");
	if (!label)
		label = setting_text(run->environment, "kernel.release");
	run->run = copy_text(setting_text(run->environment, "run"), "");
	run->boot = copy_text(setting_text(run->environment, "boot"), "");
	run->label = copy_text(label, "unknown");
	return run->run && run->boot && run->label ? 0 : no_memory(loader);
}

/* These files tell neither run nor boot: all are to count as one boot. */
static int describe_google(struct loader *loader)
{
	struct side_run *run = loader->run;

	run->run = realpath(loader->place->samples, NULL);
	run->boot = strdup("");
	run->label = strdup(basename(loader->place->samples));
	return run->run && run->boot && run->label ? 0 : no_memory(loader);
}

/* What can be told without the samples comes first. */
static int load_run(struct loader *loader)
{
	int err = describe_run(loader);

	if (!err)
		err = check_once(loader);
	if (!err)
		err = check_environment(loader);
	if (!err)
		err = read_samples(loader);
	return err;
}

static int load_google(struct loader *loader)
{
	int err = describe_google(loader);

	if (!err)
		err = check_once(loader);
	if (!err)
		err = read_google(loader);
	if (!err)
		err = check_environment(loader);
	return err;
}

/* After each run, so that the one that brought the other clock is known. */
static int check_timing(struct loader *loader)
{
	const struct summary *summary = loader->side->summary;

	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		if (cell->timed[TIMING_NS] && cell->timed[TIMING_INSN])
			return reason_set(loader->why, -EINVAL,
					  "ns and insn are both in %s/%s with "
					  "%s: a side has time or instructions",
					  cell->workload, cell->tracker,
					  loader->place->samples);
	}
	return 0;
}

static int load_place(struct loader *loader)
{
	bool google = !loader->place->environment;
	int err;

	loader->run->path = strdup(loader->place->path);
	if (!loader->run->path)
		return no_memory(loader);
	if (loader->run == loader->side->runs)
		loader->side->google = google;
	if (loader->side->google != google)
		return reason_set(loader->why, -EINVAL,
				  "%s %s a file of Google Benchmark and %s %s: "
				  "a side is of one kind",
				  loader->side->runs[0].path,
				  google ? "is not" : "is", loader->run->path,
				  google ? "is" : "is not");
	err = google ? load_google(loader) : load_run(loader);
	return err ? err : check_timing(loader);
}

static int load_places(struct loader *loader, const struct paths *paths)
{
	struct side *side = loader->side;
	int err = 0;

	side->runs = calloc(paths->nr + 1, sizeof(*side->runs));
	if (!side->runs)
		return reason_set(loader->why, -ENOMEM,
				  "no memory to read the runs");
	for (int i = 0; i < paths->nr && !err; i++) {
		loader->place = &paths->list[i];
		loader->run = &side->runs[side->nr_runs++];
		err = load_place(loader);
	}
	for (int i = 0; i < loader->nr_versions; i++)
		free(loader->versions[i].workload);
	free(loader->versions);
	return err;
}

static int finish(struct side *side, struct reason *why)
{
	if (!side->nr_runs)
		return reason_set(why, -EINVAL,
				  "a side has no run: name one at least");
	side->name = strdup(side->runs[0].label);
	if (!side->name || summary_finish(side->summary))
		return reason_set(why, -ENOMEM, "no memory to sum up the runs");
	return 0;
}

int side_load(struct side **side, const char *const *paths, int nr_paths,
	      unsigned int flags, struct reason *why)
{
	struct loader loader = { .flags = flags, .why = why };
	struct paths places;
	int err;

	*side = NULL;
	err = paths_find(&places, paths, nr_paths, why);
	if (err)
		goto clear_places;
	loader.side = calloc(1, sizeof(*loader.side));
	if (loader.side)
		loader.side->summary = summary_create();
	if (!loader.side || !loader.side->summary) {
		err = reason_set(why, -ENOMEM, "no memory to read the runs");
		goto free_side;
	}
	err = load_places(&loader, &places);
	if (!err)
		err = finish(loader.side, why);
	if (err)
		goto free_side;
	*side = loader.side;
	goto clear_places;
free_side:
	side_free(loader.side);
clear_places:
	paths_clear(&places);
	return err;
}
