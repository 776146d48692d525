// SPDX-License-Identifier: GPL-2.0-or-later
/* Agreements as text or JSON. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "results/agreement/agreement_json.h"
#include "results/tables/text.h"

/* Room for the names of all trackers of an agreement. */
enum { NAMES_BYTES = AGREEMENT_TRACKERS * 66 };

/* Of the table: the widest word and two blanks. */
enum { ENTRY_COLUMNS = 10, LINE_BYTES = 512 };

/* Of a text: kinds of pages that are told apart at its end. */
enum { MAX_KINDS = 64 };

static const char *short_name(enum agreement_outcome outcome)
{
	static const char *const names[NR_AGREEMENT_OUTCOMES] = {
		[AGREEMENT_NOTHING] = "-",
		[AGREEMENT_AGREE] = "agree",
		[AGREEMENT_DECLARED] = "declared",
		[AGREEMENT_FAILED] = "FAILED",
		[AGREEMENT_DIFFER] = "DIFFER",
	};

	return names[outcome];
}

static const char *name_list(const struct agreement *agreement,
			     uint32_t trackers, char names[NAMES_BYTES])
{
	size_t used = 0;

	names[0] = '\0';
	for (int i = 0; i < agreement->nr_trackers; i++)
		if (trackers >> i & 1)
			used += (size_t)snprintf(
				names + used, NAMES_BYTES - used, "%s%s",
				used ? ", " : "", agreement->trackers[i].name);
	return names;
}

static bool same_class(const struct agreement_region *a,
		       const struct agreement_region *b)
{
	return a->round == b->round && a->said == b->said &&
	       a->written == b->written && a->because == b->because;
}

static int64_t pages_of(const struct agreement *agreement,
			const struct agreement_region *region)
{
	return (int64_t)(region->end - region->start) / agreement->page_bytes;
}

static const char *because_words(unsigned int because)
{
	if (because & BECAUSE_NOTHING)
		return "and nothing explains it";
	if (because & BECAUSE_UNCLAIMED)
		return "and such pages are declared not to be followed";
	if (because & BECAUSE_GRANULE)
		return "which the granule explains";
	return "and a superset is all that is claimed";
}

/* Of the same said of many regions, where not all are wanted. */
enum { SHOWN_REGIONS = 4 };

static void append_said(char *line, size_t bytes,
			const struct agreement *agreement, uint32_t trackers,
			const char *what)
{
	size_t used = strlen(line);
	char names[NAMES_BYTES];

	if (trackers)
		snprintf(line + used, bytes - used, "%s%s %s %s",
			 used ? "; " : "",
			 name_list(agreement, trackers, names),
			 trackers & (trackers - 1) ? "say" : "says", what);
}

static void print_region(FILE *out, const struct agreement *agreement,
			 const struct agreement_region *region)
{
	fprintf(out,
		"      epoch %d  0x%" PRIx64 "-0x%" PRIx64 "  %" PRId64 " %s\n",
		region->epoch, region->start, region->end,
		TEXT_NOUN(pages_of(agreement, region), "page", "pages"));
}

/* What the trackers said of regions like number @first, and where they are. */
static int print_class(FILE *out, const struct agreement *agreement,
		       size_t first, const struct agreement_style *style,
		       bool *printed)
{
	const struct agreement_region *region = &agreement->regions[first];
	uint32_t here = agreement->rounds[region->round].trackers;
	char said[2 * NAMES_BYTES + 32] = "";
	int64_t pages = 0;
	size_t nr = 0;
	int ret;

	for (size_t i = first; i < agreement->nr_regions; i++)
		if (same_class(region, &agreement->regions[i]))
			pages += pages_of(agreement, &agreement->regions[i]);
	append_said(said, sizeof(said), agreement, region->said, "written");
	append_said(said, sizeof(said), agreement, here & ~region->said,
		    "clean");
	ret = text_wrap_format(out, TEXT_COLUMNS, 6,
			       "    %" PRId64 " %s: %s; %s, %s:",
			       TEXT_NOUN(pages, "page", "pages"), said,
			       region->written ? "stored to" : "not stored to",
			       because_words(region->because));
	for (size_t i = first; i < agreement->nr_regions; i++) {
		if (!same_class(region, &agreement->regions[i]))
			continue;
		printed[i] = true;
		if (nr++ < SHOWN_REGIONS || style->all)
			print_region(out, agreement, &agreement->regions[i]);
	}
	if (nr > SHOWN_REGIONS && !style->all)
		fprintf(out, "      and %zu more: --all shows them\n",
			nr - SHOWN_REGIONS);
	return ret;
}

