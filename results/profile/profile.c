// SPDX-License-Identifier: GPL-2.0-or-later
// Profiles of runs, as what each function takes of a phase, per page.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/profile/functionname.h"
#include "results/profile/profile.h"
#include "results/side/paths.h"
#include "results/side/settings.h"

/* As in results/figures.c: an epoch that has the phase as it recurs, or the
 * only one that has it; and what it is divided by. */
static const struct phase {
	const char *name;
	enum sample_kind kind; /* KIND_NONE: any */
	enum { BY_RESIDENT, BY_DIRTIED, BY_CALL } by;
} phases[] = {
	{ "open", KIND_FIRST, BY_RESIDENT },
	{ "arm", KIND_MEASURED, BY_RESIDENT },
	{ "change", KIND_MEASURED, BY_CALL },
	{ "write", KIND_MEASURED, BY_DIRTIED },
	{ "collect", KIND_MEASURED, BY_RESIDENT },
	{ "collect_arm", KIND_MEASURED, BY_RESIDENT },
	{ "disarm", KIND_NONE, BY_RESIDENT },
	{ "close", KIND_NONE, BY_RESIDENT },
	{ "read", KIND_AFTER, BY_RESIDENT },
};

enum { NR_PHASES = sizeof(phases) / sizeof(phases[0]) };

static const char *const bys[NR_PROFILE_BYS] = {
	[PROFILE_BY_FUNCTION] = "function",
	[PROFILE_BY_INLINED] = "inlined",
	[PROFILE_BY_LINE] = "line",
};

static const struct phase *find_phase(const char *name)
{
	for (int i = 0; i < NR_PHASES; i++)
		if (!strcmp(phases[i].name, name))
			return &phases[i];
	return NULL;
}

int profile_by_find(const char *name, enum profile_by *by, struct reason *why)
{
	for (int i = 0; i < NR_PROFILE_BYS; i++) {
		if (strcmp(bys[i], name) != 0)
			continue;
		*by = (enum profile_by)i;
		return 0;
	}
	return reason_set(why, -EINVAL,
			  "--by %s: there are function, inlined and line",
			  name);
}

int profile_phase_check(const char *name, struct reason *why)
{
	if (find_phase(name))
		return 0;
	return reason_set(why, -EINVAL,
			  "no phase '%s': there are open, arm, change, write, "
			  "collect, collect_arm, disarm, close and read",
			  name);
}

bool profile_cell_matches(const char *cell, const char *words)
{
	size_t length = strlen(words);

	return !strncmp(cell, words, length) &&
	       (!cell[length] || cell[length] == '/' ||
		(length && words[length - 1] == '/'));
}

/* --- taking rows in --- */

struct loading {
	struct profile *profile;
	enum profile_by by;
	const char *run; /* for messages */
};

/* How many of what, in the row; 0: nothing can be said per one of it. Where
 * nothing is resident, the range is what is worked on. */
static int64_t denominator(const struct profile_row *row,
			   const struct phase *phase, const char **unit)
{
	switch (phase->by) {
	case BY_DIRTIED:
		*unit = "dirtied page";
		return row->pages.dirtied;
	case BY_CALL:
		*unit = "call";
		return row->change_calls;
	default:
		*unit = row->pages.resident ? "resident page" : "range page";
		return row->pages.resident ? row->pages.resident
					   : row->pages.range;
	}
}

static struct profile_part *take_part(struct profile *profile,
				      const struct profile_row *row)
{
	struct profile_part *part;

	for (int i = profile->nr_parts - 1; i >= 0; i--)
		if (!strcmp(profile->parts[i].cell, row->cell) &&
		    !strcmp(profile->parts[i].phase, row->phase))
			return &profile->parts[i];
	part = growing_room(profile->parts, profile->nr_parts, sizeof(*part));
	if (!part)
		return NULL;
	profile->parts = part;
	part += profile->nr_parts;
	*part = (struct profile_part){ .cell = strdup(row->cell) };
	if (!part->cell)
		return NULL;
	snprintf(part->phase, sizeof(part->phase), "%s", row->phase);
	profile->nr_parts++;
	return part;
}

