// SPDX-License-Identifier: GPL-2.0-or-later
// The figures that are derived from a sample, each named with its denominator.
#include <math.h>
#include <string.h>

#include "results/figures.h"

/* One page's entry in /proc/PID/pagemap: the cost that transfers count in. */
enum { PAGEMAP_ENTRY_BYTES = 8 };

static const double NS_PER_S = 1e9;

enum timing figure_timing(const struct sample *sample)
{
	return sample_phases_empty(&sample->figures.insn) ? TIMING_NS
							  : TIMING_INSN;
}

static const struct sample_phases *phases(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return figure_timing(input->sample) == TIMING_INSN ? &figures->insn
							   : &figures->ns;
}

static double number(int64_t value)
{
	return value == SAMPLE_NULL ? NAN : (double)value;
}

static double ratio(double numerator, int64_t denominator)
{
	if (denominator == SAMPLE_NULL || denominator == 0)
		return NAN;
	return numerator / (double)denominator;
}

/* Of what arm and collect are about: usually all. */
static int64_t part_resident(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return figures->pages.part_resident != SAMPLE_NULL
		       ? figures->pages.part_resident
		       : figures->pages.resident;
}

static int64_t part_range(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return figures->pages.part_range != SAMPLE_NULL
		       ? figures->pages.part_range
		       : figures->pages.range;
}

static double arm_resident(const struct figure_input *input)
{
	return ratio(number(phases(input)->arm), part_resident(input));
}

static double arm_range(const struct figure_input *input)
{
	return ratio(number(phases(input)->arm), part_range(input));
}

/* After opening or disarming, arming meets more than the pages dirtied last. */
static double arm_rearmed(const struct figure_input *input)
{
	const struct sample_phases *phase = phases(input);

	if (phase->open != SAMPLE_NULL || phase->disarm != SAMPLE_NULL)
		return NAN;
	return ratio(number(phase->arm), input->dirtied_before);
}

static double change_call(const struct figure_input *input)
{
	return ratio(number(phases(input)->change),
		     input->sample->figures.change_calls);
}

static double write_dirtied(const struct figure_input *input)
{
	return ratio(number(phases(input)->write),
		     input->sample->figures.pages.dirtied);
}

static double collect_resident(const struct figure_input *input)
{
	return ratio(number(phases(input)->collect), part_resident(input));
}

static double collect_range(const struct figure_input *input)
{
	return ratio(number(phases(input)->collect), part_range(input));
}

static double collect_arm_resident(const struct figure_input *input)
{
	return ratio(number(phases(input)->collect_arm), part_resident(input));
}

static double collect_arm_range(const struct figure_input *input)
{
	return ratio(number(phases(input)->collect_arm), part_range(input));
}

static double tracking(const struct figure_input *input)
{
	const struct sample_phases *phase = phases(input);
	double total = number(phase->write);

	if (phase->collect_arm != SAMPLE_NULL)
		total += number(phase->collect_arm);
	else
		total += number(phase->arm) + number(phase->collect);
	return ratio(total, input->sample->figures.pages.dirtied) -
	       input->baseline;
}

static double region_compaction(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return ratio(number(figures->pages.reported), figures->regions.final);
}

static double region_compaction_ideal(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return ratio(number(figures->pages.reported), figures->regions.ideal);
}

static double record_compaction(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return ratio(number(figures->pages.reported), figures->records);
}

static double transfer_ratio(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	/* In an epoch of many collections, the range was looked at as often. */
	if (figures->concurrent.collections != SAMPLE_NULL ||
	    figures->pursuit.iterations != SAMPLE_NULL)
		return NAN;
	return ratio(number(figures->output_bytes) / PAGEMAP_ENTRY_BYTES,
		     part_range(input));
}

static double change_calls(const struct figure_input *input)
{
	return number(input->sample->figures.change_calls);
}

static double vmas_before(const struct figure_input *input)
{
	return number(input->sample->figures.vmas.before);
}

static double vmas_armed(const struct figure_input *input)
{
	return number(input->sample->figures.vmas.armed);
}

static double vmas_peak(const struct figure_input *input)
{
	return number(input->sample->figures.vmas.peak);
}

