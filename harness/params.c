// SPDX-License-Identifier: GPL-2.0-or-later
/* Named parameters of trackers and workloads, declared as tables. */
#include "harness/params.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Millionths: what a percentage is kept in, so that 0.0001% is still exact. */
enum { PORTION_ONE = 1000000 };

static const char units[] = "bkmgt";

void params_format_bytes(char text[PARAM_TEXT_BYTES], uint64_t bytes)
{
	int unit = 0;

	while (bytes && bytes % 1024 == 0 && units[unit + 1]) {
		bytes /= 1024;
		unit++;
	}
	if (unit)
		snprintf(text, PARAM_TEXT_BYTES, "%" PRIu64 "%c", bytes,
			 units[unit]);
	else
		snprintf(text, PARAM_TEXT_BYTES, "%" PRIu64, bytes);
}

/* A whole number at @text; -EINVAL where there is none. */
static int parse_number(const char *text, uint64_t *value, char **end)
{
	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, end, 10);
	return -errno;
}

static int parse_bytes(struct param_value *out, const char *text)
{
	char *end;
	const char *unit;
	uint64_t value;
	int shift;
	int ret;

	ret = parse_number(text, &value, &end);
	if (ret)
		return ret;
	if (*end) {
		unit = strchr(units, *end | 0x20);
		if (!unit || end[1])
			return -EINVAL;
		shift = 10 * (int)(unit - units);
		if (value > UINT64_MAX >> shift)
			return -ERANGE;
		value <<= shift;
	}
	out->value = value;
	params_format_bytes(out->text, value);
	return 0;
}

static int parse_count(struct param_value *out, const char *text)
{
	char *end;
	int ret;

	ret = parse_number(text, &out->value, &end);
	if (ret)
		return ret;
	if (*end)
		return -EINVAL;
	snprintf(out->text, sizeof(out->text), "%" PRIu64, out->value);
	return 0;
}

static int parse_portion(struct param_value *out, const char *text)
{
	double percent;
	char *end;

	out->percent = false;
	if (!strchr(text, '%'))
		return parse_count(out, text);
	if ((text[0] < '0' || text[0] > '9') && text[0] != '.')
		return -EINVAL;
	percent = strtod(text, &end);
	if (end == text || strcmp(end, "%"))
		return -EINVAL;
	if (!(percent >= 0 && percent <= 100))
		return -ERANGE;
	out->percent = true;
	out->value = (uint64_t)(percent / 100 * PORTION_ONE + 0.5);
	if (!out->value && out->param->min)
		return -ERANGE;
	/* From what is kept, so that equal values have one text. */
	snprintf(out->text, sizeof(out->text), "%g%%",
		 (double)out->value * 100 / PORTION_ONE);
	return 0;
}

static int parse_choice(struct param_value *out, const char *text)
{
	const char *at = out->param->choices;
	size_t want = strlen(text);
	uint64_t index = 0;
	size_t len;

	for (;; at += len + 1, index++) {
		len = strcspn(at, "|");
		if (len == want && !memcmp(at, text, len)) {
			out->value = index;
			snprintf(out->text, sizeof(out->text), "%s", text);
			return 0;
		}
		if (!at[len])
			return -EINVAL;
	}
}

static int parse_value(struct param_value *out, const char *text)
{
	const struct param *param = out->param;
	int ret = -EINVAL;

	switch (param->type) {
	case PARAM_BYTES:
		ret = parse_bytes(out, text);
		break;
	case PARAM_PORTION:
		ret = parse_portion(out, text);
		break;
	case PARAM_SHARE:
		if (strchr(text, '%'))
			ret = parse_portion(out, text);
		break;
	case PARAM_COUNT:
		ret = parse_count(out, text);
		break;
	case PARAM_CHOICE:
		return parse_choice(out, text);
	}
	if (ret || out->percent)
		return ret;
	if (out->value < param->min || (param->max && out->value > param->max))
		return -ERANGE;
	return 0;
}

/* A limit as a user would write it. */
static void format_limit(char text[PARAM_TEXT_BYTES], const struct param *param,
			 uint64_t limit)
{
	if (param->type == PARAM_BYTES)
		params_format_bytes(text, limit);
	else
		snprintf(text, PARAM_TEXT_BYTES, "%" PRIu64, limit);
}

static int explain(const struct param *param, const char *text, int err,
		   struct reason *why)
{
	char low[PARAM_TEXT_BYTES];
	char high[PARAM_TEXT_BYTES];
	const char *kind = "a whole number";