static int print_regions(FILE *out, const struct agreement *agreement,
			 int round, const struct agreement_style *style)
{
	bool *printed = calloc(agreement->nr_regions + 1, sizeof(*printed));
	int ret = printed ? 0 : -ENOMEM;

	for (size_t i = 0; !ret && i < agreement->nr_regions; i++)
		if (agreement->regions[i].round == round && !printed[i])
			ret = print_class(out, agreement, i, style, printed);
	free(printed);
	return ret;
}

static int print_round(FILE *out, const struct agreement *agreement, int nr,
		       const struct agreement_style *style)
{
	const struct agreement_round *round = &agreement->rounds[nr];
	char names[NAMES_BYTES], differ[64] = "agree on all";
	int ret;

	if (round->differ)
		snprintf(differ, sizeof(differ), "differ on %" PRId64 " of",
			 round->differ);
	ret = text_wrap_format(
		out, TEXT_COLUMNS, 4, "  %s: %s %" PRId64 " %s in %d %s",
		name_list(agreement, round->trackers, names), differ,
		TEXT_NOUN(round->compared, "page", "pages"),
		TEXT_NOUN(round->epochs, "epoch", "epochs"));
	return ret ? ret : print_regions(out, agreement, nr, style);
}

static bool same_fate(const struct agreement_tracker *a,
		      const struct agreement_tracker *b)
{
	return a->compared == b->compared && a->failed == b->failed &&
	       !strcmp(a->why.text, b->why.text);
}

/* Those that tracker @nr is told of with, if it is the first of them. */
static uint32_t like(const struct agreement *agreement, int nr)
{
	const struct agreement_tracker *tracker = agreement->trackers;
	uint32_t mask = 0;

	for (int i = 0; i < agreement->nr_trackers; i++)
		if (same_fate(&tracker[i], &tracker[nr]))
			mask |= 1U << i;
	return mask & ((1U << nr) - 1) ? 0 : mask;
}

static int print_left_out(FILE *out, const struct agreement *agreement)
{
	const struct agreement_tracker *tracker = agreement->trackers;
	char names[NAMES_BYTES];
	int ret = 0;

	for (int i = 0; !ret && i < agreement->nr_trackers; i++, tracker++) {
		if ((tracker->compared && !tracker->failed) ||
		    !like(agreement, i))
			continue;
		name_list(agreement, like(agreement, i), names);
		ret = text_wrap_format(out, TEXT_COLUMNS, 4, "  %s %s: %s",
				       names,
				       tracker->failed ? "FAILED" : "left out",
				       tracker->why.text);
	}
	return ret;
}

static int print_agreement(FILE *out, const struct agreement *agreement,
			   const struct agreement_style *style)
{
	int ret;

	ret = text_wrap_format(out, TEXT_COLUMNS, 2, "%s%s%s%s",
			       agreement->pages, agreement->kind[0] ? " (" : "",
			       agreement->kind, agreement->kind[0] ? ")" : "");
	if (!ret && agreement->why.text[0])
		ret = text_wrap_format(out, TEXT_COLUMNS, 4, "  %s: %s",
				       agreement->failed ? "FAILED"
							 : "not compared",
				       agreement->why.text);
	for (int i = 0; !ret && i < agreement->nr_rounds; i++)
		ret = print_round(out, agreement, i, style);
	return ret ? ret : print_left_out(out, agreement);
}

/* Pages of one kind, each counted once an epoch. */
struct kind_total {
	const char *kind;
	int64_t compared, differ;
	bool undeclared;
};

