// SPDX-License-Identifier: GPL-2.0-or-later
// A sample as one line of JSON, and back: both directions from one table.
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "results/json_scan.h"
#include "results/record.h"

enum field_type {
	FIELD_COUNT,	  /* int64_t, never null */
	FIELD_FIGURE,	  /* int64_t, SAMPLE_NULL is null */
	FIELD_TEXT,	  /* char[], never null */
	FIELD_OPTIONAL,	  /* char[], empty is null */
	FIELD_KIND,	  /* enum sample_kind, KIND_NONE is null */
	FIELD_STATUS,	  /* enum sample_status */
	FIELD_GROUP,	  /* an object of its own, never null */
	FIELD_PHASES,	  /* the same, null when none of them ran */
	FIELD_PARAMS,	  /* the sample's parameters, texts */
	FIELD_COUNTERS,	  /* the sample's counters, figures */
	FIELD_HISTOGRAMS, /* the detail's, an object of those with values */
	FIELD_TIMELINE,	  /* the detail's, null when there is none */
	FIELD_ITERATIONS, /* the same */
};

/* @offset is from the sample, or from the group's place for its members. */
struct field {
	const char *name;
	enum field_type type;
	size_t offset, size;
	bool later; /* files of older programs of this version lack it */
	const struct field *members;
	int nr_members;
};

/* A set of fields is remembered in the bits of one uint64_t. */
enum { MAX_FIELDS = 64 };

#define FIGURE_OFFSET(member) offsetof(struct sample, figures.member)
#define SAMPLE_FIELD(kind, member)                            \
	{                                                     \
		.name = #member, .type = (kind),              \
		.offset = offsetof(struct sample, member),    \
		.size = sizeof(((struct sample *)0)->member), \
	}
#define MEMBER(group, member)                                            \
	{                                                                \
		.name = #member, .type = FIELD_FIGURE,                   \
		.offset = offsetof(                                      \
			__typeof__(((struct sample_figures *)0)->group), \
			member),                                         \
	}
#define MEMBER_LATER(group, member)                                      \
	{                                                                \
		.name = #member, .type = FIELD_FIGURE,                   \
		.offset = offsetof(                                      \
			__typeof__(((struct sample_figures *)0)->group), \
			member),                                         \
		.later = true,                                           \
	}
#define FIGURE(member)                                 \
	{                                              \
		.name = #member, .type = FIELD_FIGURE, \
		.offset = FIGURE_OFFSET(member),       \
	}
#define FIGURE_LATER(member)                                    \
	{                                                       \
		.name = #member, .type = FIELD_FIGURE,          \
		.offset = FIGURE_OFFSET(member), .later = true, \
	}
#define GROUP(kind, member, table)                                   \
	{                                                            \
		.name = #member, .type = (kind),                     \
		.offset = FIGURE_OFFSET(member), .members = (table), \
		.nr_members = sizeof(table) / sizeof((table)[0]),    \
	}

#define GROUP_LATER(kind, member, table)                          \
	{                                                         \
		.name = #member, .type = (kind),                  \
		.offset = FIGURE_OFFSET(member), .later = true,   \
		.members = (table),                               \
		.nr_members = sizeof(table) / sizeof((table)[0]), \
	}

static const struct field pages_fields[] = {
	MEMBER(pages, range),
	MEMBER(pages, resident),
	MEMBER(pages, dirtied),
	MEMBER(pages, unit),
	MEMBER(pages, reported),
	MEMBER(pages, missed),
	MEMBER(pages, extra),
	MEMBER(pages, extra_in_granule),
	MEMBER_LATER(pages, part_range),
	MEMBER_LATER(pages, part_resident),
};

static const struct field phase_fields[] = {
	MEMBER(ns, open),    MEMBER(ns, arm),	      MEMBER(ns, write),
	MEMBER(ns, collect), MEMBER(ns, collect_arm), MEMBER(ns, disarm),
	MEMBER(ns, close),   MEMBER_LATER(ns, read),  MEMBER_LATER(ns, change),
};

static const struct field regions_fields[] = {
	MEMBER(regions, final),
	MEMBER(regions, ideal),
};

static const struct field vmas_fields[] = {
	MEMBER(vmas, before),
	MEMBER(vmas, armed),
	MEMBER(vmas, peak),
	MEMBER(vmas, after),
};

static const struct field pagetable_fields[] = {
	MEMBER(pagetable_kb, before),
	MEMBER(pagetable_kb, peak),
	MEMBER_LATER(pagetable_kb, after),
};

