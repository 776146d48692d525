// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest is to do: the file that its first process finds. */
#include "kernels/order.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	enum clock_meaning clock;
} engines[NR_ENGINES] = {
	[ENGINE_ICOUNT] = { "icount", CLOCK_INSTRUCTIONS },
	[ENGINE_KVM] = { "kvm", CLOCK_TIME },
	[ENGINE_TCG] = { "tcg", CLOCK_NOTHING },
};

const char *engine_name(enum engine engine)
{
	return engines[engine].name;
}

enum clock_meaning engine_clock(enum engine engine)
{
	return engines[engine].clock;
}

int engine_find(const char *name, enum engine *engine, struct reason *why)
{
	for (int i = 0; i < NR_ENGINES; i++) {
		if (strcmp(name, engines[i].name) != 0)
			continue;
		*engine = (enum engine)i;
		return 0;
	}
	return reason_set(why, -EINVAL,
			  "no engine '%s': there are icount, kvm and tcg",
			  name);
}

static json_t *encode_list(char *const *words, int nr)
{
	json_t *list = json_array();

	for (int i = 0; i < nr; i++)
		json_array_append_new(list, json_string(words[i]));
	return list;
}

char *order_encode(const struct order *order)
{
	json_t *json;
	char *text;

	json = json_pack(
		"{s:s, s:s, s:s, s:s, s:i, s:i, s:f, s:o, s:b, s:b, s:b, "
		"s:o}",
		"engine", engine_name(order->engine), "run", order->run,
		"label", order->label, "start", order->start, "processes",
		order->processes, "epochs", order->epochs, "time_limit_s",
		order->time_limit_s, "cells",
		encode_list(order->cells, order->nr_cells), "unclaimed",
		order->unclaimed, "agree", order->agree, "profile",
		order->profile, "modules",
		encode_list(order->modules, order->nr_modules));
	if (!json)
		return NULL;
	text = json_dumps(json, JSON_INDENT(1));
	json_decref(json);
	return text;
}

static int decode_list(const json_t *list, char ***words, int *nr)
{
	const char *text;

	*words = calloc(json_array_size(list) + 1, sizeof(**words));
	if (!*words)
		return -ENOMEM;
	for (size_t i = 0; i < json_array_size(list); i++) {
		text = json_string_value(json_array_get(list, i));
		if (!text)
			return -EINVAL;
		(*words)[i] = strdup(text);
		if (!(*words)[i])
			return -ENOMEM;
		*nr = (int)i + 1;
	}
	return 0;
}

static int decode(struct order *order, json_t *json)
{
	const char *engine, *run, *label, *start;
	json_t *cells, *modules;
	int unclaimed, agree, profile, ret;

	if (json_unpack(
		    json,
		    "{s:s, s:s, s:s, s:s, s:i, s:i, s:F, s:o, s:b, s:b, s:b, "
		    "s:o}",
		    "engine", &engine, "run", &run, "label", &label, "start",
		    &start, "processes", &order->processes, "epochs",
		    &order->epochs, "time_limit_s", &order->time_limit_s,
		    "cells", &cells, "unclaimed", &unclaimed, "agree", &agree,
		    "profile", &profile, "modules", &modules))
		return -EINVAL;
	order->unclaimed = unclaimed;
	order->agree = agree;
	order->profile = profile;
	ret = engine_find(engine, &order->engine, NULL);
	if (ret)
		return ret;
	order->run = strdup(run);
	order->label = strdup(label);
	order->start = strdup(start);
	if (!order->run || !order->label || !order->start)
		return -ENOMEM;
	ret = decode_list(cells, &order->cells, &order->nr_cells);
	if (!ret)
		ret = decode_list(modules, &order->modules, &order->nr_modules);
	return ret;
}

int order_decode(struct order *order, const char *text, size_t length,
		 struct reason *why)
{
	json_error_t error;
	json_t *json;
	int ret;

	memset(order, 0, sizeof(*order));
	json = json_loadb(text, length, 0, &error);
	if (!json)
		return reason_set(why, -EINVAL, "%s: %s", ORDER_PATH,
				  error.text);
	ret = decode(order, json);
	json_decref(json);
	return ret ? reason_errno(why, ret, "%s", ORDER_PATH) : 0;
}

static void free_list(char **words, int nr)
{
	for (int i = 0; i < nr; i++)
		free(words[i]);
	free(words);
}

void order_free(struct order *order)
{
	free(order->run);
	free(order->label);
	free(order->start);
	free_list(order->cells, order->nr_cells);
	free_list(order->modules, order->nr_modules);
	memset(order, 0, sizeof(*order));
}
