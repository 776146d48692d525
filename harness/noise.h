/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What on this machine will disturb the numbers, and how to quiet it. */
#ifndef DIRTYBENCH_NOISE_H
#define DIRTYBENCH_NOISE_H

#include <glob.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Each id is reported at most once. */
enum noise_id {
	NOISE_EMULATED,
	NOISE_DEBUG_KERNEL,
	NOISE_CPU_QUOTA,
	NOISE_CLOCK_SOURCE,
	NOISE_CLOCK_COST,
	NOISE_STEAL,
	NOISE_LOAD,
	NOISE_GOVERNOR,
	NOISE_TURBO,
	NOISE_SMT,
	NOISE_SWAP_USED,
	NOISE_KSM,
	NOISE_NUMA_BALANCING,
	NOISE_DAMON,
	NOISE_THP_ALWAYS,
	NOISE_THP_SIZES,
	NOISE_OVERCOMMIT,
	NOISE_KHUGEPAGED,
	NOISE_VIRTUAL,
	NOISE_MITIGATIONS,
	NOISE_ENTRY_COST,
	NOISE_IDS
};

enum noise_severity {
	NOISE_NOTE,    /* shifts all figures alike: mind it in comparisons */
	NOISE_WARNING, /* widens the spread, or disturbs some cells */
	NOISE_SERIOUS, /* the figures cannot be trusted as they are */
};

struct noise_finding {
	enum noise_id id;
	enum noise_severity severity;
	char what[240];	   /* what is, with the figures; no final stop */
	const char *quiet; /* what helps: a command or a sentence; static */
};

/* The most severe first, in the order of the ids among equals. */
struct noise_report {
	struct noise_finding findings[NOISE_IDS];
	int nr_findings;
};

/* CPU time of the whole machine since it booted, in ticks of USER_HZ. */
struct noise_ticks {
	uint64_t busy; /* neither idle nor waiting for a disk; with stolen */
	uint64_t stolen;
};

struct noise_input {
	const char *root; /* directory with proc and sys; "" for this machine */
	/* Steal time counts from here; NULL counts from the boot. */
	const struct noise_ticks *since;
	double clock_cost_ns; /* of one reading; 0 where it was not measured */
};

/* -errno when /proc/stat cannot be read or has no steal time. */
int noise_ticks_read(const char *root, struct noise_ticks *ticks);

/* Look at everything. What cannot be read is not reported. */
void noise_find(const struct noise_input *input, struct noise_report *report);

/* "cpu-quota"; "serious". */
const char *noise_id_name(enum noise_id id);
const char *noise_severity_name(enum noise_severity severity);

#endif
