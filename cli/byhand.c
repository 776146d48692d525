// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts a program by hand together from its parts. */
#include "cli/byhand.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/memory.h"
#include "harness/prepare.h"

enum {
	NAME_BYTES = 64,  /* of a REPRO_ name or header; none is half as long */
	NAMES_MAX = 96,	  /* of each kind; parameters and headers of a cell */
	DEPTH_MAX = 8,	  /* conditionals in conditionals */
	LINE_BYTES = 256, /* parts have lines of 80 columns */
	COLUMNS = 80,
	ENTRIES = 8192, /* of pagemap, read at a time: as the suite does */
	/* As the default preset has them. */
	PROCESSES = 10,
	EPOCHS = 4,
};

static const char prefix[] = "REPRO_";

struct names {
	char v[NAMES_MAX][NAME_BYTES];
	char value[NAMES_MAX][COLUMNS]; /* of a #define; often empty */
	int nr;
};

/* Whether a line counts, by the conditionals around it. */
struct conditionals {
	struct {
		bool ours, active;
	} v[DEPTH_MAX];
	int depth;
};

struct composer {
	const struct cell *cell;
	struct needs needs;
	struct names defined;  /* REPRO_ names that hold */
	struct names named;    /* that a directive or a comment at one names */
	struct names includes; /* <HEADER> */
	char *workload, *tracker; /* texts of these parts */
	struct reason *why;
};

/* The value of a name; NULL where there is no such name. */
static const char *find_name(const struct names *names, const char *name)
{
	for (int i = 0; i < names->nr; i++)
		if (!strcmp(names->v[i], name))
			return names->value[i];
	return NULL;
}

static bool has_name(const struct names *names, const char *name)
{
	return find_name(names, name) != NULL;
}

static int add_value(struct names *names, const char *name, const char *value)
{
	if (has_name(names, name))
		return 0;
	if (names->nr == NAMES_MAX || strlen(name) >= NAME_BYTES ||
	    strlen(value) >= COLUMNS)
		return -ENOSPC;
	memcpy(names->value[names->nr], value, strlen(value) + 1);
	memcpy(names->v[names->nr++], name, strlen(name) + 1);
	return 0;
}

static int add_name(struct names *names, const char *name)
{
	return add_value(names, name, "");
}

/* "vec" and "atomic" become "VEC_ATOMIC" behind @start. */
static void make_name(char name[NAME_BYTES], const char *start, const char *key,
		      const char *value)
{
	snprintf(name, NAME_BYTES, "%s%s%s%s", start, key, *value ? "_" : "",
		 value);
	for (char *at = name; *at; at++)
		*at = isalnum((unsigned char)*at)
			      ? (char)toupper((unsigned char)*at)
			      : '_';
}

static const char *find_text(const char *name)
{
	for (const struct embedded_text *t = byhand_texts; t->name; t++)
		if (!strcmp(t->name, name))
			return t->text;
	return NULL;
}

static bool is_active(const struct conditionals *conditionals)
{
	for (int i = 0; i < conditionals->depth; i++)
		if (!conditionals->v[i].active)
			return false;
	return true;
}

/* Length of the REPRO_ name at @at, which is copied to @name. */
static size_t read_name(const char *at, char name[NAME_BYTES])
{
	size_t length = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	snprintf(name, NAME_BYTES, "%.*s", (int)length, at);
	return length;
}

/* Note every REPRO_ name of a line. */
static int note_names(struct composer *c, const char *line)
{
	char name[NAME_BYTES];
	const char *at = line;
	int ret = 0;

	while (!ret && (at = strstr(at, prefix))) {
		at += read_name(at, name);
		ret = add_name(&c->named, name);
	}
	return ret;
}

/* A line of the program, with values in the place of REPRO_ names. */
static int put_line(struct composer *c, const char *line, FILE *out)
{
	char name[NAME_BYTES];
	const char *at, *value;

	for (; (at = strstr(line, prefix)); line = at) {
		fprintf(out, "%.*s", (int)(at - line), line);
		at += read_name(at, name);
		value = find_name(&c->defined, name);
		if (!value)
			return -ENOENT;
		fputs(value, out);
	}
	return fputs(line, out) < 0 ? -ENOMEM : 0;
}