	if (param->type == PARAM_CHOICE)
		return reason_set(why, err, "%s=%s: has to be one of %s",
				  param->name, text, param->choices);
	if (param->type == PARAM_BYTES)
		kind = "a size such as 64m or 16g";
	else if (param->type == PARAM_PORTION)
		kind = "a percentage up to 100% or a count of pages";
	else if (param->type == PARAM_SHARE)
		kind = "a percentage up to 100%";
	if (err != -ERANGE)
		return reason_set(why, err, "%s=%s: has to be %s", param->name,
				  text, kind);
	format_limit(low, param, param->min);
	format_limit(high, param, param->max);
	if (!param->max)
		return reason_set(why, err, "%s=%s: has to be %s, at least %s",
				  param->name, text, kind, low);
	return reason_set(why, err, "%s=%s: has to be %s, from %s to %s",
			  param->name, text, kind, low, high);
}

static struct param_value *find(struct params *params, const char *name)
{
	for (int i = 0; i < params->nr; i++)
		if (!strcmp(params->v[i].param->name, name))
			return &params->v[i];
	return NULL;
}

bool params_is_told(const struct param_value *value)
{
	return !value->param->quiet ||
	       strcmp(value->text, value->param->fallback) != 0;
}

const struct param_value *params_find(const struct params *params,
				      const char *name)
{
	return find((struct params *)params, name);
}

static int add_one(struct params *params, const struct param *param)
{
	struct param_value value = { .param = param };
	const char *text;
	int at = params->nr;
	int ret;

	if (params->nr == PARAMS_MAX)
		return -ENOSPC;
	if (find(params, param->name))
		return -EEXIST;
	text = param->fallback_fn ? param->fallback_fn() : param->fallback;
	ret = parse_value(&value, text);
	if (ret)
		return ret;
	while (at > 0 && strcmp(params->v[at - 1].param->name, param->name) > 0)
		at--;
	memmove(&params->v[at + 1], &params->v[at],
		(size_t)(params->nr - at) * sizeof(value));
	params->v[at] = value;
	params->nr++;
	return 0;
}

int params_add(struct params *params, const struct param *table)
{
	int ret;

	for (; table && table->name; table++) {
		ret = add_one(params, table);
		if (ret)
			return ret;
	}
	return 0;
}

static int explain_name(const struct params *params, const char *name,
			struct reason *why)
{
	const char *names[PARAMS_MAX];
	const char *near;

	for (int i = 0; i < params->nr; i++)
		names[i] = params->v[i].param->name;
	near = nearest_name(name, names, (size_t)params->nr);
	if (near)
		return reason_set(why, -ENOENT,
				  "no parameter '%s': did you mean '%s'?", name,
				  near);
	return reason_set(why, -ENOENT, "no parameter '%s'", name);
}

int params_set(struct params *params, const char *name, const char *text,
	       struct reason *why)
{
	struct param_value *old = find(params, name);
	struct param_value value;
	int ret;

	if (!old)
		return explain_name(params, name, why);
	value = (struct param_value){ .param = old->param };
	ret = parse_value(&value, text);
	if (ret)
		return explain(old->param, text, ret, why);
	*old = value;
	return 0;
}

static const struct param_value *get(const struct params *params,
				     const char *name)
{
	const struct param_value *value = params_find(params, name);

	if (!value)
		abort();
	return value;
}

uint64_t params_value(const struct params *params, const char *name)
{
	return get(params, name)->value;
}

bool params_is(const struct params *params, const char *name,
	       const char *choice)
{
	return !strcmp(get(params, name)->text, choice);
}

uint64_t params_portion(const struct params *params, const char *name,
			uint64_t whole)
{
	const struct param_value *value = get(params, name);
	uint64_t count = value->value;

	if (value->percent) {
		count = (uint64_t)((double)whole * (double)value->value /
				   PORTION_ONE);
		if (!count && value->value)
			count = 1;
	}
	return count < whole ? count : whole;
}

enum { NAME_MAX_BYTES = 64 };

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Letters added, left out, changed, or two swapped: what is typed wrong.
 * Names are short, so three rows on the stack do.
 */
static size_t edit_distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_BYTES];
	size_t *above = rows[0], *row = rows[1], *before = rows[2], *spare;
	size_t len = strlen(b);

	if (len >= NAME_MAX_BYTES)
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		above[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			row[j] = min_of(min_of(above[j], row[j - 1]) + 1,
					above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = min_of(row[j], before[j - 2] + 1);
		}
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[len];
}

const char *nearest_name(const char *name, const char *const *names, size_t nr)
{
	/* With half of its letters wrong it is another word. */
	size_t best = (strlen(name) + 1) / 3;
	const char *found = NULL;
	size_t distance;

	for (size_t i = 0; i < nr; i++) {
		distance = edit_distance(name, names[i]);
		if (distance <= best && (!found || distance < best)) {
			best = distance;
			found = names[i];
		}
	}
	return found;
}
