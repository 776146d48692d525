// SPDX-License-Identifier: GPL-2.0-or-later
/* The measured epochs of one target, as Google Benchmark gets to see them. */
#include "cli/epochlist.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

/* Counters: what the closing table has, and can be had from one target. */
static const enum figure_id shown[] = {
	FIGURE_ARM_RESIDENT,
	FIGURE_CHANGE,
	FIGURE_WRITE,
	FIGURE_COLLECT_RESIDENT,
	FIGURE_COLLECT_ARM_RESIDENT,
	FIGURE_REGION_COMPACTION,
	FIGURE_VMA_GROWTH,
	FIGURE_PAGETABLE_GROWTH,
	FIGURE_WATCH_WRITE,
	FIGURE_WATCH_WRITE_99,
	FIGURE_WATCH_TRACKED,
	FIGURE_WATCH_COLLECT,
	FIGURE_WATCH_ARM,
	FIGURE_WATCH_COLLECT_ARM,
	FIGURE_WATCH_PAGES_RATE,
};

void epochlist_clear(struct epochlist *list)
{
	list->nr = 0;
	list->dirtied_before = SAMPLE_NULL;
}

static double seconds(int64_t ns)
{
	return ns == SAMPLE_NULL ? 0 : (double)ns / 1e9;
}

/* The phases of an epoch, or where it was many collections, one of these. */
static double epoch_seconds(const struct figure_input *input)
{
	static const enum figure_id parts[] = { FIGURE_WATCH_COLLECT,
						FIGURE_WATCH_ARM,
						FIGURE_WATCH_COLLECT_ARM };
	const struct sample_phases *ns = &input->sample->figures.ns;
	double total_ns = 0;

	if (!input->sample->detail)
		return seconds(ns->arm) + seconds(ns->write) +
		       seconds(ns->collect) + seconds(ns->collect_arm);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!isnan(figure_value(parts[i], input)))
			total_ns += figure_value(parts[i], input);
	return total_ns / 1e9;
}

static void add_measured(struct epochlist *list,
			 const struct target_report *report)
{
	struct sample sample;
	struct figure_input input = {
		.sample = &sample,
		.dirtied_before = list->dirtied_before,
		.baseline = NAN,
	};

	sample_clear(&sample);
	sample.kind = KIND_MEASURED;
	sample.figures = report->result.figures;
	sample.detail = report->detail;
	list->seconds[list->nr] = epoch_seconds(&input);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		list->figure[shown[i]][list->nr] =
			figure_value(shown[i], &input);
	list->nr++;
}

void epochlist_add(struct epochlist *list, const struct target_report *report)
{
	if (report->kind == KIND_MEASURED && list->nr < EPOCHLIST_MAX)
		add_measured(list, report);
	list->dirtied_before = report->result.figures.pages.dirtied;
}

/* Of what is a number: some figures are taken in one epoch only. */
static double median(const double *values, int nr)
{
	double copy[EPOCHLIST_MAX];
	size_t used = 0;

	for (int i = 0; i < nr; i++)
		if (!isnan(values[i]))
			copy[used++] = values[i];
	return used ? gsl_stats_median(copy, 1, used) : NAN;
}

void epochlist_report(const struct epochlist *list, struct bench_run *run)
{
	enum figure_id id;

	bench_set_time(run, median(list->seconds, list->nr));
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		id = shown[i];
		bench_set_counter(run, figure_get(id)->name[TIMING_NS],
				  median(list->figure[id], list->nr));
	}
}