static int open_conditional(struct composer *c, struct conditionals *stack,
			    const char *word, const char *name)
{
	bool ours = !strncmp(name, prefix, strlen(prefix));
	bool holds = has_name(&c->defined, name) == !strcmp(word, "#ifdef");

	if (stack->depth == DEPTH_MAX)
		return -ENOSPC;
	stack->v[stack->depth].ours = ours;
	stack->v[stack->depth].active = !ours || holds;
	stack->depth++;
	return ours;
}

/* 1 for a line that is resolved, 0 for one that stays, or -errno. */
static int resolve_conditional(struct composer *c, struct conditionals *stack,
			       const char *word, const char *name,
			       const char *line)
{
	bool ours = stack->depth && stack->v[stack->depth - 1].ours;
	int ret;

	if (!strncmp(word, "#if", 3)) {
		ret = open_conditional(c, stack, word, name);
		if (ret < 0)
			return ret;
		ours = ret;
	} else if (!strcmp(word, "#else")) {
		if (ours)
			stack->v[stack->depth - 1].active ^= true;
	} else if (!strcmp(word, "#endif") && stack->depth) {
		stack->depth--;
	} else {
		return 0;
	}
	if (!ours)
		return 0;
	ret = note_names(c, line);
	return ret ? ret : 1;
}

/* Behind the first comment of a part and the empty lines that follow. */
static char *behind_comment(char *text)
{
	char *end = strstr(text, "*/");

	end = end ? end + 2 : text;
	return end + strspn(end, "\n");
}

static int add_part(struct composer *c, const char *name, FILE *out);

static int include(struct composer *c, const char *what, FILE *out)
{
	const char *value = find_name(&c->defined, what);
	char name[NAME_BYTES];

	if (value)
		return include(c, value, out);
	if (what[0] == '<')
		return add_name(&c->includes, what);
	if (what[0] == '"') {
		snprintf(name, sizeof(name), "%.*s",
			 (int)strcspn(what + 1, "\""), what + 1);
		return add_part(c, name, out);
	}
	if (!strcmp(what, "REPRO_WORKLOAD"))
		fputs(behind_comment(c->workload), out);
	if (!strcmp(what, "REPRO_TRACKER"))
		fputs(behind_comment(c->tracker), out);
	return 0;
}

static int refuse(struct composer *c, const char *line)
{
	const char *text = strchr(line, '"');
	size_t length = text ? strcspn(text + 1, "\"") : 0;

	return reason_set(c->why, -EOPNOTSUPP, "%.*s", (int)length,
			  text ? text + 1 : "");
}

/* #define REPRO_NAME with what follows as the value. */
static int define(struct composer *c, const char *line)
{
	char name[NAME_BYTES], value[LINE_BYTES];
	const char *at = strstr(line, prefix);

	at += read_name(at, name);
	at += strspn(at, " \t");
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\n"), at);
	return add_value(&c->defined, name, value);
}

static int add_line(struct composer *c, struct conditionals *stack,
		    const char *line, FILE *out)
{
	char word[LINE_BYTES] = "", name[LINE_BYTES] = "";
	int ret;

	if (line[0] != '#')
		return is_active(stack) ? put_line(c, line, out) : 0;
	sscanf(line, "%s %s", word, name);
	ret = resolve_conditional(c, stack, word, name, line);
	if (ret || !is_active(stack))
		return ret < 0 ? ret : 0;
	if (!strcmp(word, "#include"))
		return include(c, name, out);
	if (!strcmp(word, "#error"))
		return refuse(c, line);
	if (!strcmp(word, "#define") && !strncmp(name, prefix, strlen(prefix)))
		return define(c, line);
	return put_line(c, line, out);
}

/* All of a part but its first line, the licence. */
static int add_lines(struct composer *c, const char *text, FILE *out)
{
	struct conditionals stack = { .depth = 0 };
	char line[LINE_BYTES];
	size_t length;
	int ret = 0;

	for (text = strchr(text, '\n') + 1; *text && !ret; text += length) {
		length = strcspn(text, "\n") + 1;
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		ret = add_line(c, &stack, line, out);
	}
	return ret;
}

/* The part @name with everything resolved, its comment on top; freed by the
 * caller. */
static int make_part(struct composer *c, const char *name, char **part)
{
	const char *text = find_text(name);
	size_t bytes;
	FILE *out;
	int ret;

	*part = NULL;
	if (!text)
		return -ENOENT;
	out = open_memstream(part, &bytes);
	if (!out)
		return -ENOMEM;
	ret = add_lines(c, text, out);
	if (fclose(out))
		ret = -ENOMEM;
	return ret;
}

