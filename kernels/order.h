/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest is to do: the file that its first process finds. */
#ifndef DIRTYBENCH_ORDER_H
#define DIRTYBENCH_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/clock.h"
#include "harness/reason.h"

/* Where the order is in the guest. */
#define ORDER_PATH "/order.json"

/* The kernel modules to load in the guest, in this order. */
#define ORDER_MODULE_FOLDER "/modules"

/* The serial port that samples leave by; the first one is the console. */
#define ORDER_CHANNEL "/dev/ttyS1"

/* What a guest sends besides samples, where it is to be profiled. */
#define ORDER_SYMBOLS_FILE "kallsyms"
#define ORDER_NOTES_FILE   "notes"

/* How phases are measured in a guest, by its name on the command line. */
enum engine {
	ENGINE_ICOUNT, /* QEMU counts instructions */
	ENGINE_KVM,    /* time, on this machine's processor */
	ENGINE_TCG,    /* proof only: QEMU's time means nothing */
	NR_ENGINES,
};

const char *engine_name(enum engine engine);
/* -EINVAL with the names that there are. */
int engine_find(const char *name, enum engine *engine, struct reason *why);
enum clock_meaning engine_clock(enum engine engine);

struct order {
	enum engine engine;
	char *run;   /* name of the run */
	char *label; /* the kernel's name */
	char *start; /* of the run, UTC: the guest's own clock may be set
		      * otherwise */
	int processes, epochs;
	double time_limit_s; /* for a target, on the guest's clock */
	char **cells;	     /* keys */
	int nr_cells;
	/* Whether cells are run that their tracker declares impossible. */
	bool unclaimed;
	/* Whether trackers are compared with each other, not measured. */
	bool agree;
	bool profile;	/* whether the kernel's symbols are sent first */
	char **modules; /* ORDER_MODULE_FOLDER has NAME.ko of each */
	int nr_modules;
};

/* The text of the file, zero-terminated; the caller frees. NULL: no memory. */
char *order_encode(const struct order *order);

/* order_free() in any case. -EINVAL, -ENOMEM. */
int order_decode(struct order *order, const char *text, size_t length,
		 struct reason *why);
void order_free(struct order *order);

#endif