static int add_kinds(const struct agreement_kernel *kernel,
		     struct kind_total totals[MAX_KINDS])
{
	const struct agreement *agreement;
	int nr = 0, at;

	for (int i = 0; i < kernel->nr; i++) {
		agreement = &kernel->v[i];
		if (!agreement->nr_rounds)
			continue;
		for (at = 0; at < nr; at++)
			if (!strcmp(totals[at].kind, agreement->kind))
				break;
		if (at == MAX_KINDS)
			continue;
		if (at == nr)
			totals[nr++] =
				(struct kind_total){ .kind = agreement->kind };
		for (int j = 0; j < agreement->nr_rounds; j++) {
			totals[at].compared += agreement->rounds[j].compared;
			totals[at].differ += agreement->rounds[j].differ;
		}
		totals[at].undeclared |=
			agreement_outcome(agreement) == AGREEMENT_DIFFER;
	}
	return nr;
}

/* "agree: 1024 pages of kind base, 512 of thp"; nothing where there are none.
 */
static int print_total(FILE *out, const struct kind_total *totals, int nr,
		       bool differ)
{
	char line[MAX_KINDS * 64];
	size_t used = 0;
	int64_t pages;

	for (int i = 0; i < nr; i++) {
		pages = differ ? totals[i].differ
			       : totals[i].compared - totals[i].differ;
		if (!pages)
			continue;
		used += (size_t)snprintf(
			line + used, sizeof(line) - used,
			"%s%" PRId64 " %s%s%s", used ? ", " : "", pages,
			used ? "of " : "pages of kind ", totals[i].kind,
			differ && totals[i].undeclared ? " (not as declared)"
						       : "");
	}
	if (!used)
		return 0;
	return text_wrap_format(out, TEXT_COLUMNS, 2, "%s: %s",
				differ ? "differ" : "agree", line);
}

static int print_kernel(FILE *out, const struct agreement_kernel *kernel,
			const struct agreement_style *style)
{
	struct kind_total totals[MAX_KINDS];
	int nr = add_kinds(kernel, totals);
	int ret = 0;

	fprintf(out, "\n%s\n", kernel->name);
	for (int i = 0; !ret && i < kernel->nr; i++)
		ret = print_agreement(out, &kernel->v[i], style);
	if (!ret && kernel->why.text[0])
		ret = text_wrap_format(out, TEXT_COLUMNS, 2,
				       "the rest was not compared: %s",
				       kernel->why.text);
	if (!ret)
		ret = print_total(out, totals, nr, false);
	return ret ? ret : print_total(out, totals, nr, true);
}

static const struct agreement *find_pages(const struct agreement_kernel *kernel,
					  const char *pages)
{
	for (int i = 0; i < kernel->nr; i++)
		if (!strcmp(kernel->v[i].pages, pages))
			return &kernel->v[i];
	return NULL;
}

/* Whether an earlier kernel has a row for these pages. */
static bool has_row(const struct agreement_kernel *kernels, int nr,
		    const char *pages)
{
	for (int i = 0; i < nr; i++)
		if (find_pages(&kernels[i], pages))
			return true;
	return false;
}

static int columns_of(const struct agreement_kernel *kernels, int nr)
{
	int columns = ENTRY_COLUMNS, length;

	for (int i = 0; i < nr; i++) {
		length = (int)strlen(kernels[i].name) + 2;
		columns = length > columns ? length : columns;
	}
	return columns;
}

/* Kernels side by side, behind the names of pages. */
struct block {
	const struct agreement_kernel *kernels;
	int nr;
	int name_columns, columns;
};

/* A name that is too long has a line of its own. */
static void print_row(FILE *out, const struct block *block, const char *pages)
{
	const struct agreement *agreement;
	char line[LINE_BYTES];
	size_t used;

	bool fits = (int)strlen(pages) + 2 <= block->name_columns;

	if (!fits)
		text_trimmed(out, pages);
	used = (size_t)snprintf(line, sizeof(line), "%-*s", block->name_columns,
				fits ? pages : "");
	for (int i = 0; i < block->nr && used < sizeof(line); i++) {
		agreement = find_pages(&block->kernels[i], pages);
		used += (size_t)snprintf(
			line + used, sizeof(line) - used, "%-*s",
			block->columns,
			agreement ? short_name(agreement_outcome(agreement))
				  : "?");
	}
	text_trimmed(out, line);
}

