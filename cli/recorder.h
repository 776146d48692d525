/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a run to its folder: samples as they come, the rest around them. */
#ifndef DIRTYBENCH_RECORDER_H
#define DIRTYBENCH_RECORDER_H

#include <hwloc.h>
#include <stdbool.h>

#include "harness/cell.h"
#include "harness/placement.h"
#include "harness/reason.h"
#include "harness/target.h"
#include "results/summary/summary.h"

struct recorder;

struct recorder_request {
	const char *folder; /* -o; NULL: results/run-TIME in the current one */
	const char *label;  /* NULL: the kernel's release */
	const char *benchmark_version;
	hwloc_topology_t topology;
	const struct placement *place;
	bool keep_nothing; /* no folder: only the summary in memory */
};

/*
 * Make the folder, samples.jsonl, env.json and topology.xml. -EEXIST when the
 * folder holds a run already; -errno when it cannot be written. On an error
 * nothing is left behind that was not there.
 */
int recorder_open(struct recorder **recorder,
		  const struct recorder_request *request, struct reason *why);

/* The folder's name, and a path in it (valid until the next call). */
const char *recorder_folder(const struct recorder *recorder);
const char *recorder_path(struct recorder *recorder, const char *file);

/* Append an epoch that a target reported, and count it in the summary. */
int recorder_report(struct recorder *recorder, const struct cell *cell,
		    int process, const struct target_report *report,
		    struct reason *why);

/* Append a row for a cell that was skipped or failed outside an epoch.
 * @process is -1 where it never got one. */
int recorder_without_epoch(struct recorder *recorder, const struct cell *cell,
			   int process, enum sample_status status,
			   const char *text, struct reason *why);

/* After the last row: the cells' estimates. */
struct summary *recorder_summary(struct recorder *recorder);

/* Take away what recorder_open() made, and free @recorder. */
void recorder_discard(struct recorder *recorder);

/* Flush and close. -EIO and others when the disk says so now. */
int recorder_close(struct recorder *recorder, struct reason *why);

#endif