static double vmas_after(const struct figure_input *input)
{
	return number(input->sample->figures.vmas.after);
}

static double vma_growth(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return number(figures->vmas.peak) - number(figures->vmas.before);
}

static double pagetable_growth(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return number(figures->pagetable_kb.peak) -
	       number(figures->pagetable_kb.before);
}

static double extra(const struct figure_input *input)
{
	return number(input->sample->figures.pages.extra);
}

static double missed(const struct figure_input *input)
{
	return number(input->sample->figures.pages.missed);
}

static double overreport(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return ratio(number(figures->pages.extra), figures->pages.dirtied);
}

static double overreport_explained(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return ratio(number(figures->pages.extra_in_granule),
		     figures->pages.extra);
}

static double open_resident(const struct figure_input *input)
{
	if (input->sample->kind != KIND_FIRST)
		return NAN;
	return ratio(number(phases(input)->open),
		     input->sample->figures.pages.resident);
}

static double first_arm_resident(const struct figure_input *input)
{
	return input->sample->kind == KIND_FIRST ? arm_resident(input) : NAN;
}

/* Of another program's file, never of a sample. */
static double no_sample(const struct figure_input *input
			__attribute__((unused)))
{
	return NAN;
}

static double close_resident(const struct figure_input *input)
{
	return ratio(number(phases(input)->close),
		     input->sample->figures.pages.resident);
}

static bool is_after(const struct figure_input *input)
{
	return input->sample->kind == KIND_AFTER;
}

static double after_read(const struct figure_input *input)
{
	return is_after(input) ? ratio(number(phases(input)->read),
				       input->sample->figures.pages.resident)
			       : NAN;
}

static double after_write(const struct figure_input *input)
{
	return is_after(input) ? write_dirtied(input) : NAN;
}

static double after_huge(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return is_after(input) ? number(figures->anon_huge_kb.before) -
					 number(figures->anon_huge_kb.after)
			       : NAN;
}

static double after_vmas(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return is_after(input) ? number(figures->vmas.after) -
					 number(figures->vmas.before)
			       : NAN;
}

static double after_pagetables(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return is_after(input) ? number(figures->pagetable_kb.after) -
					 number(figures->pagetable_kb.before)
			       : NAN;
}

static double quantile(const struct figure_input *input, enum detail_id id,
		       double q)
{
	const struct sample_detail *detail = input->sample->detail;

	return detail ? histogram_quantile(&detail->histograms[id], q) : NAN;
}

static double slow_write(const struct figure_input *input, unsigned int of)
{
	const struct sample_detail *detail = input->sample->detail;

	return detail ? histogram_tail(&detail->histograms[DETAIL_WRITE], of)
		      : NAN;
}

static double watch_write(const struct figure_input *input)
{
	return quantile(input, DETAIL_WRITE, 0.5);
}

static double watch_write_99(const struct figure_input *input)
{
	return slow_write(input, 100);
}

static double watch_write_999(const struct figure_input *input)
{
	return slow_write(input, 1000);
}

static double watch_write_max(const struct figure_input *input)
{
	return quantile(input, DETAIL_WRITE, 1);
}

static double watch_tracked(const struct figure_input *input)
{
	return quantile(input, DETAIL_TRACKED_WRITE, 0.5);
}

/* The median of values that are above 0 or, their opposites, in @less. */
static double signed_median(const struct histogram *more,
			    const struct histogram *less)
{
	double above = (double)more->nr, below = (double)less->nr;

	if (below > above)
		return -histogram_quantile(less, (below - above) / 2 / below);
	return histogram_quantile(more, (above - below) / 2 / above);
}

/* Side by side in one run: what a store takes with and without. Where faults
 * are rare and long, a sum would tell of the one that was longest. */
static double watch_recording(const struct figure_input *input)
{
	const struct sample_concurrent *c = &input->sample->figures.concurrent;
	const struct sample_detail *detail = input->sample->detail;
	const struct histogram *more, *less;

	if (!detail)
		return NAN;
	more = &detail->histograms[DETAIL_RECORDING_MORE];
	less = &detail->histograms[DETAIL_RECORDING_LESS];
	return signed_median(more, less) /
	       ratio(number(c->recorded), (int64_t)(more->nr + less->nr));
}

