/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session whose process is copied from outside while it goes on. */
#ifndef DIRTYBENCH_PREDUMP_H
#define DIRTYBENCH_PREDUMP_H

#include "harness/halt.h"
#include "harness/pursuit.h"
#include "harness/replica.h"
#include "harness/session.h"

/*
 * The third way of running a cell, for workloads whose process is pursued: an
 * epoch is what CRIU does before it dumps a process.
 *
 *   prepare | stop, arm, go on | copy all pages, sleep
 *           | [stop] collect, arm [go on] | copy those, sleep
 *           | [stop] collect, arm [go on] | copy those, sleep
 *           ... until few are left, or the set no longer shrinks
 *           | stop, collect, copy those | compare all | go on
 *
 * Copying reads the pages into memory of ours and then lasts as long as the
 * bandwidth would have it. Whatever happens, the process goes on: it is stopped
 * by ptrace (halt.h). In EPOCH_IDLE and EPOCH_READ a process of ours stores
 * nothing, and nothing may be reported.
 *
 * The proof is the contents: in the end the copy has to be what the process
 * has. A page that is not was missed, unless two calls may lose what is written
 * between them.
 */
struct predump {
	struct session *session;
	struct pursuit plan;
	int pagemap; /* of the memory it had at first; -1 */
	struct halt halt;
	struct replica replica;
	struct region_array resident; /* the pages it has; grown by malloc */
	struct sample_detail *detail; /* of the last epoch */
};

/* For a session that was created, of a workload that is pursued. -errno with
 * @why; predump_destroy() in any case, before the session is. */
int predump_create(struct predump *predump, struct session *session,
		   const struct pursuit *plan, struct reason *why);

/* Run one epoch and judge it, as session_epoch(). */
void predump_epoch(struct predump *predump, const struct epoch *epoch,
		   struct epoch_result *result);

void predump_destroy(struct predump *predump);

#endif
