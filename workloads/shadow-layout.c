// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a sanitizer's shadow lies, and which of its pages are populated. */
#include "workloads/shadow-layout.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>

#include "harness/memory.h"
#include "harness/params.h"

/* What tables map, from those of base pages up: 2 MiB, 1 GiB, 512 GiB. */
static const int table_shifts[] = { 21, 30, 39 };

uint64_t shadow_layout_bytes(const struct shadow_layout *layout)
{
	uint64_t bytes = 0;

	for (int i = 0; i < layout->nr_parts; i++)
		bytes += layout->parts[i].end - layout->parts[i].start;
	return bytes;
}

void shadow_add_run(struct shadow_layout *layout, uint64_t start,
		    uint64_t pages, bool written)
{
	struct shadow_run *run = &layout->runs[layout->nr_runs];

	if (!pages)
		return;
	run->start = start;
	run->end = start + pages * SHADOW_PAGE;
	run->written = written;
	layout->nr_runs++;
	if (written)
		layout->written_pages += pages;
	else
		layout->zero_pages += pages;
}

static int compare_runs(const void *a, const void *b)
{
	const struct shadow_run *left = a;
	const struct shadow_run *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

void shadow_sort_runs(struct shadow_layout *layout)
{
	qsort(layout->runs, (size_t)layout->nr_runs, sizeof(layout->runs[0]),
	      compare_runs);
}

/*
 * What most parts differ by at most is a factor of 25: exp(4 * 0.8). The
 * regions of a program that asked for all sizes from 16 bytes to 8 KiB had from
 * 12 to 392 pages of AddressSanitizer's shadow.
 */
static const double spread = 0.8;

void shadow_divide(gsl_rng *rng, uint64_t total, size_t nr, unsigned int *parts)
{
	double weights[SHADOW_CLASSES];

	for (size_t i = 0; i < nr; i++)
		weights[i] = gsl_ran_lognormal(rng, 0, spread);
	gsl_ran_multinomial(rng, nr, (unsigned int)total, weights, parts);
}

int shadow_check_size(uint64_t size, uint64_t least, uint64_t most,
		      struct reason *why)
{
	char text[PARAM_TEXT_BYTES], least_text[PARAM_TEXT_BYTES];
	char most_text[PARAM_TEXT_BYTES];

	if (size >= least && size <= most)
		return 0;
	params_format_bytes(text, size);
	params_format_bytes(least_text, least);
	params_format_bytes(most_text, most);
	return reason_set(why, -ERANGE,
			  "size=%s: has to be from %s to %s, which is what the "
			  "shadows of a real program have",
			  text, least_text, most_text);
}

int shadow_no_room(uint64_t heap, uint64_t size, struct reason *why)
{
	char text[PARAM_TEXT_BYTES], size_text[PARAM_TEXT_BYTES];

	params_format_bytes(text, heap);
	params_format_bytes(size_text, size);
	return reason_set(why, -ERANGE,
			  "the shadow of heap=%s and of what such a program "
			  "maps does not fit into size=%s: choose a smaller "
			  "heap= or a larger size=",
			  text, size_text);
}

/* The runs of one part, and the holes before each of them. */
struct shrinking {
	struct shadow_run *runs;
	int nr;
	uint64_t populated, holes; /* bytes; without the hole behind all */
};

static void find_runs(struct shadow_layout *layout, int first,
		      const struct shadow_part *part, struct shrinking *s)
{
	uint64_t at = part->start;

	*s = (struct shrinking){ .runs = &layout->runs[first] };
	for (int i = first; i < layout->nr_runs; i++) {
		const struct shadow_run *run = &layout->runs[i];

		if (run->start >= part->end)
			break;
		s->holes += run->start - at;
		s->populated += run->end - run->start;
		at = run->end;
		s->nr++;
	}
}

/* A hole of @real becomes one of its share, less what keeps the offset. */
static uint64_t shrink_hole(uint64_t real, double share)
{
	uint64_t tables = (uint64_t)((double)real * share) / SHADOW_TABLE_BYTES;

	return tables * SHADOW_TABLE_BYTES + real % SHADOW_TABLE_BYTES;
}

/* Put @part's runs into @bytes from @start on. */
static int shrink_part(const struct shadow_part *part, struct shrinking *s,
		       uint64_t start, uint64_t bytes)
{
	/* A hole may keep up to a table more than its share. */
	uint64_t kept =
		s->populated + ((uint64_t)s->nr + 1) * SHADOW_TABLE_BYTES;
	double real = (double)(part->end - part->start - s->populated);
	uint64_t from = part->start, to = start, pages_bytes, hole;

	if (kept > bytes)
		return -ERANGE;
	for (int i = 0; i < s->nr; i++) {
		hole = shrink_hole(s->runs[i].start - from,
				   (double)(bytes - kept) / real);
		pages_bytes = s->runs[i].end - s->runs[i].start;
		from = s->runs[i].end;
		s->runs[i].start = to + hole;
		s->runs[i].end = to + hole + pages_bytes;
		to = s->runs[i].end;
	}
	return 0;
}

int shadow_shrink(struct shadow_layout *layout, uint64_t size, uint64_t base)
{
	double share = (double)size / (double)shadow_layout_bytes(layout);
	uint64_t left = round_up(size, SHADOW_PAGE);
	uint64_t start = base, bytes;
	struct shrinking s;
	int first = 0, ret;

	for (int i = 0; i < layout->nr_parts; i++) {
		struct shadow_part *part = &layout->parts[i];

		bytes = (uint64_t)((double)(part->end - part->start) * share) /
			SHADOW_TABLE_BYTES * SHADOW_TABLE_BYTES;
		if (i == layout->nr_parts - 1)
			bytes = left;
		find_runs(layout, first, part, &s);
		ret = shrink_part(part, &s, start, bytes);
		if (ret)
			return ret;
		part->start = start;
		part->end = start + bytes;
		start = round_up(part->end, MEMORY_GAP) + MEMORY_GAP;
		left -= bytes;
		first += s.nr;
	}
	layout->in_place = false;
	return 0;
}

/* Tables that map @shift bits of address each and hold a part of a run. */
static uint64_t count_tables(const struct shadow_run *runs, size_t nr,
			     int shift)
{
	uint64_t next = 0; /* the first that is not counted yet */
	uint64_t tables = 0;
	uint64_t first, end;

	for (size_t i = 0; i < nr; i++) {
		first = runs[i].start >> shift;
		end = ((runs[i].end - 1) >> shift) + 1;
		if (first < next)
			first = next;
		if (end <= first)
			continue;
		tables += end - first;
		next = end;
	}
	return tables;
}

uint64_t shadow_table_bytes(const struct shadow_run *runs, size_t nr)
{
	uint64_t tables = 0;

	for (size_t i = 0; i < sizeof(table_shifts) / sizeof(table_shifts[0]);
	     i++)
		tables += count_tables(runs, nr, table_shifts[i]);
	return tables * SHADOW_PAGE;
}

/* Chooses holes, in the order of addresses. */
struct chooser {
	const struct shadow_layout *layout;
	int run; /* the first that ends behind what was looked at */
	uint64_t *holes;
	size_t nr, max;
	uint64_t empty_areas; /* seen so far */
	uint64_t every;	      /* of so many empty areas one gets a hole */
};

static const struct shadow_run *run_behind(struct chooser *chooser, uint64_t at)
{
	const struct shadow_layout *layout = chooser->layout;

	while (chooser->run < layout->nr_runs &&
	       layout->runs[chooser->run].end <= at)
		chooser->run++;
	return chooser->run < layout->nr_runs ? &layout->runs[chooser->run]
					      : NULL;
}

static void choose(struct chooser *chooser, uint64_t at)
{
	if (chooser->nr < chooser->max)
		chooser->holes[chooser->nr++] = at;
}

/* The pages of [start, end), which share a page table. */
static void choose_in_area(struct chooser *chooser, uint64_t start,
			   uint64_t end)
{
	/* In populated areas: 8 of the 512 pages, where they are holes. Runs
	 * end in fewer areas than fill the half of the holes that is theirs. */
	const uint64_t step = SHADOW_TABLE_BYTES / 8;
	const struct shadow_run *run = run_behind(chooser, start);

	if (!run || run->start >= end) {
		if (chooser->empty_areas++ % chooser->every == 0)
			choose(chooser, start + (end - start) / SHADOW_PAGE /
							2 * SHADOW_PAGE);
		return;
	}
	for (uint64_t at = start; at < end; at += step) {
		run = run_behind(chooser, at);
		if (!run || run->start > at)
			choose(chooser, at);
	}
}

static void choose_in_range(struct chooser *chooser, uint64_t start,
			    uint64_t end)
{
	uint64_t next;

	for (; start < end; start = next) {
		next = (start / SHADOW_TABLE_BYTES + 1) * SHADOW_TABLE_BYTES;
		choose_in_area(chooser, start, next < end ? next : end);
	}
}

size_t shadow_layout_holes(const struct shadow_layout *layout, uint64_t *holes,
			   size_t max)
{
	uint64_t areas = shadow_layout_bytes(layout) / SHADOW_TABLE_BYTES;
	struct chooser chooser = {
		.layout = layout,
		.holes = holes,
		.max = max,
		.every = areas / (max / 2) + 1,
	};

	for (int i = 0; i < layout->nr_parts; i++)
		choose_in_range(&chooser, layout->parts[i].start,
				layout->parts[i].end);
	return chooser.nr;
}
