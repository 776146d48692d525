/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boots of kernels by turns, for every command that makes some. */
#ifndef DIRTYBENCH_KERNELRUN_H
#define DIRTYBENCH_KERNELRUN_H

#include <argp.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/bootlog.h"
#include "cli/choice.h"
#include "kernels/boot.h"
#include "kernels/image.h"
#include "kernels/modules.h"
#include "results/summary/summary.h"

struct kernels_run;

/* What a command makes of the boots in place of tables. */
struct kernels_watch {
	/* Before anything is booted: cells may be taken out of the plan. 0 or
	 * -errno with run->why. */
	int (*begin)(void *arg, struct kernels_run *run);
	/* Gets every sample. 0 or -errno, which ends the boot. Optional. */
	int (*sample)(void *arg, int kernel, const struct sample *sample);
	/* Gets what trackers said together, as a line, and notes in @done the
	 * cells that have nothing left to do. As @sample. */
	int (*agreement)(void *arg, const struct kernels_run *run, int kernel,
			 const char *line, bool *done);
	/* A boot has ended, as it should or not; cells may be @done now. */
	void (*booted)(void *arg, const struct kernels_run *run, int kernel,
		       const struct boot_result *result, bool *done);
	/* Behind the last boot: the exit code. */
	int (*show)(void *arg, struct kernels_run *run);
	void *arg;
};

struct kernels_options {
	struct choice choice;
	const char *folder, *append;
	enum engine engine;
	int boots, processes, epochs, memory_mb; /* 0: as the preset says */
	double silence_s;
	uint64_t seed;
	bool seeded;
	char **kernels;
	int nr_kernels;
	char **cells; /* keys; in the place of a choice */
	int nr_cells;
	bool profile;	     /* count by function, too */
	const char *vmlinux; /* for all kernels; NULL: each one's own */
	bool unclaimed;	     /* run what trackers declare impossible, too */
	bool agree;	     /* compare trackers with each other */
	const struct kernels_watch *watch; /* NULL: the tables of 'run' */
};

/* One of the kernels, and what came of it so far. */
struct kernel {
	struct kernel_image image;
	struct module_list modules;
	char label[64]; /* also the folder's name */
	struct summary *summary;
	int boots; /* guests started, those that continue another included */
	bool given_up;
};

struct kernels_run {
	const struct kernels_options *options;
	struct plan plan;
	struct kernel *kernels;
	struct bootlog *log;
	char program[PATH_MAX]; /* what runs in the guests */
	int broke;		/* boots that ended as they should not */
	bool stop;		/* no more boots: interrupted, disk full */
	struct reason why;
};

/* Keys of the options that such commands share; one's own come behind. */
enum {
	KERNELS_KEY_BOOTS = CHOICE_KEY_NEXT,
	KERNELS_KEY_ENGINE,
	KERNELS_KEY_PROCESSES,
	KERNELS_KEY_EPOCHS,
	KERNELS_KEY_MEMORY,
	KERNELS_KEY_APPEND,
	KERNELS_KEY_SEED,
	KERNELS_KEY_SILENCE,
	KERNELS_KEY_NEXT
};

/* Rows of an argp_option table. */
#define KERNELS_OPTIONS                                                              \
	CHOICE_WORKLOAD_OPTION, CHOICE_OPTIONS,                                      \
		{ "engine",                                                          \
		  KERNELS_KEY_ENGINE,                                                \
		  "NAME",                                                            \
		  0,                                                                 \
		  "icount (instructions), kvm (time) or tcg (proof only)",           \
		  0 },                                                               \
		{ "boots",                                                           \
		  KERNELS_KEY_BOOTS,                                                 \
		  "N",                                                               \
		  0,                                                                 \
		  "boots of each kernel, 1 by default",                              \
		  0 },                                                               \
		{ "output", 'o', "DIR", 0, "folder of all runs", 0 },                \
		{ "processes",                                                       \
		  KERNELS_KEY_PROCESSES,                                             \
		  "N",                                                               \
		  0,                                                                 \
		  "targets a cell and boot; 1 by default, the preset's number with " \
		  "kvm",                                                             \
		  0 },                                                               \
		{ "epochs", KERNELS_KEY_EPOCHS,		"N",                         \
		  0,	    "measured epochs a target", 0 },                         \
		{ "memory",                                                          \
		  KERNELS_KEY_MEMORY,                                                \
		  "MIB",                                                             \
		  0,                                                                 \
		  "of the guest, 4096 by default",                                   \
		  0 },                                                               \
		{ "append",                                                          \
		  KERNELS_KEY_APPEND,                                                \
		  "TEXT",                                                            \
		  0,                                                                 \
		  "more words for the kernel's command line",                        \
		  0 },                                                               \
		{ "seed",                                                            \
		  KERNELS_KEY_SEED,                                                  \
		  "N",                                                               \
		  0,                                                                 \
		  "of the order and of the guests' randomness; drawn by default",    \
		  0 },                                                               \
	{                                                                            \
		"silence", KERNELS_KEY_SILENCE, "SECONDS", 0,                        \
			"after which a guest hangs, 120 by default", 0               \
	}

/* What KERNEL is, for --help. */
#define KERNELS_ARGS_DOC                                                        \
	"KERNEL is a version that was fetched, the path of an image (bzImage, " \
	"vmlinuz) or a build tree."

void kernels_options_init(struct kernels_options *options);

/* As an argp parser; ARGP_ERR_UNKNOWN for an option that is another's. */
error_t kernels_options_parse(int key, char *arg, struct argp_state *state,
			      struct kernels_options *options);

/* After parsing, that all is there; draws a seed. 0, or EINVAL after one
 * line. */
int kernels_options_check(struct kernels_options *options);

/* Boot them all and show; the exit code. */
int kernels_run_all(const struct kernels_options *options);

#endif