static const struct field anon_huge_fields[] = {
	MEMBER(anon_huge_kb, before),
	MEMBER(anon_huge_kb, after),
};

static const struct field faults_fields[] = {
	MEMBER(faults, minor),
	MEMBER(faults, major),
};

static const struct field switches_fields[] = {
	MEMBER(switches, voluntary),
	MEMBER(switches, involuntary),
};

static const struct field placement_fields[] = {
	MEMBER(placement, writer_cpu),
	MEMBER(placement, other_cpu),
	MEMBER(placement, memory_node),
};

static const struct field concurrent_fields[] = {
	MEMBER(concurrent, collections), MEMBER(concurrent, late),
	MEMBER(concurrent, duration_ns), MEMBER(concurrent, writes),
	MEMBER(concurrent, recorded),	 MEMBER(concurrent, recorded_ns),
	MEMBER(concurrent, bare),	 MEMBER(concurrent, bare_ns),
	MEMBER(concurrent, writer_cpus), MEMBER(concurrent, collector_cpu),
};

static const struct field pursuit_fields[] = {
	MEMBER(pursuit, iterations), MEMBER(pursuit, copied_pages),
	MEMBER(pursuit, left_pages), MEMBER(pursuit, stopped_ns),
	MEMBER(pursuit, pause_ns),   MEMBER(pursuit, duration_ns),
	MEMBER(pursuit, stores),
};

static const struct field sample_fields[] = {
	SAMPLE_FIELD(FIELD_COUNT, v),
	SAMPLE_FIELD(FIELD_COUNT, seq),
	SAMPLE_FIELD(FIELD_TEXT, run),
	SAMPLE_FIELD(FIELD_OPTIONAL, label),
	SAMPLE_FIELD(FIELD_TEXT, boot),
	SAMPLE_FIELD(FIELD_TEXT, cell),
	SAMPLE_FIELD(FIELD_TEXT, workload),
	SAMPLE_FIELD(FIELD_COUNT, workload_version),
	SAMPLE_FIELD(FIELD_TEXT, tracker),
	SAMPLE_FIELD(FIELD_PARAMS, params),
	SAMPLE_FIELD(FIELD_FIGURE, process),
	SAMPLE_FIELD(FIELD_FIGURE, epoch),
	SAMPLE_FIELD(FIELD_KIND, kind),
	SAMPLE_FIELD(FIELD_STATUS, status),
	SAMPLE_FIELD(FIELD_OPTIONAL, reason),
	GROUP(FIELD_GROUP, pages, pages_fields),
	GROUP(FIELD_PHASES, ns, phase_fields),
	GROUP(FIELD_PHASES, insn, phase_fields),
	GROUP(FIELD_GROUP, regions, regions_fields),
	FIGURE(records),
	FIGURE(output_bytes),
	FIGURE(syscalls),
	FIGURE_LATER(change_calls),
	GROUP(FIELD_GROUP, vmas, vmas_fields),
	GROUP(FIELD_GROUP, pagetable_kb, pagetable_fields),
	GROUP(FIELD_GROUP, anon_huge_kb, anon_huge_fields),
	GROUP(FIELD_GROUP, faults, faults_fields),
	GROUP(FIELD_GROUP, switches, switches_fields),
	GROUP_LATER(FIELD_PHASES, placement, placement_fields),
	GROUP_LATER(FIELD_PHASES, concurrent, concurrent_fields),
	GROUP_LATER(FIELD_PHASES, pursuit, pursuit_fields),
	{ .name = "counters", .type = FIELD_COUNTERS },
	{ .name = "histograms", .type = FIELD_HISTOGRAMS },
	{ .name = "timeline", .type = FIELD_TIMELINE, .later = true },
	{ .name = "iterations", .type = FIELD_ITERATIONS, .later = true },
};

enum { NR_SAMPLE_FIELDS = sizeof(sample_fields) / sizeof(sample_fields[0]) };

_Static_assert((int)NR_SAMPLE_FIELDS <= (int)MAX_FIELDS,
	       "one bit for each field");

static bool has_figure(const struct field *fields, int nr_fields,
		       const char *base)
{
	for (int i = 0; i < nr_fields; i++) {
		int64_t value;

		memcpy(&value, base + fields[i].offset, sizeof(value));
		if (value != SAMPLE_NULL)
			return true;
	}
	return false;
}

/* The name of the first figure or group of figures that is not null. Counters
 * are none: they tell how far a failed epoch got. */
