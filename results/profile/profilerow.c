// SPDX-License-Identifier: GPL-2.0-or-later
// One line of profile.jsonl: what a phase of an epoch executed, by function.
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/profile/profilerow.h"

bool profile_row_matches(const struct profile_row *row)
{
	int64_t difference = row->counted - row->insn;
	int64_t off = difference < 0 ? -difference : difference;

	return off <= PROFILE_ROUNDING ||
	       (double)off <= PROFILE_TOLERANCE * (double)row->insn;
}

static json_t *encode_functions(const struct profile_row *row)
{
	json_t *list = json_array();

	for (int i = 0; i < row->nr_functions; i++) {
		const struct profile_function *function = &row->functions[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:s?, s:s?, s:s?, s:I, s:I, s:I, s:I}",
				  "function", function->function, "inlined",
				  function->inlined, "line", function->line,
				  "caller", function->caller, "insn",
				  (json_int_t)function->insn, "entries",
				  (json_int_t)function->entries, "reads",
				  (json_int_t)function->reads, "writes",
				  (json_int_t)function->writes));
	}
	return list;
}

int profile_row_encode(const struct profile_row *row, char **line,
		       size_t *length, struct reason *why)
{
	json_t *json = json_pack(
		"{s:i, s:I, s:s, s:s, s:I, s:I, s:s, s:s, "
		"s:{s:I, s:I, s:I}, s:o, s:I, s:I, s:b, s:o}",
		"v", PROFILE_VERSION, "seq", (json_int_t)row->seq, "run",
		row->run, "cell", row->cell, "process",
		(json_int_t)row->process, "epoch", (json_int_t)row->epoch,
		"kind", sample_kind_name(row->kind), "phase", row->phase,
		"pages", "range", (json_int_t)row->pages.range, "resident",
		(json_int_t)row->pages.resident, "dirtied",
		(json_int_t)row->pages.dirtied, "change_calls",
		row->change_calls == SAMPLE_NULL
			? json_null()
			: json_integer(row->change_calls),
		"insn", (json_int_t)row->insn, "counted",
		(json_int_t)row->counted, "matches", profile_row_matches(row),
		"functions", encode_functions(row));
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	int ret = text ? asprintf(line, "%s\n", text) : -1;

	json_decref(json);
	free(text);
	if (ret < 0)
		return reason_set(why, -ENOMEM,
				  "no memory for a line of a profile");
	*length = (size_t)ret;
	return 0;
}

/* NULL where it is null. */
static const char *text_of(const json_t *function, const char *name)
{
	return json_string_value(json_object_get(function, name));
}

static int decode_functions(const json_t *list,
			    struct profile_function *functions)
{
	json_int_t insn, entries, reads, writes;
	size_t index;
	json_t *value;

	json_array_foreach(list, index, value)
	{
		struct profile_function *to = &functions[index];

		if (json_unpack(value, "{s:s, s:I, s:I, s:I, s:I}", "function",
				&to->function, "insn", &insn, "entries",
				&entries, "reads", &reads, "writes", &writes))
			return -EINVAL;
		to->inlined = text_of(value, "inlined");
		to->line = text_of(value, "line");
		to->caller = text_of(value, "caller");
		to->insn = insn;
		to->entries = entries;
		to->reads = reads;
		to->writes = writes;
		if (insn < 0 || entries < 0 || reads < 0 || writes < 0)
			return -EINVAL;
	}
	return 0;
}

static int copy_text(char *to, size_t bytes, const char *from)
{
	return snprintf(to, bytes, "%s", from) < (int)bytes ? 0 : -EINVAL;
}

static int decode_head(const json_t *json, struct profile_row *row)
{
	json_int_t seq, process, epoch, insn, counted, range, resident, dirtied;
	const char *run, *cell, *kind, *phase;
	const json_t *calls = json_object_get(json, "change_calls");

	if (json_unpack((json_t *)json,
			"{s:I, s:s, s:s, s:I, s:I, s:s, s:s, "
			"s:{s:I, s:I, s:I}, s:I, s:I}",
			"seq", &seq, "run", &run, "cell", &cell, "process",
			&process, "epoch", &epoch, "kind", &kind, "phase",
			&phase, "pages", "range", &range, "resident", &resident,
			"dirtied", &dirtied, "insn", &insn, "counted",
			&counted) ||
	    copy_text(row->run, sizeof(row->run), run) ||
	    copy_text(row->cell, sizeof(row->cell), cell) ||
	    copy_text(row->phase, sizeof(row->phase), phase) || insn < 0)
		return -EINVAL;
	row->seq = seq;
	row->process = process;
	row->epoch = epoch;
	row->insn = insn;
	row->counted = counted;
	row->pages.range = range;
	row->pages.resident = resident;
	row->pages.dirtied = dirtied;
	row->change_calls = SAMPLE_NULL;
	if (json_is_integer(calls))
		row->change_calls = json_integer_value(calls);
	else if (!json_is_null(calls))
		return -EINVAL;
	for (int i = KIND_FIRST; i < NR_KINDS; i++)
		if (!strcmp(kind, sample_kind_name((enum sample_kind)i)))
			row->kind = (enum sample_kind)i;
	return row->kind == KIND_NONE ? -EINVAL : 0;
}

static int decode(json_t *json, struct profile_row *row,
		  struct profile_function **functions, struct reason *why)
{
	const json_t *list = json_object_get(json, "functions");
	json_int_t version;

	if (json_unpack(json, "{s:I}", "v", &version))
		return reason_set(why, -EINVAL, "not a line of a profile");
	if (version != PROFILE_VERSION)
		return reason_set(why, -EPROTONOSUPPORT,
				  "a profile of version %lld, where %d is read",
				  (long long)version, PROFILE_VERSION);
	if (!json_is_array(list) || decode_head(json, row))
		return reason_set(why, -EINVAL, "not a line of a profile");
	*functions = calloc(json_array_size(list) + 1, sizeof(**functions));
	if (!*functions)
		return reason_set(why, -ENOMEM, "no memory for a profile");
	if (decode_functions(list, *functions))
		return reason_set(why, -EINVAL,
				  "a function of a profile is damaged");
	row->functions = *functions;
	row->nr_functions = (int)json_array_size(list);
	return 0;
}

int profile_row_decode(const char *line, size_t length,
		       int (*take)(void *arg, const struct profile_row *row),
		       void *arg, struct reason *why)
{
	struct profile_function *functions = NULL;
	struct profile_row row = { .nr_functions = 0 };
	json_error_t error;
	json_t *json = json_loadb(line, length, 0, &error);
	int ret;

	if (!json)
		return reason_set(why, -EBADMSG, "%s", error.text);
	ret = decode(json, &row, &functions, why);
	if (!ret)
		ret = take(arg, &row);
	free(functions);
	json_decref(json);
	return ret;
}