static double watch_collect(const struct figure_input *input)
{
	return quantile(input, DETAIL_COLLECT, 0.5);
}

static double watch_arm(const struct figure_input *input)
{
	return quantile(input, DETAIL_ARM, 0.5);
}

static double watch_collect_arm(const struct figure_input *input)
{
	return quantile(input, DETAIL_COLLECT_ARM, 0.5);
}

static double watch_pages(const struct figure_input *input)
{
	return quantile(input, DETAIL_PAGES, 0.5);
}

static double watch_regions(const struct figure_input *input)
{
	return quantile(input, DETAIL_REGIONS, 0.5);
}

static double per_second(const struct figure_input *input, double amount)
{
	return ratio(amount * NS_PER_S,
		     input->sample->figures.concurrent.duration_ns);
}

static double watch_writes_rate(const struct figure_input *input)
{
	return per_second(input,
			  number(input->sample->figures.concurrent.writes));
}

/* A page counts once a collection that reported it. */
static double watch_pages_rate(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return per_second(input, number(figures->pages.reported));
}

/* Of all that an epoch had: the delay was over before they could begin. */
static double watch_late(const struct figure_input *input)
{
	const struct sample_concurrent *c = &input->sample->figures.concurrent;

	return ratio(number(c->late), c->collections);
}

static double counter(const struct sample_figures *figures, const char *name)
{
	for (int i = 0; i < figures->nr_counters; i++)
		if (!strcmp(figures->counters[i].name, name))
			return number(figures->counters[i].value);
	return NAN;
}

static double watch_lost(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return ratio(counter(figures, "lost_in_gap"),
		     figures->concurrent.collections);
}

static double pursuit_iterations(const struct figure_input *input)
{
	return number(input->sample->figures.pursuit.iterations);
}

static double pursuit_copied(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return ratio(number(figures->pursuit.copied_pages),
		     figures->pages.resident);
}

static double pursuit_left(const struct figure_input *input)
{
	return number(input->sample->figures.pursuit.left_pages);
}

static double pursuit_stopped(const struct figure_input *input)
{
	return number(input->sample->figures.pursuit.stopped_ns);
}

static double pursuit_pause(const struct figure_input *input)
{
	return number(input->sample->figures.pursuit.pause_ns);
}

static double pursuit_stores(const struct figure_input *input)
{
	const struct sample_pursuit *p = &input->sample->figures.pursuit;

	return ratio(number(p->stores) * NS_PER_S, p->duration_ns);
}

static double pursuit_lost(const struct figure_input *input)
{
	const struct sample_figures *figures = &input->sample->figures;

	return figures->pursuit.iterations == SAMPLE_NULL
		       ? NAN
		       : counter(figures, "lost_in_gap");
}

#define TIMED(before, after)                                    \
	.name = { before "_ns_" after, before "_insn_" after }, \
	.unit = { "ns/page", "insn/page" }
#define TIMED_CALL(before)                                          \
	.name = { before "_ns_per_call", before "_insn_per_call" }, \
	.unit = { "ns/call", "insn/call" }
#define WATCHED(what)                                             \
	.name = { what "_ns_per_write", what "_insn_per_write" }, \
	.unit = { "ns/write", "insn/write" }
#define COLLECTION(what)                                                    \
	.name = { what "_ns_per_collection", what "_insn_per_collection" }, \
	.unit = { "ns/collection", "insn/collection" }
#define PLAIN(figure, of) .name = { figure, figure }, .unit = { of, of }

