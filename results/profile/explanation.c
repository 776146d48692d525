// SPDX-License-Identifier: GPL-2.0-or-later
// Profiles for people and programs: which tables there are.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/profile/explanation_parts.h"

static const struct {
	const char *name;
	const struct explanation_printer *printer;
} formats[NR_EXPLANATION_FORMATS] = {
	[EXPLANATION_TEXT] = { "text", &explanation_text },
	[EXPLANATION_MARKDOWN] = { "markdown", &explanation_markdown },
	[EXPLANATION_CSV] = { "csv", &explanation_csv },
	[EXPLANATION_JSON] = { "json", &explanation_json },
};

int explanation_format_find(const char *name, enum explanation_format *format,
			    struct reason *why)
{
	for (int i = 0; i < NR_EXPLANATION_FORMATS; i++) {
		if (strcmp(formats[i].name, name) != 0)
			continue;
		*format = (enum explanation_format)i;
		return 0;
	}
	return reason_set(why, -EINVAL,
			  "no format '%s': there are text, markdown, csv and "
			  "json",
			  name);
}

static double unaccounted(const struct profile_part *part)
{
	double left = part->insn;

	for (int i = 0; i < part->nr_costs; i++)
		left -= part->costs[i].insn;
	return left;
}

static int list_costs(struct explanation_table *table)
{
	const struct profile_part *part = table->base;

	table->rows = calloc((size_t)part->nr_costs + 1, sizeof(*table->rows));
	if (!table->rows)
		return -ENOMEM;
	table->nr = part->nr_costs;
	for (int i = 0; i < table->nr; i++)
		table->rows[i] = (struct explanation_row){
			.function = part->costs[i].function,
			.cost = &part->costs[i],
		};
	return 0;
}

static int list_changes(struct explanation_table *table)
{
	struct profile_change *changes;
	int nr = profile_changes(table->base, table->fresh, &changes);

	if (nr < 0)
		return nr;
	table->rows = calloc((size_t)nr + 1, sizeof(*table->rows));
	for (int i = 0; table->rows && i < nr; i++)
		table->rows[i] = (struct explanation_row){
			.function = changes[i].function,
			.change = changes[i],
		};
	free(changes);
	table->nr = table->rows ? nr : 0;
	return table->rows ? 0 : -ENOMEM;
}

int explanation_table(struct explanation_table *table,
		      const struct profile_part *base,
		      const struct profile_part *fresh)
{
	*table = (struct explanation_table){ .base = base, .fresh = fresh };
	table->unaccounted[0] = unaccounted(base);
	if (fresh)
		table->unaccounted[1] = unaccounted(fresh);
	return fresh ? list_changes(table) : list_costs(table);
}

void explanation_table_clear(struct explanation_table *table)
{
	free(table->rows);
	table->rows = NULL;
}

static bool is_chosen(const struct explanation *explanation,
		      const struct profile_part *part)
{
	if (explanation->phase && strcmp(explanation->phase, part->phase) != 0)
		return false;
	return !explanation->cell ||
	       profile_cell_matches(part->cell, explanation->cell);
}

static int print_tables(FILE *out, const struct explanation *explanation,
			const struct explanation_printer *printer, int *printed)
{
	const struct profile *base = explanation->base;
	struct explanation_table table;
	int ret = 0;

	for (int i = 0; !ret && i < base->nr_parts; i++) {
		const struct profile_part *part = &base->parts[i], *fresh;

		fresh = explanation->fresh
				? profile_find(explanation->fresh, part->cell,
					       part->phase)
				: NULL;
		if (!is_chosen(explanation, part) ||
		    (explanation->fresh && !fresh))
			continue;
		ret = explanation_table(&table, part, fresh);
		table.number = *printed;
		if (!ret)
			ret = printer->table(out, explanation, &table);
		explanation_table_clear(&table);
		(*printed)++;
	}
	return ret;
}

static int say_nothing_there(const struct explanation *explanation,
			     struct reason *why)
{
	return reason_set(why, -ENODATA, "no %s%s%s was profiled%s",
			  explanation->phase ? explanation->phase : "phase",
			  explanation->cell ? " of " : "",
			  explanation->cell ? explanation->cell : "",
			  explanation->fresh ? " on both sides" : "");
}

int explanation_print(FILE *out, const struct explanation *explanation,
		      enum explanation_format format, struct reason *why)
{
	const struct explanation_printer *printer = formats[format].printer;
	int printed = 0;
	int ret = printer->begin(out, explanation);

	if (!ret)
		ret = print_tables(out, explanation, printer, &printed);
	if (!ret)
		ret = printer->end(out, explanation);
	if (ret)
		return reason_set(why, ret, "no memory for a profile");
	if (!printed)
		return say_nothing_there(explanation, why);
	return ferror(out) ? reason_set(why, -EIO, "cannot write the profile")
			   : 0;
}

static void put_doubt(FILE *out, const struct profile *profile)
{
	if (profile && profile->unmatched)
		fprintf(out,
			"%sIn %d of %d phases of %s the functions are not "
			"within %g %% of what the clock counted.",
			ftell(out) > 0 ? " " : "", profile->unmatched,
			profile->rows, profile->name, 100 * PROFILE_TOLERANCE);
}

char *explanation_doubts(const struct explanation *explanation)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	put_doubt(out, explanation->base);
	put_doubt(out, explanation->fresh);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