static int add_part(struct composer *c, const char *name, FILE *out)
{
	char *part;
	int ret;

	ret = make_part(c, name, &part);
	if (!ret && fputs(behind_comment(part), out) < 0)
		ret = -ENOMEM;
	free(part);
	return ret;
}

/* The part of the cell's tracker or workload, which may not be there. */
static int make_own_part(struct composer *c, const char *kind, const char *name,
			 char **part)
{
	char file[NAME_BYTES];
	int ret;

	snprintf(file, sizeof(file), "%s-repro.c", name);
	ret = make_part(c, file, part);
	if (ret == -ENOENT)
		return reason_set(c->why, -EOPNOTSUPP,
				  "there is no program by hand for the %s %s",
				  kind, name);
	return ret;
}

/* What a machine without such pages is asked for does not matter. */
static uint64_t huge_bytes(enum page_kind kind)
{
	uint64_t bytes = thp_bytes();

	if (kind == PAGE_KIND_HUGETLB || kind == PAGE_KIND_HUGETLB_SHARED)
		bytes = machine_hugetlb_page_bytes();
	return bytes ? bytes : page_bytes();
}

static bool maps_huge(enum page_kind kind)
{
	return kind == PAGE_KIND_THP || kind == PAGE_KIND_HUGETLB ||
	       kind == PAGE_KIND_HUGETLB_SHARED;
}

/* Names for what one page-table entry maps, and for what the tracker tells
 * apart. */
static int define_units(struct composer *c)
{
	bool huge = maps_huge(c->needs.kind);
	bool by_unit = c->cell->tracker->granule[c->needs.kind] == GRANULE_UNIT;
	int ret;

	ret = add_value(&c->defined, "REPRO_UNIT_BYTES",
			huge ? "HUGE_BYTES" : "PAGE_BYTES");
	if (!ret)
		ret = add_value(&c->defined, "REPRO_SEEN_BYTES",
				huge && by_unit ? "HUGE_BYTES" : "PAGE_BYTES");
	if (!ret)
		ret = add_value(&c->defined, "REPRO_RESIDENT",
				huge ? "PAGES" : "UNITS");
	if (!ret && huge)
		ret = add_name(&c->defined, by_unit ? "REPRO_SEES_UNITS"
						    : "REPRO_SEES_PARTS");
	return ret;
}

static int define_choices(struct composer *c)
{
	const struct params *params = &c->cell->params;
	char name[NAME_BYTES];
	int ret = 0;

	if (c->cell->tracker->claim == CLAIM_NOTHING)
		ret = add_name(&c->defined, "REPRO_NOTHING_REPORTED");
	for (int i = 0; i < params->nr && !ret; i++) {
		make_name(name, prefix, params->v[i].param->name,
			  params->v[i].text);
		ret = add_name(&c->defined, name);
	}
	return ret;
}

static bool is_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strstr(text, word); at;
	     at = strstr(at + length, word))
		if ((at == text ||
		     (!isalnum((unsigned char)at[-1]) && at[-1] != '_')) &&
		    !isalnum((unsigned char)at[length]) && at[length] != '_')
			return true;
	return false;
}

/* What a parameter's constant is called. */
static void constant_name(const struct param_value *value,
			  char name[NAME_BYTES])
{
	make_name(name, "", value->param->name,
		  value->param->type == PARAM_BYTES ? "bytes" : "");
}

/* What does not have its effect in the program must not look as if it had. */
static int check_params(struct composer *c, const char *body)
{
	const struct params *params = &c->cell->params;
	const struct param_value *value;
	char name[NAME_BYTES];
	bool used;

	for (int i = 0; i < params->nr; i++) {
		value = &params->v[i];
		if (!params_is_told(value))
			continue;
		make_name(name, prefix, value->param->name, value->text);
		used = has_name(&c->named, name);
		constant_name(value, name);
		if (value->param->type != PARAM_CHOICE && !used)
			used = is_word(body, name);
		if (!used)
			return reason_set(c->why, -EOPNOTSUPP,
					  "%s=%s: there is no program by hand "
					  "for that with %s and %s",
					  value->param->name, value->text,
					  c->cell->workload->name,
					  c->cell->tracker->name);
	}
	return 0;
}

