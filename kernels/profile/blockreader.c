// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what the emulator's plugin wrote. */
#include "kernels/profile/blockreader.h"

#include <errno.h>
#include <stdlib.h>

#include "kernels/profile/blockstream.h"

struct reading {
	const struct read_sink *sink;
	struct read_block *blocks; /* by id */
	uint64_t nr_blocks;
};

/* A record behind its head. */
struct record {
	enum blockstream_word word;
	const uint64_t *v;
	uint64_t nr;
};

/* Ids come in no order, and each is below the number of blocks there are. */
enum { MAX_BLOCKS = 1 << 24 };

static int take_block(struct reading *reading, const struct record *record)
{
	uint64_t id = record->nr > 3 ? record->v[0] : MAX_BLOCKS;
	uint64_t room = reading->nr_blocks ? reading->nr_blocks : 1 << 12;
	struct read_block *grown;

	if (id >= MAX_BLOCKS)
		return -EBADMSG;
	while (room <= id)
		room *= 2;
	if (room > reading->nr_blocks) {
		grown = reallocarray(reading->blocks, room, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		for (uint64_t i = reading->nr_blocks; i < room; i++)
			grown[i] = (struct read_block){ .nr = 0 };
		reading->blocks = grown;
		reading->nr_blocks = room;
	}
	if (reading->blocks[id].nr)
		return -EBADMSG;
	reading->blocks[id] = (struct read_block){
		.address = record->v[1],
		.call = record->v[2],
		.nr = record->nr - 3,
		.bytes = record->v + 3,
	};
	return 0;
}

static struct read_block *find_block(const struct reading *reading,
				     const struct record *record)
{
	if (!record->nr || record->v[0] >= reading->nr_blocks ||
	    !reading->blocks[record->v[0]].nr)
		return NULL;
	return &reading->blocks[record->v[0]];
}

static int give_run(const struct reading *reading, const struct read_run *run)
{
	if (run->from > run->to || run->to > run->block->nr)
		return -EBADMSG;
	if (run->from == run->to || !run->times)
		return 0;
	return reading->sink->executed(reading->sink->arg, run);
}

/* Up to each instruction that the block was left at, fewer got through. */
static int take_count(const struct reading *reading,
		      const struct record *record)
{
	const struct read_sink *sink = reading->sink;
	struct read_run run = { .block = find_block(reading, record) };
	int ret;

	if (!run.block || record->nr < 4 || record->nr % 2)
		return -EBADMSG;
	run.times = record->v[1];
	ret = sink->entered(sink->arg, run.block, run.times, record->v[2],
			    record->v[3]);
	for (uint64_t i = 4; !ret && i < record->nr; i += 2) {
		if (record->v[i + 1] > run.times)
			return -EBADMSG;
		run.to = record->v[i];
		ret = give_run(reading, &run);
		run.from = run.to;
		run.times -= record->v[i + 1];
	}
	run.to = run.block->nr;
	return ret ? ret : give_run(reading, &run);
}

static int take_part(const struct reading *reading, const struct record *record)
{
	struct read_run run = { .block = find_block(reading, record),
				.times = 1 };

	if (!run.block || record->nr != 3)
		return -EBADMSG;
	run.from = record->v[1];
	run.to = record->v[2];
	return give_run(reading, &run);
}

static int take_record(struct reading *reading, const struct record *record)
{
	const struct read_sink *sink = reading->sink;

	switch (record->word) {
	case BLOCKSTREAM_BLOCK:
		return take_block(reading, record);
	case BLOCKSTREAM_COUNT:
		return take_count(reading, record);
	case BLOCKSTREAM_PART:
		return take_part(reading, record);
	case BLOCKSTREAM_MARK:
		return record->nr == 1 ? sink->begun(sink->arg, record->v[0])
				       : -EBADMSG;
	case BLOCKSTREAM_PHASE:
		if (record->nr != 1 || record->v[0] < MARK_OPEN ||
		    record->v[0] >= NR_MARKS)
			return -EBADMSG;
		return sink->phase(sink->arg, (enum mark)record->v[0]);
	case BLOCKSTREAM_ROW:
		return sink->row(sink->arg);
	}
	return -EBADMSG;
}

int blocks_read(const uint64_t *words, size_t nr, const struct read_sink *sink,
		struct reason *why)
{
	struct reading reading = { .sink = sink };
	int ret = 0;

	for (size_t at = 0; !ret && at < nr;) {
		const struct record record = {
			.word = (enum blockstream_word)(words[at] & 0xff),
			.v = words + at + 1,
			.nr = words[at] >> 8,
		};

		if (record.nr > nr - at - 1)
			break;
		ret = take_record(&reading, &record);
		at += 1 + record.nr;
	}
	for (uint64_t i = 0; i < reading.nr_blocks; i++)
		if (reading.blocks[i].nr)
			sink->forget(sink->arg, &reading.blocks[i]);
	free(reading.blocks);
	if (ret == -EBADMSG)
		reason_set(why, ret, "the emulator's counts are damaged");
	return ret;
}
