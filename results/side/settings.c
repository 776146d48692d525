// SPDX-License-Identifier: GPL-2.0-or-later
/* What env.json says of machine, kernel and settings, and where two differ. */
#include "results/side/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/side/jsonfile.h"

enum {
	READ_VERSION = 1, /* of env.json */
	/* thp.sizes.64kB.enabled has four. Deeper values count as one. */
	MAX_DEPTH = 8,
	/* A kernel's configuration option has 50 at most, and so on. */
	FIELD_BYTES = 256,
};

/* No difference: the state of a moment, or what names the run. */
#define IGNORED NR_SETTING_KINDS

/*
 * Two kernels on one machine call different amounts their own before they
 * count the rest as MemTotal: struct page (1/64 of all memory) and the shadow
 * of KASAN (1/8) are the largest. Memory itself is fitted in larger steps.
 */
#define RESERVED_SHARE 0.15

/* A frequency is measured where the kernel does not tell it. */
#define MEASURED_SHARE 0.05

/*
 * Every field of env.json, and what it means when it differs. "cpu.model" is
 * that field, "mitigations." all that is in mitigations{}; the first row that
 * fits counts. A field without a row is shown as SETTING_CONTROL, and a test
 * asks for the row.
 */
static const struct row {
	const char *field;
	enum setting_kind kind;
} rows[] = {
	{ "v", IGNORED },
	{ "run", IGNORED },
	{ "label", IGNORED },
	{ "start", IGNORED },
	{ "boot", IGNORED },
	{ "command", IGNORED },
	{ "noise", IGNORED },
	{ "tools.", SETTING_TOOLS },
	{ "kernel.release", SETTING_KERNEL },
	{ "kernel.version", SETTING_KERNEL },
	{ "kernel.machine", SETTING_MACHINE },
	{ "kernel.command_line", SETTING_CONTROL },
	{ "kernel.config_source", IGNORED },
	{ "kernel.config.", SETTING_CONTROL },
	{ "cpu.model", SETTING_MACHINE },
	{ "cpu.present", SETTING_MACHINE },
	{ "cpu.online", SETTING_CONTROL },
	{ "cpu.isolated", SETTING_CONTROL },
	{ "cpu.smt", SETTING_CONTROL },
	{ "cpu.quota", SETTING_CONTROL },
	{ "cpufreq.", SETTING_CONTROL },
	{ "memory.page_bytes", SETTING_MACHINE },
	{ "memory.total_kb", SETTING_MACHINE },
	{ "memory.available_kb", IGNORED },
	{ "memory.nodes", SETTING_MACHINE },
	{ "memory.overcommit_memory", SETTING_CONTROL },
	{ "memory.overcommit_ratio", SETTING_CONTROL },
	{ "memory.max_map_count", SETTING_CONTROL },
	{ "memory.numa_balancing", SETTING_CONTROL },
	{ "memory.lru_gen", SETTING_CONTROL },
	{ "memory.scratch_filesystem", SETTING_CONTROL },
	{ "thp.", SETTING_CONTROL },
	{ "ksm.run", SETTING_CONTROL },
	{ "ksm.pages_shared", IGNORED },
	{ "ksm.pages_sharing", IGNORED },
	{ "ksm.pages_to_scan", SETTING_CONTROL },
	{ "ksm.sleep_ms", SETTING_CONTROL },
	{ "swap.total_kb", IGNORED },
	{ "swap.free_kb", IGNORED },
	{ "swap.swappiness", SETTING_CONTROL },
	{ "swap.page_cluster", SETTING_CONTROL },
	{ "swap.zswap", SETTING_CONTROL },
	{ "swap.areas", SETTING_CONTROL },
	{ "virtualisation.", SETTING_MACHINE },
	{ "mitigations.", SETTING_CONTROL },
	{ "clock.source", SETTING_CONTROL },
	{ "clock.available", IGNORED }, /* the source tells what came of it */
	{ "clock.cost_ns", IGNORED },
	{ "clock.resolution_ns", IGNORED },
	{ "placement.", SETTING_CONTROL },
	{ "range_base", SETTING_CONTROL },
	/* What gbfile_load() takes over from a file of Google Benchmark. */
	{ "context.date", IGNORED },
	{ "context.host_name", IGNORED },
	{ "context.executable", IGNORED },
	{ "context.load_avg", IGNORED },
	{ "context.json_schema_version", IGNORED },
	{ "context.num_cpus", SETTING_MACHINE },
	{ "context.caches", SETTING_MACHINE },
	{ "context.mhz_per_cpu", SETTING_CONTROL },
	{ "context.library_version", SETTING_TOOLS },
	{ "context.library_build_type", SETTING_TOOLS },
	{ "context.", SETTING_CONTROL },
};