/* "(64UL << 20)": the largest binary unit that divides @bytes. */
static void format_size(char text[NAME_BYTES], uint64_t bytes)
{
	int shift = 0;

	while ((bytes >= 1 << 20 || shift) && bytes % 1024 == 0 && shift < 40) {
		bytes /= 1024;
		shift += 10;
	}
	if (shift)
		snprintf(text, NAME_BYTES, "(%" PRIu64 "UL << %d)", bytes,
			 shift);
	else
		snprintf(text, NAME_BYTES, "%" PRIu64 "UL", bytes);
}

struct constant {
	char name[NAME_BYTES], text[NAME_BYTES];
};

struct constants {
	struct constant v[NAMES_MAX];
	int nr;
};

static void add_constant(struct constants *constants, const char *name,
			 const char *text)
{
	struct constant *constant = &constants->v[constants->nr++];

	snprintf(constant->name, NAME_BYTES, "%s", name);
	snprintf(constant->text, NAME_BYTES, "%s", text);
}

static void add_size(struct constants *constants, const char *name,
		     uint64_t bytes)
{
	char text[NAME_BYTES];

	format_size(text, bytes);
	add_constant(constants, name, text);
}

static void add_int(struct constants *constants, const char *name, int value)
{
	char text[NAME_BYTES];

	snprintf(text, sizeof(text), "%d", value);
	add_constant(constants, name, text);
}

/* @units is what portions are of. */
static void add_param(struct constants *constants, const struct params *params,
		      const struct param_value *value, uint64_t units)
{
	char name[NAME_BYTES], text[NAME_BYTES];

	constant_name(value, name);
	if (value->param->type == PARAM_BYTES)
		format_size(text, value->value);
	else if (value->param->type == PARAM_PORTION ||
		 value->param->type == PARAM_SHARE)
		snprintf(text, sizeof(text), "%" PRIu64 "UL",
			 params_portion(params, value->param->name, units));
	else
		snprintf(text, sizeof(text), "%" PRIu64, value->value);
	add_constant(constants, name, text);
}

/* A pool of huge pages is no memory that a cell needs. */
static bool is_sparse(const struct needs *needs)
{
	return needs->kind == PAGE_KIND_BASE &&
	       needs->resident_bytes < needs->range_bytes;
}

static int add_params(struct constants *constants, const struct params *params,
		      uint64_t units, uint64_t unit_bytes, struct reason *why)
{
	const struct param_value *value;
	char unit[PARAM_TEXT_BYTES];

	for (int i = 0; i < params->nr; i++) {
		value = &params->v[i];
		if (value->param->type == PARAM_CHOICE ||
		    !params_is_told(value))
			continue;
		if (value->param->type == PARAM_BYTES &&
		    value->value % unit_bytes) {
			params_format_bytes(unit, unit_bytes);
			return reason_set(why, -EOPNOTSUPP,
					  "%s=%s: for a program by hand it has "
					  "to be a multiple of the mapping "
					  "unit, %s",
					  value->param->name, value->text,
					  unit);
		}
		add_param(constants, params, value, units);
	}
	return 0;
}

static int make_constants(const struct composer *c,
			  const struct placement *place,
			  struct constants *constants)
{
	enum page_kind kind = c->needs.kind;
	uint64_t unit_bytes = maps_huge(kind) ? huge_bytes(kind) : page_bytes();
	bool sparse = is_sparse(&c->needs);
	uint64_t units =
		(sparse ? c->needs.resident_bytes : c->needs.range_bytes) /
		unit_bytes;
	char text[NAME_BYTES];
	int ret;

	ret = add_params(constants, &c->cell->params, units, unit_bytes,
			 c->why);
	if (ret)
		return ret;
	add_size(constants, "PAGE_BYTES", page_bytes());
	add_size(constants, "HUGE_BYTES", huge_bytes(kind));
	add_int(constants, "WRITER_CPU", place->writer_cpu);
	add_int(constants, "HANDLER_CPU", place->other_cpu);
	if (place->nr_cpus)
		add_int(constants, "COLLECTOR_CPU",
			place->cpus[place->nr_cpus - 1]);
	add_constant(constants, "RANGE_START", "0x200000000000UL");
	if (!params_find(&c->cell->params, "size"))
		add_constant(constants, "SIZE_BYTES", "(PAGES * PAGE_BYTES)");
	add_constant(constants, "RANGE_END", "(RANGE_START + SIZE_BYTES)");
	if (maps_huge(kind))
		add_constant(constants, "PAGES", "(SIZE_BYTES / PAGE_BYTES)");
	snprintf(text, sizeof(text), "%" PRIu64 "UL", units);
	if (!sparse)
		snprintf(text, sizeof(text), "(SIZE_BYTES / %s)",
			 maps_huge(kind) ? "HUGE_BYTES" : "PAGE_BYTES");
	add_constant(constants, "UNITS", text);
	add_int(constants, "ENTRIES",
		c->needs.range_bytes / page_bytes() < ENTRIES
			? (int)(c->needs.range_bytes / page_bytes())
			: ENTRIES);
	add_int(constants, "PROCESSES", PROCESSES);
	add_int(constants, "EPOCHS", EPOCHS);
	return 0;
}

