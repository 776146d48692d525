// SPDX-License-Identifier: GPL-2.0-or-later
// Profiles for programs: CSV (RFC 4180) and JSON, with every function.
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "results/profile/explanation_parts.h"
#include "results/tables/text.h"

/* Ends the lines of RFC 4180. */
#define LINE_END "\r\n"

/* --- CSV --- */

static int csv_begin(FILE *out, const struct explanation *explanation)
{
	fputs(explanation->fresh
		      ? "cell,phase,per,function,presence,with,base,new,"
			"change" LINE_END
		      : "cell,phase,per,function,caller,insn,entries,reads,"
			"writes" LINE_END,
	      out);
	return 0;
}

static void csv_change(FILE *out, const struct profile_change *change)
{
	fprintf(out, ",%s,", profile_presence_name(change->presence));
	text_csv(out, change->with ? change->with : "");
	fprintf(out, ",%.17g,%.17g,%.17g" LINE_END, change->base, change->fresh,
		change->fresh - change->base);
}

static void csv_cost(FILE *out, const struct profile_cost *cost)
{
	fputc(',', out);
	text_csv(out, cost->caller ? cost->caller : "");
	fprintf(out, ",%.17g,%.17g,%.17g,%.17g" LINE_END, cost->insn,
		cost->entries, cost->reads, cost->writes);
}

static int csv_table(FILE *out,
		     const struct explanation *explanation
		     __attribute__((unused)),
		     const struct explanation_table *table)
{
	for (int i = 0; i < table->nr; i++) {
		const struct explanation_row *row = &table->rows[i];

		text_csv(out, table->base->cell);
		fprintf(out, ",%s,%s,", table->base->phase, table->base->unit);
		text_csv(out, row->function);
		if (row->cost)
			csv_cost(out, row->cost);
		else
			csv_change(out, &row->change);
	}
	return 0;
}

static int end_nothing(FILE *out __attribute__((unused)),
		       const struct explanation *explanation
		       __attribute__((unused)))
{
	return 0;
}

const struct explanation_printer explanation_csv = {
	.begin = csv_begin,
	.table = csv_table,
	.end = end_nothing,
};

/* --- JSON: one object, written table by table --- */

static json_t *side_json(const struct profile *profile)
{
	return json_pack("{s:s, s:i, s:i}", "label", profile->name, "phases",
			 profile->rows, "unmatched", profile->unmatched);
}

static int put_json(FILE *out, json_t *value)
{
	int ret = value ? json_dumpf(value, out, JSON_COMPACT) : -1;

	json_decref(value);
	return value || !ret ? 0 : -ENOMEM;
}

static int json_begin(FILE *out, const struct explanation *explanation)
{
	int ret;

	fputs("{\"v\":1,\"sides\":[", out);
	ret = put_json(out, side_json(explanation->base));
	if (!ret && explanation->fresh) {
		fputc(',', out);
		ret = put_json(out, side_json(explanation->fresh));
	}
	fputs("],\"tables\":[", out);
	return ret;
}

static json_t *row_json(const struct explanation_row *row)
{
	const struct profile_change *change = &row->change;
	const struct profile_cost *cost = row->cost;

	if (cost)
		return json_pack("{s:s, s:s?, s:f, s:f, s:f, s:f}", "function",
				 cost->function, "caller", cost->caller, "insn",
				 cost->insn, "entries", cost->entries, "reads",
				 cost->reads, "writes", cost->writes);
	return json_pack("{s:s, s:s, s:s?, s:f, s:f, s:f}", "function",
			 change->function, "presence",
			 profile_presence_name(change->presence), "with",
			 change->with, "base", change->base, "new",
			 change->fresh, "change", change->fresh - change->base);
}

static json_t *table_json(const struct explanation_table *table)
{
	const struct profile_part *base = table->base, *fresh = table->fresh;
	json_t *functions = json_array();

	for (int i = 0; i < table->nr; i++)
		json_array_append_new(functions, row_json(&table->rows[i]));
	return json_pack(
		"{s:s, s:s, s:s, s:f, s:o, s:f, s:o, s:o}", "cell", base->cell,
		"phase", base->phase, "per", base->unit, "base", base->insn,
		"new", fresh ? json_real(fresh->insn) : json_null(),
		"base_unaccounted", table->unaccounted[0], "new_unaccounted",
		fresh ? json_real(table->unaccounted[1]) : json_null(),
		"functions", functions);
}

static int json_table(FILE *out,
		      const struct explanation *explanation
		      __attribute__((unused)),
		      const struct explanation_table *table)
{
	fputs(table->number ? ",\n" : "\n", out);
	return put_json(out, table_json(table));
}

static int json_end(FILE *out, const struct explanation *explanation
		    __attribute__((unused)))
{
	fputs("\n]}\n", out);
	return 0;
}

const struct explanation_printer explanation_json = {
	.begin = json_begin,
	.table = json_table,
	.end = json_end,
};
