/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of samples.jsonl as a C value: an epoch, or a cell without one. */
#ifndef DIRTYBENCH_SAMPLE_H
#define DIRTYBENCH_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "results/detail.h"

/* The format that this program writes; docs/result-format.md describes it. */
enum { SAMPLE_VERSION = 1 };

/* A figure that was not measured. JSON has null for it. */
#define SAMPLE_NULL INT64_MIN

enum sample_kind {
	KIND_NONE, /* a cell that never reached an epoch; null in JSON */
	KIND_FIRST,
	KIND_MEASURED,
	KIND_IDLE,
	KIND_READ,
	KIND_AFTER, /* no epoch: what tracking left behind, untracked */
	NR_KINDS,
};

enum sample_status {
	STATUS_OK,
	STATUS_SKIP,
	STATUS_FAIL,
	STATUS_LIED,
	STATUS_INEXACT,
	NR_STATUSES,
};

/* Durations of the phases; nanoseconds, or executed instructions. */
struct sample_phases {
	int64_t open, arm, change, write, collect, collect_arm, disarm, close;
	int64_t read;
};

/*
 * Of an epoch in which writers did not stop. Nanoseconds of @recorded_ns and
 * @bare_ns are of processor time, of so many stores as recorded and bare, which
 * were done with and without reading the clock.
 */
struct sample_concurrent {
	int64_t collections;
	int64_t late; /* of these, began later than their delay would have it */
	int64_t duration_ns; /* while writers were running */
	int64_t writes;
	int64_t recorded, recorded_ns, bare, bare_ns;
	int64_t writer_cpus, collector_cpu; /* how many; which one */
};

/*
 * Of an epoch in which a process was copied while it went on. Times are of the
 * clock, whatever phases are counted in.
 */
struct sample_pursuit {
	int64_t iterations;   /* copies while it went on, the first included */
	int64_t copied_pages; /* by all, and the last one */
	int64_t left_pages;   /* the last one, while it was stopped */
	int64_t stopped_ns;   /* for that one, until it was copied */
	/* Collecting that one, as measured, and copying it at the bandwidth. */
	int64_t pause_ns;
	int64_t duration_ns; /* of all */
	int64_t stores; /* of the process meanwhile; null where nobody knows */
};

struct sample_counter {
	char name[32];
	int64_t value;
};

enum { SAMPLE_MAX_COUNTERS = 8 };

/*
 * The figures of one epoch: plain integers, so that a target process can hand
 * them to the runner as they are. Pages are base pages of the kernel.
 */
struct sample_figures {
	struct {
		int64_t range, resident, dirtied, unit;
		int64_t reported, missed, extra, extra_in_granule;
		/* What is armed and collected, where that is not all. */
		int64_t part_range, part_resident;
	} pages;
	struct sample_phases ns;
	struct sample_phases insn;
	struct {
		int64_t final, ideal;
	} regions;
	int64_t records;
	int64_t output_bytes;
	int64_t syscalls;
	int64_t change_calls; /* system calls of the phase change */
	struct {
		int64_t before, armed, peak, after;
	} vmas;
	struct {
		int64_t before, peak, after;
	} pagetable_kb;
	struct {
		int64_t before, after;
	} anon_huge_kb;
	struct {
		int64_t minor, major;
	} faults;
	struct {
		int64_t voluntary, involuntary;
	} switches;
	/* Numbers of the system: where the first writer was, and the collector
	 * of writers that go on or a helper that was put elsewhere. */
	struct {
		int64_t writer_cpu, other_cpu, memory_node;
	} placement;
	struct sample_concurrent concurrent;
	struct sample_pursuit pursuit;
	struct sample_counter counters[SAMPLE_MAX_COUNTERS];
	int nr_counters;
};

enum { SAMPLE_MAX_PARAMS = 24 };

struct sample_param {
	char name[24];
	char value[40];
};

/* A key: names, and SAMPLE_MAX_PARAMS short parameters. */
enum { SAMPLE_CELL_BYTES = 512 };

struct sample {
	int64_t v, seq;
	char run[64];
	char label[64]; /* empty is null */
	char boot[40];
	char cell[SAMPLE_CELL_BYTES];
	char workload[32];
	int64_t workload_version;
	char tracker[32];
	struct sample_param params[SAMPLE_MAX_PARAMS];
	int nr_params;
	int64_t process; /* counted from 0 within the cell; SAMPLE_NULL */
	int64_t epoch;	 /* counted from 0 within the process; SAMPLE_NULL */
	enum sample_kind kind;
	enum sample_status status;
	char reason[400]; /* empty is null */
	struct sample_figures figures;
	/* Of whoever handed the sample over, for as long as the sample is valid
	 * there; NULL for nothing. */
	const struct sample_detail *detail;
};

/* Every figure SAMPLE_NULL, no counters. */
void sample_figures_clear(struct sample_figures *figures);

/* One more; left out where there is no room. */
void sample_add_counter(struct sample_figures *figures, const char *name,
			int64_t value);

/*
 * A sample of this version with empty texts, no parameters, null process,
 * epoch and figures, KIND_NONE and STATUS_OK.
 */
void sample_clear(struct sample *sample);

/* Whether no phase ran: such a group is null as a whole in JSON. */
bool sample_phases_empty(const struct sample_phases *phases);

/* The word of the sample file; NULL for KIND_NONE and unknown values. */
const char *sample_kind_name(enum sample_kind kind);
const char *sample_status_name(enum sample_status status);

#endif
