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
		fprintf(out, ", %lld CPUs", json_integer_value(cpus));
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

static void put_repetitions(FILE *out, const struct side *side)
{
	int least = 0, most = 0;

	for (int i = 0; i < summary_nr_cells(side->summary); i++) {
		int nr = summary_cell(side->summary, i)->nr_processes;

		if (nr && (!least || nr < least))
			least = nr;
		if (nr > most)
			most = nr;
	}
	/* Files of other programs do not tell boots. */
	if (!side->google) {
		put_number(out, summary_nr_boots(side->summary), "boot",
			   "boots");
		fputs(", ", out);
	}
	if (least != most)
		fprintf(out, "%d to ", least);
	if (side->google)
		put_number(out, most, "repetition a benchmark",
			   "repetitions a benchmark");
	else
		put_number(out, most, "process a cell", "processes a cell");
}

void caption_print(FILE *out, const struct plot *plot)
{
	const struct comparison *comparison = plot->choice.comparison;
	const struct side *side = plot->choice.side;

	if (comparison) {
		put_kernel(out, "base: ", comparison->base);
		fputs("; ", out);
		put_repetitions(out, comparison->base);
		fputc('\n', out);
		side = comparison->fresh;
		put_kernel(out, "new: ", side);
	} else {
		put_kernel(out, "kernel: ", side);
	}
	fputs("; ", out);
	put_repetitions(out, side);
	fputc('\n', out);
	if (side->runs[0].environment && !side->google) {
		put_machine(out, side->runs[0].environment);
		fputc('\n', out);
	}
}
