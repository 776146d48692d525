/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads that store and do not stop, and how long each store took them. */
#ifndef DIRTYBENCH_WRITERS_H
#define DIRTYBENCH_WRITERS_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/buffers.h"
#include "harness/clock.h"
#include "harness/concurrency.h"
#include "harness/ledger.h"
#include "harness/placement.h"
#include "harness/reason.h"
#include "results/detail.h"
#include "results/sample.h"

struct writer;

/*
 * Each writer stores its stamp to a word of its own in every page. It reads the
 * clock once a store: a store takes from the end of the one before it to its
 * own end, with choosing the page. Every millisecond, blocks of stores are done
 * with and without reading the clock; their processor time tells what recording
 * costs.
 */
struct writers {
	const struct concurrency *plan;
	/* Where they store: numbers of the ledger's pages, ascending. For
	 * whoever starts them to fill, and then the same until they end. */
	const uint32_t *chosen;
	size_t nr_chosen;
	bool separate; /* arming is a call of its own; to be set, too */
	const struct placement *place;
	struct ledger *ledger;
	struct tick_clock clock;
	struct writer *v;  /* plan->writers */
	int started;	   /* of these, running */
	uint64_t start_ns; /* of the timeline, on the clock */
	bool reads;	   /* they read in place of storing */
};

/* For the pages of @ledger, which are populated: zeroes the writers' words in
 * them. -ENOMEM; writers_close() in any case. */
int writers_open(struct writers *writers, const struct concurrency *plan,
		 const struct placement *place, struct ledger *ledger,
		 struct buffers *buffers);
void writers_close(struct writers *writers, struct buffers *buffers);

/*
 * Start all, with nothing recorded. @epoch moves on what is random; @reads:
 * they read; @timeline: the slots are recorded as well, and then no block goes
 * without. -errno with @why, and then none runs.
 */
int writers_start(struct writers *writers, unsigned int epoch, bool reads,
		  bool timeline, struct reason *why);

/* Let all end, and wait for it. */
void writers_stop(struct writers *writers);

/* Behind writers_stop(): what they have recorded. */
void writers_take(const struct writers *writers, struct sample_detail *detail,
		  struct sample_concurrent *counts);

/* Whether each page holds the latest stamp that the ledger has of it. */
bool writers_check(const struct writers *writers);

#endif
