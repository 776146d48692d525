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
#include "kernels/order.h"
#include "results/summary/summary.h"

struct recorder;

struct recorder_request {
	const char *folder; /* -o; NULL: results/run-TIME in the current one */
	const char *label;  /* NULL: the kernel's release */
	const char *benchmark_version;
	hwloc_topology_t topology;
	const struct placement *place;
	bool keep_nothing; /* no folder: only the summary in memory */
	/* In a guest: what it was told, and where all goes in place of a
	 * folder; else NULL. */
	const struct order *order;
	int channel;
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

/* Before each process of a cell: a crash of the guest is this cell's. */
int recorder_begin(struct recorder *recorder, const struct cell *cell,
		   struct reason *why);

/* Hand a file over that is in no folder. Nothing happens outside a guest. */
int recorder_hand_over(struct recorder *recorder, const char *name,
		       const char *path, struct reason *why);

/* In a guest, whose kernel is stuck in a cell: @stuck is why. What is left is
 * for the next boot, and the host gives the cell its row. -EDEADLK with @why;
 * outside of a guest 0, and nothing happens. */
int recorder_give_up(struct recorder *recorder, const struct reason *stuck,
		     struct reason *why);

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
