// SPDX-License-Identifier: GPL-2.0-or-later
// One line of JSON and its sample, in both directions.
#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/record.h"
#include "tests/results/fixture.h"
#include "tests/results/golden.h"

static char *encode(const struct sample *sample, size_t *length)
{
	struct reason why;
	char *line;

	if (record_encode(sample, &line, length, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(strlen(line), *length);
	return line;
}

static int decode(const char *line, struct sample *sample, struct reason *why)
{
	why->text[0] = '\0';
	return record_decode(line, strlen(line), sample, why);
}

static void check_round_trip(const struct sample *sample)
{
	struct sample *back = calloc(1, sizeof(*back));
	struct reason why;
	size_t length;
	char *line = encode(sample, &length);

	assert_non_null(back);
	if (record_decode(line, length, back, &why) != 0)
		fail_msg("%s: %s", why.text, line);
	assert_memory_equal(back, sample, sizeof(*back));
	free(line);
	free(back);
}

static void test_round_trips(void **state)
{
	struct sample sample;

	(void)state;
	fixture_full(&sample);
	check_round_trip(&sample);
	sample.figures.insn = sample.figures.ns;
	memset(&sample.figures.ns, 0, sizeof(sample.figures.ns));
	sample.figures.ns = (struct sample_phases){
		SAMPLE_NULL, SAMPLE_NULL, SAMPLE_NULL, SAMPLE_NULL, SAMPLE_NULL,
		SAMPLE_NULL, SAMPLE_NULL, SAMPLE_NULL, SAMPLE_NULL,
	};
	check_round_trip(&sample);
	fixture_epoch(&sample, "dense", "none", "");
	check_round_trip(&sample);
	sample.kind = KIND_AFTER;
	check_round_trip(&sample);
	fixture_row(&sample, "thp", "softdirty", "size=64m", STATUS_SKIP,
		    "this kernel was built without it");
	check_round_trip(&sample);
	sample.status = STATUS_FAIL;
	sample.process = 3;
	check_round_trip(&sample);
}

static void test_text(void **state)
{
	struct sample sample;
	char text[4096];
	size_t used = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		size_t length;
		char *line;

		if (i == 0)
			fixture_full(&sample);
		else if (i == 1)
			fixture_epoch(&sample, "dense", "none", "size=64m");
		else
			fixture_row(&sample, "thp", "softdirty", "size=64m",
				    STATUS_SKIP, "not on this kernel");
		line = encode(&sample, &length);
		assert_true(used + length < sizeof(text));
		memcpy(text + used, line, length + 1);
		used += length;
		free(line);
	}
	golden_compare("record.jsonl", text);
}

static void test_every_prefix_is_cut(void **state)
{
	struct sample sample, back;
	struct reason why;
	size_t length;
	char *line;

	(void)state;
	fixture_full(&sample);
	line = encode(&sample, &length);
	for (size_t i = 0; i < length - 1; i++) {
		int err = record_decode(line, i, &back, &why);

		if (err != -ENODATA)
			fail_msg("%d after %zu bytes: %s", err, i, why.text);
	}
	assert_int_equal(record_decode(line, length - 1, &back, &why), 0);
	free(line);
}

static json_t *full_object(void)
{
	struct sample sample;
	size_t length;
	json_t *object;
	char *line;

	fixture_full(&sample);
	line = encode(&sample, &length);
	object = json_loadb(line, length, 0, NULL);
	assert_non_null(object);
	free(line);
	return object;
}

/* Decode @object and free it; @name has to be in the reason. */
static void check_refused(json_t *object, const char *name)
{
	char *line = json_dumps(object, JSON_COMPACT);
	struct sample sample;
	struct reason why;
	int err = decode(line, &sample, &why);

	if (err != -EINVAL)
		fail_msg("%s: %d %s", name, err, why.text);
	if (!strstr(why.text, name))
		fail_msg("%s is not named: %s", name, why.text);
	free(line);
	json_decref(object);
}

/* What files of older programs of this version lack. */
static bool came_later(const char *path)
{
	static const char *const later[] = {
		"pages.part_range", "pages.part_resident",
		"ns.read",	    "pagetable_kb.after",
		"ns.change",	    "change_calls",
		"placement",	    "concurrent",
		"timeline",	    "pursuit",
		"iterations"
	};

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (strcmp(path, later[i]) == 0)
			return true;
	return false;
}

static void check_member(const char *group, const char *name)
{
	static const char *const others[] = { "true", "[]", "-1", "1.5" };
	char path[64];

	snprintf(path, sizeof(path), "%s%s%s", group ? group : "",
		 group ? "." : "", name);
	for (int i = came_later(path) ? 0 : -1; i < 4; i++) {
		json_t *object = full_object();
		json_t *parent =
			group ? json_object_get(object, group) : object;

		if (i < 0)
			json_object_del(parent, name);
		else
			json_object_set_new(
				parent, name,
				json_loads(others[i], JSON_DECODE_ANY, NULL));
		if (strcmp(path, "v") == 0 && i == 2) {
			json_decref(object);
			continue; /* an integer is a version, tested below */
		}
		check_refused(object, path);
	}
}

static void test_every_field_is_needed(void **state)
{
	static const char *const open_groups[] = { "params", "counters",
						   "histograms" };
	json_t *object = full_object();
	const char *name, *member;
	json_t *value, *inner;

	(void)state;
	json_object_foreach(object, name, value)
	{
		bool open = false;

		check_member(NULL, name);
		for (int i = 0; i < 3; i++)
			open |= strcmp(name, open_groups[i]) == 0;
		if (open)
			continue;
		json_object_foreach(value, member, inner)
			check_member(name, member);
	}
	json_decref(object);
}

static void test_more_fields_are_ignored(void **state)
{
	json_t *object = full_object();
	struct sample sample;
	struct reason why;
	char *line;

	(void)state;
	json_object_set_new(object, "later", json_pack("{s:[i]}", "x", 1));
	json_object_set_new(json_object_get(object, "pages"), "later",
			    json_real(0.5));
	json_object_set_new(json_object_get(object, "histograms"), "write",
			    json_pack("[i,i]", 1, 2));
	/* Sorted, so that the order is not the writer's. */
	line = json_dumps(object, JSON_SORT_KEYS);
	assert_int_equal(decode(line, &sample, &why), 0);
	assert_int_equal(sample.seq, 17);
	free(line);
	json_decref(object);
}

static struct sample_detail *make_detail(void)
{
	struct sample_detail *detail = calloc(1, sizeof(*detail));

	assert_non_null(detail);
	for (uint64_t i = 0; i < 1000; i++)
		histogram_add(&detail->histograms[DETAIL_WRITE], i * i * i);
	histogram_add(&detail->histograms[DETAIL_WRITE], UINT64_C(1) << 40);
	histogram_add(&detail->histograms[DETAIL_REGIONS], 0);
	detail->has_timeline = true;
	detail->timeline.writes[0] = 5;
	detail->timeline.slowest_ns[TIMELINE_SLOTS - 1] = 77;
	detail->timeline.collecting_ns[3] = TIMELINE_SLOT_NS;
	detail->iterations.nr = 3;
	for (uint64_t i = 0; i < NR_ITERATION_COLUMNS; i++)
		detail->iterations.column[i][i % 3] = 100 + i;
	detail->iterations.column[0][ITERATIONS_MAX - 1] = 7;
	return detail;
}

static void test_details_round_trip(void **state)
{
	struct sample_detail *detail = make_detail();
	struct sample_detail *back = calloc(1, sizeof(*back));
	struct sample sample, again;
	struct reason why;
	size_t length;
	char *line;

	(void)state;
	fixture_full(&sample);
	sample.detail = detail;
	line = encode(&sample, &length);
	/* What it held before does not matter. */
	memset(back, 0x11, sizeof(*back));
	back->has_timeline = true;
	assert_int_equal(record_decode_detail(line, length, &again, back, &why),
			 0);
	assert_ptr_equal(again.detail, back);
	assert_memory_equal(back, detail, sizeof(*back));
	/* Who does not ask for it gets none. */
	assert_int_equal(record_decode(line, length, &again, &why), 0);
	assert_null(again.detail);
	free(line);
	/* Nor does one line lend it to the next. */
	sample.detail = NULL;
	line = encode(&sample, &length);
	assert_int_equal(record_decode_detail(line, length, &again, back, &why),
			 0);
	assert_null(again.detail);
	free(line);
	free(back);
	free(detail);
}

/* One change to what a histogram or the timeline holds is found. */
static void check_detail_refused(const char *group, const char *member,
				 json_t *value, const char *said)
{
	struct sample_detail *detail = make_detail();
	struct sample sample;
	struct reason why = { "" };
	json_t *object, *part;
	size_t length;
	char *line;

	fixture_full(&sample);
	sample.detail = detail;
	line = encode(&sample, &length);
	object = json_loadb(line, length, 0, NULL);
	free(line);
	part = json_object_get(object, group);
	if (!strcmp(group, "histograms"))
		part = json_object_get(part, "write_ns");
	if (!strcmp(member, "counts.65"))
		json_object_set_new(json_object_get(part, "counts"), "129",
				    value);
	else
		json_object_set_new(part, member, value);
	line = json_dumps(object, JSON_COMPACT);
	assert_int_equal(
		record_decode_detail(line, strlen(line), &sample, detail, &why),
		-EINVAL);
	if (!strstr(why.text, said))
		fail_msg("%s", why.text);
	free(line);
	json_decref(object);
	free(detail);
}

static void test_damaged_details_are_refused(void **state)
{
	(void)state;
	check_detail_refused("histograms", "nr", json_integer(7),
			     "write_ns has other counts than nr says");
	check_detail_refused("histograms", "max", json_null(), "max is null");
	check_detail_refused("histograms", "sum", json_integer(-1),
			     "sum is below zero");
	/* 128 and 129 are one bucket. */
	check_detail_refused("histograms", "counts.65", json_integer(1),
			     "129 is no number to count");
	check_detail_refused("histograms", "counts", json_array(),
			     "counts is not an object");
	check_detail_refused("timeline", "writes",
			     json_pack("{s:i}", "65537", 1),
			     "65537 is no number to count");
	check_detail_refused("timeline", "slowest_ns",
			     json_pack("{s:i}", "x", 1),
			     "x is no number to count");
	check_detail_refused("timeline", "collecting_ns", json_true(),
			     "collecting_ns is not an object");
	check_detail_refused("iterations", "nr",
			     json_integer(ITERATIONS_MAX + 1),
			     "iterations are too many");
	check_detail_refused("iterations", "pages", json_pack("{s:i}", "64", 1),
			     "64 is no number to count");
	check_detail_refused("iterations", "copy_ns", json_integer(1),
			     "copy_ns is not an object");
}

/* Recorded runs have no such fields, and everything else counts. */
static void test_later_fields_may_be_missing(void **state)
{
	json_t *object = full_object();
	struct sample sample;
	struct reason why;
	char *line;

	(void)state;
	json_object_del(json_object_get(object, "pages"), "part_range");
	json_object_del(json_object_get(object, "pages"), "part_resident");
	json_object_del(json_object_get(object, "ns"), "read");
	json_object_del(json_object_get(object, "ns"), "change");
	json_object_del(object, "change_calls");
	json_object_del(json_object_get(object, "pagetable_kb"), "after");
	line = json_dumps(object, JSON_COMPACT);
	if (decode(line, &sample, &why))
		fail_msg("%s", why.text);
	assert_int_equal(sample.figures.pages.part_range, SAMPLE_NULL);
	assert_int_equal(sample.figures.pages.part_resident, SAMPLE_NULL);
	assert_int_equal(sample.figures.ns.read, SAMPLE_NULL);
	assert_int_equal(sample.figures.ns.change, SAMPLE_NULL);
	assert_int_equal(sample.figures.change_calls, SAMPLE_NULL);
	assert_int_equal(sample.figures.pagetable_kb.after, SAMPLE_NULL);
	assert_int_equal(sample.figures.ns.close, INT64_MAX);
	free(line);
	json_decref(object);
}

static void test_version(void **state)
{
	struct sample sample;
	struct reason why;

	(void)state;
	assert_int_equal(
		decode("{\"run\":7,\"pages\":[],\"v\":2}", &sample, &why),
		-EPROTONOSUPPORT);
	assert_string_equal(why.text, "field v is 2: this program knows "
				      "version 1 only");
	assert_int_equal(decode("{\"v\":1}", &sample, &why), -EINVAL);
	assert_string_equal(why.text, "field seq is missing");
}

static void test_not_json(void **state)
{
	struct sample sample;
	struct reason why;

	(void)state;
	assert_int_equal(decode("{\"v\":1 \"seq\"", &sample, &why), -EBADMSG);
	assert_string_equal(why.text, "the line is not JSON at byte 8");
	assert_int_equal(decode("[1]", &sample, &why), -EINVAL);
	assert_string_equal(why.text, "the line is not a JSON object");
	assert_int_equal(decode("\x7f\x45LF", &sample, &why), -EINVAL);
}

static void test_values_out_of_bounds(void **state)
{
	char text[80];
	json_t *object, *params;

	(void)state;
	object = full_object();
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	json_object_set_new(object, "run", json_string(text));
	check_refused(object, "field run is too long");

	object = full_object();
	json_object_set_new(json_object_get(object, "params"), "size",
			    json_integer(64));
	check_refused(object, "field params.size is not a string");

	object = full_object();
	params = json_object_get(object, "params");
	for (int i = 0; i <= SAMPLE_MAX_PARAMS; i++) {
		snprintf(text, sizeof(text), "p%d", i);
		json_object_set_new(params, text, json_string("1"));
	}
	check_refused(object, "is one parameter too many");

	object = full_object();
	json_object_set_new(object, "kind", json_string("warm"));
	check_refused(object, "field kind is none of");
	object = full_object();
	json_object_set_new(object, "status", json_null());
	check_refused(object, "field status is not a string");
	object = full_object();
	json_object_set_new(object, "v", json_null());
	check_refused(object, "field v is null");
}

static void test_twice(void **state)
{
	struct sample sample;
	struct reason why;

	(void)state;
	assert_int_equal(decode("{\"v\":1,\"seq\":1,\"seq\":2}", &sample, &why),
			 -EINVAL);
	assert_string_equal(why.text, "field seq is there twice");
}

static void check_unwritable(const struct sample *sample, const char *reason)
{
	struct reason why;
	size_t length;
	char *line;

	assert_int_equal(record_encode(sample, &line, &length, &why), -EINVAL);
	assert_string_equal(why.text, reason);
}

static void test_rules(void **state)
{
	struct sample sample;

	(void)state;
	fixture_full(&sample);
	sample.figures.insn.arm = 1;
	check_unwritable(&sample, "fields ns and insn both hold figures");
	fixture_full(&sample);
	sample.epoch = SAMPLE_NULL;
	check_unwritable(&sample,
			 "field epoch is null in a row of status lied");
	fixture_full(&sample);
	sample.kind = KIND_NONE;
	check_unwritable(&sample, "field kind is null in a row of status lied");
	fixture_full(&sample);
	sample.figures.records = -1;
	check_unwritable(&sample, "field records cannot be written as JSON");
	fixture_full(&sample);
	snprintf(sample.label, sizeof(sample.label), "\xff");
	check_unwritable(&sample, "field label cannot be written as JSON");
	fixture_row(&sample, "thp", "scan", "", STATUS_SKIP, "");
	check_unwritable(&sample,
			 "field reason is null in a row of status skip");
	fixture_row(&sample, "thp", "scan", "", STATUS_FAIL, "it crashed");
	sample.figures.vmas.peak = 1;
	check_unwritable(&sample,
			 "field vmas is not null in a row of status fail");
	fixture_row(&sample, "thp", "scan", "", STATUS_FAIL, "it crashed");
	sample.epoch = 0;
	check_unwritable(&sample,
			 "field epoch is not null in a row of status fail");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_every_prefix_is_cut),
		cmocka_unit_test(test_every_field_is_needed),
		cmocka_unit_test(test_more_fields_are_ignored),
		cmocka_unit_test(test_details_round_trip),
		cmocka_unit_test(test_damaged_details_are_refused),
		cmocka_unit_test(test_later_fields_may_be_missing),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_not_json),
		cmocka_unit_test(test_values_out_of_bounds),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
