/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures that are derived from a sample, each named with its denominator.
 */
#ifndef DIRTYBENCH_FIGURES_H
#define DIRTYBENCH_FIGURES_H

#include "results/sample.h"

/* What the clock counted; the figures are named after it. */
enum timing {
	TIMING_NS,
	TIMING_INSN, /* executed instructions */
	NR_TIMINGS,
};

enum figure_id {
	FIGURE_ARM_RESIDENT,
	FIGURE_ARM_REARMED,
	FIGURE_WRITE,
	FIGURE_COLLECT_RESIDENT,
	FIGURE_COLLECT_RANGE,
	FIGURE_COLLECT_ARM_RESIDENT,
	FIGURE_COLLECT_ARM_RANGE,
	FIGURE_TRACKING,
	FIGURE_REGION_COMPACTION,
	FIGURE_REGION_COMPACTION_IDEAL,
	FIGURE_RECORD_COMPACTION,
	FIGURE_TRANSFER_RATIO,
	FIGURE_VMA_GROWTH,
	FIGURE_PAGETABLE_GROWTH,
	FIGURE_OVERREPORT,
	FIGURE_OVERREPORT_EXPLAINED,
	FIGURE_OPEN,
	FIGURE_FIRST_ARM,
	FIGURE_CLOSE,
	/* What tracking leaves behind, and what memory costs then. */
	FIGURE_AFTER_READ,
	FIGURE_AFTER_WRITE,
	FIGURE_AFTER_HUGE,
	FIGURE_AFTER_VMAS,
	FIGURE_AFTER_PAGETABLES,
	/* Of arming memory of which nothing is populated. */
	FIGURE_ARM_RANGE,
	/* Of epochs in which writers did not stop; all from distributions. */
	FIGURE_WATCH_WRITE,
	FIGURE_WATCH_WRITE_99,
	FIGURE_WATCH_WRITE_999,
	FIGURE_WATCH_WRITE_MAX,
	FIGURE_WATCH_TRACKED,
	FIGURE_WATCH_RECORDING,
	FIGURE_WATCH_COLLECT,
	FIGURE_WATCH_ARM,
	FIGURE_WATCH_COLLECT_ARM,
	FIGURE_WATCH_PAGES,
	FIGURE_WATCH_REGIONS,
	FIGURE_WATCH_WRITES_RATE,
	FIGURE_WATCH_PAGES_RATE,
	FIGURE_WATCH_LOST,
	FIGURE_WATCH_LATE,
	/* Of files that Google Benchmark wrote; no sample has them. */
	FIGURE_REAL_TIME,
	FIGURE_CPU_TIME,
	/* Of samples again. What comes later comes last: a figure's number
	 * seeds the resampling of its rows. */
	FIGURE_CHANGE,
	FIGURE_CHANGE_CALLS,
	FIGURE_VMAS_BEFORE,
	FIGURE_VMAS_ARMED,
	FIGURE_VMAS_PEAK,
	FIGURE_VMAS_AFTER,
	FIGURE_EXTRA,
	FIGURE_MISSED,
	/* Of epochs in which a process was copied while it went on. */
	FIGURE_PURSUIT_ITERATIONS,
	FIGURE_PURSUIT_COPIED,
	FIGURE_PURSUIT_LEFT,
	FIGURE_PURSUIT_STOPPED,
	FIGURE_PURSUIT_PAUSE,
	FIGURE_PURSUIT_STORES_RATE,
	FIGURE_PURSUIT_LOST,
	NR_FIGURES,
};

/* An epoch, and what of other samples its figures need. */
struct figure_input {
	const struct sample *sample;
	/* Pages dirtied in the epoch before, same process; SAMPLE_NULL. */
	int64_t dirtied_before;
	/*
	 * Write per dirtied page without tracking (tracker `none`, same
	 * workload, parameters and run); NAN when it was not measured.
	 */
	double baseline;
};

struct figure {
	/* By timing; figures that hold no time have one name for both. */
	const char *name[NR_TIMINGS];
	/* "ns/page", "pages/region", "kB", …; "" for a ratio of equals. */
	const char *unit[NR_TIMINGS];
	/*
	 * Figures of what comes before and behind the epochs stand apart and
	 * are never pooled with the others: those are taken from measured
	 * epochs only, these from whatever row has them.
	 */
	bool apart;
	bool untracked; /* means something also of tracker `none` */
	/* NAN where an operand is null or the denominator is 0. */
	double (*value)(const struct figure_input *input);
};

/* @id below NR_FIGURES. */
const struct figure *figure_get(enum figure_id id);

double figure_value(enum figure_id id, const struct figure_input *input);

/* TIMING_INSN when instructions were counted in this epoch. */
enum timing figure_timing(const struct sample *sample);

#endif
