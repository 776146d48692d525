// SPDX-License-Identifier: GPL-2.0-or-later
/* Which kernels, which machine and how many repetitions a plot stands on. */
#include <string.h>

#include "plot/sheet.h"

/* "base: " where there are two sides. */
static void put_kernel(FILE *out, const char *prefix, const struct side *side)
{
	const struct side_run *run = &side->runs[0];
	const char *release = run->environment ? setting_text(run->environment,
							      "kernel.release")
					       : NULL;

	if (!release)
		fprintf(out, "%s%s", prefix, run->label);
	else if (strcmp(release, run->label) == 0)
		fprintf(out, "%sLinux %s", prefix, release);
	else
		fprintf(out, "%s%s (Linux %s)", prefix, run->label, release);
}

static void put_machine(FILE *out, const json_t *environment)
{
	const char *model = setting_text(environment, "cpu.model");
	const json_t *cpu = json_object_get(environment, "cpu");
	const json_t *cpus = json_object_get(cpu, "online");
	const json_t *virtualisation =
		json_object_get(environment, "virtualisation");
	const char *hypervisor =
		setting_text(environment, "virtualisation.hypervisor");

	fprintf(out, "%s", model ? model : "unknown processor");
	if (json_is_integer(cpus))
		fprintf(out, ", %lld %s", json_integer_value(cpus),
			json_integer_value(cpus) == 1 ? "CPU" : "CPUs");
	if (json_is_true(json_object_get(virtualisation, "guest")))
		fprintf(out, ", virtual machine%s%s%s", hypervisor ? " (" : "",
			hypervisor ? hypervisor : "", hypervisor ? ")" : "");
	else if (json_is_false(json_object_get(virtualisation, "guest")))
		fprintf(out, ", no virtual machine");
}

static void put_number(FILE *out, int nr, const char *one, const char *more)
{
	fprintf(out, "%d %s", nr, nr == 1 ? one : more);
}

/* The least, 0 not counted, and the most of some numbers. */
struct extent {
	int least, most;
};

static void extend(struct extent *extent, int nr)
{
	if (nr && (!extent->least || nr < extent->least))
		extent->least = nr;
	if (nr > extent->most)
		extent->most = nr;
}

static void put_extent(FILE *out, struct extent extent, const char *one,
		       const char *more)
{
	if (extent.least != extent.most)
		fprintf(out, "%d to ", extent.least);
	put_number(out, extent.most, one, more);
}

/* Of each side. */
static void put_repetitions(FILE *out, const struct side *const *sides, int nr)
{
	struct extent boots = { 0, 0 }, processes = { 0, 0 };

	for (int i = 0; i < nr; i++) {
		const struct summary *summary = sides[i]->summary;

		extend(&boots, summary_nr_boots(summary));
		for (int j = 0; j < summary_nr_cells(summary); j++)
			extend(&processes,
			       summary_cell(summary, j)->nr_processes);
	}
	/* Files of other programs do not tell boots. */
	if (sides[0]->google) {
		put_extent(out, processes, "repetition a benchmark",
			   "repetitions a benchmark");
		return;
	}
	put_extent(out, boots, "boot", "boots");
	fputs(", ", out);
	put_extent(out, processes, "process a cell", "processes a cell");
}

static void put_side(FILE *out, const char *prefix, const struct side *side)
{
	put_kernel(out, prefix, side);
	fputs("; ", out);
	put_repetitions(out, &side, 1);
	fputc('\n', out);
}

static void put_history(FILE *out, const struct plot_choice *choice)
{
	for (int i = 0; i < choice->nr_history; i++)
		put_kernel(out, i ? ", " : "kernels: ", choice->history[i]);
	fputs("; each ", out);
	put_repetitions(out, (const struct side *const *)choice->history,
			choice->nr_history);
	fputc('\n', out);
}

void caption_print(FILE *out, const struct plot *plot)
{
	const struct comparison *comparison = plot->choice.comparison;
	const struct side *side = plot->choice.side;

	if (comparison) {
		put_side(out, "base: ", comparison->base);
		side = comparison->fresh;
		put_side(out, "new: ", side);
	} else if (plot->choice.nr_history) {
		put_history(out, &plot->choice);
	} else {
		put_side(out, "kernel: ", side);
	}
	if (side->runs[0].environment && !side->google) {
		put_machine(out, side->runs[0].environment);
		fputc('\n', out);
	}
}
