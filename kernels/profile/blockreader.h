/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what the emulator's plugin wrote. */
#ifndef DIRTYBENCH_BLOCKREADER_H
#define DIRTYBENCH_BLOCKREADER_H

#include <stddef.h>
#include <stdint.h>

#include "harness/mark.h"
#include "harness/reason.h"

/* As blockstream.h has it; @bytes: the length of each of @nr instructions. */
struct read_block {
	uint64_t address, call, nr;
	const uint64_t *bytes;
	void *own; /* the sink's; NULL at first */
};

/* How often instructions [from, to) of a block were executed. */
struct read_run {
	struct read_block *block;
	uint64_t from, to, times;
};

/* Who gets what was read; not 0 ends the reading. */
struct read_sink {
	/* A phase began with the mark at @address. */
	int (*begun)(void *arg, uint64_t address);
	/* A block was entered so often, whatever was executed of it. */
	int (*entered)(void *arg, struct read_block *block, uint64_t entries,
		       uint64_t reads, uint64_t writes);
	/* All executed instructions of a block, in one or more runs. */
	int (*executed)(void *arg, const struct read_run *run);
	/* All since the last of these was in this phase. */
	int (*phase)(void *arg, enum mark phase);
	/* All phases since the last of these were of the guest's next row. */
	int (*row)(void *arg);
	/* Before a block's end. */
	void (*forget)(void *arg, struct read_block *block);
	void *arg;
};

/*
 * Gives out @nr words. What the emulator had begun to write when it ended, and
 * what belongs to no row, is left out. 0, what the sink returned, -EBADMSG with
 * @why for what the plugin does not write, or -ENOMEM.
 */
int blocks_read(const uint64_t *words, size_t nr, const struct read_sink *sink,
		struct reason *why);

#endif