static const char *first_figure(const struct sample *sample)
{
	const char *base = (const char *)sample;

	for (int i = 0; i < NR_SAMPLE_FIELDS; i++) {
		const struct field *field = &sample_fields[i];

		if (field->offset < offsetof(struct sample, figures))
			continue;
		if (field->members
			    ? has_figure(field->members, field->nr_members,
					 base + field->offset)
			    : has_figure(field, 1, base))
			return field->name;
	}
	return NULL;
}

/* The rules that bind several fields together. */
static int check_sample(const struct sample *sample, struct reason *why)
{
	bool measured =
		sample->status != STATUS_SKIP && sample->status != STATUS_FAIL;
	const char *status = sample_status_name(sample->status);
	const char *figure;

	if (!status)
		return reason_set(why, -EINVAL, "field status is not known");
	if (sample->v != SAMPLE_VERSION)
		return reason_set(why, -EPROTONOSUPPORT,
				  "field v is %" PRId64
				  ": this program knows version %d only",
				  sample->v, SAMPLE_VERSION);
	if (!sample_phases_empty(&sample->figures.ns) &&
	    !sample_phases_empty(&sample->figures.insn))
		return reason_set(why, -EINVAL,
				  "fields ns and insn both hold figures");
	if (measured && sample->process == SAMPLE_NULL)
		return reason_set(why, -EINVAL, "field process is null");
	if (measured != (sample->epoch != SAMPLE_NULL))
		return reason_set(why, -EINVAL,
				  "field epoch is %s in a row of status %s",
				  measured ? "null" : "not null", status);
	if (measured != (sample->kind != KIND_NONE))
		return reason_set(why, -EINVAL,
				  "field kind is %s in a row of status %s",
				  measured ? "null" : "not null", status);
	if (measured)
		return 0;
	if (!sample->reason[0])
		return reason_set(why, -EINVAL,
				  "field reason is null in a row of status %s",
				  status);
	figure = first_figure(sample);
	if (figure)
		return reason_set(why, -EINVAL,
				  "field %s is not null in a row of status %s",
				  figure, status);
	return 0;
}

static json_t *encode_figure(int64_t value)
{
	if (value == SAMPLE_NULL)
		return json_null();
	return value < 0 ? NULL : json_integer(value);
}

/* Takes over @value; NULL stands for one that could not be made. */
static int put_member(json_t *object, const char *name, json_t *value,
		      struct reason *why)
{
	if (!value || json_object_set_new(object, name, value) != 0)
		return reason_set(why, -EINVAL,
				  "field %s cannot be written as JSON", name);
	return 0;
}

