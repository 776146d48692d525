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

/*
 * Readers of what the kernel tells in small files. @root is a directory that
 * stands in for /, so that a captured tree can be read; "" reads this machine.
 * Unless said otherwise they return 0 or -errno, -EINVAL for a text that is
 * not of the expected form.
 */

/* The whole file without trailing white space, cut at @size; its length. */
int rooted_read(const char *root, const char *path, char *text, size_t size);

int rooted_read_int(const char *root, const char *path, int64_t *value);

/* The word in brackets: "madvise" of "always [madvise] never". */
int rooted_read_choice(const char *root, const char *path, char *text,
		       size_t size);

/* How many numbers a list like "0-3,8" has. */
int rooted_read_list_count(const char *root, const char *path, int64_t *count);

/* One line of /proc/meminfo, in KiB. -ENOENT where it has no such line. */
int rooted_meminfo_kb(const char *root, const char *key, int64_t *value_kb);

/* A stream for reading; NULL with errno set. The caller closes it. */
FILE *rooted_open(const char *root, const char *path);

/*
 * Every path that matches, @root included, sorted: read them with root "".
 * -ENOENT where there is none. The caller frees with globfree().
 */
int rooted_glob(const char *root, const char *pattern, glob_t *found);

/*
 * The configuration that the running kernel was built with: its text, which
 * the caller frees, and the file it came from. Where /proc/config.gz is, the
 * program gzip reads it; otherwise it is /boot/config-RELEASE.
 */
int rooted_kernel_config(const char *root, char **text, char *source,
			 size_t size);

/*
 * The value of @option (without CONFIG_) in the text of a configuration: "y",
 * "m", "n" for one that is said not to be set, or a number or string without
 * its quotes. -ENOENT where it is not mentioned.
 */
int rooted_config_value(const char *config, const char *option, char *value,
			size_t size);

/*
 * Whether the machine is virtual. 1 with the name of what runs it ("KVM",
 * "QEMU TCG"; "" if it does not say), 0 for bare metal, -ENOENT where nothing
 * tells.
 */
int rooted_hypervisor(const char *root, char *name, size_t size);

/* CPUs' worth of time that this process's control groups allow.
 * -ENOENT where there is no limit. */
int rooted_cpu_quota(const char *root, double *cpus);

/* 1 when processors may exceed their base frequency, 0 when not. */
int rooted_turbo(const char *root);

/* 1 when cores run more than one thread at a time, 0 when not. */
int rooted_smt(const char *root);

#endif