/* What a function is told apart by besides its name; NULL: nothing. */
static const char *detail_of(const struct profile_function *function,
			     enum profile_by by)
{
	return by == PROFILE_BY_INLINED ? function->inlined
	       : by == PROFILE_BY_LINE	? function->line
					: NULL;
}

/* What the rows are told apart by; to be freed. */
static char *name_of(const struct profile_function *function,
		     enum profile_by by)
{
	int length = (int)functionname_length(function->function);
	const char *more = detail_of(function, by);
	char *name;

	if (asprintf(&name, "%.*s%s%s", length, function->function,
		     more ? ": " : "", more ? more : "") < 0)
		return NULL;
	return name;
}

/* Rows of a part have their functions in much the same order: *@hint is where
 * the next one was the last time. */
static struct profile_cost *find_cost(const struct profile_part *part,
				      const char *name, int *hint)
{
	for (int i = 0; i < part->nr_costs; i++) {
		int at = (*hint + i) % part->nr_costs;

		if (strcmp(part->costs[at].function, name) != 0)
			continue;
		*hint = at + 1;
		return &part->costs[at];
	}
	return NULL;
}

/* Takes @name over. */
static struct profile_cost *add_cost(struct profile_part *part, char *name,
				     const char *caller)
{
	struct profile_cost *cost =
		growing_room(part->costs, part->nr_costs, sizeof(*cost));

	if (cost) {
		part->costs = cost;
		cost += part->nr_costs;
		*cost = (struct profile_cost){ .function = name };
	}
	if (cost && caller)
		cost->caller = strndup(caller, functionname_length(caller));
	if (!cost || (caller && !cost->caller)) {
		free(name);
		return NULL;
	}
	part->nr_costs++;
	return cost;
}

static int take_function(struct profile_part *part,
			 const struct profile_function *function,
			 enum profile_by by, double pages, int *hint)
{
	char *name = name_of(function, by);
	struct profile_cost *cost = name ? find_cost(part, name, hint) : NULL;

	if (cost)
		free(name);
	else if (name)
		cost = add_cost(part, name, function->caller);
	if (!cost)
		return -ENOMEM;
	cost->insn += (double)function->insn / pages;
	cost->entries += (double)function->entries / pages;
	cost->reads += (double)function->reads / pages;
	cost->writes += (double)function->writes / pages;
	return 0;
}

static int take_row(void *arg, const struct profile_row *row)
{
	const struct loading *loading = arg;
	struct profile *profile = loading->profile;
	const struct phase *phase = find_phase(row->phase);
	struct profile_part *part;
	const char *unit;
	int64_t pages;
	int hint = 0, ret = 0;

	if (!phase || (phase->kind && phase->kind != row->kind))
		return 0;
	pages = denominator(row, phase, &unit);
	if (pages <= 0)
		return 0;
	part = take_part(profile, row);
	if (!part)
		return -ENOMEM;
	part->unit = unit;
	part->rows++;
	part->insn += (double)row->insn / (double)pages;
	profile->rows++;
	for (int i = 0; i < row->nr_functions; i++)
		profile->detailed |=
			detail_of(&row->functions[i], loading->by) != NULL;
	profile->unmatched += !profile_row_matches(row);
	for (int i = 0; !ret && i < row->nr_functions; i++)
		ret = take_function(part, &row->functions[i], loading->by,
				    (double)pages, &hint);
	return ret;
}

/* --- files --- */

static int read_lines(FILE *file, const char *path, struct loading *loading,
		      struct reason *why)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	struct reason what = { "" };
	int number = 0, ret = 0;

	while (!ret && (length = getline(&line, &size, file)) > 0) {
		number++;
		ret = profile_row_decode(line, (size_t)length, take_row,
					 loading, &what);
	}
	free(line);
	if (ret == -ENOMEM)
		return reason_set(why, ret, "no memory for a profile");
	if (ret)
		return reason_set(why, ret, "%s:%d: %s", path, number,
				  what.text);
	return ferror(file) ? reason_errno(why, -EIO, "cannot read %s", path)
			    : 0;
}