static const struct figure figures[NR_FIGURES] = {
	[FIGURE_ARM_RESIDENT] = {
		TIMED("arm", "per_resident_page"),
		.value = arm_resident,
	},
	[FIGURE_ARM_REARMED] = {
		TIMED("arm", "per_rearmed_page"),
		.value = arm_rearmed,
	},
	[FIGURE_CHANGE] = {
		TIMED_CALL("change"),
		.value = change_call,
	},
	[FIGURE_WRITE] = {
		TIMED("write", "per_dirtied_page"),
		.untracked = true,
		.value = write_dirtied,
	},
	[FIGURE_COLLECT_RESIDENT] = {
		TIMED("collect", "per_resident_page"),
		.value = collect_resident,
	},
	[FIGURE_COLLECT_RANGE] = {
		TIMED("collect", "per_range_page"),
		.value = collect_range,
	},
	[FIGURE_COLLECT_ARM_RESIDENT] = {
		TIMED("collect_arm", "per_resident_page"),
		.value = collect_arm_resident,
	},
	[FIGURE_COLLECT_ARM_RANGE] = {
		TIMED("collect_arm", "per_range_page"),
		.value = collect_arm_range,
	},
	[FIGURE_TRACKING] = {
		TIMED("tracking", "per_dirtied_page"),
		.value = tracking,
	},
	[FIGURE_REGION_COMPACTION] = {
		PLAIN("region_compaction", "pages/region"),
		.value = region_compaction,
	},
	[FIGURE_REGION_COMPACTION_IDEAL] = {
		PLAIN("region_compaction_ideal", "pages/region"),
		.value = region_compaction_ideal,
	},
	[FIGURE_RECORD_COMPACTION] = {
		PLAIN("record_compaction", "pages/record"),
		.value = record_compaction,
	},
	[FIGURE_TRANSFER_RATIO] = {
		PLAIN("transfer_ratio", ""),
		.value = transfer_ratio,
	},
	[FIGURE_CHANGE_CALLS] = {
		PLAIN("change_calls", "calls"),
		.value = change_calls,
	},
	[FIGURE_VMAS_BEFORE] = {
		PLAIN("vmas_before", "VMAs"),
		.value = vmas_before,
	},
	[FIGURE_VMAS_ARMED] = {
		PLAIN("vmas_armed", "VMAs"),
		.value = vmas_armed,
	},
	[FIGURE_VMAS_PEAK] = {
		PLAIN("vmas_peak", "VMAs"),
		.value = vmas_peak,
	},
	[FIGURE_VMAS_AFTER] = {
		PLAIN("vmas_after", "VMAs"),
		.value = vmas_after,
	},
	[FIGURE_VMA_GROWTH] = {
		PLAIN("vma_growth", "VMAs"),
		.value = vma_growth,
	},
	[FIGURE_PAGETABLE_GROWTH] = {
		PLAIN("pagetable_growth_kb", "kB"),
		.value = pagetable_growth,
	},
	[FIGURE_EXTRA] = {
		PLAIN("extra_pages", "pages"),
		.value = extra,
	},
	[FIGURE_MISSED] = {
		PLAIN("missed_pages", "pages"),
		.value = missed,
	},
	[FIGURE_OVERREPORT] = {
		PLAIN("overreport", ""),
		.value = overreport,
	},
	[FIGURE_OVERREPORT_EXPLAINED] = {
		PLAIN("overreport_explained", ""),
		.value = overreport_explained,
	},
	[FIGURE_OPEN] = {
		TIMED("open", "per_resident_page"),
		.apart = true,
		.value = open_resident,
	},
	[FIGURE_FIRST_ARM] = {
		TIMED("first_arm", "per_resident_page"),
		.apart = true,
		.value = first_arm_resident,
	},
	[FIGURE_CLOSE] = {
		TIMED("close", "per_resident_page"),
		.apart = true,
		.value = close_resident,
	},
	[FIGURE_AFTER_READ] = {
		TIMED("after_read", "per_resident_page"),
		.apart = true,
		.untracked = true,
		.value = after_read,
	},
	[FIGURE_AFTER_WRITE] = {
		TIMED("after_write", "per_dirtied_page"),
		.apart = true,
		.untracked = true,
		.value = after_write,
	},
	[FIGURE_AFTER_HUGE] = {
		PLAIN("after_huge_lost_kb", "kB"),
		.apart = true,
		.untracked = true,
		.value = after_huge,
	},
	[FIGURE_AFTER_VMAS] = {
		PLAIN("after_vmas_left", "VMAs"),
		.apart = true,
		.untracked = true,
		.value = after_vmas,
	},
	[FIGURE_AFTER_PAGETABLES] = {
		PLAIN("after_pagetables_left_kb", "kB"),
		.apart = true,
		.untracked = true,
		.value = after_pagetables,
	},
	[FIGURE_ARM_RANGE] = {
		TIMED("arm", "per_range_page"),
		.value = arm_range,
	},
	[FIGURE_WATCH_WRITE] = {
		WATCHED("write_median"),
		.untracked = true,
		.value = watch_write,
	},
	[FIGURE_WATCH_WRITE_99] = {
		WATCHED("write_p99"),
		.untracked = true,
		.value = watch_write_99,
	},
	[FIGURE_WATCH_WRITE_999] = {
		WATCHED("write_p999"),
		.untracked = true,
		.value = watch_write_999,
	},
	[FIGURE_WATCH_WRITE_MAX] = {
		WATCHED("write_max"),
		.untracked = true,
		.value = watch_write_max,
	},
	[FIGURE_WATCH_TRACKED] = {
		WATCHED("tracked_write_median"),
		.untracked = true,
		.value = watch_tracked,
	},
	[FIGURE_WATCH_RECORDING] = {
		WATCHED("recording"),
		.untracked = true,
		.value = watch_recording,
	},
	[FIGURE_WATCH_COLLECT] = {
		COLLECTION("collect"),
		.value = watch_collect,
	},
	[FIGURE_WATCH_ARM] = {
		COLLECTION("arm"),
		.value = watch_arm,
	},
	[FIGURE_WATCH_COLLECT_ARM] = {
		COLLECTION("collect_arm"),
		.value = watch_collect_arm,
	},
	[FIGURE_WATCH_PAGES] = {
		PLAIN("pages_per_collection", "pages/collection"),
		.value = watch_pages,
	},
	[FIGURE_WATCH_REGIONS] = {
		PLAIN("regions_per_collection", "regions/collection"),
		.value = watch_regions,
	},
	[FIGURE_WATCH_WRITES_RATE] = {
		PLAIN("writes_per_second", "writes/s"),
		.untracked = true,
		.value = watch_writes_rate,
	},
	[FIGURE_WATCH_PAGES_RATE] = {
		PLAIN("written_pages_per_second", "pages/s"),
		.value = watch_pages_rate,
	},
	[FIGURE_WATCH_LOST] = {
		PLAIN("lost_pages_per_collection", "pages/collection"),
		.value = watch_lost,
	},
	[FIGURE_WATCH_LATE] = {
		PLAIN("late_collections_per_collection",
		      "collections/collection"),
		.value = watch_late,
	},
	[FIGURE_PURSUIT_ITERATIONS] = {
		PLAIN("iterations_per_pre_dump", "iterations"),
		.untracked = true,
		.value = pursuit_iterations,
	},
	[FIGURE_PURSUIT_COPIED] = {
		PLAIN("copied_pages_per_resident_page", ""),
		.value = pursuit_copied,
	},
	[FIGURE_PURSUIT_LEFT] = {
		PLAIN("left_pages", "pages"),
		.value = pursuit_left,
	},
	[FIGURE_PURSUIT_STOPPED] = {
		PLAIN("pre_dump_stopped_ns", "ns"),
		.value = pursuit_stopped,
	},
	[FIGURE_PURSUIT_PAUSE] = {
		PLAIN("pre_dump_estimated_pause_ns", "ns"),
		.value = pursuit_pause,
	},
	[FIGURE_PURSUIT_STORES_RATE] = {
		PLAIN("followed_stores_per_second", "stores/s"),
		.untracked = true,
		.value = pursuit_stores,
	},
	[FIGURE_PURSUIT_LOST] = {
		PLAIN("lost_pages_per_pre_dump", "pages"),
		.value = pursuit_lost,
	},
	[FIGURE_REAL_TIME] = {
		PLAIN("real_time_ns", "ns"),
		.value = no_sample,
	},
	[FIGURE_CPU_TIME] = {
		PLAIN("cpu_time_ns", "ns"),
		.value = no_sample,
	},
};

const struct figure *figure_get(enum figure_id id)
{
	return &figures[id];
}

double figure_value(enum figure_id id, const struct figure_input *input)
{
	return figures[id].value(input);
}