enum shape {
	MEMBERS, /* what has members is compared by member */
	WHOLE,	 /* an object or array that is one value */
	WORDS,	 /* a text whose words are compared */
};

/* The fields that are not simply one value to be compared as it is. */
static const struct reading {
	const char *field; /* as in struct row */
	enum shape shape;
	const char *member; /* of each element of the array: counts alone */
	const char *same;   /* the value that means the same as absence */
	double spread;	    /* share of the larger that is no difference */
} readings[] = {
	{ .field = "kernel.command_line", .shape = WORDS },
	{ .field = "kernel.config.", .same = "n" },
	{ .field = "cpufreq.governors", .shape = WHOLE },
	{ .field = "memory.total_kb", .spread = RESERVED_SHARE },
	{ .field = "thp.sizes.", .same = "never" },
	{ .field = "swap.areas", .shape = WHOLE, .member = "backend" },
	{ .field = "mitigations.", .same = "Not affected" },
	{ .field = "context.caches", .shape = WHOLE, .member = "size" },
	{ .field = "context.mhz_per_cpu", .spread = MEASURED_SHARE },
};

/* What every other field is. */
static const struct reading plain = { .field = "" };

/* Whether "cpu.model" or "cpu." of a table is @field or has it. */
static bool covers(const char *name, const char *field)
{
	size_t length = strlen(name), group = length - 1;

	if (name[group] != '.')
		return !strcmp(name, field);
	return !strncmp(name, field, length) ||
	       (!strncmp(name, field, group) && !field[group]);
}

/* NULL when no row covers @field. */
static const struct row *find_row(const char *field)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (covers(rows[i].field, field))
			return &rows[i];
	return NULL;
}

static const struct reading *find_reading(const char *field)
{
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++)
		if (covers(readings[i].field, field))
			return &readings[i];
	return &plain;
}

static enum setting_kind kind_of(const char *field)
{
	const struct row *row = find_row(field);

	return row ? row->kind : SETTING_CONTROL;
}

/* The field @key in the group @group; "" is the outermost. */
static void join_field(char field[FIELD_BYTES], const char *group,
		       const char *key)
{
	snprintf(field, FIELD_BYTES, "%s%s%s", group, *group ? "." : "", key);
}

/* --- values as text --- */

static bool is_null(const json_t *value)
{
	return !value || json_is_null(value);
}

static void put_value(FILE *out, const json_t *value, const char *member);

static void put_array(FILE *out, const json_t *array, const char *member)
{
	const json_t *element;
	size_t index;

	json_array_foreach(array, index, element)
	{
		const json_t *part =
			member ? json_object_get(element, member) : NULL;

		if (index)
			fputs(", ", out);
		put_value(out, part ? part : element, NULL);
	}
	if (!json_array_size(array))
		fputs("none", out);
}

static void put_object(FILE *out, const json_t *object)
{
	const char *key, *comma = "";
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		fprintf(out, "%s%s: ", comma, key);
		put_value(out, value, NULL);
		comma = ", ";
	}
}