static int read_file(const struct paths_run *run, struct loading *loading,
		     struct reason *why)
{
	const char *slash = strrchr(run->samples, '/');
	int folder = slash ? (int)(slash - run->samples) + 1 : 0;
	char *path;
	FILE *file;
	int ret;

	if (asprintf(&path, "%.*s" PROFILE_FILE, folder, run->samples) < 0)
		return reason_set(why, -ENOMEM, "no memory for a profile");
	file = fopen(path, "re");
	if (file) {
		ret = read_lines(file, path, loading, why);
		fclose(file);
	} else if (errno == ENOENT) {
		ret = reason_set(why, -ENOENT,
				 "%s has no profile: it takes dirtybench "
				 "kernels run --profile",
				 run->path);
	} else {
		ret = reason_errno(why, -errno, "cannot open %s", path);
	}
	free(path);
	return ret;
}

/* After what the run is called in tables. */
static int name_profile(struct profile *profile, const struct paths_run *run)
{
	const char *label = NULL;
	json_t *environment = NULL;

	if (run->environment &&
	    !setting_read(run->environment, &environment, NULL)) {
		label = setting_text(environment, "label");
		if (!label)
			label = setting_text(environment, "kernel.release");
	}
	profile->name = strdup(label ? label : run->path);
	json_decref(environment);
	return profile->name ? 0 : -ENOMEM;
}

static int compare_costs(const void *left, const void *right)
{
	const struct profile_cost *a = left, *b = right;

	if (a->insn != b->insn)
		return a->insn < b->insn ? 1 : -1;
	return strcmp(a->function, b->function);
}

static void make_means(struct profile_part *part)
{
	part->insn /= part->rows;
	for (int i = 0; i < part->nr_costs; i++) {
		struct profile_cost *cost = &part->costs[i];

		cost->insn /= part->rows;
		cost->entries /= part->rows;
		cost->reads /= part->rows;
		cost->writes /= part->rows;
	}
	if (part->nr_costs)
		qsort(part->costs, (size_t)part->nr_costs, sizeof(*part->costs),
		      compare_costs);
}

int profile_load(struct profile **profile, const char *const *words,
		 int nr_words, enum profile_by by, struct reason *why)
{
	struct loading loading = { .by = by };
	struct paths paths = { .list = NULL };
	int ret;

	*profile = calloc(1, sizeof(**profile));
	if (!*profile)
		return reason_set(why, -ENOMEM, "no memory for a profile");
	loading.profile = *profile;
	ret = paths_find(&paths, words, nr_words, why);
	for (int i = 0; !ret && i < paths.nr; i++)
		ret = read_file(&paths.list[i], &loading, why);
	if (!ret && by != PROFILE_BY_FUNCTION && !(*profile)->detailed)
		ret = reason_set(
			why, -ENODATA,
			"%s has functions only: inlined ones and lines "
			"take dirtybench kernels run --vmlinux=FILE",
			paths.list[0].path);
	if (!ret && name_profile(*profile, &paths.list[0]))
		ret = reason_set(why, -ENOMEM, "no memory for a profile");
	for (int i = 0; i < (*profile)->nr_parts; i++)
		make_means(&(*profile)->parts[i]);
	paths_clear(&paths);
	return ret;
}

static void clear_part(struct profile_part *part)
{
	for (int i = 0; i < part->nr_costs; i++) {
		free(part->costs[i].function);
		free(part->costs[i].caller);
	}
	free(part->costs);
	free(part->cell);
}

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	for (int i = 0; i < profile->nr_parts; i++)
		clear_part(&profile->parts[i]);
	free(profile->parts);
	free(profile->name);
	free(profile);
}

const struct profile_part *profile_find(const struct profile *profile,
					const char *cell, const char *phase)
{
	for (int i = 0; i < profile->nr_parts; i++)
		if (!strcmp(profile->parts[i].cell, cell) &&
		    !strcmp(profile->parts[i].phase, phase))
			return &profile->parts[i];
	return NULL;
}

const struct profile_cost *profile_cost(const struct profile_part *part,
					const char *function)
{
	int hint = 0;

	return find_cost(part, function, &hint);
}