static void print_block(FILE *out, const struct block *block)
{
	const struct agreement_kernel *kernels = block->kernels;
	char line[LINE_BYTES];
	size_t used = (size_t)snprintf(line, sizeof(line), "%-*s",
				       block->name_columns, "");

	for (int i = 0; i < block->nr && used < sizeof(line); i++)
		used += (size_t)snprintf(line + used, sizeof(line) - used,
					 "%-*s", block->columns,
					 kernels[i].name);
	text_trimmed(out, line);
	for (int i = 0; i < block->nr; i++)
		for (int j = 0; j < kernels[i].nr; j++)
			if (!has_row(kernels, i, kernels[i].v[j].pages))
				print_row(out, block, kernels[i].v[j].pages);
	fputc('\n', out);
}

/* The names of pages leave room for two kernels at least. */
static int name_columns_of(const struct agreement_kernel *kernels, int nr,
			   int columns)
{
	int longest = 0, length;

	for (int i = 0; i < nr; i++)
		for (int j = 0; j < kernels[i].nr; j++) {
			length = (int)strlen(kernels[i].v[j].pages) + 2;
			longest = length > longest ? length : longest;
		}
	if (longest > TEXT_COLUMNS - 2 * columns)
		longest = TEXT_COLUMNS - 2 * columns;
	return longest < 2 ? 2 : longest;
}

static void print_table(FILE *out, const struct agreement_kernel *kernels,
			int nr)
{
	struct block block = { .kernels = kernels,
			       .columns = columns_of(kernels, nr) };
	int fit;

	block.name_columns = name_columns_of(kernels, nr, block.columns);
	fit = (TEXT_COLUMNS - block.name_columns) / block.columns;
	fit = fit < 1 ? 1 : fit;
	for (; nr; nr -= block.nr) {
		block.nr = nr < fit ? nr : fit;
		print_block(out, &block);
		block.kernels += block.nr;
	}
	text_wrap(out, 2,
		  "agree: the trackers say the same of every page, in every "
		  "epoch; declared: they differ, as they declare beforehand; "
		  "DIFFER: beyond that; -: no two were compared; ?: the kernel "
		  "did not come to it");
	text_wrap(out, 2,
		  "A page counts once for every epoch, and once for every set "
		  "of trackers that can follow it together.");
}

static int print_text(FILE *out, const struct agreement_kernel *kernels, int nr,
		      const struct agreement_style *style)
{
	int ret = 0;

	print_table(out, kernels, nr);
	for (int i = 0; !ret && i < nr; i++)
		ret = print_kernel(out, &kernels[i], style);
	return ret;
}

static json_t *kernel_json(const struct agreement_kernel *kernel)
{
	json_t *list = json_array();

	for (int i = 0; i < kernel->nr; i++)
		json_array_append_new(list, agreement_json(&kernel->v[i]));
	return json_pack("{s:s, s:s?, s:o}", "kernel", kernel->name, "reason",
			 kernel->why.text[0] ? kernel->why.text : NULL,
			 "agreements", list);
}

static int print_json(FILE *out, const struct agreement_kernel *kernels, int nr)
{
	json_t *list = json_array(), *all;
	int ret = 0;

	for (int i = 0; i < nr; i++)
		json_array_append_new(list, kernel_json(&kernels[i]));
	all = json_pack("{s:i, s:o}", "v", 1, "kernels", list);
	if (!all || json_dumpf(all, out, JSON_INDENT(1)))
		ret = -ENOMEM;
	fputc('\n', out);
	json_decref(all);
	return ret;
}

int agreement_print(FILE *out, const struct agreement_kernel *kernels,
		    int nr_kernels, const struct agreement_style *style)
{
	int ret = style->format == AGREEMENT_TEXT
			  ? print_text(out, kernels, nr_kernels, style)
			  : print_json(out, kernels, nr_kernels);

	return ret ? ret : ferror(out) ? -EIO : 0;
}
