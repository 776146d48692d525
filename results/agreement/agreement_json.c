// SPDX-License-Identifier: GPL-2.0-or-later
/* An agreement as a JSON value, and back from a line of it. */
#include "results/agreement/agreement_json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The format that this program writes. */
enum { AGREEMENT_VERSION = 1 };

static const char *const because_names[NR_BECAUSE] = { "granule", "superset",
						       "unclaimed", "nothing" };

static const char *text_or_null(const struct reason *why)
{
	return why->text[0] ? why->text : NULL;
}

/* The names of a mask's trackers. */
static json_t *names_json(const struct agreement *agreement, uint32_t trackers)
{
	json_t *names = json_array();

	for (int i = 0; i < agreement->nr_trackers; i++)
		if (trackers >> i & 1)
			json_array_append_new(
				names,
				json_string(agreement->trackers[i].name));
	return names;
}

static json_t *trackers_json(const struct agreement *agreement)
{
	const struct agreement_tracker *tracker = agreement->trackers;
	json_t *list = json_array();

	for (int i = 0; i < agreement->nr_trackers; i++, tracker++)
		json_array_append_new(list,
				      json_pack("{s:s, s:b, s:b, s:s?}", "name",
						tracker->name, "compared",
						tracker->compared, "failed",
						tracker->failed, "reason",
						text_or_null(&tracker->why)));
	return list;
}

static json_t *rounds_json(const struct agreement *agreement)
{
	const struct agreement_round *round = agreement->rounds;
	json_t *list = json_array();

	for (int i = 0; i < agreement->nr_rounds; i++, round++)
		json_array_append_new(
			list, json_pack("{s:o, s:i, s:I, s:I}", "trackers",
					names_json(agreement, round->trackers),
					"epochs", round->epochs, "compared",
					(json_int_t)round->compared, "differ",
					(json_int_t)round->differ));
	return list;
}

static json_t *because_json(unsigned int because)
{
	json_t *list = json_array();

	for (int i = 0; i < NR_BECAUSE; i++)
		if (because >> i & 1)
			json_array_append_new(list,
					      json_string(because_names[i]));
	return list;
}

/* Addresses go beyond what every reader takes for an integer. */
static json_t *region_json(const struct agreement *agreement,
			   const struct agreement_region *region)
{
	uint32_t here = agreement->rounds[region->round].trackers;
	char start[24], end[24];

	snprintf(start, sizeof(start), "0x%" PRIx64, region->start);
	snprintf(end, sizeof(end), "0x%" PRIx64, region->end);
	return json_pack("{s:i, s:i, s:s, s:s, s:I, s:b, s:o, s:o, s:o}",
			 "round", region->round, "epoch", region->epoch,
			 "start", start, "end", end, "pages",
			 (json_int_t)(region->end - region->start) /
				 agreement->page_bytes,
			 "written", region->written, "said_written",
			 names_json(agreement, region->said), "said_clean",
			 names_json(agreement, here & ~region->said), "because",
			 because_json(region->because));
}

json_t *agreement_json(const struct agreement *agreement)
{
	json_t *regions = json_array();

	for (size_t i = 0; i < agreement->nr_regions; i++)
		json_array_append_new(
			regions,
			region_json(agreement, &agreement->regions[i]));
	return json_pack(
		"{s:i, s:s, s:s, s:s, s:I, s:s, s:b, s:s?, s:o, s:o, s:o}", "v",
		AGREEMENT_VERSION, "cell", agreement->cell, "pages",
		agreement->pages, "kind", agreement->kind, "page_bytes",
		(json_int_t)agreement->page_bytes, "outcome",
		agreement_outcome_name(agreement_outcome(agreement)), "failed",
		agreement->failed, "reason", text_or_null(&agreement->why),
		"trackers", trackers_json(agreement), "rounds",
		rounds_json(agreement), "regions", regions);
}

char *agreement_encode(const struct agreement *agreement)
{
	json_t *json = agreement_json(agreement);
	char *line = json ? json_dumps(json, JSON_COMPACT) : NULL;

	json_decref(json);
	return line;
}

/* The bits of a list of names; -EINVAL at one that is none of them. */
static int take_names(const struct agreement *agreement, const json_t *names,
		      uint32_t *trackers)
{
	const char *name;
	int at;

	*trackers = 0;
	for (size_t i = 0; i < json_array_size(names); i++) {
		name = json_string_value(json_array_get(names, i));
		for (at = 0; at < agreement->nr_trackers; at++)
			if (name && !strcmp(name, agreement->trackers[at].name))
				break;
		if (at == agreement->nr_trackers)
			return -EINVAL;
		*trackers |= 1U << at;
	}
	return json_is_array(names) ? 0 : -EINVAL;
}