static void put_value(FILE *out, const json_t *value, const char *member)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		fputs(json_string_value(value), out);
		break;
	case JSON_INTEGER:
		fprintf(out, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
		break;
	case JSON_REAL:
		/* More digits than any setting has. */
		fprintf(out, "%.10g", json_real_value(value));
		break;
	case JSON_TRUE:
		fputs("yes", out);
		break;
	case JSON_FALSE:
		fputs("no", out);
		break;
	case JSON_NULL:
		fputs("unknown", out);
		break;
	case JSON_ARRAY:
		put_array(out, value, member);
		break;
	case JSON_OBJECT:
		put_object(out, value);
		break;
	}
}

/* To be freed; NULL: no memory. */
static char *value_text(const json_t *value, const struct reading *reading)
{
	char *text = NULL;
	size_t length;
	FILE *out;

	if (is_null(value))
		return strdup(reading->same ? "absent" : "unknown");
	out = open_memstream(&text, &length);
	if (!out)
		return NULL;
	put_value(out, value, reading->member);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/* --- differences --- */

/* Takes over the texts; any of them NULL: no memory. */
static int add_texts(struct setting_differences *differences, const char *field,
		     enum setting_kind kind, char *base, char *fresh)
{
	struct setting_difference *list, *last;
	char *name = strdup(field);

	list = reallocarray(differences->list, (size_t)differences->nr + 1,
			    sizeof(*list));
	if (list)
		differences->list = list;
	if (!list || !name || !base || !fresh) {
		free(name);
		free(base);
		free(fresh);
		return -ENOMEM;
	}
	last = &list[differences->nr++];
	*last = (struct setting_difference){
		.field = name, .base = base, .fresh = fresh, .kind = kind
	};
	return 0;
}

static bool within_spread(const json_t *base, const json_t *fresh, double share)
{
	double a, b;

	if (!json_is_number(base) || !json_is_number(fresh))
		return false;
	a = json_number_value(base);
	b = json_number_value(fresh);
	return fabs(a - b) <= share * fmax(fabs(a), fabs(b));
}

/* Whether one side is absent and the other says what absence means. */
static bool means_absent(const json_t *base, const json_t *fresh,
			 const char *same)
{
	const json_t *there = is_null(base) ? fresh : base;
	const char *text = json_string_value(there);

	if (!same || !text || (!is_null(base) && !is_null(fresh)))
		return false;
	return !strcmp(text, same);
}

static int compare_values(const char *field, const struct reading *reading,
			  const json_t *base, const json_t *fresh,
			  struct setting_differences *differences)
{
	enum setting_kind kind = kind_of(field);
	char *base_text, *fresh_text;

	if (within_spread(base, fresh, reading->spread) ||
	    means_absent(base, fresh, reading->same))
		return 0;
	/* Who does not know cannot tell that it is another machine. */
	if (kind == SETTING_MACHINE && (is_null(base) || is_null(fresh)))
		kind = SETTING_CONTROL;
	base_text = value_text(base, reading);
	fresh_text = value_text(fresh, reading);
	if (!base_text || !fresh_text || strcmp(base_text, fresh_text) != 0)
		return add_texts(differences, field, kind, base_text,
				 fresh_text);
	free(base_text);
	free(fresh_text);
	return 0;
}

/* One side has a group of fields, the other nothing of it. */
static int compare_group(const char *field, const json_t *base,
			 struct setting_differences *differences)
{
	enum setting_kind kind = kind_of(field);
	bool base_knows = !is_null(base);

	if (kind == SETTING_MACHINE)
		kind = SETTING_CONTROL;
	return add_texts(differences, field, kind,
			 strdup(base_knows ? "recorded" : "unknown"),
			 strdup(base_knows ? "unknown" : "recorded"));
}

/* --- the kernel command line --- */

/* The names of the files that were booted: what is compared, no setting. */
static bool names_kernel(const char *word)
{
	return !strncmp(word, "BOOT_IMAGE=", strlen("BOOT_IMAGE=")) ||
	       !strncmp(word, "initrd=", strlen("initrd="));
}

/* Adds the words of @text to @counts, an object: word to number. */
static int count_words(json_t *counts, const char *text)
{
	char *copy = strdup(text), *rest = copy, *word;
	int err = copy ? 0 : -ENOMEM;

	while (!err && (word = strsep(&rest, " "))) {
		const json_t *before = json_object_get(counts, word);

		if (json_object_set_new(
			    counts, word,
			    json_integer(json_integer_value(before) + 1)))
			err = -ENOMEM;
	}
	free(copy);
	return err;
}

/* Whether @counts had one more of @word, which is taken off. */
static bool take_word(json_t *counts, const char *word)
{
	json_t *count = json_object_get(counts, word);
	json_int_t left = json_integer_value(count);

	if (left <= 0)
		return false;
	json_integer_set(count, left - 1);
	return true;
}

/* Writes the words of @text that @counts does not have. */
static void put_others(FILE *out, char *text, json_t *counts)
{
	char *rest = text, *word;
	bool any = false;

	while ((word = strsep(&rest, " "))) {
		if (!*word || names_kernel(word) || take_word(counts, word))
			continue;
		fprintf(out, "%s%s", any ? " " : "", word);
		any = true;
	}
}

/* The words that @text has more often than @other; to be freed, NULL: no
 * memory. */
static char *words_only(const char *text, const char *other)
{
	char *copy = strdup(text), *words = NULL;
	json_t *counts = json_object();
	size_t length;
	FILE *out;

	if (!copy || !counts || count_words(counts, other))
		goto out;
	out = open_memstream(&words, &length);
	if (!out)
		goto out;
	put_others(out, copy, counts);
	if (fclose(out)) {
		free(words);
		words = NULL;
	}
out:
	json_decref(counts);
	free(copy);
	return words;
}

static int compare_words(const char *field, const char *base, const char *fresh,
			 struct setting_differences *differences)
{
	char *base_words = words_only(base, fresh);
	char *fresh_words = words_only(fresh, base);
	int err;

	if (base_words && fresh_words && !*base_words && !*fresh_words) {
		free(base_words);
		free(fresh_words);
		return 0;
	}
	err = add_texts(differences, field, kind_of(field), base_words,
			fresh_words);
	if (!err)
		differences->list[differences->nr - 1].words = true;
	return err;
}

/* --- the walk --- */

static int compare_members(const char *group, const json_t *base,
			   const json_t *fresh, int depth,
			   struct setting_differences *differences);

static int compare_field(const char *field, const json_t *base,
			 const json_t *fresh, int depth,
			 struct setting_differences *differences)
{
	const struct reading *reading = find_reading(field);
	bool base_has, fresh_has, group, within;

	if (kind_of(field) == IGNORED)
		return 0;
	if (reading->shape == WORDS && json_is_string(base) &&
	    json_is_string(fresh))
		return compare_words(field, json_string_value(base),
				     json_string_value(fresh), differences);
	base_has = reading->shape == MEMBERS && json_is_object(base);
	fresh_has = reading->shape == MEMBERS && json_is_object(fresh);
	group = (base_has && is_null(fresh)) || (fresh_has && is_null(base));
	/* A size of huge pages that only one kernel has may be off there. */
	within = group && reading->same &&
		 strlen(field) > strlen(reading->field);
	if (((base_has && fresh_has) || within) && depth < MAX_DEPTH)
		return compare_members(field, base, fresh, depth + 1,
				       differences);
	if (group)
		return compare_group(field, base, differences);
	return compare_values(field, reading, base, fresh, differences);
}

static int compare_members(const char *group, const json_t *base,
			   const json_t *fresh, int depth,
			   struct setting_differences *differences)
{
	char field[FIELD_BYTES];
	json_t *value;
	const char *key;
	int err;

	json_object_foreach((json_t *)base, key, value)
	{
		join_field(field, group, key);
		err = compare_field(field, value, json_object_get(fresh, key),
				    depth, differences);
		if (err)
			return err;
	}
	json_object_foreach((json_t *)fresh, key, value)
	{
		if (json_object_get(base, key))
			continue;
		join_field(field, group, key);
		err = compare_field(field, NULL, value, depth, differences);
		if (err)
			return err;
	}
	return 0;
}

static int by_kind(const void *a, const void *b)
{
	const struct setting_difference *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return strcmp(left->field, right->field);
}

int setting_compare(const json_t *base, const json_t *fresh,
		    struct setting_differences *differences)
{
	int err;

	*differences = (struct setting_differences){ .nr = 0 };
	err = compare_members("", base, fresh, 0, differences);
	if (differences->nr)
		qsort(differences->list, (size_t)differences->nr,
		      sizeof(*differences->list), by_kind);
	return err;
}

void setting_differences_clear(struct setting_differences *differences)
{
	for (int i = 0; i < differences->nr; i++) {
		free(differences->list[i].field);
		free(differences->list[i].base);
		free(differences->list[i].fresh);
	}
	free(differences->list);
	*differences = (struct setting_differences){ .nr = 0 };
}

static bool find_unclassified(const char *group, const json_t *object,
			      char *unknown, size_t size)
{
	char field[FIELD_BYTES];
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		join_field(field, group, key);
		if (find_row(field))
			continue;
		if (!json_is_object(value)) {
			snprintf(unknown, size, "%s", field);
			return true;
		}
		if (find_unclassified(field, value, unknown, size))
			return true;
	}
	return false;
}

