/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples to test with. */
#ifndef DIRTYBENCH_FIXTURE_H
#define DIRTYBENCH_FIXTURE_H

#include "results/sample.h"

/*
 * An epoch of @workload and @tracker with the parameters of @params
 * ("dirty=25% size=64m", sorted; may be ""), kind measured, process 0, epoch
 * 1, status ok: 1000 range, 500 resident, 100 dirtied and reported pages in
 * 50 regions; arm 5000, write 20000, collect 1000 ns.
 */
void fixture_epoch(struct sample *sample, const char *workload,
		   const char *tracker, const char *params);

/* The same of the tracker none, which reports nothing; write 1353 ns. */
void fixture_none(struct sample *sample, const char *workload,
		  const char *params);

/* Such a cell, without an epoch: @status with @reason. */
void fixture_row(struct sample *sample, const char *workload,
		 const char *tracker, const char *params,
		 enum sample_status status, const char *reason);

/* A sample in which every field has a value of its own, insn being null. */
void fixture_full(struct sample *sample);

#endif