static int take_because(const json_t *names, unsigned int *because)
{
	const char *name;

	*because = 0;
	for (size_t i = 0; i < json_array_size(names); i++) {
		name = json_string_value(json_array_get(names, i));
		for (int bit = 0; bit < NR_BECAUSE; bit++)
			if (name && !strcmp(name, because_names[bit]))
				*because |= 1U << bit;
	}
	return json_is_array(names) ? 0 : -EINVAL;
}

/* A null is an empty one. */
static void take_reason(const json_t *json, struct reason *why)
{
	const char *text = json_string_value(json_object_get(json, "reason"));

	reason_set(why, 0, "%s", text ? text : "");
}

static int take_tracker(struct agreement *agreement, json_t *json)
{
	struct agreement_tracker *tracker =
		&agreement->trackers[agreement->nr_trackers];
	const char *name;
	int compared, failed;

	if (agreement->nr_trackers == AGREEMENT_TRACKERS ||
	    json_unpack(json, "{s:s, s:b, s:b}", "name", &name, "compared",
			&compared, "failed", &failed))
		return -EINVAL;
	snprintf(tracker->name, sizeof(tracker->name), "%s", name);
	tracker->compared = compared;
	tracker->failed = failed;
	take_reason(json, &tracker->why);
	agreement->nr_trackers++;
	return 0;
}

static int take_round(struct agreement *agreement, json_t *json)
{
	struct agreement_round *round =
		&agreement->rounds[agreement->nr_rounds];
	json_int_t compared, differ;
	json_t *trackers;

	if (agreement->nr_rounds == AGREEMENT_TRACKERS ||
	    json_unpack(json, "{s:o, s:i, s:I, s:I}", "trackers", &trackers,
			"epochs", &round->epochs, "compared", &compared,
			"differ", &differ))
		return -EINVAL;
	round->compared = compared;
	round->differ = differ;
	agreement->nr_rounds++;
	return take_names(agreement, trackers, &round->trackers);
}

static int take_region(struct agreement *agreement, json_t *json)
{
	struct agreement_region region = { 0 };
	const char *start, *end;
	json_t *said, *because;
	int written, ret;

	if (json_unpack(json, "{s:i, s:i, s:s, s:s, s:b, s:o, s:o}", "round",
			&region.round, "epoch", &region.epoch, "start", &start,
			"end", &end, "written", &written, "said_written", &said,
			"because", &because) ||
	    region.round < 0 || region.round >= agreement->nr_rounds)
		return -EINVAL;
	region.start = strtoull(start, NULL, 16);
	region.end = strtoull(end, NULL, 16);
	region.written = written;
	ret = take_names(agreement, said, &region.said);
	if (!ret)
		ret = take_because(because, &region.because);
	return ret ? ret : agreement_add_region(agreement, &region);
}

static int take_each(struct agreement *agreement, const json_t *list,
		     int (*take)(struct agreement *, json_t *))
{
	int ret = 0;

	for (size_t i = 0; !ret && i < json_array_size(list); i++)
		ret = take(agreement, json_array_get(list, i));
	return ret;
}

static int take_all(struct agreement *agreement, json_t *json)
{
	const char *cell, *pages, *kind;
	json_t *trackers, *rounds, *regions;
	json_int_t page_bytes;
	int failed, ret;

	if (json_unpack(json, "{s:s, s:s, s:s, s:I, s:b, s:o, s:o, s:o}",
			"cell", &cell, "pages", &pages, "kind", &kind,
			"page_bytes", &page_bytes, "failed", &failed,
			"trackers", &trackers, "rounds", &rounds, "regions",
			&regions) ||
	    page_bytes <= 0)
		return -EINVAL;
	snprintf(agreement->cell, sizeof(agreement->cell), "%s", cell);
	snprintf(agreement->pages, sizeof(agreement->pages), "%s", pages);
	snprintf(agreement->kind, sizeof(agreement->kind), "%s", kind);
	agreement->page_bytes = page_bytes;
	agreement->failed = failed;
	take_reason(json, &agreement->why);
	ret = take_each(agreement, trackers, take_tracker);
	if (!ret)
		ret = take_each(agreement, rounds, take_round);
	return ret ? ret : take_each(agreement, regions, take_region);
}

int agreement_decode(struct agreement *agreement, const char *line,
		     struct reason *why)
{
	json_error_t error;
	json_t *json;
	int ret;

	memset(agreement, 0, sizeof(*agreement));
	json = json_loads(line, 0, &error);
	if (!json)
		return reason_set(why, -EINVAL, "%s", error.text);
	ret = take_all(agreement, json);
	json_decref(json);
	return ret ? reason_errno(why, ret, "an agreement") : 0;
}