bool setting_unclassified(const json_t *environment, char *field, size_t size)
{
	return find_unclassified("", environment, field, size);
}

/* --- one environment --- */

/* NULL where there is none; @field as in setting_text(). */
static const json_t *get_field(const json_t *environment, const char *field)
{
	char key[FIELD_BYTES];

	for (;;) {
		size_t length = strcspn(field, ".");

		snprintf(key, sizeof(key), "%.*s", (int)length, field);
		environment = json_object_get(environment, key);
		if (!field[length])
			return environment;
		field += length + 1;
	}
}

const char *setting_text(const json_t *environment, const char *field)
{
	return json_string_value(get_field(environment, field));
}

static int check_version(const char *path, const json_t *environment,
			 struct reason *why)
{
	const json_t *version = json_object_get(environment, "v");

	if (!json_is_integer(version))
		return reason_set(why, -EINVAL,
				  "%s: v, the version of the file, is missing;"
				  " env.json of a run is needed",
				  path);
	if (json_integer_value(version) == READ_VERSION)
		return 0;
	return reason_set(why, -EPROTONOSUPPORT,
			  "%s: version %" JSON_INTEGER_FORMAT
			  " of env.json, and this program reads version %d",
			  path, json_integer_value(version), READ_VERSION);
}

static int check_fields(const char *path, const json_t *environment,
			struct reason *why)
{
	static const char *const texts[] = { "run", "boot", "kernel.release" };
	static const char *const groups[] = { "cpu", "memory" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!setting_text(environment, texts[i]))
			return reason_set(why, -EINVAL,
					  "%s: %s is missing or no text", path,
					  texts[i]);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (!json_is_object(get_field(environment, groups[i])))
			return reason_set(why, -EINVAL,
					  "%s: %s is missing or no object",
					  path, groups[i]);
	return 0;
}

int setting_read(const char *path, json_t **environment, struct reason *why)
{
	json_t *read;
	size_t length;
	char *text;
	int err;

	err = jsonfile_read(path, &text, &length, why);
	if (err)
		return err;
	err = jsonfile_parse(path, text, length, "env.json of a run is needed",
			     &read, why);
	free(text);
	if (err)
		return err;
	err = check_version(path, read, why);
	if (!err)
		err = check_fields(path, read, why);
	if (err)
		json_decref(read);
	else
		*environment = read;
	return err;
}