static json_t *encode_params(const struct sample *sample)
{
	json_t *object = json_object();

	for (int i = 0; i < sample->nr_params; i++) {
		const struct sample_param *param = &sample->params[i];

		if (json_object_set_new(object, param->name,
					json_string(param->value)) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *encode_counters(const struct sample_figures *figures)
{
	json_t *object = json_object();

	for (int i = 0; i < figures->nr_counters; i++) {
		const struct sample_counter *counter = &figures->counters[i];
		json_t *value = encode_figure(counter->value);

		if (json_object_set_new(object, counter->name, value) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *encode_name(const char *name)
{
	return name ? json_string(name) : json_null();
}

static json_t *encode_group(const struct field *group, const char *base)
{
	json_t *object;

	if (group->type == FIELD_PHASES &&
	    !has_figure(group->members, group->nr_members, base))
		return json_null();
	object = json_object();
	for (int i = 0; i < group->nr_members; i++) {
		const struct field *field = &group->members[i];
		int64_t value;

		memcpy(&value, base + field->offset, sizeof(value));
		if (json_object_set_new(object, field->name,
					encode_figure(value)) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* Counts that are not 0, each under a number. */
static json_t *encode_counts(const uint64_t *count, unsigned int nr,
			     uint64_t (*number)(unsigned int))
{
	json_t *object = json_object();
	char key[24];

	for (unsigned int i = 0; i < nr; i++) {
		if (!count[i])
			continue;
		snprintf(key, sizeof(key), "%" PRIu64, number(i));
		if (count[i] > INT64_MAX ||
		    json_object_set_new(object, key,
					json_integer((json_int_t)count[i]))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *encode_histogram(const struct histogram *h)
{
	json_t *counts =
		encode_counts(h->count, HISTOGRAM_BUCKETS, histogram_low);

	/* What is beyond would not be an integer to everybody. */
	if (h->nr > INT64_MAX || h->sum > INT64_MAX || h->max > INT64_MAX) {
		json_decref(counts);
		return NULL;
	}
	return json_pack("{s:I, s:I, s:I, s:o}", "nr", (json_int_t)h->nr, "sum",
			 (json_int_t)h->sum, "max", (json_int_t)h->max,
			 "counts", counts);
}

static json_t *encode_histograms(const struct sample_detail *detail)
{
	json_t *object = json_object();

	for (int i = 0; detail && i < NR_DETAILS; i++) {
		if (!detail->histograms[i].nr)
			continue;
		if (json_object_set_new(
			    object, detail_name(i),
			    encode_histogram(&detail->histograms[i]))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static uint64_t slot_ns(unsigned int slot)
{
	return (uint64_t)slot * TIMELINE_SLOT_NS;
}

static json_t *encode_slots(const uint64_t slots[TIMELINE_SLOTS])
{
	return encode_counts(slots, TIMELINE_SLOTS, slot_ns);
}

static json_t *encode_timeline(const struct sample_detail *detail)
{
	const struct timeline *timeline;

	if (!detail || !detail->has_timeline)
		return json_null();
	timeline = &detail->timeline;
	return json_pack("{s:i, s:i, s:o, s:o, s:o}", "slot_ns",
			 TIMELINE_SLOT_NS, "slots", TIMELINE_SLOTS, "writes",
			 encode_slots(timeline->writes), "slowest_ns",
			 encode_slots(timeline->slowest_ns), "collecting_ns",
			 encode_slots(timeline->collecting_ns));
}

static uint64_t row_number(unsigned int row)
{
	return row;
}

static json_t *encode_iterations(const struct sample_detail *detail)
{
	const struct iterations *iterations;
	json_t *object;

	if (!detail || !detail->iterations.nr)
		return json_null();
	iterations = &detail->iterations;
	object = json_pack("{s:I}", "nr", (json_int_t)iterations->nr);
	for (int i = 0; i < NR_ITERATION_COLUMNS; i++) {
		if (json_object_set_new(object, iteration_column_name(i),
					encode_counts(iterations->column[i],
						      ITERATIONS_MAX,
						      row_number))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *encode_field(const struct field *field,
			    const struct sample *sample)
{
	const char *place = (const char *)sample + field->offset;
	int64_t value;

	switch (field->type) {
	case FIELD_COUNT:
	case FIELD_FIGURE:
		memcpy(&value, place, sizeof(value));
		if (field->type == FIELD_COUNT && value == SAMPLE_NULL)
			return NULL;
		return encode_figure(value);
	case FIELD_TEXT:
		return json_string(place);
	case FIELD_OPTIONAL:
		return place[0] ? json_string(place) : json_null();
	case FIELD_KIND:
		return encode_name(sample_kind_name(sample->kind));
	case FIELD_STATUS:
		return encode_name(sample_status_name(sample->status));
	case FIELD_GROUP:
	case FIELD_PHASES:
		return encode_group(field, place);
	case FIELD_PARAMS:
		return encode_params(sample);
	case FIELD_COUNTERS:
		return encode_counters(&sample->figures);
	case FIELD_HISTOGRAMS:
		return encode_histograms(sample->detail);
	case FIELD_TIMELINE:
		return encode_timeline(sample->detail);
	case FIELD_ITERATIONS:
		return encode_iterations(sample->detail);
	}
	return NULL;
}

static int dump_line(json_t *object, char **line, size_t *length,
		     struct reason *why)
{
	const size_t flags = JSON_COMPACT;
	size_t size = json_dumpb(object, NULL, 0, flags);
	char *text;

	if (!size)
		return reason_set(why, -ENOMEM, "no memory for a sample line");
	text = malloc(size + 2);
	if (!text)
		return reason_set(why, -ENOMEM, "no memory for a sample line");
	json_dumpb(object, text, size, flags);
	text[size] = '\n';
	text[size + 1] = '\0';
	*line = text;
	*length = size + 1;
	return 0;
}

int record_encode(const struct sample *sample, char **line, size_t *length,
		  struct reason *why)
{
	json_t *object;
	int err;

	err = check_sample(sample, why);
	if (err)
		return err;
	object = json_object();
	if (!object)
		return reason_set(why, -ENOMEM, "no memory for a sample line");
	for (int i = 0; i < NR_SAMPLE_FIELDS && !err; i++)
		err = put_member(object, sample_fields[i].name,
				 encode_field(&sample_fields[i], sample), why);
	if (!err)
		err = dump_line(object, line, length, why);
	json_decref(object);
	return err;
}

/* The object whose members are being read. */
struct decoder {
	struct sample *sample;
	struct sample_detail *detail; /* NULL: it is left out */
	struct reason *why;
	const struct field *fields;
	int nr_fields;
	const char *group; /* its name in the sample; NULL for the sample */
	char *base;
	uint64_t seen;
	int next;  /* members mostly come in the order of the table */
	bool told; /* @why is filled already */
};

static int wrong(struct decoder *decoder, const char *name, const char *what)
{
	const char *group = decoder->group;

	decoder->told = true;
	return reason_set(decoder->why, -EINVAL, "field %s%s%s %s",
			  group ? group : "", group ? "." : "", name, what);
}

/* What the scanner said of the value of field @name. */
static int scan_failed(struct decoder *decoder, int err, const char *name,
		       const char *type)
{
	if (err == -EINVAL)
		return wrong(decoder, name, type);
	if (err == -EOVERFLOW)
		return wrong(decoder, name, "is too long");
	if (err == -ERANGE)
		return wrong(decoder, name, "is out of range");
	return err;
}

static int decode_figure(struct decoder *decoder, struct json_scan *scan,
			 const char *name, char *place)
{
	int64_t value = SAMPLE_NULL;
	int err;

	if (!json_scan_null(scan)) {
		err = json_scan_integer(scan, &value);
		if (err)
			return scan_failed(decoder, err, name,
					   "is not an integer");
		if (value < 0)
			return wrong(decoder, name, "is below zero");
	}
	memcpy(place, &value, sizeof(value));
	return 0;
}

/* A figure that is there. */
static int decode_number(struct decoder *decoder, struct json_scan *scan,
			 const char *name, uint64_t *number)
{
	int64_t value = 0;
	int err;

	if (json_scan_null(scan))
		return wrong(decoder, name, "is null");
	err = decode_figure(decoder, scan, name, (char *)&value);
	if (!err)
		*number = (uint64_t)value;
	return err;
}

static int decode_count(struct decoder *decoder, struct json_scan *scan,
			const struct field *field, char *place)
{
	if (json_scan_null(scan))
		return wrong(decoder, field->name, "is null");
	return decode_figure(decoder, scan, field->name, place);
}

static int decode_text(struct decoder *decoder, struct json_scan *scan,
		       const struct field *field, char *place)
{
	int err;

	if (field->type == FIELD_OPTIONAL && json_scan_null(scan)) {
		place[0] = '\0';
		return 0;
	}
	err = json_scan_string(scan, place, field->size);
	return err ? scan_failed(decoder, err, field->name, "is not a string")
		   : 0;
}

/* A word longer than this is none of ours. */
enum { WORD_BYTES = 16 };

static int decode_kind(struct decoder *decoder, struct json_scan *scan,
		       const char *name)
{
	char word[WORD_BYTES];
	int err;

	decoder->sample->kind = KIND_NONE;
	if (json_scan_null(scan))
		return 0;
	err = json_scan_string(scan, word, sizeof(word));
	if (err && err != -EOVERFLOW)
		return scan_failed(decoder, err, name, "is not a string");
	for (int i = KIND_NONE + 1; i < NR_KINDS; i++) {
		if (strcmp(word, sample_kind_name(i)) == 0) {
			decoder->sample->kind = i;
			return 0;
		}
	}
	return wrong(decoder, name,
		     "is none of first, measured, idle, read, after and null");
}

static int decode_status(struct decoder *decoder, struct json_scan *scan,
			 const char *name)
{
	char word[WORD_BYTES];
	int err;

	err = json_scan_string(scan, word, sizeof(word));
	if (err && err != -EOVERFLOW)
		return scan_failed(decoder, err, name, "is not a string");
	for (int i = 0; i < NR_STATUSES; i++) {
		if (strcmp(word, sample_status_name(i)) == 0) {
			decoder->sample->status = i;
			return 0;
		}
	}
	return wrong(decoder, name,
		     "is none of ok, skip, fail, lied and inexact");
}

static int decode_param(struct json_scan *scan, const char *key, void *arg)
{
	struct decoder *decoder = arg;
	struct sample *sample = decoder->sample;
	struct sample_param *param = &sample->params[sample->nr_params];
	int err;

	if (sample->nr_params == SAMPLE_MAX_PARAMS)
		return wrong(decoder, key, "is one parameter too many");
	if (strlen(key) >= sizeof(param->name))
		return wrong(decoder, key, "has too long a name");
	for (int i = 0; i < sample->nr_params; i++)
		if (strcmp(sample->params[i].name, key) == 0)
			return wrong(decoder, key, "is there twice");
	memcpy(param->name, key, strlen(key) + 1);
	err = json_scan_string(scan, param->value, sizeof(param->value));
	if (err)
		return scan_failed(decoder, err, key, "is not a string");
	sample->nr_params++;
	return 0;
}

static int decode_counter(struct json_scan *scan, const char *key, void *arg)
{
	struct decoder *decoder = arg;
	struct sample_figures *figures = &decoder->sample->figures;
	struct sample_counter *counter =
		&figures->counters[figures->nr_counters];
	int err;

	if (figures->nr_counters == SAMPLE_MAX_COUNTERS)
		return wrong(decoder, key, "is one counter too many");
	if (strlen(key) >= sizeof(counter->name))
		return wrong(decoder, key, "has too long a name");
	for (int i = 0; i < figures->nr_counters; i++)
		if (strcmp(figures->counters[i].name, key) == 0)
			return wrong(decoder, key, "is there twice");
	memcpy(counter->name, key, strlen(key) + 1);
	err = decode_figure(decoder, scan, key, (char *)&counter->value);
	if (err)
		return err;
	figures->nr_counters++;
	return 0;
}

/* An object of counts, being read: each goes under its number. */
struct counts {
	struct decoder *decoder;
	const char *name;
	uint64_t *count;
	/* The place of a number; -1 where it is none of theirs. */
	int (*place)(uint64_t number);
};

static int bucket_place(uint64_t low)
{
	unsigned int bucket = histogram_bucket(low);

	return histogram_low(bucket) == low ? (int)bucket : -1;
}

static int slot_place(uint64_t start_ns)
{
	if (start_ns % TIMELINE_SLOT_NS ||
	    start_ns / TIMELINE_SLOT_NS >= TIMELINE_SLOTS)
		return -1;
	return (int)(start_ns / TIMELINE_SLOT_NS);
}

static int row_place(uint64_t number)
{
	return number < ITERATIONS_MAX ? (int)number : -1;
}

static int decode_one_count(struct json_scan *scan, const char *key, void *arg)
{
	struct counts *counts = arg;
	char *end;
	int place;

	errno = 0;
	place = counts->place(strtoull(key, &end, 10));
	if (errno || end == key || *end || place < 0)
		return wrong(counts->decoder, key, "is no number to count");
	return decode_number(counts->decoder, scan, key, &counts->count[place]);
}

static int decode_counts(struct decoder *decoder, struct json_scan *scan,
			 const char *name, uint64_t *count,
			 int (*place)(uint64_t))
{
	struct counts counts = { decoder, name, count, place };
	int err = json_scan_object(scan, decode_one_count, &counts);

	return err == -EINVAL && !decoder->told
		       ? wrong(decoder, name, "is not an object")
		       : err;
}

/* One histogram, or the timeline: both are objects that may lack members. */
struct part {
	struct decoder *decoder;
	struct histogram *histogram;
};

static int decode_histogram_member(struct json_scan *scan, const char *key,
				   void *arg)
{
	const struct part *part = arg;
	struct histogram *h = part->histogram;

	if (!strcmp(key, "nr"))
		return decode_number(part->decoder, scan, key, &h->nr);
	if (!strcmp(key, "sum"))
		return decode_number(part->decoder, scan, key, &h->sum);
	if (!strcmp(key, "max"))
		return decode_number(part->decoder, scan, key, &h->max);
	if (!strcmp(key, "counts"))
		return decode_counts(part->decoder, scan, key, h->count,
				     bucket_place);
	return json_scan_skip(scan);
}

/* Whether the counts are those of so many values. */
static bool is_whole(const struct histogram *h)
{
	uint64_t nr = 0;

	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		nr += h->count[i];
	return nr == h->nr;
}

/* Where the detail goes; NULL for nowhere. It is large, and few samples have
 * any: the first part of one makes room. */
static struct sample_detail *make_room(struct decoder *decoder)
{
	struct sample_detail *detail = decoder->detail;

	if (detail && !decoder->sample->detail)
		memset(detail, 0, sizeof(*detail));
	decoder->sample->detail = detail;
	return detail;
}

static int decode_histogram(struct json_scan *scan, const char *key, void *arg)
{
	struct decoder *decoder = arg;
	struct sample_detail *detail = make_room(decoder);
	struct part part = { .decoder = decoder };
	int id = 0;
	int err;

	while (id < NR_DETAILS && strcmp(key, detail_name(id)) != 0)
		id++;
	if (!detail || id == NR_DETAILS)
		return json_scan_skip(scan);
	part.histogram = &detail->histograms[id];
	if (part.histogram->nr)
		return wrong(decoder, key, "is there twice");
	err = json_scan_object(scan, decode_histogram_member, &part);
	if (err == -EINVAL && !decoder->told)
		return wrong(decoder, key, "is not an object");
	if (!err && !is_whole(part.histogram))
		return wrong(decoder, key, "has other counts than nr says");
	return err;
}

static int decode_timeline_member(struct json_scan *scan, const char *key,
				  void *arg)
{
	const struct part *part = arg;
	struct sample_detail *detail = part->decoder->detail;
	uint64_t *slots = NULL;

	if (!detail)
		return json_scan_skip(scan);
	if (!strcmp(key, "writes"))
		slots = detail->timeline.writes;
	else if (!strcmp(key, "slowest_ns"))
		slots = detail->timeline.slowest_ns;
	else if (!strcmp(key, "collecting_ns"))
		slots = detail->timeline.collecting_ns;
	return slots ? decode_counts(part->decoder, scan, key, slots,
				     slot_place)
		     : json_scan_skip(scan);
}

static int decode_iterations_member(struct json_scan *scan, const char *key,
				    void *arg)
{
	const struct part *part = arg;
	struct sample_detail *detail = part->decoder->detail;
	int column = 0;

	if (!detail)
		return json_scan_skip(scan);
	if (!strcmp(key, "nr"))
		return decode_number(part->decoder, scan, key,
				     &detail->iterations.nr);
	while (column < NR_ITERATION_COLUMNS &&
	       strcmp(key, iteration_column_name(column)) != 0)
		column++;
	if (column == NR_ITERATION_COLUMNS)
		return json_scan_skip(scan);
	return decode_counts(part->decoder, scan, key,
			     detail->iterations.column[column], row_place);
}

/* An object of the detail; null is none. */
static int decode_part(struct decoder *decoder, struct json_scan *scan,
		       const char *name, json_scan_member member)
{
	struct part part = { .decoder = decoder };
	int err;

	make_room(decoder);
	err = json_scan_object(scan, member, &part);
	if (err == -EINVAL && !decoder->told)
		return wrong(decoder, name, "is not an object");
	return err;
}

static int decode_timeline(struct decoder *decoder, struct json_scan *scan,
			   const char *name)
{
	int err;

	if (json_scan_null(scan))
		return 0;
	err = decode_part(decoder, scan, name, decode_timeline_member);
	if (decoder->detail)
		decoder->detail->has_timeline = true;
	return err;
}

static int decode_iterations(struct decoder *decoder, struct json_scan *scan,
			     const char *name)
{
	int err;

	if (json_scan_null(scan))
		return 0;
	err = decode_part(decoder, scan, name, decode_iterations_member);
	if (!err && decoder->detail &&
	    decoder->detail->iterations.nr > ITERATIONS_MAX)
		return wrong(decoder, name, "are too many");
	return err;
}

static int decode_member(struct json_scan *scan, const char *key, void *arg);

static int missing_field(struct decoder *decoder)
{
	for (int i = 0; i < decoder->nr_fields; i++)
		if (!(decoder->seen & UINT64_C(1) << i) &&
		    !decoder->fields[i].later)
			return wrong(decoder, decoder->fields[i].name,
				     "is missing");
	return 0;
}

/* The object at @field of @parent, each member of it through @member. */
/* NOLINTNEXTLINE(misc-no-recursion): groups hold no groups */
static int decode_object(struct decoder *parent, struct json_scan *scan,
			 const struct field *field, json_scan_member member)
{
	struct decoder decoder = {
		.sample = parent->sample,
		.detail = parent->detail,
		.why = parent->why,
		.fields = field->members,
		.nr_fields = field->nr_members,
		.group = field->name,
		.base = parent->base + field->offset,
	};
	int err;

	err = json_scan_object(scan, member, &decoder);
	if (!err)
		err = missing_field(&decoder);
	parent->told = decoder.told;
	if (err == -EINVAL && !decoder.told)
		return wrong(parent, field->name, "is not an object");
	return err;
}

/* NOLINTNEXTLINE(misc-no-recursion): groups hold no groups */
static int decode_field(struct decoder *decoder, struct json_scan *scan,
			const struct field *field)
{
	char *place = decoder->base + field->offset;

	switch (field->type) {
	case FIELD_COUNT:
		return decode_count(decoder, scan, field, place);
	case FIELD_FIGURE:
		return decode_figure(decoder, scan, field->name, place);
	case FIELD_TEXT:
	case FIELD_OPTIONAL:
		return decode_text(decoder, scan, field, place);
	case FIELD_KIND:
		return decode_kind(decoder, scan, field->name);
	case FIELD_STATUS:
		return decode_status(decoder, scan, field->name);
	case FIELD_PHASES:
		if (json_scan_null(scan))
			return 0;
		return decode_object(decoder, scan, field, decode_member);
	case FIELD_GROUP:
		return decode_object(decoder, scan, field, decode_member);
	case FIELD_PARAMS:
		return decode_object(decoder, scan, field, decode_param);
	case FIELD_COUNTERS:
		return decode_object(decoder, scan, field, decode_counter);
	case FIELD_HISTOGRAMS:
		return decode_object(decoder, scan, field, decode_histogram);
	case FIELD_TIMELINE:
		return decode_timeline(decoder, scan, field->name);
	case FIELD_ITERATIONS:
		return decode_iterations(decoder, scan, field->name);
	}
	return -EINVAL;
}

static const struct field *find_field(struct decoder *decoder, const char *name)
{
	for (int i = 0; i < decoder->nr_fields; i++) {
		int at = (decoder->next + i) % decoder->nr_fields;

		if (strcmp(decoder->fields[at].name, name) == 0) {
			decoder->next = at + 1;
			return &decoder->fields[at];
		}
	}
	return NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): groups hold no groups */
static int decode_member(struct json_scan *scan, const char *key, void *arg)
{
	struct decoder *decoder = arg;
	const struct field *field = find_field(decoder, key);
	uint64_t bit;

	if (!field)
		return json_scan_skip(scan);
	bit = UINT64_C(1) << (field - decoder->fields);
	if (decoder->seen & bit)
		return wrong(decoder, key, "is there twice");
	decoder->seen |= bit;
	return decode_field(decoder, scan, field);
}

static int read_version(struct json_scan *scan, const char *key, void *arg)
{
	int64_t *version = arg;

	if (strcmp(key, "v") != 0)
		return json_scan_skip(scan);
	return json_scan_integer(scan, version);
}

/*
 * What a line that could not be decoded is in truth: a cut one may fail
 * within its last word, and one of another version in any of its fields.
 */
static int diagnose(const char *line, size_t length, int err,
		    const struct decoder *decoder, size_t offset)
{
	struct json_scan scan;
	int64_t version = SAMPLE_VERSION;
	int whole;

	json_scan_init(&scan, line, length);
	whole = json_scan_object(&scan, read_version, &version);
	if (whole == -ENODATA)
		return reason_set(decoder->why, -ENODATA,
				  "the line ends before its sample does");
	if (!whole && version != SAMPLE_VERSION)
		return reason_set(decoder->why, -EPROTONOSUPPORT,
				  "field v is %" PRId64
				  ": this program knows version %d only",
				  version, SAMPLE_VERSION);
	if (decoder->told)
		return err;
	if (err == -EINVAL)
		return reason_set(decoder->why, err,
				  "the line is not a JSON object");
	return reason_set(decoder->why, err, "the line is not JSON at byte %zu",
			  offset + 1);
}

int record_decode(const char *line, size_t length, struct sample *sample,
		  struct reason *why)
{
	return record_decode_detail(line, length, sample, NULL, why);
}

int record_decode_detail(const char *line, size_t length, struct sample *sample,
			 struct sample_detail *detail, struct reason *why)
{
	struct decoder decoder = {
		.sample = sample,
		.detail = detail,
		.why = why,
		.fields = sample_fields,
		.nr_fields = NR_SAMPLE_FIELDS,
		.base = (char *)sample,
	};
	struct json_scan scan;
	int err;

	sample_clear(sample);
	json_scan_init(&scan, line, length);
	err = json_scan_object(&scan, decode_member, &decoder);
	if (!err)
		err = json_scan_finish(&scan);
	if (!err)
		err = missing_field(&decoder);
	if (err)
		return diagnose(line, length, err, &decoder,
				json_scan_offset(&scan));
	return check_sample(sample, why);
}