/* Whether the program has the name, or one of its constants, which come behind
 * those that they need. */
static bool is_used(const struct constants *all, int index, const char *body)
{
	const char *name = all->v[index].name;

	if (is_word(body, name))
		return true;
	for (int i = index + 1; i < all->nr; i++)
		if (is_word(all->v[i].text, name) && is_used(all, i, body))
			return true;
	return false;
}

static void drop_unused(struct constants *constants, const char *body)
{
	struct constants used = { .nr = 0 };

	for (int i = 0; i < constants->nr; i++)
		if (is_used(constants, i, body))
			used.v[used.nr++] = constants->v[i];
	*constants = used;
}

/* From column @at to column @to, as clang-format does with tabs. */
static void pad(FILE *out, int at, int to)
{
	int next = at / 8 * 8 + 8;

	if (to < next || to - at == 1) {
		fprintf(out, "%*s", to - at, "");
		return;
	}
	for (; next <= to; at = next, next += 8)
		fputc('\t', out);
	fprintf(out, "%*s", to - at, "");
}

static void print_constants(const struct constants *constants, FILE *out)
{
	const struct constant *constant;
	int width = 0;
	int length;

	for (int i = 0; i < constants->nr; i++) {
		constant = &constants->v[i];
		length = (int)strlen(constant->name);
		width = length > width ? length : width;
	}
	for (int i = 0; i < constants->nr; i++) {
		constant = &constants->v[i];
		length = fprintf(out, "#define %s", constant->name);
		pad(out, length, (int)strlen("#define ") + width + 1);
		fprintf(out, "%s\n", constant->text);
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void print_includes(struct names *includes, FILE *out)
{
	qsort(includes->v, (size_t)includes->nr, sizeof(includes->v[0]),
	      compare_names);
	for (int i = 0; i < includes->nr; i++)
		fprintf(out, "#include %s\n", includes->v[i]);
}

/*
 * A paragraph of the program's comment. @text is broken at blanks, or behind
 * @mark where that is another; a line that is broken ends with @tail, the next
 * begins with @indent.
 */
static void print_paragraph(const char *text, char mark, const char *tail,
			    const char *indent, FILE *out)
{
	const char marks[2] = { mark, '\0' };
	int room = COLUMNS - (int)strlen(tail);
	int column = 0;
	int length;

	for (; *text; text += length, text += *text == ' ') {
		length = (int)strcspn(text, marks);
		length += mark != ' ' && text[length] ? 1 : 0;
		if (!column)
			column = fprintf(out, " * ");
		else if (column + 1 + length > room)
			column = fprintf(out, "%s\n * %s", tail, indent) -
				 (int)strlen(tail) - 1;
		else if (mark == ' ')
			column += fprintf(out, " ");
		column += fprintf(out, "%.*s", length, text);
	}
	fputc('\n', out);
}

/* The first comment of a part, which is not more than a paragraph. */
static void print_comment(const char *part, FILE *out)
{
	const char *at = part ? strstr(part, "/*") : NULL;
	const char *end = at ? strstr(at, "*/") : NULL;
	char text[1024] = "";
	size_t used = 0;

	if (!end)
		return;
	for (at += 2; at < end && used < sizeof(text) - 1; at++) {
		if (*at == '\n' || *at == '*' || *at == ' ' || *at == '\t') {
			if (used && text[used - 1] != ' ')
				text[used++] = ' ';
		} else {
			text[used++] = *at;
		}
	}
	text[used] = '\0';
	print_paragraph(text, ' ', "", "", out);
}

static const char *default_of(const struct param *param)
{
	return param->fallback_fn ? param->fallback_fn() : param->fallback;
}

static void print_command(const struct cell *cell, FILE *out)
{
	char text[CELL_KEY_BYTES + 256];
	const struct param_value *value = cell->params.v;
	int used;

	used = snprintf(text, sizeof(text),
			"Times by hand what dirtybench run -w %s -t %s",
			cell->workload->name, cell->tracker->name);
	for (int i = 0; i < cell->params.nr && used < (int)sizeof(text); i++)
		if (strcmp(value[i].text, default_of(value[i].param)) != 0)
			used += snprintf(text + used,
					 sizeof(text) - (size_t)used,
					 " -p %s=%s", value[i].param->name,
					 value[i].text);
	snprintf(text + used, sizeof(text) - (size_t)used,
		 " times in the cell");
	print_paragraph(text, ' ', "", "", out);
}

static void print_head(const struct composer *c, const struct placement *place,
		       FILE *out)
{
	fputs("// SPDX-License-Identifier: GPL-2.0-or-later\n"
	      "/*\n",
	      out);
	print_command(c->cell, out);
	print_paragraph(c->cell->key, '/', "", "", out);
	print_comment(c->workload, out);
	print_comment(c->tracker, out);
	fprintf(out, " * cc -O2 -o repro repro.c && taskset -c %d ./repro\n",
		place->writer_cpu);
	fputs(" */\n", out);
	if (has_name(&c->includes, "<sched.h>"))
		fputs("#define _GNU_SOURCE\n", out);
}

/* Without empty lines where a part of the text was left out. */
static void print_squeezed(const char *body, FILE *out)
{
	bool open = true; /* nothing, or nothing in this block, came before */
	bool empty = false;
	size_t length;

	for (; *body; body += length) {
		length = strcspn(body, "\n") + 1;
		if (length == 1) {
			empty = !open;
			continue;
		}
		if (empty && body[0] != '}')
			fputc('\n', out);
		fwrite(body, 1, length, out);
		open = length > 1 && body[length - 2] == '{';
		empty = false;
	}
}

static int compose(struct composer *c, const struct placement *place,
		   const char *body, FILE *out)
{
	struct constants constants = { .nr = 0 };
	int ret;

	ret = check_params(c, body);
	if (!ret)
		ret = make_constants(c, place, &constants);
	if (ret)
		return ret;
	drop_unused(&constants, body);
	print_head(c, place, out);
	print_includes(&c->includes, out);
	fputc('\n', out);
	print_constants(&constants, out);
	fputc('\n', out);
	print_squeezed(body, out);
	return 0;
}

/* The one that every program has but those whose workload names another. */
static int make_skeleton(struct composer *c, char **skeleton)
{
	const char *part = find_name(&c->defined, "REPRO_SKELETON");
	char name[NAME_BYTES];

	if (!part)
		return make_part(c, "skeleton-repro.c", skeleton);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(part + 1, "\""),
		 part + 1);
	return make_part(c, name, skeleton);
}

static int make_text(struct composer *c, const struct placement *place,
		     char **text)
{
	char *skeleton;
	size_t bytes;
	FILE *out;
	int ret;

	ret = make_own_part(c, "workload", c->cell->workload->name,
			    &c->workload);
	if (!ret)
		ret = make_own_part(c, "tracker", c->cell->tracker->name,
				    &c->tracker);
	if (ret)
		return ret;
	ret = make_skeleton(c, &skeleton);
	out = ret ? NULL : open_memstream(text, &bytes);
	if (!ret && !out)
		ret = -ENOMEM;
	if (out) {
		ret = compose(c, place, behind_comment(skeleton), out);
		if (fclose(out))
			ret = -ENOMEM;
	}
	free(skeleton);
	return ret;
}

int byhand_make(const struct cell *cell, const struct placement *place,
		char **text, struct reason *why)
{
	struct composer c = { .cell = cell, .why = why };
	int ret;

	*text = NULL;
	why->text[0] = '\0';
	ret = cell_check_kinds(cell, why);
	if (!ret)
		ret = cell_needs(cell, &c.needs, why);
	if (!ret)
		ret = define_units(&c);
	if (!ret)
		ret = define_choices(&c);
	if (!ret)
		ret = make_text(&c, place, text);
	free(c.workload);
	free(c.tracker);
	if (!ret)
		return 0;
	free(*text);
	*text = NULL;
	return why->text[0] ? ret : reason_errno(why, ret, "making a program");
}
