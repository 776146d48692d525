/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process of a cell whose epochs are coming in. */
#ifndef DIRTYBENCH_PROCESS_H
#define DIRTYBENCH_PROCESS_H

#include "results/figures.h"

/* All zero is one without epochs. */
struct process {
	int64_t number;
	int64_t last_epoch, last_dirtied;
	double (*epochs)[NR_FIGURES];
	int nr_epochs;
};

void process_begin(struct process *process, int64_t number);
/* The next epoch of the same process. 0 or -ENOMEM. */
int process_add(struct process *process, const struct sample *sample);
/*
 * Medians of the epochs; NAN where none has that figure. Of tracking nothing
 * is taken off yet. 0 or -ENOMEM.
 */
int process_end(struct process *process, double medians[NR_FIGURES]);
void process_clear(struct process *process);

#endif
