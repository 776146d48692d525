/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that changes the machine and restores it, whatever happens. */
#ifndef DIRTYBENCH_GUARDIAN_H
#define DIRTYBENCH_GUARDIAN_H

#include <sys/types.h>

#include "harness/prepare.h"
#include "harness/reason.h"

/* What is needed to put the machine back, while it is changed. */
#define GUARDIAN_SAVED_PATH "/run/dirtybench-saved.json"
#define GUARDIAN_LOCK_PATH  "/run/dirtybench.lock"

/* Targets of a killed runner are gone, or slow to die, within this time. */
#define GUARDIAN_RESTORE_LIMIT_MS 60000

/*
 * Both sides are one program, so that packets of a SOCK_SEQPACKET pair carry
 * these as they are. The guardian sends an answer when it is ready or cannot
 * be, and one to each request; it ends after an answer that says so.
 */
enum guardian_verb {
	GUARDIAN_START,
	GUARDIAN_SWAP,
	GUARDIAN_FOLIO,
	GUARDIAN_END
};

struct guardian_request {
	enum guardian_verb verb;
	enum swap_backend backend; /* of GUARDIAN_SWAP */
	uint64_t folio_bytes;	   /* of GUARDIAN_FOLIO */
};

struct guardian_answer {
	enum guardian_verb verb; /* what it answers */
	int err;
	struct reason why; /* of err */
	/* Of GUARDIAN_START. */
	struct reason hugetlb, thp, folio, swap[SWAP_BACKENDS];
};

struct guardian_start {
	const struct machine_needs *needs;
	const char *folder; /* absolute, for a swap file; or NULL */
	pid_t runner;
	int runner_fd; /* its pidfd, or -1 where the kernel has none (5.3) */
	int socket;
};

/*
 * The life of the guardian, in a child of the runner that was forked with all
 * signals blocked. Returns what the process is to exit with.
 */
int guardian_run(const struct guardian_start *start);

/*
 * Put back what a guardian that was killed left behind, in the name of process
 * @owner. 0 also when there is nothing.
 */
int guardian_recover(pid_t owner, struct reason *why);

#endif
