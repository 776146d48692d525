/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether trackers said the same of the same pages, and on which not. */
#ifndef DIRTYBENCH_AGREEMENT_H
#define DIRTYBENCH_AGREEMENT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/reason.h"
#include "results/sample.h"

/* Trackers of one agreement: bits of a mask. */
enum { AGREEMENT_TRACKERS = 32 };

/* Why trackers are wrong about a page: what they declare beforehand, or not. */
enum {
	BECAUSE_GRANULE = 1 << 0,   /* it shares its granule with a written */
	BECAUSE_SUPERSET = 1 << 1,  /* more than a superset is not claimed */
	BECAUSE_UNCLAIMED = 1 << 2, /* such pages are not claimed at all */
	BECAUSE_NOTHING = 1 << 3,   /* nothing explains it */
	NR_BECAUSE = 4,
};

struct agreement_tracker {
	char name[64];	   /* "scan", and a parameter that tells it apart */
	bool compared;	   /* in some round, to its end */
	bool failed;	   /* it was compared until it failed */
	struct reason why; /* where it was not compared, or failed */
};

/* One target: the trackers that can follow its memory together. A page counts
 * once an epoch. */
struct agreement_round {
	uint32_t trackers; /* bit N: tracker N */
	int epochs;
	int64_t compared, differ;
};

/* A run of pages of one epoch. */
struct agreement_region {
	int round, epoch;
	uint64_t start, end;
	uint32_t said;	      /* bit N: tracker N has them as written */
	bool written;	      /* they were */
	unsigned int because; /* of all trackers that are wrong together */
};

/* Of one workload with its parameters. */
struct agreement {
	char cell[SAMPLE_CELL_BYTES]; /* key of its first */
	char pages[160];	      /* "thp state=split" */
	char kind[32]; /* of the pages; "" where there are none */
	int64_t page_bytes;
	bool failed;	   /* the target or the kernel broke */
	struct reason why; /* where nothing was compared, or it failed */
	struct agreement_tracker trackers[AGREEMENT_TRACKERS];
	int nr_trackers;
	struct agreement_round rounds[AGREEMENT_TRACKERS];
	int nr_rounds;
	struct agreement_region *regions;
	size_t nr_regions, max_regions;
};

/* The worst that holds. */
enum agreement_outcome {
	AGREEMENT_NOTHING,  /* no two trackers were compared */
	AGREEMENT_AGREE,    /* all said the same of every page */
	AGREEMENT_DECLARED, /* they differ, as they declare beforehand */
	AGREEMENT_FAILED,   /* a tracker, the target or the kernel did */
	AGREEMENT_DIFFER,   /* beyond that */
	NR_AGREEMENT_OUTCOMES,
};

enum agreement_outcome agreement_outcome(const struct agreement *agreement);
const char *agreement_outcome_name(enum agreement_outcome outcome);

/* -ENOMEM. */
int agreement_add_region(struct agreement *agreement,
			 const struct agreement_region *region);
void agreement_free(struct agreement *agreement);

/* A line of JSON, which the caller frees; NULL: no memory. */
char *agreement_encode(const struct agreement *agreement);
/* agreement_free() in any case. -EINVAL, -ENOMEM. */
int agreement_decode(struct agreement *agreement, const char *line,
		     struct reason *why);

/* All agreements of one kernel. */
struct agreement_kernel {
	const char *name;
	struct agreement *v;
	int nr;
	struct reason why; /* it did not come to the rest; "" */
};

/* Takes over what @agreement points to. -ENOMEM. */
int agreement_kernel_add(struct agreement_kernel *kernel,
			 const struct agreement *agreement);
void agreement_kernel_free(struct agreement_kernel *kernel);

enum agreement_format {
	AGREEMENT_TEXT, /* 80 columns of ASCII */
	AGREEMENT_JSON,
	NR_AGREEMENT_FORMATS,
};

/* -EINVAL with the names that there are. */
int agreement_format_find(const char *name, enum agreement_format *format,
			  struct reason *why);

struct agreement_style {
	enum agreement_format format;
	bool all; /* of a text: every region, not only the first ones */
};

/* 0, -ENOMEM, or -EIO when @out is in error afterwards. */
int agreement_print(FILE *out, const struct agreement_kernel *kernels,
		    int nr_kernels, const struct agreement_style *style);

#endif
