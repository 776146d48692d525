// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the JSON file of any program that uses Google Benchmark. */
#include "results/side/gbfile.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/side/jsonfile.h"

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

bool gbfile_is_one(const char *path)
{
	char text[64]; /* the brace, a line break and the first name */
	const char *at = text;
	struct stat status;
	ssize_t bytes;
	int fd;

	/* Opening a pipe would wait for its writer. */
	if (stat(path, &status) || !S_ISREG(status.st_mode))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bytes = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (bytes < 0)
		return false;
	text[bytes] = '\0';
	at += strspn(at, " \t\r\n");
	if (*at++ != '{')
		return false;
	at += strspn(at, " \t\r\n");
	/* Tools that sort the members put "benchmarks" first. */
	return starts_with(at, "\"context\"") ||
	       starts_with(at, "\"benchmarks\"");
}

/* --- what is no JSON --- */

/* The bytes of what stands for no number at @text; 0: nothing does. */
static size_t not_a_number(const char *text)
{
	/* As versions up to 1.5 write them, too. */
	static const char *const words[] = { "NaN", "nan", "Infinity", "inf" };
	size_t sign = *text == '-';

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (starts_with(text + sign, words[i]))
			return sign + strlen(words[i]);
	return 0;
}

/* The character behind the string that begins at @text, or the final zero. */
static char *behind_string(char *text)
{
	for (text++; *text && *text != '"'; text++)
		if (*text == '\\' && text[1])
			text++;
	return *text ? text + 1 : text;
}

/*
 * Google Benchmark writes NaN and Infinity bare. An empty string takes their
 * place: unlike null it fits into the three bytes of the shortest.
 */
static void mask_no_numbers(char *text)
{
	while (*text) {
		size_t length = not_a_number(text);

		if (length) {
			memset(text, ' ', length);
			text[0] = '"';
			text[1] = '"';
			text += length;
		} else if (*text == '"') {
			text = behind_string(text);
		} else {
			text++;
		}
	}
}

/* --- entries --- */

struct reading_state {
	const char *path;
	const struct gbfile_sink *sink;
	struct reason *why;
	long repetitions, aggregates;
	json_t *measured; /* its names are those of cells with a repetition */
};

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && !strcmp(text + length - end_length, end);
}

/* Something computed over repetitions. */
static bool is_aggregate(const json_t *entry, const char *name)
{
	const char *type =
		json_string_value(json_object_get(entry, "run_type"));

	if (type)
		return strcmp(type, "iteration") != 0;
	/* Versions before 1.5 tell it by the name alone. */
	return ends_with(name, "_mean") || ends_with(name, "_median") ||
	       ends_with(name, "_stddev") || ends_with(name, "_BigO") ||
	       ends_with(name, "_RMS");
}

/* Nanoseconds in the entry's unit; 0: unknown. */
static double unit_ns(const json_t *entry)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	const char *name =
		json_string_value(json_object_get(entry, "time_unit"));

	for (size_t i = 0; name && i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(name, units[i].name))
			return units[i].ns;
	return 0;
}

static double time_ns(const json_t *value, double unit)
{
	double time_ns = json_number_value(value) * unit;

	return time_ns > 0 && isfinite(time_ns) ? time_ns : NAN;
}

static const char *message_of(const json_t *entry, const char *member)
{
	const char *message = json_string_value(json_object_get(entry, member));

	return message && *message ? message : "no message";
}

static int take_repetition(struct reading_state *state, const json_t *entry,
			   const char *cell)
{
	const struct gbfile_sink *sink = state->sink;
	const json_t *real = json_object_get(entry, "real_time");
	const json_t *cpu = json_object_get(entry, "cpu_time");
	double unit = unit_ns(entry);

	state->repetitions++;
	if (json_is_true(json_object_get(entry, "error_occurred")))
		return sink->failed(sink->arg, cell,
				    message_of(entry, "error_message"));
	if (json_is_true(json_object_get(entry, "skipped")))
		return sink->skipped(sink->arg, cell,
				     message_of(entry, "skip_message"));
	if (!real || !cpu)
		return reason_set(state->why, -EINVAL,
				  "%s: %s has no %s, as every repetition has "
				  "in a file of Google Benchmark",
				  state->path, cell,
				  real ? "cpu_time" : "real_time");
	if (unit <= 0)
		return reason_set(state->why, -EINVAL,
				  "%s: the time_unit of %s is none of ns, us, "
				  "ms and s",
				  state->path, cell);
	if (json_object_set_new_nocheck(state->measured, cell, json_true()))
		return reason_set(state->why, -ENOMEM, "no memory to read %s",
				  state->path);
	return sink->process(sink->arg, cell, time_ns(real, unit),
			     time_ns(cpu, unit));
}

