// SPDX-License-Identifier: GPL-2.0-or-later
/* A cell: one workload with its parameters under one tracker. */
#include "harness/cell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/memoryguard.h"
#include "harness/registry.h"

static void make_key(struct cell *cell)
{
	const struct param_value *value = cell->params.v;
	size_t used;
	int i;

	used = (size_t)snprintf(cell->key, sizeof(cell->key), "%s/%s",
				cell->workload->name, cell->tracker->name);
	for (i = 0; i < cell->params.nr && used < sizeof(cell->key); i++)
		if (params_is_told(&value[i]))
			used += (size_t)snprintf(
				cell->key + used, sizeof(cell->key) - used,
				"/%s:%s", value[i].param->name, value[i].text);
}

int cell_init(struct cell *cell, const struct workload *workload,
	      const struct tracker *tracker, struct reason *why)
{
	int ret;

	memset(cell, 0, sizeof(*cell));
	cell->workload = workload;
	cell->tracker = tracker;
	ret = params_add(&cell->params, workload->params);
	if (!ret)
		ret = params_add(&cell->params, tracker->params);
	if (ret)
		return reason_errno(why, ret, "parameters of %s and %s",
				    workload->name, tracker->name);
	make_key(cell);
	return 0;
}

int cell_set(struct cell *cell, const char *name, const char *value,
	     struct reason *why)
{
	int ret;

	ret = params_set(&cell->params, name, value, why);
	if (!ret)
		make_key(cell);
	return ret;
}

static int set_from_key(struct cell *cell, char *pair, struct reason *why)
{
	char *colon = strchr(pair, ':');

	if (!colon)
		return reason_set(why, -EINVAL,
				  "'%s' in a cell's key has no ':'", pair);
	*colon = '\0';
	return cell_set(cell, pair, colon + 1, why);
}

int cell_parse(struct cell *cell, const char *key, struct reason *why)
{
	const struct workload *workload;
	const struct tracker *tracker;
	char copy[CELL_KEY_BYTES];
	char *rest = copy;
	char *part;
	int ret;

	if (snprintf(copy, sizeof(copy), "%s", key) >= (int)sizeof(copy))
		return reason_set(why, -EINVAL, "a cell's key is too long");
	workload = workload_find(strsep(&rest, "/"), why);
	if (!workload)
		return -EINVAL;
	if (!rest)
		return reason_set(why, -EINVAL, "'%s' names no tracker", key);
	tracker = tracker_find(strsep(&rest, "/"), why);
	if (!tracker)
		return -EINVAL;
	ret = cell_init(cell, workload, tracker, why);
	while (!ret && (part = strsep(&rest, "/")))
		ret = set_from_key(cell, part, why);
	return ret;
}

int cell_needs(const struct cell *cell, struct needs *needs, struct reason *why)
{
	memset(needs, 0, sizeof(*needs));
	return cell->workload->needs(&cell->params, needs, why);
}

static int check_kinds(const struct cell *cell, const struct needs *needs,
		       struct reason *why)
{
	const struct tracker *tracker = cell->tracker;
	const char *cannot = NULL;

	if (tracker->granule[needs->kind] == GRANULE_NONE)
		cannot = tracker->cannot[needs->kind];
	else if (tracker->misled_by)
		cannot = tracker->misled_by(needs->event, &cell->params);
	if (cannot && !cell->unclaimed)
		return reason_set(why, -EOPNOTSUPP, "%s", cannot);
	if (needs->other_process && !tracker->other_process)
		return reason_set(why, -EOPNOTSUPP,
				  "%s follows only the process it is in",
				  tracker->name);
	return 0;
}

int cell_check_kinds(const struct cell *cell, struct reason *why)
{
	struct needs needs;
	int ret;

	ret = cell_needs(cell, &needs, why);
	return ret ? ret : check_kinds(cell, &needs, why);
}

int cell_check_kernel(const struct cell *cell, struct reason *why)
{
	struct needs needs;
	int ret;

	ret = cell_needs(cell, &needs, why);
	if (!ret)
		ret = check_kinds(cell, &needs, why);
	if (ret)
		return ret;
	ret = cell->tracker->probe(needs.kind, &cell->params, why);
	if (!ret && needs.chain && cell->tracker->probe_chain)
		ret = cell->tracker->probe_chain(why);
	return ret;
}

int cell_check(const struct cell *cell, struct reason *why)
{
	int ret;

	ret = cell_check_kernel(cell, why);
	if (!ret)
		ret = guard_check(cell, why);
	return ret;
}

/* Texts longer than their field are cut. */
static void copy_text(char *to, size_t size, const char *from)
{
	size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

void cell_describe(const struct cell *cell, struct sample *sample)
{
	const struct params *params = &cell->params;
	struct sample_param *out;

	copy_text(sample->cell, sizeof(sample->cell), cell->key);
	copy_text(sample->workload, sizeof(sample->workload),
		  cell->workload->name);
	copy_text(sample->tracker, sizeof(sample->tracker),
		  cell->tracker->name);
	sample->workload_version = cell->workload->version;
	sample->nr_params = 0;
	for (int i = 0; i < params->nr; i++) {
		if (!params_is_told(&params->v[i]))
			continue;
		out = &sample->params[sample->nr_params++];
		copy_text(out->name, sizeof(out->name),
			  params->v[i].param->name);
		copy_text(out->value, sizeof(out->value), params->v[i].text);
	}
}
