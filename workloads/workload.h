/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a workload is: a way of mapping, filling and writing memory. */
#ifndef DIRTYBENCH_WORKLOAD_H
#define DIRTYBENCH_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "harness/concurrency.h"
#include "harness/pagekind.h"
#include "harness/params.h"
#include "harness/prepare.h"
#include "harness/pursuit.h"
#include "harness/reason.h"
#include "harness/region.h"
#include "harness/stores.h"

/* What a workload with given parameters needs, for guards and preparation. */
struct needs {
	enum page_kind kind;
	uint64_t range_bytes;	 /* mapped and tracked */
	uint64_t resident_bytes; /* of base pages: populated, copies included */
	/* Of base pages that stores may go to, for the lists that they are in;
	 * 0 where those are resident. */
	uint64_t storable_bytes;
	/* What maps the populated pages, where they are too scattered to fill
	 * page tables; 0 where they fill them. */
	uint64_t pagetable_bytes;
	uint64_t vmas;		/* of the range, where those are many */
	uint64_t hugetlb_bytes; /* of the default huge page size */
	uint64_t swap_bytes;	/* 0 for none */
	enum swap_backend swap;
	bool thp;	      /* MADV_HUGEPAGE has to have an effect */
	uint64_t folio_bytes; /* what that effect has to be; 0 for a PMD's */
	bool other_process;   /* tracks a process that the tracker is not in */
	bool chain;	      /* a range is several mappings when it is armed */
	enum mapping_event event; /* what else happens once it is armed */
};

enum epoch_kind { EPOCH_FIRST, EPOCH_MEASURED, EPOCH_IDLE, EPOCH_READ };

struct epoch {
	unsigned int number; /* from 0 */
	enum epoch_kind kind;
};

/* Whether it is no control epoch. */
static inline bool epoch_stores(const struct epoch *epoch)
{
	return epoch->kind == EPOCH_FIRST || epoch->kind == EPOCH_MEASURED;
}

enum phase { PHASE_ARM, PHASE_WRITE };

/* A large program has so many mappings of its own, those in a row being one;
 * ours have few. */
enum { WORK_MAX_RANGES = 1024, WORK_MAX_PARTS = 4 };

/* One workload at work in a target process. */
struct work {
	const struct workload *workload;
	const struct params *params;
	struct mapped_range ranges[WORK_MAX_RANGES]; /* sorted by address */
	int nr_ranges;
	/* What is armed and collected where that is not all ranges: parts of
	 * them in whole mapping units, populated as a whole. */
	struct mapped_range parts[WORK_MAX_PARTS];
	int nr_parts;		 /* 0 for all ranges */
	bool has_neighbours;	 /* others' memory lies between the ranges */
	uint64_t resident_pages; /* populated: present or swapped */
	pid_t tracked;		 /* 0 for this process */
	bool other_stores; /* another process stores: its faults are not ours */
	struct stores stores;  /* which pages may be and will be stored to */
	uint64_t change_calls; /* counted by change, from 0 in every epoch */
	uint64_t stored; /* by who is pursued, in this epoch; set by between */
	struct reason why; /* filled by a hook that fails */
	void *state;	   /* the workload's own */
};

/*
 * Hooks return 0 or a negative errno with work->why filled. Only change and
 * write are ever inside the clock; read, too, once tracking has ended.
 */
struct workload {
	const char *name;	    /* lower case, words joined by '-' */
	int version;		    /* one more whenever its meaning changes */
	const char *summary;	    /* one line: whose pages, in which state */
	const struct param *params; /* ends with a NULL name */
	bool aside;		    /* the "*" of a preset leaves it out */

	/* Whether prepare rewrites memory that is tracked: the tracker is
	 * disarmed before. Optional: no. */
	bool (*rewrites)(const struct params *params);

	/* Whether threads store while the tracker collects: @out is filled, and
	 * epochs run as watch.h says, on all pages of the units that prepare
	 * has picked. read, write and expected are then called only once
	 * tracking has ended. Optional: no. */
	bool (*concurrent)(const struct params *params,
			   struct concurrency *out);

	/* Whether another process, work->tracked from open on, is copied from
	 * outside while it goes on: @out is filled, and epochs run as predump.h
	 * says. prepare then lets it do what such an epoch does, between ends
	 * that after PHASE_WRITE, and change, read, write and expected are not
	 * called. Optional: no. */
	bool (*pursued)(const struct params *params, struct pursuit *out);

	/* What it needs with these parameters. Required. */
	int (*needs)(const struct params *params, struct needs *needs,
		     struct reason *why);

	/* Map and populate the ranges (memory.h), list the pages that can be
	 * stored to (stores.h). Required. */
	int (*open)(struct work *work);

	/* Before every epoch: choose its pages, restore the state that the
	 * epoch starts from. 1 when a mapping was replaced or another process
	 * is tracked now: the tracker is closed and opened again. Required. */
	int (*prepare)(struct work *work, const struct epoch *epoch);

	/* After @done, before the next phase. Optional. */
	int (*between)(struct work *work, enum phase done);

	/* What else an epoch does to its mappings, behind arm and before write,
	 * a phase of its own: counts its system calls in work->change_calls.
	 * Epochs that store nothing are without it, too. Optional. */
	int (*change)(struct work *work);

	/* Do stores number @first to @first + @nr - 1 of this epoch. Cannot
	 * fail. Required, as all that follow, but where pursued. */
	void (*write)(struct work *work, size_t first, size_t nr);

	/* Read each resident page once, storing nothing. */
	void (*read)(struct work *work);

	/* Append what this epoch's stores and changes gave other contents in
	 * the tracked process: whole base pages. The array is large enough for
	 * every candidate. */
	void (*expected)(const struct work *work, struct region_array *out);

	/* Unmap, end processes. Ranges may be partly made. Required. */
	void (*close)(struct work *work);
};

#endif