static int take_entry(struct reading_state *state, const json_t *entry,
		      size_t number)
{
	const char *name = json_string_value(json_object_get(entry, "name"));
	const char *cell =
		json_string_value(json_object_get(entry, "run_name"));

	/* Versions before 1.5 have only the name. */
	if (!cell)
		cell = name;
	if (!cell)
		return reason_set(state->why, -EINVAL,
				  "%s: entry %zu of benchmarks has no name, as "
				  "every one has in a file of Google Benchmark",
				  state->path, number);
	if (!is_aggregate(entry, name ? name : cell))
		return take_repetition(state, entry, cell);
	state->aggregates++;
	return 0;
}

/* A benchmark may ask for its aggregates alone. Every one has a mean. */
static int check_aggregates(const struct reading_state *state,
			    const json_t *entries)
{
	const json_t *entry;
	size_t index;

	json_array_foreach(entries, index, entry)
	{
		const char *of = json_string_value(
			json_object_get(entry, "aggregate_name"));
		const char *cell =
			json_string_value(json_object_get(entry, "run_name"));

		if (of && cell && strcmp(of, "mean") == 0 &&
		    !json_object_get(state->measured, cell))
			return reason_set(state->why, -EINVAL,
					  "%s: of %s there are only "
					  "aggregates, and each repetition is "
					  "needed: let it report them, or "
					  "leave it out",
					  state->path, cell);
	}
	return 0;
}

static int take_entries(struct reading_state *state, const json_t *entries)
{
	const json_t *entry;
	size_t index;
	int err;

	json_array_foreach(entries, index, entry)
	{
		err = take_entry(state, entry, index + 1);
		if (err)
			return err;
	}
	if (!json_object_size(state->measured) && state->aggregates)
		return reason_set(state->why, -EINVAL,
				  "%s: only aggregates, and each repetition is "
				  "needed: run the benchmark without "
				  "--benchmark_report_aggregates_only",
				  state->path);
	if (state->repetitions)
		return check_aggregates(state, entries);
	return reason_set(state->why, -EINVAL,
			  "%s: no benchmark ran, so there is nothing to "
			  "compare",
			  state->path);
}

/* --- the file --- */

static int parse(const char *path, json_t **file, struct reason *why)
{
	size_t length;
	char *text;
	int err;

	err = jsonfile_read(path, &text, &length, why);
	if (err)
		return err;
	mask_no_numbers(text);
	err = jsonfile_parse(path, text, length,
			     "Google Benchmark writes it with "
			     "--benchmark_out_format=json, and whole only when "
			     "it ends by itself",
			     file, why);
	free(text);
	return err;
}

int gbfile_load(const char *path, const struct gbfile_sink *sink,
		json_t **environment, struct reason *why)
{
	struct reading_state state = { .path = path, .sink = sink, .why = why };
	json_t *file, *context, *entries, *made = NULL;
	int err;

	err = parse(path, &file, why);
	if (err)
		return err;
	context = json_object_get(file, "context");
	entries = json_object_get(file, "benchmarks");
	if (!json_is_object(context) || !json_is_array(entries)) {
		err = reason_set(why, -EINVAL,
				 "%s: not a file of Google Benchmark: it has "
				 "no context{} and benchmarks[]",
				 path);
		goto out;
	}
	made = json_pack("{s:O}", "context", context);
	state.measured = json_object();
	if (!made || !state.measured) {
		err = reason_set(why, -ENOMEM, "no memory to read %s", path);
		goto out;
	}
	err = take_entries(&state, entries);
out:
	json_decref(state.measured);
	json_decref(file);
	if (err)
		json_decref(made);
	else
		*environment = made;
	return err;
}
